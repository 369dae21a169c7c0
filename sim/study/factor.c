/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/factor.h"

#include "base/memory.h"
#include "base/number.h"
#include "engine/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LEVELS = 1000000 };

void factor_add(struct factor *factor, const char *text)
{
    factor->texts = memory_grow(factor->texts, (size_t)factor->count + 1, sizeof *factor->texts);
    factor->texts[factor->count++] = memory_text(text);
}

/* One end of a range, or a step. */
struct end {
    enum factor_kind kind;
    double value;
    char unit[16];
};

static bool read_end(const char *text, struct end *end)
{
    *end = (struct end){.kind = FACTOR_WHOLE};
    int64_t whole;
    if (number_parse_int(text, &whole)) {
        end->value = (double)whole;
        return true;
    }
    int64_t at;
    if (strlen(text) == 10 && clock_parse(text, &at)) {
        int64_t days = at / CLOCK_DAY;
        *end = (struct end){.kind = FACTOR_DATE, .value = (double)days};
        return true;
    }
    end->kind = FACTOR_REAL;
    char number[64];
    size_t length = strspn(text, "0123456789.+-eE");
    while (length && !strchr("0123456789.", text[length - 1]))
        length--; /* the e of a unit */
    if (!length || length >= sizeof number || strlen(text + length) >= sizeof end->unit)
        return false;
    memcpy(number, text, length);
    number[length] = 0;
    strcpy(end->unit, text + length);
    return number_parse_real(number, &end->value);
}

const char *factor_range(struct factor *factor, const char *from, const char *to)
{
    struct end low, high;
    if (!read_end(from, &low) || !read_end(to, &high))
        return "the ends of a range are numbers (1024, 0.5), numbers with a unit (10d) or dates (2025-01-01)";
    if (low.kind != high.kind && (low.kind == FACTOR_DATE || high.kind == FACTOR_DATE))
        return "one end of the range is a date and the other is none";
    if (strcmp(low.unit, high.unit))
        return "the ends of the range have different units";
    if (!(low.value < high.value))
        return "the range must go from a smaller value to a larger one";
    factor->kind = low.kind == high.kind ? low.kind : FACTOR_REAL;
    factor->from = low.value;
    factor->to = high.value;
    memcpy(factor->unit, low.unit, sizeof factor->unit);
    return NULL;
}

static const char *check_step(struct factor *factor, double step)
{
    if (!(step > 0))
        return "the step must be positive";
    if ((factor->to - factor->from) / step >= MOST_LEVELS)
        return "the step is too small: more than 1,000,000 levels";
    factor->step = step;
    return NULL;
}

const char *factor_step(struct factor *factor, const char *step)
{
    struct end end;
    if (factor->kind == FACTOR_LIST)
        return "a list of values has no step";
    if (!read_end(step, &end) || end.kind == FACTOR_DATE)
        return "the step is no number";
    if (factor->kind == FACTOR_DATE ? *end.unit && strcmp(end.unit, "d") : strcmp(end.unit, factor->unit))
        return "the step has another unit than the range";
    if (factor->kind != FACTOR_REAL && end.value != floor(end.value))
        return "the step must be a whole number, as the ends are";
    return check_step(factor, end.value);
}

const char *factor_levels_set(struct factor *factor, int64_t levels)
{
    if (factor->kind == FACTOR_LIST)
        return "a list of values has no steps";
    if (levels < 2)
        return "a range has at least two steps: both ends";
    return check_step(factor, (factor->to - factor->from) / (double)(levels - 1));
}

int64_t factor_levels(const struct factor *factor)
{
    if (factor->kind == FACTOR_LIST)
        return factor->count;
    return factor->step > 0 ? (int64_t)floor((factor->to - factor->from) / factor->step + 1e-9) + 1 : 0;
}

static void put_value(const struct factor *factor, double value, struct text *text)
{
    char date[16];
    switch (factor->kind) {
    case FACTOR_WHOLE:
        text_format(text, "%.0f", round(value));
        break;
    case FACTOR_DATE:
        clock_write_date(date, (int64_t)llround(value) * CLOCK_DAY);
        text_put(text, date);
        break;
    default:
        text_format(text, "%.12g%s", value, factor->unit);
    }
}

void factor_level(const struct factor *factor, int64_t level, struct text *text)
{
    if (factor->kind == FACTOR_LIST)
        text_put(text, factor->texts[level]);
    else
        put_value(factor, factor->from + (double)level * factor->step, text);
}

void factor_at(const struct factor *factor, double u, struct text *text)
{
    int64_t levels = factor_levels(factor);
    if (levels) {
        int64_t level = (int64_t)(u * (double)levels);
        factor_level(factor, level < levels ? level : levels - 1, text);
    } else {
        put_value(factor, factor->from + u * (factor->to - factor->from), text);
    }
}

/* Length of the value up to the next comma that stands in no bracket and no quotes. */
static size_t value_length(const char *text)
{
    int depth = 0;
    bool quoted = false;
    size_t i = 0;
    for (; text[i] && (text[i] != ',' || depth > 0 || quoted); i++) {
        quoted ^= text[i] == '"';
        depth += !quoted && strchr("[({", text[i]) ? 1 : 0;
        depth -= !quoted && strchr("])}", text[i]) ? 1 : 0;
    }
    return i;
}

static const char *parse_list(struct factor *factor, const char *values)
{
    for (;;) {
        size_t length = value_length(values);
        char *value = memory_text(values);
        value[length] = 0;
        char *start = value + strspn(value, " ");
        for (size_t end = strlen(start); end && start[end - 1] == ' '; end--)
            start[end - 1] = 0;
        bool empty = !*start;
        if (!empty)
            factor_add(factor, start);
        free(value);
        if (empty)
            return "a value is empty";
        if (!values[length])
            return NULL;
        values += length + 1;
    }
}

static const char *parse_range(struct factor *factor, char *values, char *dots)
{
    *dots = 0;
    char *to = dots + 2, *colon = strchr(to, ':');
    if (colon)
        *colon = 0;
    const char *problem = factor_range(factor, values, to);
    return problem || !colon ? problem : factor_step(factor, colon + 1);
}

bool factor_parse(struct factor *factor, const char *option, const char *assignment,
                  struct error_list *errors)
{
    *factor = (struct factor){0};
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment || !equals[1]) {
        error_input(errors,
                    "%s %s: write %s PATH=a,b,c or %s PATH=FROM..TO:STEP, for example %s "
                    "site.wuxi.cards=2048..16384:256",
                    option, assignment, option, option, option);
        return false;
    }
    factor->path = memory_text(assignment);
    factor->path[equals - assignment] = 0;
    char *values = memory_text(equals + 1), *dots = strstr(values, "..");
    bool range = dots && dots > values && values[value_length(values)] == 0 && values[0] != '"';
    const char *problem =
        range && !strchr(values, '/') ? parse_range(factor, values, dots) : parse_list(factor, values);
    if (problem)
        error_input(errors, "%s %s: %s", option, assignment, problem);
    free(values);
    return !problem;
}

char *factor_assignment(const struct factor *factor, const char *text)
{
    struct text assignment = {0};
    text_format(&assignment, "%s=%s", factor->path, text);
    return assignment.bytes;
}

void factor_free(struct factor *factor)
{
    for (int i = 0; i < factor->count; i++)
        free(factor->texts[i]);
    free(factor->texts);
    free(factor->path);
    *factor = (struct factor){0};
}
