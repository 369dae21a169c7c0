/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fit_analysis.h"

#include "base/memory.h"
#include "engine/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The streams of one distribution and series. */
struct streams {
    struct random_stream stream;
    uint64_t seed;
    uint32_t number, purpose;
};

static void stream_open(void *context, int32_t resample)
{
    struct streams *streams = context;
    streams->stream = random_open(streams->seed, (uint32_t)resample, streams->number, streams->purpose);
}

static double stream_uniform(void *context)
{
    return random_uniform(&((struct streams *)context)->stream);
}

void fit_analysis_make(struct fit_analysis *analysis, struct fit_series *series, uint32_t number, double cut,
                       const struct fit_choice *choice)
{
    memset(analysis, 0, sizeof *analysis);
    survival_build(&analysis->survival, series->lives, series->count);
    analysis->points = memory_alloc((size_t)analysis->survival.count + 1, sizeof *analysis->points);
    analysis->point_count = survival_estimate(&analysis->survival, analysis->points);
    analysis->best = -1;
    for (enum fit_kind kind = isfinite(cut) ? FIT_LOGNORMAL : FIT_EXPONENTIAL; kind < FIT_KINDS; kind++) {
        struct fit *fit = &analysis->fits[kind];
        analysis->made[kind] = fit_make(fit, kind, &analysis->survival, cut);
        if (!analysis->made[kind])
            continue;
        struct streams streams = {
            .seed = choice->seed, .number = number, .purpose = RANDOM_RESAMPLE | (uint32_t)kind << 8};
        const struct fit_dice dice = {stream_open, stream_uniform, &streams};
        fit_test(&analysis->tests[kind], fit, &analysis->survival, choice->resamples, &dice, choice->stop);
        if (analysis->best < 0 || fit->aic < analysis->fits[analysis->best].aic)
            analysis->best = (int)kind;
    }
}

void fit_analysis_free(struct fit_analysis *analysis)
{
    survival_free(&analysis->survival);
    free(analysis->points);
    memset(analysis, 0, sizeof *analysis);
}
