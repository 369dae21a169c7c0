/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_best: `tenk compare --best`: drives stats/kn.h with futures until one variant is left. */
#include "base/memory.h"
#include "base/number.h"
#include "command/compare.h"
#include "stats/kn.h"
#include "study/target.h"

#include <math.h>
#include <stdlib.h>

enum {
    FIRST = 10,
    AHEAD = 8
}; /* futures of the first stage; asked for at a time, to keep all threads busy */

bool compare_best_check(struct compare_job *job)
{
    struct compare_aim *aim = &job->aim;
    struct error_list *errors = &job->method.errors;
    struct reference reference;
    char problem[256];
    if (!reference_parse(&reference, job->best, problem)) {
        error_input(errors, "--best %s: %s", job->best, problem);
        return false;
    }
    aim->metric = reference.metric;
    for (int v = 0; v < job->variants; v++) {
        aim->slots[v] = reference_slot(&reference, study_slots(job->method.study, v), problem);
        if (aim->slots[v] < 0) {
            error_input(errors, "--best %s: %s: %s", job->best, job->names[v], problem);
            return false;
        }
    }
    aim->better = job->direction ? job->direction : reference_better(aim->metric);
    if (!aim->better)
        error_input(errors, "--best %s: is less or more of it better? add --lowest or --highest", job->best);
    if (!target_value(aim->metric, job->delta, &aim->delta, problem))
        error_input(errors, "--delta %s: %s", job->delta, problem);
    else if (!(aim->delta > 0))
        error_input(errors, "--delta %s: must be more than 0", job->delta);
    if (1 - job->method.confidence >= 1 - 1.0 / job->variants)
        error_input(errors, "--confidence: with %d variants a guess is right as often", job->variants);
    return !error_any(errors);
}

/* observations[variants] of a future, of those that are in. False with an error: one has no value. */
static bool observe(struct compare_job *job, const struct kn *kn, int future, double *observations)
{
    for (int v = 0; v < job->variants; v++) {
        if (kn && kn->out[v])
            continue;
        observations[v] = study_values(job->method.study, v, future)[job->aim.slots[v]];
        if (!isfinite(observations[v])) {
            error_input(&job->method.errors, "--best %s: %s has no value in future %d, so it cannot decide",
                        job->best, job->names[v], future);
            return false;
        }
    }
    return true;
}

/* Futures from .. from + count - 1 of the variants that are in. */
static bool run_ahead(struct compare_job *job, const struct kn *kn, int from, int count)
{
    struct study_unit *units = memory_alloc((size_t)count * (size_t)job->variants, sizeof *units);
    int64_t at = 0;
    for (int r = from; r < from + count; r++)
        for (int v = 0; v < job->variants; v++)
            if (!kn || !kn->out[v])
                units[at++] = (struct study_unit){v, r};
    bool ok = study_run(job->method.study, units, at) && study_complete(job->method.study);
    free(units);
    return ok;
}

static bool first_stage(struct compare_job *job)
{
    double observations[FIRST * COMPARE_VARIANTS];
    if (!run_ahead(job, NULL, 0, FIRST))
        return false;
    for (int r = 0; r < FIRST; r++)
        if (!observe(job, NULL, r, observations + r * job->variants))
            return false;
    kn_start(&job->aim.kn, observations, job->variants, FIRST, job->aim.delta, job->method.confidence,
             job->aim.better < 0);
    return true;
}

/* Futures that the procedure may need must be allowed before it goes there. */
static bool allowed(struct compare_job *job, const struct kn *kn)
{
    double longest = kn_longest(kn);
    if (kn_best(kn) >= 0 || longest <= (double)job->most)
        return true;
    char text[NUMBER_TEXT];
    number_write_grouped(text, longest, 0);
    error_input(&job->method.errors,
                "--delta %s: may need %s futures, more than the %lld allowed; a larger --delta needs fewer, "
                "--most N allows more",
                job->delta, text, (long long)job->most);
    return false;
}

void compare_best_report(struct compare_job *job, bool shown)
{
    const struct compare_aim *aim = &job->aim;
    const struct kn *kn = &aim->kn;
    struct text text = {0};
    text_put(&text, "variant,metric,better,delta,confidence,n,mean,verdict\n");
    int best = kn_best(kn);
    for (int v = 0; v < job->variants; v++) {
        int n = kn->stage_out[v] ? kn->stage_out[v] : kn->stage;
        bool quoted = false;
        for (const char *c = job->names[v]; *c; c++)
            quoted |= *c == ',' || *c == '"';
        text_format(&text, "%s%s%s,%s,%s,", quoted ? "\"" : "", job->names[v], quoted ? "\"" : "", job->best,
                    aim->better < 0 ? "lowest" : "highest");
        text_real(&text, aim->delta);
        text_char(&text, ',');
        text_real(&text, job->method.confidence);
        text_format(&text, ",%d,", n);
        text_real(&text, (kn->smaller ? -1 : 1) * kn->sum[v] / n);
        text_format(&text, ",%s\n", v == best ? "best" : "worse");
    }
    method_put(&job->method, "best.csv", &text);
    text_free(&text);
    if (!shown)
        return;
    struct reference_unit unit = reference_unit(aim->metric);
    printf("\nBest of %d by the %s %s: %s\n", job->variants, aim->better < 0 ? "lowest" : "highest",
           job->best, job->names[best]);
    printf("  with a probability of at least %.4g%%, if it is better than the next by %.4g %s or more\n",
           100 * job->method.confidence, aim->delta / unit.scale, unit.name);
    for (int v = 0; v < job->variants; v++) {
        int n = kn->stage_out[v] ? kn->stage_out[v] : kn->stage;
        printf("  %-40s mean %.4g %s, %s after %d futures\n", job->names[v],
               (kn->smaller ? -1 : 1) * kn->sum[v] / n / unit.scale, unit.name,
               v == best ? "found the best" : "found worse", n);
    }
    putchar('\n');
}

bool compare_best_run(struct compare_job *job)
{
    struct kn *kn = &job->aim.kn;
    if (!first_stage(job))
        return false;
    for (int known = FIRST; kn_best(kn) < 0; known += AHEAD) {
        if (!allowed(job, kn) || !run_ahead(job, kn, known, AHEAD))
            return false;
        for (int r = known; r < known + AHEAD && kn_best(kn) < 0; r++) {
            double observations[COMPARE_VARIANTS];
            if (!observe(job, kn, r, observations))
                return false;
            kn_add(kn, observations);
        }
    }
    return true;
}
