/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/points.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

error_t points_parse(struct points *points, int key, char *text, struct argp_state *state,
                     const char *example)
{
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &points->method;
        return 0;
    case ARGP_KEY_ARG:
        if (points->name)
            argp_error(state, "one study at a time; \"%s\" is a second one", text);
        points->name = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which study file? for example %s", example);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

bool points_read(struct points *points)
{
    struct method *method = &points->method;
    if (error_any(&method->errors) || !study_file_read(&points->file, points->name, &method->errors))
        return false;
    if (method->replications < 0 && points->file.replications)
        method->replications = points->file.replications;
    return method_open(method, points->name);
}

/* The texts of a new point, all "". */
static char **room(struct points *points)
{
    size_t factors = (size_t)points->file.factor_count;
    points->texts = memory_grow(points->texts, ((size_t)points->count + 1) * factors, sizeof *points->texts);
    char **texts = points->texts + (size_t)points->count * factors;
    for (size_t f = 0; f < factors; f++)
        texts[f] = memory_text("");
    return texts;
}

static bool add(struct points *points, char *const *texts)
{
    struct sets sets = {0};
    for (int i = 0; i < points->file.set_count; i++)
        sets_add(&sets, points->file.sets[i]);
    for (int f = 0; f < points->file.factor_count; f++)
        if (*texts[f])
            sets_add_pair(&sets, points->file.factors[f].factor.path, texts[f]);
    int point =
        method_add(&points->method, points->file.scenario, (const char *const *)sets.texts, sets.count);
    sets_free(&sets);
    points->count++;
    if (point == 0)
        points->futures = (int)study_scenario(points->method.study, 0)->replications;
    return point >= 0;
}

static void set_text(char **text, const struct factor *factor, double u)
{
    struct text value = {0};
    factor_at(factor, u, &value);
    free(*text);
    *text = value.bytes;
}

bool points_add(struct points *points, const double *unit)
{
    char **texts = room(points);
    for (int f = 0; f < points->file.factor_count; f++)
        set_text(&texts[f], &points->file.factors[f].factor, unit[f]);
    return add(points, texts);
}

bool points_add_one(struct points *points, int factor, int end)
{
    char **texts = room(points);
    if (factor >= 0)
        set_text(&texts[factor], &points->file.factors[factor].factor, end);
    return add(points, texts);
}

const char *points_text(const struct points *points, int point, int factor)
{
    return points->texts[(size_t)point * (size_t)points->file.factor_count + (size_t)factor];
}

int points_slot(struct points *points, int point, int metric)
{
    char problem[256];
    int slot =
        reference_slot(&points->file.metrics[metric], study_slots(points->method.study, point), problem);
    if (slot < 0)
        source_error(&points->file.source, &points->method.errors, "metrics", "%s", problem);
    return slot;
}

void points_values(const struct points *points, int point, int slot, double *values)
{
    for (int r = 0; r < points->futures; r++) {
        const double *known = study_values(points->method.study, point, r);
        values[r] = known ? known[slot] : NAN;
    }
}

void points_field(struct text *text, const char *field)
{
    bool plain = !strpbrk(field, ",\"\n");
    if (!plain)
        text_char(text, '"');
    for (; *field; field++) {
        if (*field == '"')
            text_char(text, '"');
        text_char(text, *field);
    }
    if (!plain)
        text_char(text, '"');
}

void points_manifest(void *context, struct json *json)
{
    const struct points *points = context;
    json_int(json, "points", points->count);
    json_int(json, "replications", points->futures);
    json_open(json, "factors");
    for (int f = 0; f < points->file.factor_count; f++)
        json_string(json, points->file.factors[f].name, points->file.factors[f].factor.path);
    json_close(json);
}

void points_free(struct points *points)
{
    for (int i = 0; i < points->count * points->file.factor_count; i++)
        free(points->texts[i]);
    free(points->texts);
    study_file_free(&points->file);
}
