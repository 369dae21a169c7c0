/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/random.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

struct random_stream random_open(uint64_t seed, uint32_t replication, uint32_t entity, uint32_t purpose)
{
    return (struct random_stream){
        .key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
        .counter = {0, replication & ~RANDOM_MIRROR, entity, purpose},
        .flip = replication & RANDOM_MIRROR ? ~UINT64_C(0) : 0,
    };
}

static uint64_t word(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

static void next_block(struct random_stream *stream, uint64_t out[2])
{
    philox4x32_ctr_t counter;
    philox4x32_key_t key;
    memcpy(counter.v, stream->counter, sizeof counter.v);
    memcpy(key.v, stream->key, sizeof key.v);
    philox4x32_ctr_t block = philox4x32(counter, key);
    stream->counter[0]++;
    out[0] = word(block.v[0], block.v[1]);
    out[1] = word(block.v[2], block.v[3]);
}

static double unit(uint64_t bits)
{
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

double random_uniform(struct random_stream *stream)
{
    if (stream->has_spare) {
        stream->has_spare = 0;
        return stream->spare;
    }
    uint64_t bits[2];
    next_block(stream, bits);
    stream->spare = unit(bits[1] ^ stream->flip);
    stream->has_spare = 1;
    return unit(bits[0] ^ stream->flip);
}

double random_exponential(struct random_stream *stream, double mean)
{
    return -mean * log1p(-random_uniform(stream));
}

double random_lognormal(struct random_stream *stream, double median, double sigma)
{
    return median * exp(sigma * gsl_cdf_ugaussian_Pinv(random_uniform(stream)));
}

/* Above this a + b a beta differs from its normal by less than 1e-3 in probability, and GSL needs long. */
static const double beta_normal = 1e5;

/*
 * Inverse of the beta distribution function: Newton's steps from the normal's answer, kept inside a
 * shrinking bracket by bisection. GSL's own inverse returns NaN or never returns for narrow and for
 * U-shaped densities.
 */
static double beta_inverse(double u, double a, double b)
{
    double mean = a / (a + b), sd = sqrt(mean * (1 - mean) / (a + b + 1));
    double x = mean + sd * gsl_cdf_ugaussian_Pinv(u);
    double low = 0, high = 1;
    if (a + b > beta_normal)
        return x < 0 ? 0 : x > 1 ? 1 : x;
    for (int i = 0; i < 200 && high - low > 1e-15; i++) {
        if (!(x > low && x < high))
            x = (low + high) / 2;
        double error = gsl_cdf_beta_P(x, a, b) - u;
        if (fabs(error) < 1e-13)
            break;
        if (error < 0)
            low = x;
        else
            high = x;
        x -= error / gsl_ran_beta_pdf(x, a, b);
    }
    return x > low && x < high ? x : (low + high) / 2;
}

double random_beta(struct random_stream *stream, double mean, double sd)
{
    double u = random_uniform(stream); /* drawn also when unused: the stream stays in step */
    if (sd <= 0)
        return mean;
    double weight = mean * (1 - mean) / (sd * sd) - 1; /* a + b of the beta with these moments */
    return beta_inverse(u, mean * weight, (1 - mean) * weight);
}

static void gsl_set(void *state, unsigned long seed)
{
    struct random_stream *stream = state;
    *stream = random_open(seed, 0, 0, RANDOM_TEST);
}

static unsigned long gsl_get(void *state)
{
    return (unsigned long)(random_uniform(state) * 0x1p32);
}

static double gsl_get_double(void *state)
{
    return random_uniform(state);
}

static const gsl_rng_type random_type = {
    .name = "tenk-philox4x32-10",
    .max = 0xffffffffUL,
    .min = 0,
    .size = sizeof(struct random_stream),
    .set = gsl_set,
    .get = gsl_get,
    .get_double = gsl_get_double,
};

void random_gsl(struct random_stream *stream, gsl_rng *generator)
{
    generator->type = &random_type;
    generator->state = stream;
}
