/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/source.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "scenario/literals.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void set_include_folder(struct source *source, const char *file)
{
    const char *slash = strrchr(file, '/');
    if (!slash) {
        config_set_include_dir(&source->config, ".");
        return;
    }
    char *folder = memory_text(file);
    folder[slash == file ? 1 : slash - file] = 0;
    config_set_include_dir(&source->config, folder);
    free(folder);
}

bool source_read(struct source *source, const char *file, struct error_list *errors)
{
    memset(source, 0, sizeof *source);
    config_init(&source->config);
    source->file = memory_text(file);
    struct stat status;
    if (stat(file, &status) || !S_ISREG(status.st_mode)) {
        error_add(errors, ERROR_INPUT, file, 0, NULL, "cannot be read as a scenario: %s",
                  errno ? strerror(errno) : "it is not a file");
        return false;
    }
    int before = errors->inputs;
    literals_check(file, errors);
    set_include_folder(source, file);
    if (!config_read_file(&source->config, file)) {
        const char *text = config_error_text(&source->config);
        const char *where = config_error_file(&source->config);
        if (!text || !*text)
            text = "cannot be read";
        error_add(errors, ERROR_INPUT, where ? where : file, config_error_line(&source->config), NULL,
                  "%s (a setting is `name = value;`, a group `name: { ... };`, a text stands in \"quotes\", "
                  "a list has no comma at its end)",
                  text);
    }
    return errors->inputs == before;
}

bool source_read_entries(struct source *source, const char *file, const char *key, struct error_list *errors)
{
    memset(source, 0, sizeof *source);
    config_init(&source->config);
    source->file = memory_text(file);
    set_include_folder(source, file);
    const char *slash = strrchr(file, '/');
    struct text wrapped = {0};
    text_format(&wrapped, "%s: {\n@include \"%s\"\n};\n", key, slash ? slash + 1 : file);
    bool ok = config_read_string(&source->config, text_string(&wrapped));
    if (!ok) {
        const char *where = config_error_file(&source->config);
        error_add(errors, ERROR_INPUT, where ? where : file, config_error_line(&source->config), NULL, "%s",
                  config_error_text(&source->config));
    }
    text_free(&wrapped);
    return ok;
}

/* Parses the text after `=` into a one-setting tree named v; falls back on plain text. */
static bool parse_value(config_t *tree, const char *value)
{
    size_t size = strlen(value) + 16;
    char *line = memory_alloc(size, 1);
    /* on the command line 5000000000 can only mean itself: the L that libconfig needs is ours to add */
    int64_t whole;
    bool wide = number_parse_int(value, &whole) && whole != (int32_t)whole;
    snprintf(line, size, "v = %s%s;", value, wide ? "L" : "");
    bool ok = config_read_string(tree, line) && config_setting_length(config_root_setting(tree)) == 1;
    free(line);
    if (ok)
        return true;
    config_destroy(tree);
    config_init(tree);
    config_setting_t *text = config_setting_add(config_root_setting(tree), "v", CONFIG_TYPE_STRING);
    return text && config_setting_set_string(text, value);
}

static bool copy_setting(config_setting_t *parent, const char *name, const config_setting_t *from)
{
    int type = config_setting_type(from);
    config_setting_t *to = config_setting_add(parent, name, type);
    if (!to)
        return false;
    switch (type) {
    case CONFIG_TYPE_INT:
        return config_setting_set_int(to, config_setting_get_int(from));
    case CONFIG_TYPE_INT64:
        return config_setting_set_int64(to, config_setting_get_int64(from));
    case CONFIG_TYPE_FLOAT:
        return config_setting_set_float(to, config_setting_get_float(from));
    case CONFIG_TYPE_STRING:
        return config_setting_set_string(to, config_setting_get_string(from));
    case CONFIG_TYPE_BOOL:
        return config_setting_set_bool(to, config_setting_get_bool(from));
    default:
        break;
    }
    for (int i = 0; i < config_setting_length(from); i++) {
        const config_setting_t *member = config_setting_get_elem(from, (unsigned)i);
        if (!copy_setting(to, config_setting_name(member), member))
            return false;
    }
    return true;
}

/* Walks to the group that is to hold the last name of the path, making groups on the way. */
static config_setting_t *walk(config_setting_t *at, char *path, char **last)
{
    char *dot;
    while ((dot = strchr(path, '.'))) {
        *dot = 0;
        config_setting_t *next = config_setting_is_group(at) ? config_setting_get_member(at, path) : NULL;
        if (!next && config_setting_is_group(at))
            next = config_setting_add(at, path, CONFIG_TYPE_GROUP);
        if (!next || !config_setting_is_group(next))
            return NULL;
        at = next;
        path = dot + 1;
    }
    *last = path;
    return at;
}

bool source_set(struct source *source, const char *assignment, struct error_list *errors)
{
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment || !equals[1]) {
        error_input(errors, "--set %s: write --set path=value, for example --set site.wuxi.cards=8192",
                    assignment);
        return false;
    }
    int before = errors->inputs;
    int64_t whole;
    if (!number_parse_int(equals + 1, &whole))
        literals_check_text("--set", equals + 1, errors);
    if (errors->inputs != before)
        return false;
    char *path = memory_text(assignment);
    path[equals - assignment] = 0;
    source->overrides = memory_grow(source->overrides, (size_t)source->override_count + 1, sizeof(char *));
    source->overrides[source->override_count++] = memory_text(path);
    config_t value;
    config_init(&value);
    char *last = NULL;
    config_setting_t *group = walk(config_root_setting(&source->config), path, &last);
    bool ok = group && config_setting_is_group(group) && parse_value(&value, equals + 1);
    if (ok) {
        config_setting_remove(group, last);
        ok = copy_setting(group, last, config_setting_get_elem(config_root_setting(&value), 0));
    }
    if (!ok)
        error_input(errors,
                    "--set %s: there is no setting of that path; `tenk check SCENARIO` prints all paths",
                    assignment);
    config_destroy(&value);
    free(path);
    return ok;
}

bool source_overridden(const struct source *source, const char *path)
{
    for (int i = 0; i < source->override_count; i++) {
        size_t length = strlen(source->overrides[i]);
        if (!strncmp(path, source->overrides[i], length) && (!path[length] || path[length] == '.'))
            return true;
    }
    return false;
}

void source_locate(const struct source *source, const char *path, const char **file, int *line)
{
    *file = source->file;
    *line = 0;
    if (source_overridden(source, path)) {
        *file = "--set";
        return;
    }
    char *shorter = memory_text(path);
    for (;;) {
        const config_setting_t *setting = *shorter ? config_lookup(&source->config, shorter) : NULL;
        if (setting && config_setting_source_line(setting)) {
            const char *where = config_setting_source_file(setting);
            if (where)
                *file = where;
            *line = (int)config_setting_source_line(setting);
            break;
        }
        char *dot = strrchr(shorter, '.');
        if (!dot)
            break;
        *dot = 0;
    }
    free(shorter);
}

void source_error(const struct source *source, struct error_list *errors, const char *path,
                  const char *format, ...)
{
    char message[480];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    const char *file;
    int line;
    source_locate(source, path, &file, &line);
    error_add(errors, ERROR_INPUT, file, line, path, "%s", message);
}

void source_free(struct source *source)
{
    config_destroy(&source->config);
    free(source->file);
    for (int i = 0; i < source->override_count; i++)
        free(source->overrides[i]);
    free(source->overrides);
    memset(source, 0, sizeof *source);
}
