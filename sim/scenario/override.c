/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/override.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "scenario/preflight.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Parses `v = BEFORE value AFTER;` into an emptied tree; true when that makes one setting. */
static bool parse_as(config_t *tree, const char *before, const char *value, size_t length, const char *after)
{
    struct text line = {0};
    text_format(&line, "v = %s", before);
    text_append(&line, value, length);
    text_format(&line, "%s;", after);
    config_destroy(tree);
    config_init(tree);
    bool ok =
        config_read_string(tree, text_string(&line)) && config_setting_length(config_root_setting(tree)) == 1;
    text_free(&line);
    return ok;
}

bool override_value(config_t *tree, const char *value)
{
    size_t length = strlen(value);
    int64_t whole;
    bool wide = number_parse_int(value, &whole) && whole != (int32_t)whole;
    /* on the command line 5000000000 can only mean itself: the L that libconfig needs is ours to add */
    if (parse_as(tree, "", value, length, wide ? "L" : ""))
        return true;
    /* an array must be all whole or all decimal, a list need not: [1, 0.9] becomes (1, 0.9) */
    if (length > 2 && value[0] == '[' && value[length - 1] == ']' &&
        parse_as(tree, "(", value + 1, length - 2, ")"))
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

/* Says that `name` is no group of `group`, with the nearest one that is. */
static void report_missing(const char *assignment, const config_setting_t *group, const char *name,
                           struct error_list *errors)
{
    const char *names[128];
    int count = 0;
    for (int i = 0; i < config_setting_length(group) && count < 128; i++)
        names[count++] = config_setting_name(config_setting_get_elem(group, (unsigned)i));
    if (config_setting_get_member(group, name)) {
        error_input(errors, "--set %s: '%s' is a value and holds no other settings", assignment, name);
        return;
    }
    int nearest = text_nearest(name, names, count);
    if (nearest >= 0)
        error_input(errors, "--set %s: there is no setting of that path; did you mean '%s' for '%s'?",
                    assignment, names[nearest], name);
    else
        error_input(errors,
                    "--set %s: there is no setting of that path; `tenk check SCENARIO` prints all paths, and "
                    "new groups "
                    "are made in the scenario file",
                    assignment);
}

static const struct schema_field *field_of(const struct schema *schema, const char *key)
{
    for (int i = 0; schema && i < schema->count; i++)
        if (!strcmp(schema->fields[i].key, key))
            return &schema->fields[i];
    return NULL;
}

/* The group that holds the last name of the path, *last that name; NULL with an error added when there is
 * none. */
static config_setting_t *walk(struct source *source, const struct schema *schema, const char *assignment,
                              char *path, char **last, struct error_list *errors)
{
    config_setting_t *at = config_root_setting(&source->config);
    const struct schema *entries = NULL; /* inside a map: the schema of what it holds */
    char *dot;
    while ((dot = strchr(path, '.'))) {
        *dot = 0;
        const struct schema_field *field = entries ? NULL : field_of(schema, path);
        config_setting_t *next = config_setting_get_member(at, path);
        if (!next && field && field->kind == SCHEMA_GROUP)
            next = config_setting_add(at, path, CONFIG_TYPE_GROUP);
        if (!next || !config_setting_is_group(next)) {
            report_missing(assignment, at, path, errors);
            return NULL;
        }
        bool map = field && field->kind == SCHEMA_MAP;
        schema = entries ? entries : field && !map ? field->sub : NULL;
        entries = map ? field->sub : NULL;
        at = next;
        path = dot + 1;
    }
    *last = path;
    return at;
}

/* What libconfig takes for a name; other texts it would walk as a path or refuse after the old value is gone.
 */
static bool is_name(const char *text)
{
    if (!isalpha((unsigned char)text[0]) && text[0] != '*')
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr("-_*", *text))
            return false;
    return true;
}

static void note(struct source *source, const char *path)
{
    source->overrides =
        memory_grow(source->overrides, (size_t)source->override_count + 1, sizeof *source->overrides);
    source->overrides[source->override_count++] = memory_text(path);
}

/* Numbers that libconfig would cut; a plain whole number is made wide by override_value and never cut. */
static bool check_numbers(const char *assignment, const char *equals, struct error_list *errors)
{
    int64_t whole;
    if (number_parse_int(equals + 1, &whole))
        return true;
    char origin[200];
    snprintf(origin, sizeof origin, "--set %.*s", (int)(equals - assignment), assignment);
    int before = errors->inputs;
    int from = errors->count;
    preflight_check_text(origin, equals + 1, errors);
    for (int i = from; i < errors->count; i++)
        errors->items[i].line = 0; /* an option has no lines */
    return errors->inputs == before;
}

bool override_apply(struct source *source, const struct schema *schema, const char *assignment,
                    struct error_list *errors)
{
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment || !equals[1]) {
        error_input(errors, "--set %s: write --set path=value, for example --set site.wuxi.cards=8192",
                    assignment);
        return false;
    }
    if (!check_numbers(assignment, equals, errors))
        return false;
    char *path = memory_text(assignment), *walked = memory_text(assignment), *last = NULL;
    path[equals - assignment] = walked[equals - assignment] = 0;
    config_t value;
    config_init(&value);
    config_setting_t *group = walk(source, schema, assignment, walked, &last, errors);
    bool ok = group && is_name(last) && override_value(&value, equals + 1);
    if (group && !is_name(last))
        error_input(errors, "--set %s: there is no setting of that path: '%s' is no name", assignment, last);
    if (ok) {
        config_setting_remove(group, last);
        ok = copy_setting(group, last, config_setting_get_elem(config_root_setting(&value), 0));
        note(source, path);
    }
    config_destroy(&value);
    free(walked);
    free(path);
    return ok;
}
