/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare: `tenk compare A.cfg B.cfg ...`: which variant is better, by how much, and how sure that is. */
#include "command/compare.h"

#include "base/memory.h"
#include "base/number.h"
#include "command/command.h"

#include <stdlib.h>
#include <string.h>

static const char about[] =
    "Compares scenarios, or variants of one, on the same futures.\v"
    "All variants see the same arrivals, failures and yields (common random numbers), so what differs is due "
    "to "
    "the variants. The table says who is better at what, with intervals that hold for all pairs at once. "
    "compare.csv in the folder given with -o has every metric and pair (docs/compare.md, "
    "docs/results.md).\n\n"
    "--antithetic runs every future a second time with each uniform u turned into 1 - u; --controls corrects "
    "for "
    "the work that jobs bring, the yield of lots and the demand of buyers. Either tells by how much it cuts "
    "the "
    "variance.\n\n"
    "--best finds the best variant with the promise of Kim & Nelson (2001): with the given confidence it is "
    "the "
    "best one, if it is better than the next by --delta or more. It takes as many futures as that needs.\n\n"
    "Examples:\n"
    "  tenk compare scenarios/wuxi-10k.cfg --vary site.wuxi.backfill=none,easy,conservative -n 20\n"
    "  tenk compare scenarios/wuxi-10k.cfg scenarios/known-supply.cfg --metric full_online_days\n"
    "  tenk compare scenarios/wuxi-10k.cfg --vary site.wuxi.order=fcfs,sjf,wfp3 -n 20 \\\n"
    "      --best 'wait_mean[wuxi]' --delta 1h\n\n"
    "Exit status: 0 done, 1 the results could not be written, 2 a mistake in scenario or options, 3 "
    "interrupted.";

enum {
    OPTION_VARY = 256,
    OPTION_METRIC,
    OPTION_ANTITHETIC,
    OPTION_CONTROLS,
    OPTION_BEST,
    OPTION_DELTA,
    OPTION_LOWEST,
    OPTION_HIGHEST,
    OPTION_MOST
};

static const struct argp_option option_table[] = {
    {"vary", OPTION_VARY, "PATH=A,B,...", 0,
     "variants of the one scenario: the values of a setting, or FROM..TO:STEP", 0},
    {"metric", OPTION_METRIC, "METRIC[SCOPE]", 0,
     "a result to be shown, e.g. wait_p95[cards>=1024]; may be repeated (compare.csv has all)", 0},
    {"antithetic", OPTION_ANTITHETIC, 0, 0, "run every future and its mirror", 0},
    {"controls", OPTION_CONTROLS, 0, 0, "control variates, where they help", 0},
    {"best", OPTION_BEST, "METRIC[SCOPE]", 0, "find the best variant by this result", 0},
    {"delta", OPTION_DELTA, "D", 0, "with --best: the smallest difference that matters, e.g. 1h", 0},
    {"lowest", OPTION_LOWEST, 0, 0, "with --best: less is better", 0},
    {"highest", OPTION_HIGHEST, 0, 0, "with --best: more is better", 0},
    {"most", OPTION_MOST, "N", 0, "with --best: futures at most (default 10000)", 0},
    {0},
};

static void add_metric(struct compare_job *job, const char *text)
{
    struct reference reference;
    char problem[256];
    if (job->metric_count == COMPARE_METRICS)
        error_input(&job->method.errors, "--metric %s: %d metrics at most", text, COMPARE_METRICS);
    else if (!reference_parse(&reference, text, problem))
        error_input(&job->method.errors, "--metric %s: %s", text, problem);
    else
        job->metrics[job->metric_count++] = text;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct compare_job *job = state->input;
    struct error_list *errors = &job->method.errors;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &job->method;
        return 0;
    case OPTION_VARY:
        if (job->varies)
            error_input(errors, "--vary %s: one setting at a time; tenk sweep varies several", text);
        else
            job->varies = factor_parse(&job->vary, "--vary", text, errors);
        return 0;
    case OPTION_METRIC:
        add_metric(job, text);
        return 0;
    case OPTION_ANTITHETIC:
        job->antithetic = true;
        return 0;
    case OPTION_CONTROLS:
        job->controls = true;
        return 0;
    case OPTION_BEST:
        job->best = text;
        return 0;
    case OPTION_DELTA:
        job->delta = text;
        return 0;
    case OPTION_LOWEST:
        job->direction = -1;
        return 0;
    case OPTION_HIGHEST:
        job->direction = 1;
        return 0;
    case OPTION_MOST:
        job->most = command_number(errors, "--most", text, 20, 1000000);
        return 0;
    case ARGP_KEY_ARG:
        if (job->file_count == COMPARE_VARIANTS)
            argp_error(state, "%d scenarios at most", COMPARE_VARIANTS);
        job->files[job->file_count++] = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which scenarios? for example scenarios/wuxi-10k.cfg --vary "
                          "site.wuxi.backfill=none,easy");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void check_variants(struct compare_job *job)
{
    struct error_list *errors = &job->method.errors;
    if (error_any(errors))
        return;
    if (job->varies && job->file_count > 1)
        error_input(errors, "--vary makes variants of one scenario, and there are %d", job->file_count);
    if (!job->varies && job->file_count < 2)
        error_input(errors, "one scenario has nothing to be compared with; name another one, or --vary a "
                            "setting of it");
    if (job->varies) {
        int64_t levels = factor_levels(&job->vary);
        if (!levels)
            error_input(errors, "--vary %s: a range needs a step to compare its values: FROM..TO:STEP",
                        job->vary.path);
        else if (levels < 2 || levels > COMPARE_VARIANTS)
            error_input(errors, "--vary %s: from 2 to %d values can be compared, not %lld", job->vary.path,
                        COMPARE_VARIANTS, (long long)levels);
    }
    if (job->antithetic && job->controls)
        error_input(errors,
                    "--antithetic and --controls: one of them; the mirror of a future cancels what the "
                    "controls would correct, and what is left of them is skewed");
    if (job->best && study_options_is_share(&job->method.study_options))
        error_input(errors, "--best with --shard: which futures are needed depends on what the ones before "
                            "showed; threads and MPI share them");
    if (!job->best && (job->delta || job->direction))
        error_input(errors, "--delta, --lowest and --highest say something about --best, which is not given");
    if (job->best && !job->delta)
        error_input(errors,
                    "--best %s: which difference matters? --delta D, for example --delta 1h; a smaller one "
                    "needs more futures",
                    job->best);
}

static void add_variant(struct compare_job *job, const char *file, const char *assignment)
{
    int point = method_add(&job->method, file, &assignment, assignment ? 1 : 0);
    if (point < 0)
        return;
    job->names[job->variants++] = memory_text(assignment ? assignment : file);
}

/* Reads all variants: the mistakes of all are told. The futures are the first one's. */
static void add_variants(struct compare_job *job)
{
    if (job->varies) {
        for (int64_t i = 0; i < factor_levels(&job->vary); i++) {
            struct text value = {0};
            factor_level(&job->vary, i, &value);
            char *assignment = factor_assignment(&job->vary, text_string(&value));
            add_variant(job, job->files[0], assignment);
            free(assignment);
            text_free(&value);
        }
        return;
    }
    for (int i = 0; i < job->file_count; i++) {
        add_variant(job, job->files[i], NULL);
        if (job->variants == 1 && job->method.seed < 0) /* common random numbers have a common seed */
            job->method.seed = study_scenario(job->method.study, 0)->seed;
    }
}

/* Whether every metric that was named is there to be compared. */
static void check_metrics(struct compare_job *job)
{
    for (int i = 0; i < job->metric_count; i++) {
        struct reference reference;
        char problem[256];
        reference_parse(&reference, job->metrics[i], problem);
        int slot = reference_slot(&reference, study_slots(job->method.study, 0), problem);
        if (slot < 0)
            error_input(&job->method.errors, "--metric %s: %s", job->metrics[i], problem);
        else if (common_find(&job->common, slot) < 0)
            error_input(&job->method.errors, "--metric %s: not all variants have this result",
                        job->metrics[i]);
    }
}

static void put_manifest(void *context, struct json *json)
{
    const struct compare_job *job = context;
    json_int(json, "replications", job->futures);
    json_string(json, "antithetic", job->antithetic ? "yes" : "no");
    json_string(json, "controls", job->controls ? "yes" : "no");
    json_open(json, "variants");
    for (int i = 0; i < job->variants; i++) {
        char hash[20];
        snprintf(hash, sizeof hash, "%016llx",
                 (unsigned long long)scenario_hash(study_scenario(job->method.study, i)));
        json_string(json, job->names[i], hash);
    }
    json_close(json);
}

static bool work(struct compare_job *job, int *status)
{
    struct method *method = &job->method;
    add_variants(job);
    if (error_any(&method->errors))
        return false;
    common_build(&job->common, method->study, job->variants);
    check_metrics(job);
    if (error_any(&method->errors) || (job->best && !compare_best_check(job)))
        return false;
    job->futures = (int)study_scenario(method->study, 0)->replications;
    if (job->futures < 2) {
        error_input(&method->errors, "one future shows no difference; ask for more with -n");
        return false;
    }
    bool known = method_run(method, 0, job->variants, job->futures, job->antithetic);
    bool best = !known || !job->best || compare_best_run(job);
    if (!method_whole(method, status) || !known || !best)
        return false;
    compare_report(job, !method->study_options.quiet);
    if (job->best)
        compare_best_report(job, !method->study_options.quiet);
    return true;
}

int command_compare(int argc, char **argv)
{
    struct compare_job job = {.most = 10000};
    const struct argp argp = {option_table, parse, "SCENARIO...", about, method_children, NULL, NULL};
    method_start(&job.method, "compare", argc, argv);
    argp_parse(&argp, argc, argv, 0, NULL, &job);
    check_variants(&job);
    int status = 0;
    bool whole =
        !error_any(&job.method.errors) && method_open(&job.method, job.files[0]) && work(&job, &status);
    status = method_close(&job.method, whole, status, put_manifest, &job);
    common_free(&job.common);
    factor_free(&job.vary);
    for (int i = 0; i < job.variants; i++)
        free(job.names[i]);
    return status;
}
