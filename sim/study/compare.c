/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/compare.h"

#include "base/memory.h"
#include "stats/control.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

int compare_pair_count(int variants)
{
    return variants * (variants - 1) / 2;
}

static double value_of(const struct compare_input *input, int future, int variant)
{
    size_t at = (size_t)future * (size_t)input->variants + (size_t)variant;
    return input->mirrors ? (input->values[at] + input->mirrors[at]) / 2 : input->values[at];
}

/* (Var D + Var D') / Var(D + D'): above 1 where a partner is worth more than another future. */
static double antithetic_ratio(const struct compare_input *input, int a, int b)
{
    struct paired partners = {0};
    for (int r = 0; r < input->futures; r++) {
        const double *x = input->values + (size_t)r * (size_t)input->variants;
        const double *y = input->mirrors + (size_t)r * (size_t)input->variants;
        paired_add(&partners, x[b] - x[a], y[a] - y[b]);
    }
    return paired_ratio(&partners);
}

/*
 * Controls of both variants. They may be the same numbers (the same jobs arrive in both): control_adjust
 * leaves out what others determine.
 */
static void control(const struct compare_input *input, double level, struct compare_pair *pair)
{
    int k = input->controls, wide = 2 * k < CONTROL_MOST ? 2 * k : CONTROL_MOST;
    double *y = memory_alloc((size_t)input->futures, sizeof *y);
    double *off = memory_alloc((size_t)input->futures * (size_t)wide, sizeof *off);
    for (int r = 0; r < input->futures; r++) {
        y[r] = value_of(input, r, pair->b) - value_of(input, r, pair->a);
        for (int c = 0; c < wide; c++) {
            int variant = c < k ? pair->a : pair->b;
            off[r * wide + c] =
                input->off[((size_t)r * (size_t)input->variants + (size_t)variant) * (size_t)k +
                           (size_t)(c % k)];
        }
    }
    struct control_result adjusted = control_adjust(y, off, input->futures, wide, level);
    pair->control_ratio = adjusted.ratio;
    if (adjusted.ratio > 1) {
        pair->controlled = true;
        pair->used = adjusted.used;
        pair->difference = adjusted.mean;
        pair->half_width = adjusted.half_width;
    }
    free(off);
    free(y);
}

/* Variance of the difference of two independent means of as many runs, over that of the estimate. */
static double total_ratio(const struct compare_input *input, const struct compare_pair *pair, int family)
{
    if (!input->mirrors && !pair->controlled)
        return pair->paired_ratio;
    struct accumulator a = {0}, b = {0};
    for (int r = 0; r < input->futures; r++) {
        size_t row = (size_t)r * (size_t)input->variants;
        if (isnan(value_of(input, r, pair->a)) || isnan(value_of(input, r, pair->b)))
            continue;
        accumulator_add(&a, input->values[row + (size_t)pair->a]);
        accumulator_add(&b, input->values[row + (size_t)pair->b]);
        if (input->mirrors) {
            accumulator_add(&a, input->mirrors[row + (size_t)pair->a]);
            accumulator_add(&b, input->mirrors[row + (size_t)pair->b]);
        }
    }
    if (pair->n < 2 || !(a.squares + b.squares > 0))
        return NAN;
    double runs = (double)a.n, apart = (a.squares + b.squares) / (runs - 1) / runs;
    double level = 1 - (1 - input->confidence) / family;
    double t = gsl_cdf_tdist_Pinv(0.5 + level / 2, (double)(pair->n - 1 - pair->used));
    double left = pair->half_width / t * (pair->half_width / t);
    return left > 0 ? apart / left : INFINITY;
}

void compare_pairs(const struct compare_input *input, struct compare_pair *pairs)
{
    int count = compare_pair_count(input->variants);
    for (int b = 1; b < input->variants; b++) {
        for (int a = 0; a < b; a++) {
            struct paired paired = {0};
            for (int r = 0; r < input->futures; r++)
                paired_add(&paired, value_of(input, r, b), value_of(input, r, a));
            struct compare_pair *pair = pairs++;
            *pair = (struct compare_pair){
                .a = a,
                .b = b,
                .n = paired.difference.n,
                .mean_a = paired.b.n ? paired.b.mean : NAN,
                .mean_b = paired.a.n ? paired.a.mean : NAN,
                .difference = paired.difference.n ? paired.difference.mean : NAN,
                .half_width = paired_half_width(&paired.difference, input->confidence, count),
                .paired_ratio = paired_ratio(&paired),
                .antithetic_ratio = input->mirrors ? antithetic_ratio(input, a, b) : NAN,
                .control_ratio = NAN,
            };
            if (input->controls && pair->n == input->futures)
                control(input, 1 - (1 - input->confidence) / count, pair);
            pair->total_ratio = total_ratio(input, pair, count);
            pair->verdict = paired_verdict(pair->difference, pair->half_width);
        }
    }
}
