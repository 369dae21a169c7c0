/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/schema_value.h"

#include "base/number.h"
#include "engine/clock.h"
#include "scenario/units.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* What a setting holds, before it is known what the field wants. */
struct raw {
    const char *text; /* NULL when it is a number or flag */
    double number;
    bool whole;
    bool flag;
    bool is_flag;
};

static bool raw_of(const config_setting_t *setting, struct raw *raw)
{
    *raw = (struct raw){0};
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
        raw->number = config_setting_get_int(setting);
        raw->whole = true;
        return true;
    case CONFIG_TYPE_INT64:
        raw->number = (double)config_setting_get_int64(setting);
        raw->whole = true;
        return true;
    case CONFIG_TYPE_FLOAT:
        raw->number = config_setting_get_float(setting);
        raw->whole = raw->number == floor(raw->number);
        return true;
    case CONFIG_TYPE_STRING:
        raw->text = config_setting_get_string(setting);
        return true;
    case CONFIG_TYPE_BOOL:
        raw->flag = config_setting_get_bool(setting);
        raw->is_flag = true;
        return true;
    default:
        return false;
    }
}

static void say_range(const struct schema_field *field, char *problem, size_t size)
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT];
    number_write_real(low, field->min);
    number_write_real(high, field->max);
    const char *unit = field->kind == SCHEMA_DURATION ? "days" : field->unit ? field->unit : "";
    snprintf(problem, size, "out of range: %s to %s%s%s allowed (%s)", low, high, *unit ? " " : "", unit,
             field->help);
}

static bool in_range(const struct schema_field *field, double value)
{
    return value >= field->min && value <= field->max;
}

/* True when the field takes files and the text names one: a slash in it, and the ending. */
static bool is_file(const struct schema_field *field, const char *text)
{
    size_t length = text ? strlen(text) : 0, ending = field->file ? strlen(field->file) : 0;
    return ending && length > ending && strchr(text, '/') && !strcmp(text + length - ending, field->file);
}

static bool take_choice(const struct schema_field *field, const struct raw *raw, const char **target,
                        char *problem, size_t size)
{
    if (is_file(field, raw->text)) {
        *target = raw->text;
        return true;
    }
    const char *names[64];
    int count = 0;
    struct text all = {0};
    for (const char *name; count < 64 && (name = field->choice(count)); count++) {
        names[count] = name;
        text_format(&all, "%s%s", count ? ", " : "", name);
        if (raw->text && !strcmp(name, raw->text)) {
            *target = name;
            text_free(&all);
            return true;
        }
    }
    int nearest = raw->text ? text_nearest(raw->text, names, count) : -1;
    snprintf(problem, size, "%s%s%s is not one of: %s%s%s%s%s%s", raw->text ? "\"" : "this",
             raw->text ? raw->text : "", raw->text ? "\"" : "", text_string(&all),
             field->file ? ", or a file: ./NAME" : "", field->file ? field->file : "",
             nearest >= 0 ? "; did you mean '" : "", nearest >= 0 ? names[nearest] : "",
             nearest >= 0 ? "'?" : "");
    text_free(&all);
    return false;
}

static bool take_number(const struct schema_field *field, const struct raw *raw, double *value, char *problem,
                        size_t size)
{
    *value = raw->number;
    if (raw->is_flag || (raw->text && !units_number(raw->text, field->unit, value))) {
        snprintf(problem, size, "must be a number%s%s (%s)", field->unit ? " in " : "",
                 field->unit ? field->unit : "", field->help);
        return false;
    }
    if (!in_range(field, *value)) {
        say_range(field, problem, size);
        return false;
    }
    return true;
}

static bool take_duration(const struct schema_field *field, const struct raw *raw, int64_t *target,
                          char *problem, size_t size)
{
    if (!raw->text || !units_duration(raw->text, target)) {
        snprintf(problem, size,
                 "must be a duration with a unit in quotes, such as \"90d\" or \"12h\"; units: %s",
                 UNITS_DURATIONS);
        return false;
    }
    if (!in_range(field, (double)*target / (double)CLOCK_DAY)) {
        say_range(field, problem, size);
        return false;
    }
    return true;
}

static bool take_raw(const struct schema_field *field, const struct raw *raw, void *target, char *problem,
                     size_t size)
{
    double number;
    switch (field->kind) {
    case SCHEMA_TEXT:
        if (!raw->text) {
            snprintf(problem, size, "must be a text in \"quotes\" (%s)", field->help);
            return false;
        }
        *(const char **)target = raw->text;
        return true;
    case SCHEMA_CHOICE:
        return take_choice(field, raw, target, problem, size);
    case SCHEMA_WHOLE:
        if (!take_number(field, raw, &number, problem, size))
            return false;
        if (number != floor(number)) {
            snprintf(problem, size, "must be a whole number (%s)", field->help);
            return false;
        }
        *(int64_t *)target = (int64_t)number;
        return true;
    case SCHEMA_REAL:
        return take_number(field, raw, target, problem, size);
    case SCHEMA_DURATION:
        return take_duration(field, raw, target, problem, size);
    case SCHEMA_DATE:
        if (raw->text && clock_parse(raw->text, target))
            return true;
        snprintf(problem, size, "must be a date in quotes, \"2025-01-31\" (%s)", field->help);
        return false;
    case SCHEMA_FLAG:
        if (!raw->is_flag) {
            snprintf(problem, size, "must be true or false (%s)", field->help);
            return false;
        }
        *(bool *)target = raw->flag;
        return true;
    default:
        assert(false);
        return false;
    }
}

static bool take_list(const struct schema_field *field, const config_setting_t *setting,
                      struct schema_list *list, struct arena *arena, char *problem, size_t size)
{
    if (!config_setting_is_array(setting) && !config_setting_is_list(setting)) {
        snprintf(problem, size, "must be a list of numbers: [1, 2, 3] (%s)", field->help);
        return false;
    }
    list->count = config_setting_length(setting);
    list->values = arena_alloc(arena, (size_t)list->count, sizeof *list->values);
    for (int i = 0; i < list->count; i++) {
        struct raw raw;
        if (!raw_of(config_setting_get_elem(setting, (unsigned)i), &raw) ||
            !take_number(field, &raw, &list->values[i], problem, size)) {
            size_t used = strlen(problem);
            snprintf(problem + used, size - used, "; item %d of the list", i + 1);
            return false;
        }
    }
    return true;
}

bool schema_value_take(const struct schema_field *field, const config_setting_t *setting, void *target,
                       struct arena *arena, char *problem, size_t problem_size)
{
    problem[0] = 0;
    if (field->kind == SCHEMA_REALS)
        return take_list(field, setting, target, arena, problem, problem_size);
    struct raw raw;
    if (!raw_of(setting, &raw)) {
        snprintf(problem, problem_size, "must be a single value, not a group or list (%s)", field->help);
        return false;
    }
    return take_raw(field, &raw, target, problem, problem_size);
}

void schema_value_fallback(const struct schema_field *field, void *target)
{
    if (field->kind == SCHEMA_REALS)
        return; /* an empty list */
    struct raw raw = {.text = field->fallback};
    if (field->kind == SCHEMA_FLAG)
        raw = (struct raw){.is_flag = true, .flag = !strcmp(field->fallback, "true")};
    char problem[200];
    bool ok = take_raw(field, &raw, target, problem, sizeof problem);
    assert(ok && "a fallback must be valid");
    (void)ok;
}

/* libconfig wants all whole numbers or none in an array: [1.0, 0.992]. */
static void write_list(const struct schema_list *list, struct text *text)
{
    bool whole = true;
    for (int i = 0; i < list->count; i++)
        whole &= list->values[i] == floor(list->values[i]);
    text_char(text, '[');
    for (int i = 0; i < list->count; i++) {
        text_put(text, i ? ", " : "");
        text_real(text, list->values[i]);
        if (!whole && list->values[i] == floor(list->values[i]))
            text_put(text, ".0");
    }
    text_char(text, ']');
}

void schema_value_write(const struct schema_field *field, const void *value, struct text *text)
{
    char number[NUMBER_TEXT];
    switch (field->kind) {
    case SCHEMA_TEXT:
    case SCHEMA_CHOICE: {
        const char *string = *(const char *const *)value;
        text_put(text, string ? string : "");
        break;
    }
    case SCHEMA_WHOLE:
        text_int(text, *(const int64_t *)value);
        break;
    case SCHEMA_REAL:
        text_real(text, *(const double *)value);
        break;
    case SCHEMA_DURATION:
        units_write_duration(number, *(const int64_t *)value);
        text_put(text, number);
        break;
    case SCHEMA_DATE:
        clock_write_date(number, *(const int64_t *)value);
        text_put(text, number);
        break;
    case SCHEMA_FLAG:
        text_put(text, *(const bool *)value ? "true" : "false");
        break;
    case SCHEMA_REALS:
        write_list(value, text);
        break;
    default:
        assert(false);
    }
}
