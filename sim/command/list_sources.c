/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/list_sources.h"

#include "scenario/choices.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TEXTS = 16, GROUP_BYTES = 240 };

static const char ending[] = "_source";

/* Settings whose text is not told by their first letters. */
static const struct {
    const char *key, *text;
} related[] = {
    {"idle_w", "power_source"},
    {"server_w", "power_source"},
    {"hour_weights", "rhythm_source"},
    {"weekday_weights", "rhythm_source"},
    {"native_share", "port_source"},
    {"family_share", "rebase_source"},
    {"diagnose_law", "detect_source"},
    {"diagnose_median", "detect_source"},
    {"diagnose_sigma", "detect_source"},
    {"misdiagnosed", "detect_source"},
    {"relapse", "detect_source"},
    {"escalate", "repair_source"},
    {"manual_law", "repair_source"},
    {"manual_median", "repair_source"},
    {"manual_sigma", "repair_source"},
    {"manual_success", "repair_source"},
    {"retire_after", "repair_source"},
    {"retire_within", "repair_source"},
    {"replace_after", "repair_source"},
    {"spare_delay", "spares_source"},
    {"memory_checkpoints", "checkpoint_source"},
    {"memory_cost", "checkpoint_source"},
};

static bool is_related(const char *key, const char *text)
{
    for (size_t i = 0; i < sizeof related / sizeof *related; i++)
        if (!strcmp(related[i].key, key) && !strcmp(related[i].text, text))
            return true;
    return false;
}

/* The text of a member of a group; NULL when there is none, or an empty one. */
static const char *text_of(const config_setting_t *group, const char *key)
{
    const char *text = NULL;
    return config_setting_lookup_string(group, key, &text) && *text ? text : NULL;
}

/* How many letters of the key the name of a text of its own covers; 0: it is no such text. */
static size_t covered(const char *key, const char *name)
{
    size_t length = strlen(name), tail = sizeof ending - 1;
    if (length <= tail || strcmp(name + length - tail, ending) != 0)
        return 0;
    if (is_related(key, name))
        return strlen(key);
    return strncmp(key, name, length - tail) ? 0 : length - tail;
}

/* The text `P_source` of the group that covers the key; NULL: none. */
static const char *own_text(const config_setting_t *group, const char *key)
{
    const char *best = NULL;
    size_t best_length = 0;
    for (int i = 0; i < config_setting_length(group); i++) {
        const char *name = config_setting_name(config_setting_get_elem(group, (unsigned)i));
        size_t length = name ? covered(key, name) : 0;
        if (length > best_length && text_of(group, name)) {
            best = text_of(group, name);
            best_length = length;
        }
    }
    return best;
}

/* The words of confidence that a text says with a colon, each once, in the order of the list of them. */
static void said(const char *text, char out[LIST_CONFIDENCE])
{
    out[0] = 0;
    for (int i = 0; choices_confidence(i); i++) {
        char word[32];
        snprintf(word, sizeof word, "%s:", choices_confidence(i));
        const char *at = strstr(text, word);
        while (at && at > text && at[-1] != ' ' && at[-1] != '(')
            at = strstr(at + 1, word);
        size_t length = strlen(out);
        if (at)
            snprintf(out + length, LIST_CONFIDENCE - length, "%s%s", length ? " + " : "",
                     choices_confidence(i));
    }
}

/* The confidence of the group, or of the nearest one around it that states one. */
static void stated(const config_setting_t *group, char out[LIST_CONFIDENCE])
{
    const char *word = NULL;
    for (; group && !word; group = config_setting_parent(group))
        word = text_of(group, "confidence");
    snprintf(out, LIST_CONFIDENCE, "%s", word ? word : "assumption");
}

bool list_sources_find(const config_setting_t *setting, struct list_source *found)
{
    const config_setting_t *group = config_setting_parent(setting);
    *found = (struct list_source){0};
    if (!group || !config_setting_name(setting))
        return false;
    found->text = own_text(group, config_setting_name(setting));
    if (found->text) {
        said(found->text, found->confidence);
        if (!found->confidence[0])
            stated(group, found->confidence);
        return true;
    }
    for (; group && !found->text; group = found->text ? group : config_setting_parent(group))
        found->text = text_of(group, "source");
    if (!found->text)
        return false;
    if (!text_of(group, "confidence"))
        said(found->text, found->confidence);
    if (!found->confidence[0])
        stated(group, found->confidence);
    return true;
}

/* What one text covers in one group. */
struct batch {
    struct list_source source;
    struct text values;
};

struct walk {
    const struct source *source;
    struct error_list *errors;
    struct text *out;
    char group[GROUP_BYTES]; /* whose batches these are */
    struct batch batches[TEXTS];
    int count;
};

static void flush(struct walk *walk)
{
    for (int i = 0; i < walk->count; i++) {
        struct batch *batch = &walk->batches[i];
        text_format(walk->out, "%s: %s [%s] ", walk->group, text_string(&batch->values),
                    batch->source.confidence);
        text_put(walk->out, batch->source.text);
        text_char(walk->out, '\n');
        text_free(&batch->values);
    }
    walk->count = 0;
}

static struct batch *batch_of(struct walk *walk, const struct list_source *source)
{
    for (int i = 0; i < walk->count; i++)
        if (walk->batches[i].source.text == source->text)
            return &walk->batches[i];
    if (walk->count == TEXTS)
        flush(walk);
    struct batch *batch = &walk->batches[walk->count++];
    *batch = (struct batch){.source = *source};
    return batch;
}

/* Texts that describe, and are no settings. */
static bool describes(const char *key)
{
    static const char *const words[] = {"source", "confidence", "note", "vendor", "model"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(key, words[i]))
            return true;
    size_t length = strlen(key), tail = sizeof ending - 1;
    return length > tail && !strcmp(key + length - tail, ending);
}

static bool is_figure(const struct schema_field *field)
{
    switch (field->kind) {
    case SCHEMA_WHOLE:
    case SCHEMA_REAL:
    case SCHEMA_DURATION:
    case SCHEMA_DATE:
    case SCHEMA_REALS:
        return true;
    default:
        return false;
    }
}

static void visit(void *context, const char *path, const struct schema_field *field, const char *value)
{
    struct walk *walk = context;
    const config_setting_t *setting = config_lookup(&walk->source->config, path);
    if (!setting || describes(field->key)) /* a fallback is the program's, not the catalogue's */
        return;
    struct list_source found;
    if (!list_sources_find(setting, &found)) {
        if (is_figure(field))
            source_error(walk->source, walk->errors, path,
                         "has no source: write `source` in its group, or a text for it alone");
        return;
    }
    size_t length = strlen(path) - strlen(field->key) - 1;
    if (strlen(walk->group) != length || strncmp(walk->group, path, length) != 0) {
        flush(walk);
        snprintf(walk->group, sizeof walk->group, "%.*s", (int)length, path);
    }
    struct batch *batch = batch_of(walk, &found);
    text_format(&batch->values, "%s%s = ", batch->values.length ? ", " : "", field->key);
    text_put(&batch->values, value);
}

bool list_sources_put(const struct list_catalogue *catalogue, const char *file, struct text *out,
                      struct error_list *errors)
{
    int before = errors->inputs;
    struct list_entries entries;
    if (list_catalogue_read(catalogue, file, &entries, errors)) {
        struct schema_field field;
        struct schema schema = list_catalogue_schema(catalogue, &field);
        struct walk walk = {.source = &entries.source, .errors = errors, .out = out};
        schema_visit(&schema, &entries.map, visit, &walk);
        flush(&walk);
    }
    list_catalogue_free(&entries);
    return errors->inputs == before;
}

void list_sources_print(const char *folder, struct error_list *errors)
{
    const struct list_catalogue *catalogue;
    for (int i = 0; (catalogue = list_catalogue_at(i)); i++) {
        char file[800];
        snprintf(file, sizeof file, "%s/%s", folder, catalogue->file);
        if (access(file, F_OK))
            continue;
        struct text out = {0};
        list_sources_put(catalogue, file, &out, errors);
        printf("# %s\n%s", file, text_string(&out));
        text_free(&out);
    }
}
