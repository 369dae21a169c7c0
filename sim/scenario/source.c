/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/source.h"

#include "base/memory.h"
#include "base/text.h"
#include "scenario/preflight.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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

/* libconfig names an included file as the include does; people want it from where they stand. */
static void whole_name(const struct source *source, const char *name, char out[SOURCE_NAME])
{
    const char *slash = strrchr(source->file, '/');
    if (!slash || name[0] == '/' || !strcmp(name, source->file))
        snprintf(out, SOURCE_NAME, "%s", name);
    else
        snprintf(out, SOURCE_NAME, "%.*s%s", (int)(slash - source->file) + 1, source->file, name);
}

/* Text of a line of a file, without blanks around it; empty when there is none. */
static void read_line(const char *file, int number, char out[80])
{
    char line[4096];
    out[0] = 0;
    FILE *stream = fopen(file, "r");
    if (!stream)
        return;
    while (number > 0 && fgets(line, sizeof line, stream))
        number -= strchr(line, '\n') != NULL || feof(stream);
    fclose(stream);
    if (number)
        return;
    line[strcspn(line, "\r\n")] = 0;
    snprintf(out, 80, "%.79s", line + strspn(line, " \t"));
}

static void report_syntax(const struct source *source, struct error_list *errors)
{
    const char *where = config_error_file(&source->config), *text = config_error_text(&source->config);
    int number = config_error_line(&source->config);
    char name[SOURCE_NAME], line[80];
    whole_name(source, where ? where : source->file, name);
    read_line(name, number, line);
    error_add(
        errors, ERROR_INPUT, name, number, NULL,
        "%s at or before `%s` (a setting is `name = value;`, a group `name: { ... };`, a text stands in "
        "\"quotes\", a list has no comma at its end)",
        text && *text ? text : "cannot be read", line);
}

bool source_read(struct source *source, const char *file, struct error_list *errors)
{
    memset(source, 0, sizeof *source);
    config_init(&source->config);
    source->file = memory_text(file);
    const char *problem = preflight_unreadable(file);
    if (problem) {
        error_add(errors, ERROR_INPUT, file, 0, NULL, "cannot be read as a scenario: %s", problem);
        return false;
    }
    int before = errors->inputs;
    if (!preflight_check(file, errors))
        return false;
    set_include_folder(source, file);
    if (!config_read_file(&source->config, file))
        report_syntax(source, errors);
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

bool source_overridden(const struct source *source, const char *path)
{
    for (int i = 0; i < source->override_count; i++) {
        size_t length = strlen(source->overrides[i]);
        if (!strncmp(path, source->overrides[i], length) && (!path[length] || path[length] == '.'))
            return true;
    }
    return false;
}

void source_locate(const struct source *source, const char *path, char file[SOURCE_NAME], int *line)
{
    *line = 0;
    if (source_overridden(source, path)) {
        snprintf(file, SOURCE_NAME, "--set");
        return;
    }
    snprintf(file, SOURCE_NAME, "%s", source->file);
    char *shorter = memory_text(path);
    for (;;) {
        const config_setting_t *setting = *shorter ? config_lookup(&source->config, shorter) : NULL;
        if (setting && config_setting_source_line(setting)) {
            const char *where = config_setting_source_file(setting);
            if (where)
                whole_name(source, where, file);
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
    char file[SOURCE_NAME];
    int line;
    source_locate(source, path, file, &line);
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
