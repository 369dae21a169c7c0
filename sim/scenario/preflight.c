/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/preflight.h"

#include "base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INCLUDE_DEPTH = 10 };

static void check_number(const char *origin, int line, const char *start, size_t length,
                         struct error_list *errors)
{
    char digits[80];
    size_t used = length < sizeof digits ? length : sizeof digits - 1;
    memcpy(digits, start, used);
    digits[used] = 0;
    bool wide = false;
    while (used && (digits[used - 1] == 'L' || digits[used - 1] == 'l')) {
        digits[--used] = 0;
        wide = true;
    }
    bool hex = strlen(digits) > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    char *end;
    errno = 0;
    unsigned long long value = strtoull(digits, &end, hex ? 16 : 10);
    if (*end) /* a decimal, an exponent, a date: not a whole number */
        return;
    unsigned long long limit = wide ? INT64_MAX : INT32_MAX;
    if (length >= sizeof digits || errno || value > limit)
        error_add(errors, ERROR_INPUT, origin, line, NULL,
                  wide ? "%s is too large: at most 9223372036854775807L"
                       : "%s is too large for a plain whole number: write it as a decimal (5000000000.0) or "
                         "with an L",
                  digits);
}

/* End of the comment or quoted text that starts at c, or c itself when there is none. */
static const char *skip_quiet(const char *c)
{
    if (*c == '#' || (c[0] == '/' && c[1] == '/')) {
        const char *end = strchr(c, '\n');
        return end ? end : c + strlen(c);
    }
    if (c[0] == '/' && c[1] == '*') {
        const char *end = strstr(c + 2, "*/");
        return end ? end + 2 : c + strlen(c);
    }
    if (*c == '"') {
        for (c++; *c && *c != '"'; c++)
            if (*c == '\\' && c[1])
                c++;
        return *c ? c + 1 : c;
    }
    return c;
}

/* Where a scan is: includes are followed only in files, not in pieces of text. */
struct scan {
    const char *origin;
    const char *folder; /* NULL: no includes */
    int depth;
    bool readable; /* all includes so far */
    struct error_list *errors;
};

static void follow_include(struct scan *scan, int line, const char *start);

static void scan_text(struct scan *scan, const char *text)
{
    int line = 1;
    for (const char *c = text; *c;) {
        const char *quiet = skip_quiet(c);
        if (quiet != c) {
            for (; c < quiet; c++)
                line += *c == '\n';
        } else if (isalpha((unsigned char)*c) || *c == '_' || *c == '*') {
            while (isalnum((unsigned char)*c) || *c == '_' || *c == '-' || *c == '*')
                c++; /* a name such as chip-910b */
        } else if (isdigit((unsigned char)*c) || *c == '.') {
            const char *start = c;
            while (isalnum((unsigned char)*c) || *c == '.' ||
                   ((*c == '-' || *c == '+') && tolower((unsigned char)c[-1]) == 'e'))
                c++;
            check_number(scan->origin, line, start, (size_t)(c - start), scan->errors);
        } else {
            if (*c == '@' && scan->folder)
                follow_include(scan, line, c);
            line += *c == '\n';
            c++;
        }
    }
}

void preflight_check_text(const char *origin, const char *text, struct error_list *errors)
{
    struct scan scan = {.origin = origin, .readable = true, .errors = errors};
    scan_text(&scan, text);
}

const char *preflight_unreadable(const char *file)
{
    struct stat status;
    if (stat(file, &status))
        return strerror(errno);
    if (!S_ISREG(status.st_mode))
        return "it is not a file";
    return access(file, R_OK) ? strerror(errno) : NULL;
}

static char *read_all(const char *file)
{
    FILE *stream = fopen(file, "rb");
    if (!stream)
        return NULL;
    size_t used = 0, room = 1 << 16;
    char *text = memory_alloc(room, 1);
    size_t got;
    while ((got = fread(text + used, 1, room - used - 1, stream)) > 0) {
        used += got;
        if (room - used < 2)
            text = memory_grow(text, room *= 2, 1);
    }
    fclose(stream);
    text[used] = 0;
    return text;
}

static bool check_file(const char *file, const char *folder, int depth, struct error_list *errors)
{
    char *text = depth <= INCLUDE_DEPTH ? read_all(file) : NULL;
    if (!text)
        return true;
    struct scan scan = {.origin = file, .folder = folder, .depth = depth, .readable = true, .errors = errors};
    scan_text(&scan, text);
    free(text);
    return scan.readable;
}

static void follow_include(struct scan *scan, int line, const char *start)
{
    char name[512], path[1100];
    if (sscanf(start, "@include \"%511[^\"\n]\"", name) != 1)
        return;
    snprintf(path, sizeof path, "%s%s%s", name[0] == '/' ? "" : scan->folder, name[0] == '/' ? "" : "/",
             name);
    const char *problem = preflight_unreadable(path);
    if (problem)
        error_add(scan->errors, ERROR_INPUT, scan->origin, line, NULL,
                  "cannot include \"%s\", looked for as %s (from the folder of the scenario): %s", name, path,
                  problem);
    if (problem || !check_file(path, scan->folder, scan->depth + 1, scan->errors))
        scan->readable = false;
}

bool preflight_check(const char *file, struct error_list *errors)
{
    char *folder = memory_text(file);
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = 0;
    bool readable = check_file(file, slash ? folder : ".", 0, errors);
    free(folder);
    return readable;
}
