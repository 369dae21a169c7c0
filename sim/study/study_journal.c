/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_journal: how a study keeps its units in its journal and takes them from others. */
#include "base/hash.h"
#include "base/memory.h"
#include "study/study_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool study_keeps_rows(const struct study *study)
{
    return study->config->want_rows || study->config->want_jobs;
}

void study_fail_with(struct study *study, const struct error_list *errors)
{
    const struct error_item *item = errors->items;
    char text[sizeof study->problem];
    snprintf(text, sizeof text, "%s%s%s", item->file, item->file[0] ? ": " : "", item->message);
    study_fail(study, errors->inputs ? STUDY_INPUT : STUDY_SYSTEM, text);
}

/* A unit that a journal knows. Units of scenarios that the driver has not named yet wait on their shelf. */
static bool take_known(void *context, const struct journal_unit *unit)
{
    struct study *study = context;
    struct store_shelf *shelf = store_shelf(&study->store, unit->scenario);
    if (shelf->slots < 0)
        shelf->slots = unit->count;
    if (shelf->slots != unit->count || unit->has_rows != study_keeps_rows(study))
        return false;
    store_add(shelf, unit->replication, unit->values, unit->events, unit->has_rows ? &unit->rows : NULL);
    return true;
}

/* The question: which scenarios the driver begins with. What it adds later follows from their values. */
static uint64_t question_hash(const struct study *study)
{
    uint64_t hash = HASH_START;
    for (int i = 0; i < study->point_count; i++)
        hash = hash_bytes(hash, &study->points[i]->hash, sizeof study->points[i]->hash);
    return hash;
}

bool study_journals_open(struct study *study)
{
    const struct study_config *config = study->config;
    struct error_list errors = {0};
    char shape[64];
    snprintf(shape, sizeof shape, "%s%s%s", study_keeps_rows(study) ? "rows" : "values",
             config->want_jobs ? "+jobs" : "", config->warm_up ? "+warm-up" : "");
    const struct journal_header header = {
        .command = config->command,
        .shape = shape,
        .hash = question_hash(study),
        .shard = config->shards > 1 ? config->shard : 0,
        .shards = config->shards > 1 ? config->shards : 0,
        .arguments = config->arguments ? config->arguments : "",
    };
    enum journal_mode mode = config->resume ? JOURNAL_CONTINUE : JOURNAL_NEW;
    bool ok = true;
    if (config->journal)
        ok = journal_open(&study->journals[0], config->journal, &header, mode, 0, take_known, study, &errors);
    for (int i = 0; i < config->source_count && ok; i++)
        ok = journal_open(&study->journals[i + 1], config->sources[i], &header, JOURNAL_SOURCE, i + 1,
                          take_known, study, &errors);
    if (!ok)
        study_fail_with(study, &errors);
    error_list_free(&errors);
    study->opened = ok;
    return ok;
}

bool study_journal_keep(struct study *study, const struct study_unit *unit, struct world_result *result,
                        struct store_rows *rows)
{
    struct journal *journal = &study->journals[0];
    const struct study_point *point = study->points[unit->point];
    *rows = (struct store_rows){0};
    if (journal->file < 0)
        return true;
    struct journal_unit kept = {
        .scenario = point->hash,
        .replication = unit->replication,
        .events = result->events,
        .count = point->slots.count,
        .values = result->values,
    };
    struct text *parts[STORE_PARTS];
    study_parts(result, parts);
    if (!journal_add(journal, &kept, study_keeps_rows(study) ? (const struct text *const *)parts : NULL)) {
        char text[sizeof study->problem];
        snprintf(text, sizeof text, "%s: cannot be written: %s", study->config->journal, strerror(errno));
        study_fail(study, STUDY_SYSTEM, text);
        return false;
    }
    *rows = kept.rows;
    return true;
}

void study_journals_close(struct study *study)
{
    for (int i = 0; i <= study->config->source_count; i++)
        journal_close(&study->journals[i], study->done);
    free(study->journals);
    study->journals = NULL;
}
