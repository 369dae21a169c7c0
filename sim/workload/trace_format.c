/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/trace_format.h"

#include <string.h>
#include <strings.h>

static const struct trace_format *const formats[] = {&trace_format_swf, &trace_format_philly};

enum { FORMATS = sizeof formats / sizeof formats[0] };

int trace_format_count(void)
{
    return FORMATS;
}

const char *trace_format_name(int index)
{
    return formats[index]->name;
}

const char *trace_format_summary(int index)
{
    return formats[index]->summary;
}

void trace_format_list(struct text *text)
{
    for (int i = 0; i < FORMATS; i++)
        text_format(text, "%s%s (%s)", i ? ", " : "", formats[i]->name, formats[i]->ending);
}

void trace_quote(char *out, size_t size, const char *text)
{
    size_t n = 0;
    for (; text[n] && n < size - 1; n++)
        out[n] = text[n] < 0x20 || text[n] > 0x7e ? '?' : text[n];
    out[n] = 0;
    if (text[n])
        memcpy(out + size - 4, "...", 3);
}

static const struct trace_format *format_named(const char *name, struct error_list *errors)
{
    const char *names[FORMATS];
    for (int i = 0; i < FORMATS; i++) {
        names[i] = formats[i]->name;
        if (strcmp(name, names[i]) == 0)
            return formats[i];
    }
    struct text message = {0};
    char quoted[48];
    trace_quote(quoted, sizeof quoted, name);
    text_format(&message, "unknown trace format \"%s\"", quoted);
    int near = text_nearest(name, names, FORMATS);
    if (near >= 0)
        text_format(&message, "; did you mean \"%s\"?", names[near]);
    text_put(&message, near >= 0 ? " Formats: " : "; formats: ");
    trace_format_list(&message);
    error_input(errors, "%s", text_string(&message));
    text_free(&message);
    return NULL;
}

/* Takes the ending off the first *length bytes of name. */
static bool name_ends(const char *name, size_t *length, const char *ending)
{
    size_t n = strlen(ending);
    if (*length <= n || strncasecmp(name + *length - n, ending, n) != 0)
        return false;
    *length -= n;
    return true;
}

static const struct trace_format *format_guessed(const char *file, struct error_list *errors)
{
    size_t length = strlen(file);
    name_ends(file, &length, ".gz");
    for (int i = 0; i < FORMATS; i++)
        if (name_ends(file, &length, formats[i]->ending))
            return formats[i];
    struct text message = {0};
    text_put(&message, "the file name does not tell the trace format; name it with --format: ");
    trace_format_list(&message);
    error_add(errors, ERROR_INPUT, file, 0, NULL, "%s", text_string(&message));
    text_free(&message);
    return NULL;
}

const struct trace_format *trace_format_choose(const char *file, const char *name, struct error_list *errors)
{
    return name ? format_named(name, errors) : format_guessed(file, errors);
}
