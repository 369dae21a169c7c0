/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "base/number.h"
#include "command/points.h"
#include "command/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const verdicts[] = {"meets", "fails", "undecided"};

struct finder {
    const char *path;
    char *value;
};

static void find_setting(void *context, const char *path, const struct schema_field *field, const char *value)
{
    struct finder *finder = context;
    (void)field;
    if (!finder->value && !strcmp(path, finder->path))
        finder->value = memory_text(value);
}

/* The value of a setting, to be freed; NULL: there is no such setting. */
static char *setting(const struct scenario *scenario, const char *path)
{
    struct finder finder = {.path = path};
    schema_visit(&scenario_schema, scenario, find_setting, &finder);
    return finder.value;
}

/* Cards come in whole nodes. */
static int64_t natural_step(const struct scenario *scenario, const char *path)
{
    int64_t step = 1;
    size_t length = strlen(path);
    if (length < 6 || strcmp(path + length - 6, ".cards"))
        return 1;
    struct text beside = {0};
    text_format(&beside, "%s_per_node", path);
    char *value = setting(scenario, text_string(&beside));
    if (!value || !number_parse_int(value, &step) || step < 1)
        step = 1;
    free(value);
    text_free(&beside);
    return step;
}

bool size_around(struct size_job *job, const struct scenario *scenario)
{
    char *value = setting(scenario, job->vary_path);
    int64_t now;
    bool whole = value && number_parse_int(value, &now) && now > 0;
    if (!value)
        error_input(&job->method.errors,
                    "--vary %s: there is no setting of that path; `tenk check SCENARIO` prints all paths",
                    job->vary_path);
    else if (!whole)
        error_input(&job->method.errors,
                    "--vary %s: it is %.60s, no whole number to start from; give a range: --vary "
                    "%s=FROM..TO:STEP",
                    job->vary_path, value, job->vary_path);
    free(value);
    if (!whole)
        return false;
    int64_t step = natural_step(scenario, job->vary_path);
    int64_t low = now / 8 / step * step, high = now * 8;
    low = low < step ? step : low;
    struct text range = {0};
    text_format(&range, "%s=%lld..%lld:%lld", job->vary_path, (long long)low, (long long)high,
                (long long)step);
    bool ok = factor_parse(&job->vary, "--vary", text_string(&range), &job->method.errors);
    text_free(&range);
    if (!ok)
        return false;
    int64_t last = factor_levels(&job->vary) - 1;
    job->start = (now - low) / step;
    job->start = job->largest ? last - job->start : job->start;
    return true;
}

/* Trials by their value, ascending. */
static void order_of(const struct size_answer *answer, int *order)
{
    for (int i = 0; i < answer->trial_count; i++) {
        int at = i;
        for (; at && answer->trials[order[at - 1]].candidate > answer->trials[i].candidate; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

static bool is_answer(const struct size_answer *answer, const struct size_trial *trial)
{
    return answer->outcome == SIZE_FOUND && trial->candidate == answer->candidate;
}

/* The bound that decided: towards the wanted one, or away from it. */
static double deciding(const struct target *target, const struct size_evidence *evidence)
{
    bool below = target->below || false;
    if (!isnan(target->share))
        below = false; /* a share of futures must be large */
    bool meets = evidence->verdict != SIZE_FAILS;
    return below == meets ? evidence->high : evidence->low;
}

static void put_trial(const struct size_job *job, int search, const struct size_trial *trial, bool answer,
                      struct text *text)
{
    for (int g = 0; g < job->target_count; g++) {
        const struct target *target = &job->targets[g];
        const struct size_evidence *evidence = &trial->goals[g];
        points_field(text, job->levels[search] ? job->levels[search] : "");
        text_char(text, ',');
        struct text value = {0};
        size_value(job, trial->candidate, &value);
        points_field(text, text_string(&value));
        text_free(&value);
        text_char(text, ',');
        points_field(text, target->text);
        text_format(text, ",%d,%d,", trial->n, evidence->missing);
        text_real(text, evidence->estimate);
        text_char(text, ',');
        text_real(text, evidence->low);
        text_char(text, ',');
        text_real(text, evidence->high);
        text_char(text, ',');
        text_real(text, isnan(target->share) ? target->bound : target->share);
        text_format(text, ",%s,%d\n", verdicts[evidence->verdict], answer);
    }
}

/* A value of the target as people read it: h for times, % for shares of futures. */
static void write_value(char out[NUMBER_TEXT + 24], const struct target *target, double value)
{
    struct reference_unit unit = reference_unit(target->reference.metric);
    if (!isnan(target->share))
        unit = (struct reference_unit){"%", 0.01};
    char number[NUMBER_TEXT] = "-";
    if (!isnan(value))
        number_write_grouped(number, value / unit.scale, number_decimals(value / unit.scale));
    snprintf(out, NUMBER_TEXT + 24, "%s %.20s", number, unit.name);
}

static void show_trial(const struct size_job *job, const struct size_trial *trial, bool answer)
{
    struct text value = {0};
    size_value(job, trial->candidate, &value);
    for (int g = 0; g < job->target_count; g++) {
        const struct size_evidence *evidence = &trial->goals[g];
        char estimate[NUMBER_TEXT + 24], bound[NUMBER_TEXT + 24], missing[64] = "";
        write_value(estimate, &job->targets[g], evidence->estimate);
        write_value(bound, &job->targets[g], deciding(&job->targets[g], evidence));
        if (evidence->missing)
            snprintf(missing, sizeof missing, " (%d futures have no value)", evidence->missing);
        printf("    %-14s %6d  %18s %18s  %-9s%s%s\n", g ? "" : text_string(&value), trial->n, estimate,
               bound, verdicts[evidence->verdict], missing, answer && !g ? "  <- the answer" : "");
    }
    text_free(&value);
}

/* What comes of a search, in a sentence. */
static void conclude(const struct size_job *job, int search, struct text *text)
{
    const struct size_answer *answer = &job->answers[search];
    struct text value = {0}, other = {0};
    const char *which = job->largest ? "largest" : "smallest";
    switch (answer->outcome) {
    case SIZE_FOUND:
        size_value(job, answer->candidate, &value);
        text_format(text, "the %s %s that meets: %s", which, job->vary.path, text_string(&value));
        if (answer->candidate > 0) {
            size_value(job, answer->candidate - 1, &other);
            text_format(text, answer->exact ? "; %s does not" : "; of %s it is not shown whether it does",
                        text_string(&other));
        }
        break;
    case SIZE_NOT_MONOTONE:
        size_value(job, answer->trials[answer->lower].candidate, &value);
        size_value(job, answer->trials[answer->higher].candidate, &other);
        text_format(
            text,
            "no answer: the target \"%s\" is not monotone in %s: it is worse at %s than at %s, so the %s "
            "value that meets would say nothing of the others; tenk sweep shows the curve",
            job->targets[answer->goal].text, job->vary.path, text_string(&other), text_string(&value), which);
        break;
    default:
        size_value(job, factor_levels(&job->vary) - 1, &value);
        text_format(text, "no value up to %s=%s is shown to meet", job->vary.path, text_string(&value));
    }
    text_free(&other);
    text_free(&value);
}

static void show_search(const struct size_job *job, int search)
{
    const struct size_answer *answer = &job->answers[search];
    int order[SIZE_TRIALS];
    order_of(answer, order);
    if (job->levels[search])
        printf("  %s = %s\n", job->against.path, job->levels[search]);
    printf("    %-14s %6s  %18s %18s  %s\n",
           strrchr(job->vary.path, '.') ? strrchr(job->vary.path, '.') + 1 : job->vary.path, "n", "estimate",
           "bound", "verdict");
    for (int i = 0; i < answer->trial_count; i++)
        show_trial(job, &answer->trials[order[i]], is_answer(answer, &answer->trials[order[i]]));
    struct text text = {0};
    conclude(job, search, &text);
    printf("  %s (%.4g%%)\n", text_string(&text), 100 * job->method.confidence);
    text_free(&text);
}

/* The answers side by side. */
static void show_frontier(const struct size_job *job)
{
    printf("\n  %-32s %s\n", job->against.path, job->vary.path);
    for (int s = 0; s < job->searches; s++) {
        const struct size_answer *answer = &job->answers[s];
        struct text value = {0};
        if (answer->outcome == SIZE_FOUND)
            size_value(job, answer->candidate, &value);
        else
            text_put(&value, answer->outcome == SIZE_NONE ? "none" : "not monotone");
        printf("  %-32s %s%s\n", job->levels[s], text_string(&value),
               answer->outcome == SIZE_FOUND && !answer->exact ? (job->largest ? " or more" : " or less")
                                                               : "");
        text_free(&value);
    }
}

void size_report(struct size_job *job, bool shown)
{
    struct text text = {0};
    text_put(&text, "against,value,target,n,missing,estimate,low,high,wanted,verdict,answer\n");
    for (int g = 0; g < job->target_count && shown; g++)
        printf("Target: %s%s, confidence %.4g%%\n", job->targets[g].text,
               isnan(job->targets[g].share) ? " (mean over futures)" : "", 100 * job->method.confidence);
    for (int s = 0; s < job->searches; s++) {
        int order[SIZE_TRIALS];
        const struct size_answer *answer = &job->answers[s];
        order_of(answer, order);
        for (int i = 0; i < answer->trial_count; i++) {
            const struct size_trial *trial = &answer->trials[order[i]];
            put_trial(job, s, trial, is_answer(answer, trial), &text);
        }
        if (shown)
            show_search(job, s);
    }
    if (shown && job->against.path)
        show_frontier(job);
    if (shown)
        printf("\nThe evidence: %s/size.csv\n", job->method.path);
    method_put(&job->method, "size.csv", &text);
    text_free(&text);
}

void size_refuse(struct size_job *job, int search)
{
    if (job->answers[search].outcome != SIZE_NOT_MONOTONE)
        return;
    struct text text = {0};
    conclude(job, search, &text);
    error_input(&job->method.errors, "%s", text_string(&text));
    text_free(&text);
}
