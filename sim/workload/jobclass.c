/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workload/jobclass.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

void jobclass_prepare(struct jobclass *jobclass)
{
    double sum = 0;
    for (int i = 0; i < jobclass->sizes; i++) {
        sum += jobclass->cumulative[i];
        jobclass->cumulative[i] = sum;
    }
    for (int i = 0; i < jobclass->sizes; i++)
        jobclass->cumulative[i] /= sum;
    jobclass->length_max_cdf = 1;
    if (jobclass->length_sigma > 0)
        jobclass->length_max_cdf =
            gsl_cdf_ugaussian_P(log(jobclass->length_max / jobclass->length_median) / jobclass->length_sigma);
}

struct jobclass_draw jobclass_draw(const struct jobclass *jobclass, uint64_t seed, uint32_t replication,
                                   uint32_t site, uint32_t index, uint32_t number)
{
    struct random_stream stream =
        random_open(seed, replication, number, RANDOM_JOB | index << 8 | site << 16);
    struct jobclass_draw draw;
    draw.gap = random_exponential(&stream, 1);
    double u = random_uniform(&stream);
    int size = 0;
    while (size < jobclass->sizes - 1 && u >= jobclass->cumulative[size])
        size++;
    draw.cards = jobclass->cards[size];
    double z = gsl_cdf_ugaussian_Pinv(random_uniform(&stream) * jobclass->length_max_cdf);
    draw.length = fmin(jobclass->length_median * exp(jobclass->length_sigma * z), jobclass->length_max);
    if (draw.length < 1)
        draw.length = 1;
    draw.estimate = random_uniform(&stream);
    return draw;
}

double jobclass_mean_cards(const struct jobclass *jobclass)
{
    double mean = 0, before = 0;
    for (int i = 0; i < jobclass->sizes; i++) {
        mean += (jobclass->cumulative[i] - before) * jobclass->cards[i];
        before = jobclass->cumulative[i];
    }
    return mean;
}

double jobclass_mean_length(const struct jobclass *jobclass)
{
    double s = jobclass->length_sigma;
    if (s <= 0)
        return fmin(jobclass->length_median, jobclass->length_max);
    double cut = log(jobclass->length_max / jobclass->length_median) / s;
    return jobclass->length_median * exp(s * s / 2) * gsl_cdf_ugaussian_P(cut - s) / jobclass->length_max_cdf;
}
