/* SPDX-License-Identifier: GPL-3.0-or-later */
/* size: `tenk size SCENARIO`: the smallest value of a setting that meets targets, with the evidence. */
#include "command/size.h"

#include "base/memory.h"
#include "command/command.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char about[] =
    "Finds the smallest value of a setting that meets a target.\v"
    "A target is METRIC[SCOPE] <= VALUE or >= VALUE, on the mean over futures; with \"p90 of futures\" "
    "before it, in "
    "90% of the futures. Scopes are those of summary.csv, or their part behind the slash. Values between are "
    "tried on "
    "the same futures, each with as many as it takes to tell, and halved in; with the given confidence no "
    "verdict is wrong. Where more turns out to be worse, tenk says so and gives no answer. size.csv has the "
    "evidence "
    "(docs/compare.md, docs/results.md).\n\n"
    "With --against it is asked for each value of a second setting: a frontier.\n\n"
    "Examples:\n"
    "  tenk size scenarios/shared-centre.cfg --vary site.centre.cards=1024..4096:256 \\\n"
    "      --target 'wait_p95[centre] <= 24h'\n"
    "  tenk size scenarios/shared-centre.cfg --vary site.centre.cards \\\n"
    "      --target 'p90 of futures wait_mean[centre] <= 2h' \\\n"
    "      --against site.centre.backfill=none,easy --confidence 90%\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a mistake in scenario or options, or no "
    "value that "
    "is shown to meet, 3 interrupted.";

enum { OPTION_VARY = 256, OPTION_TARGET, OPTION_AGAINST, OPTION_LARGEST, MOST_FUTURES = 640 };

static const struct argp_option option_table[] = {
    {"vary", OPTION_VARY, "PATH[=FROM..TO:STEP]", 0,
     "the setting that is asked for, and its values; without, an eighth to eight times the scenario's", 0},
    {"target", OPTION_TARGET, "TARGET", 0,
     "what must be met, e.g. 'wait_p95[cards>=1024] <= 24h'; may be repeated: all of them", 0},
    {"against", OPTION_AGAINST, "PATH=A,B,...", 0, "a second setting: an answer for each of its values", 0},
    {"largest", OPTION_LARGEST, 0, 0, "the largest value that meets, where less is easier", 0},
    {0},
};

static void add_target(struct size_job *job, const char *text)
{
    if (job->target_count == SIZE_GOALS)
        error_input(&job->method.errors, "--target %s: %d targets at most", text, SIZE_GOALS);
    else if (target_parse(&job->targets[job->target_count], "--target", text, &job->method.errors))
        job->target_count++;
}

static void set_vary(struct size_job *job, const char *text)
{
    struct error_list *errors = &job->method.errors;
    if (job->varies)
        error_input(errors, "--vary %s: one setting at a time; a second one is --against", text);
    else if (strchr(text, '='))
        factor_parse(&job->vary, "--vary", text, errors);
    else
        job->vary_path = text;
    job->varies = true;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct size_job *job = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &job->method;
        return 0;
    case OPTION_VARY:
        set_vary(job, text);
        return 0;
    case OPTION_TARGET:
        add_target(job, text);
        return 0;
    case OPTION_AGAINST:
        factor_free(&job->against);
        factor_parse(&job->against, "--against", text, &job->method.errors);
        return 0;
    case OPTION_LARGEST:
        job->largest = true;
        return 0;
    case ARGP_KEY_ARG:
        if (job->file)
            argp_error(state, "one scenario at a time; \"%s\" is a second one", text);
        job->file = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which scenario? for example scenarios/shared-centre.cfg");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void check(struct size_job *job)
{
    struct error_list *errors = &job->method.errors;
    if (error_any(errors))
        return;
    if (study_options_is_share(&job->method.study_options))
        error_input(errors,
                    "--shard: which futures are needed depends on what the ones before showed; threads "
                    "and MPI share them");
    if (!job->varies)
        error_input(errors,
                    "which setting is asked for? for example --vary site.centre.cards=1024..4096:256");
    if (!job->target_count)
        error_input(errors, "which target is to be met? for example --target 'wait_p95[cards>=1024] <= 24h'");
    if (job->varies && !job->vary_path && !factor_levels(&job->vary))
        error_input(errors, "--vary %s: a range needs a step: FROM..TO:STEP", job->vary.path);
    if (job->against.path) {
        int64_t levels = factor_levels(&job->against);
        if (!levels || levels > SIZE_AGAINST)
            error_input(errors, "--against %s: from 1 to %d values (a list, or FROM..TO:STEP)",
                        job->against.path, SIZE_AGAINST);
    }
    if (job->method.replications >= 0 && job->method.replications < SIZE_FIRST)
        error_input(errors, "-n: at least %d futures for a value that is near the target", SIZE_FIRST);
}

void size_value(const struct size_job *job, int64_t candidate, struct text *text)
{
    int64_t last = factor_levels(&job->vary) - 1;
    factor_level(&job->vary, job->largest ? last - candidate : candidate, text);
}

/* What the callback of a search needs; the point of the candidate that is being tried. */
struct looker {
    struct size_job *job;
    int search, point;
    int64_t candidate;
    int slots[SIZE_GOALS];
};

/* Adds the variant of a candidate and finds its results. */
static bool look_at(struct looker *looker, int64_t candidate)
{
    struct size_job *job = looker->job;
    struct text value = {0};
    size_value(job, candidate, &value);
    struct sets sets = {0};
    sets_add_pair(&sets, job->vary.path, text_string(&value));
    if (job->against.path)
        sets_add_pair(&sets, job->against.path, job->levels[looker->search]);
    looker->point = method_add(&job->method, job->file, (const char *const *)sets.texts, sets.count);
    looker->candidate = candidate;
    bool ok = looker->point >= 0;
    for (int g = 0; g < job->target_count && ok; g++) {
        char problem[256];
        looker->slots[g] = reference_slot(&job->targets[g].reference,
                                          study_slots(job->method.study, looker->point), problem);
        ok = looker->slots[g] >= 0;
        if (!ok)
            error_input(&job->method.errors, "--target \"%s\", at %s=%s: %s", job->targets[g].text,
                        job->vary.path, text_string(&value), problem);
    }
    sets_free(&sets);
    text_free(&value);
    return ok;
}

static bool observe(void *context, int64_t candidate, int futures, double *values)
{
    struct looker *looker = context;
    struct method *method = &looker->job->method;
    int goals = looker->job->target_count;
    if (candidate != looker->candidate && !look_at(looker, candidate))
        return false;
    if (!method_run(method, looker->point, looker->point + 1, futures, false))
        return false;
    for (int r = 0; r < futures; r++) {
        const double *known = study_values(method->study, looker->point, r);
        for (int g = 0; g < goals; g++)
            values[r * goals + g] = known[looker->slots[g]];
    }
    return true;
}

/* A search for each value of the second setting; their errors add up to that of the whole. */
static bool search_all(struct size_job *job)
{
    job->searches = job->against.path ? (int)factor_levels(&job->against) : 1;
    job->answers = memory_alloc((size_t)job->searches, sizeof *job->answers);
    for (int g = 0; g < job->target_count; g++)
        job->goals[g] =
            (struct size_goal){job->targets[g].below, job->targets[g].bound, job->targets[g].share};
    for (int s = 0; s < job->searches && job->against.path; s++) {
        struct text level = {0};
        factor_level(&job->against, s, &level);
        job->levels[s] = level.bytes;
    }
    for (; job->done < job->searches; job->done++) {
        struct looker looker = {.job = job, .search = job->done, .candidate = -1};
        struct size_question question = {.candidates = factor_levels(&job->vary),
                                         .start = job->start,
                                         .goal_count = job->target_count,
                                         .goals = job->goals,
                                         .confidence = 1 - (1 - job->method.confidence) / job->searches,
                                         .most = job->most,
                                         .observe = observe,
                                         .context = &looker};
        size_search(&question, &job->answers[job->done]);
        if (job->answers[job->done].outcome == SIZE_STOPPED)
            return false;
    }
    return true;
}

static bool work(struct size_job *job, int *status)
{
    struct method *method = &job->method;
    job->start = -1;
    if (method_add(method, job->file, NULL, 0) < 0) /* the scenario as it is: its mistakes are told first */
        return false;
    if (job->vary_path && !size_around(job, study_scenario(method->study, 0)))
        return false;
    job->most = method->replications >= 0 ? (int)method->replications : MOST_FUTURES;
    bool searched = search_all(job);
    if (error_any(&method->errors) || !method_whole(method, status) || !searched)
        return false;
    size_report(job, !method->study_options.quiet);
    for (int s = 0; s < job->searches; s++)
        size_refuse(job, s);
    return !error_any(&method->errors);
}

static void put_manifest(void *context, struct json *json)
{
    const struct size_job *job = context;
    json_string(json, "vary", job->vary.path);
    json_string(json, "against", job->against.path ? job->against.path : "");
    json_int(json, "most_replications", job->most);
    json_open(json, "targets");
    for (int g = 0; g < job->target_count; g++)
        json_string(json, metric_info(job->targets[g].reference.metric)->name, job->targets[g].text);
    json_close(json);
}

int command_size(int argc, char **argv)
{
    struct size_job job = {0};
    const struct argp argp = {option_table, parse, "SCENARIO", about, method_children, NULL, NULL};
    method_start(&job.method, "size", argc, argv);
    argp_parse(&argp, argc, argv, 0, NULL, &job);
    check(&job);
    int status = 0;
    bool whole = !error_any(&job.method.errors) && method_open(&job.method, job.file) && work(&job, &status);
    status = method_close(&job.method, whole, status, put_manifest, &job);
    for (int s = 0; s < job.searches && job.answers; s++)
        size_free(&job.answers[s]);
    for (int s = 0; s < SIZE_AGAINST; s++)
        free(job.levels[s]);
    free(job.answers);
    factor_free(&job.vary);
    factor_free(&job.against);
    return status;
}
