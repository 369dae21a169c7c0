/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/study_file.h"

#include "base/number.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Lists become one text before the tables see them: their items may be of any kind. No setting holds this
 * byte. */
#define MARK "\x1f"

struct raw_factor {
    const char *name;
    const char *path, *values, *from, *to, *step;
    int64_t steps;
};

struct raw_file {
    const char *scenario, *design, *metrics, *set;
    int64_t replications, points, samples, seed;
    struct schema_map factors;
};

static const char *design_name(int index)
{
    static const char *const names[] = {"grid", "latin-hypercube", "sobol", NULL};
    return names[index];
}

#define AT(member) offsetof(struct raw_factor, member)
static const struct schema_field factor_fields[] = {
    {.key = "path", .kind = SCHEMA_TEXT, .offset = AT(path), .help = "the setting, as in site.wuxi.cards"},
    {.key = "values",
     .kind = SCHEMA_TEXT,
     .offset = AT(values),
     .fallback = "",
     .help = "its values, as a list: [\"none\", \"easy\"] or [4096, 8192]"},
    {.key = "from", .kind = SCHEMA_TEXT, .offset = AT(from), .fallback = "", .help = "one end of a range"},
    {.key = "to", .kind = SCHEMA_TEXT, .offset = AT(to), .fallback = "", .help = "the other end"},
    {.key = "step", .kind = SCHEMA_TEXT, .offset = AT(step), .fallback = "", .help = "between its levels"},
    {.key = "steps",
     .kind = SCHEMA_WHOLE,
     .offset = AT(steps),
     .min = 0,
     .max = 100000,
     .fallback = "0",
     .help = "levels of the range, both ends included; 0: none, for random designs"},
};
static const struct schema factor_schema = {factor_fields, sizeof factor_fields / sizeof *factor_fields,
                                            sizeof(struct raw_factor)};
#undef AT

#define AT(member) offsetof(struct raw_file, member)
static const struct schema_field file_fields[] = {
    {.key = "scenario",
     .kind = SCHEMA_TEXT,
     .offset = AT(scenario),
     .help = "the scenario file, seen from the folder of the study file"},
    {.key = "replications",
     .kind = SCHEMA_WHOLE,
     .offset = AT(replications),
     .min = 0,
     .max = 1e6,
     .fallback = "0",
     .help = "futures of each point; 0: as many as the scenario says"},
    {.key = "seed",
     .kind = SCHEMA_WHOLE,
     .offset = AT(seed),
     .min = 0,
     .max = 9e15,
     .fallback = "1",
     .help = "of the design's own dice"},
    {.key = "design",
     .kind = SCHEMA_CHOICE,
     .offset = AT(design),
     .fallback = "grid",
     .choice = design_name,
     .help = "which points of the factors' space a sweep takes"},
    {.key = "points",
     .kind = SCHEMA_WHOLE,
     .offset = AT(points),
     .min = 0,
     .max = 100000,
     .fallback = "0",
     .help = "points of a latin-hypercube or sobol design"},
    {.key = "samples",
     .kind = SCHEMA_WHOLE,
     .offset = AT(samples),
     .min = 8,
     .max = 65536,
     .fallback = "64",
     .help = "rows of a sensitivity analysis; each has factors + 2 points; best a power of two"},
    {.key = "metrics",
     .kind = SCHEMA_TEXT,
     .offset = AT(metrics),
     .fallback = "",
     .help = "the results wanted, as a list: [\"wait_p95[wuxi]\"]; empty: all"},
    {.key = "set",
     .kind = SCHEMA_TEXT,
     .offset = AT(set),
     .fallback = "",
     .help = "settings changed in all points, as a list: [\"site.wuxi.jobs_per_day=1\"]"},
    {.key = "factors",
     .kind = SCHEMA_MAP,
     .offset = AT(factors),
     .sub = &factor_schema,
     .help = "factors: { cards: { path = \"site.wuxi.cards\"; from = 4096; to = 16384; steps = 4; }; };"},
};
static const struct schema file_schema = {file_fields, sizeof file_fields / sizeof *file_fields,
                                          sizeof(struct raw_file)};
#undef AT

/* 10.0 stays a number that need not be whole. */
static void put_real(struct text *text, double value)
{
    char number[NUMBER_TEXT];
    number_write_real(number, value);
    text_put(text, number);
    if (!strpbrk(number, ".en"))
        text_put(text, ".0");
}

/* A value as `--set` takes it; false for groups. */
static bool put_value(const config_setting_t *setting, struct text *text)
{
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
        text_int(text, config_setting_get_int(setting));
        return true;
    case CONFIG_TYPE_INT64:
        text_int(text, config_setting_get_int64(setting));
        return true;
    case CONFIG_TYPE_FLOAT:
        put_real(text, config_setting_get_float(setting));
        return true;
    case CONFIG_TYPE_BOOL:
        text_put(text, config_setting_get_bool(setting) ? "true" : "false");
        return true;
    case CONFIG_TYPE_STRING:
        text_put(text, config_setting_get_string(setting));
        return true;
    case CONFIG_TYPE_ARRAY:
    case CONFIG_TYPE_LIST:
        text_char(text, '[');
        for (int i = 0; i < config_setting_length(setting); i++) {
            text_put(text, i ? ", " : "");
            if (!put_value(config_setting_get_elem(setting, (unsigned)i), text))
                return false;
        }
        text_char(text, ']');
        return true;
    default:
        return false;
    }
}

/* Replaces a member by a text in its place: a list by its items with marks before them, a number by its
 * digits. */
static void make_text(config_setting_t *group, const char *key)
{
    config_setting_t *member = config_setting_get_member(group, key);
    if (!member || config_setting_type(member) == CONFIG_TYPE_STRING || config_setting_is_group(member))
        return;
    struct text text = {0};
    bool ok = true;
    if (config_setting_is_aggregate(member)) {
        for (int i = 0; i < config_setting_length(member) && ok; i++) {
            text_put(&text, MARK);
            ok = put_value(config_setting_get_elem(member, (unsigned)i), &text);
        }
        if (!text.length)
            text_put(&text, MARK);
    } else {
        ok = put_value(member, &text);
    }
    unsigned line = member->line;
    const char *file = member->file;
    if (ok) { /* otherwise the tables say what is wrong with it */
        config_setting_remove(group, key);
        member = config_setting_add(group, key, CONFIG_TYPE_STRING);
        assert(member);
        config_setting_set_string(member, text_string(&text));
        member->line = line;
        member->file = file;
    }
    text_free(&text);
}

static void make_texts(struct source *source)
{
    static const char *const keys[] = {"values", "from", "to", "step"};
    config_setting_t *root = config_root_setting(&source->config);
    make_text(root, "metrics");
    make_text(root, "set");
    config_setting_t *factors = config_setting_get_member(root, "factors");
    for (int i = 0; factors && config_setting_is_group(factors) && i < config_setting_length(factors); i++) {
        config_setting_t *factor = config_setting_get_elem(factors, (unsigned)i);
        for (size_t k = 0; k < sizeof keys / sizeof *keys && config_setting_is_group(factor); k++)
            make_text(factor, keys[k]);
    }
}

/* The next item of a marked text, to be freed; NULL at the end. */
static char *next_item(const char **text)
{
    if (**text != MARK[0])
        return NULL;
    const char *start = *text + 1;
    size_t length = strcspn(start, MARK);
    *text = start + length;
    char *item = memory_text(start);
    item[length] = 0;
    return item;
}

static const char *take_values(const struct raw_factor *raw, struct factor *factor)
{
    if (*raw->from || *raw->to || *raw->step || raw->steps)
        return "a factor has either values or a range (from, to, steps), not both";
    if (raw->values[0] != MARK[0])
        return "values must be a list: [\"none\", \"easy\"] or [4096, 8192]";
    const char *at = raw->values;
    for (char *item; (item = next_item(&at)); free(item)) {
        if (!*item) {
            free(item);
            return "a value is empty";
        }
        factor_add(factor, item);
    }
    return NULL;
}

static const char *take_range(const struct raw_factor *raw, struct factor *factor)
{
    if (!*raw->from || !*raw->to)
        return "needs values = [...], or a range: from and to";
    const char *problem = factor_range(factor, raw->from, raw->to);
    if (problem)
        return problem;
    if (*raw->step && raw->steps)
        return "either step or steps, not both";
    if (*raw->step)
        return factor_step(factor, raw->step);
    return raw->steps ? factor_levels_set(factor, raw->steps) : NULL;
}

static void take_factors(struct study_file *file, const struct raw_file *raw, struct error_list *errors)
{
    const struct raw_factor *entries = raw->factors.entries;
    file->factors = memory_alloc((size_t)raw->factors.count, sizeof *file->factors);
    for (int i = 0; i < raw->factors.count; i++) {
        struct study_factor *into = &file->factors[file->factor_count++];
        if (!entries[i].path || !entries[i].values || !entries[i].from || !entries[i].to || !entries[i].step)
            continue; /* told by the tables */
        into->name = entries[i].name;
        into->factor.path = memory_text(entries[i].path);
        const char *problem = *entries[i].values ? take_values(&entries[i], &into->factor)
                                                 : take_range(&entries[i], &into->factor);
        char path[200];
        snprintf(path, sizeof path, "factors.%.100s%s", entries[i].name, *entries[i].values ? ".values" : "");
        if (problem)
            source_error(&file->source, errors, path, "%s", problem);
        for (int j = 0; j < i; j++)
            if (entries[j].path && !strcmp(entries[j].path, entries[i].path))
                source_error(&file->source, errors, path, "factor %s varies the same setting",
                             entries[j].name);
    }
}

static void take_metrics(struct study_file *file, const struct raw_file *raw, struct error_list *errors)
{
    const char *at = raw->metrics;
    if (*at && *at != MARK[0]) {
        source_error(&file->source, errors, "metrics",
                     "must be a list: [\"wait_p95[wuxi]\", \"fill_rate[wuxi]\"]");
        return;
    }
    if (!strcmp(at, MARK))
        return;
    for (char *item; (item = next_item(&at)); free(item)) {
        char problem[256];
        file->metrics = memory_grow(file->metrics, (size_t)file->metric_count + 1, sizeof *file->metrics);
        if (!reference_parse(&file->metrics[file->metric_count++], item, problem))
            source_error(&file->source, errors, "metrics", "%s", problem);
    }
}

static void take_sets(struct study_file *file, const struct raw_file *raw, struct error_list *errors)
{
    const char *at = raw->set;
    if (*at && *at != MARK[0]) {
        source_error(&file->source, errors, "set", "must be a list: [\"site.wuxi.jobs_per_day=1\"]");
        return;
    }
    for (char *item; strcmp(at, MARK) && (item = next_item(&at));) {
        file->sets = memory_grow(file->sets, (size_t)file->set_count + 1, sizeof *file->sets);
        file->sets[file->set_count++] = item;
    }
}

/* A path beside the study file. */
static char *beside(const char *file, const char *name)
{
    const char *slash = strrchr(file, '/');
    struct text path = {0};
    if (slash && *name != '/')
        text_append(&path, file, (size_t)(slash - file) + 1);
    text_put(&path, name);
    return path.bytes;
}

bool study_file_read(struct study_file *file, const char *name, struct error_list *errors)
{
    *file = (struct study_file){0};
    int before = errors->inputs;
    if (!source_read(&file->source, name, errors))
        return false;
    make_texts(&file->source);
    struct raw_file raw = {0};
    schema_read(&file_schema, &file->source, &raw, &file->arena, errors);
    file->replications = raw.replications;
    file->points = raw.points;
    file->samples = raw.samples;
    file->seed = raw.seed;
    for (int i = 0; design_name(i) && raw.design; i++)
        if (!strcmp(design_name(i), raw.design))
            file->design = (enum study_design)i;
    if (raw.metrics)
        take_metrics(file, &raw, errors);
    if (raw.set)
        take_sets(file, &raw, errors);
    take_factors(file, &raw, errors);
    if (raw.scenario)
        file->scenario = beside(name, raw.scenario);
    return errors->inputs == before;
}

void study_file_free(struct study_file *file)
{
    for (int i = 0; i < file->factor_count; i++)
        factor_free(&file->factors[i].factor);
    free(file->factors);
    for (int i = 0; i < file->set_count; i++)
        free(file->sets[i]);
    free(file->sets);
    free(file->metrics);
    free(file->scenario);
    source_free(&file->source);
    arena_free(&file->arena);
    *file = (struct study_file){0};
}
