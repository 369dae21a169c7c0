/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * random: counter-based streams, so that futures can be compared.
 *
 * Problem: two variants of a scenario must see the same arrivals, failures and yields (common random
 * numbers), on any number of threads. A shared generator cannot give that: one more draw anywhere
 * shifts every later one.
 * Choice: Philox4x32-10 (Salmon et al., SC'11; Random123). The key is the seed, the counter is
 * {block, replication, entity, purpose}: every stream is found by its name, costs nothing to open
 * and never meets another one. Each block gives two uniforms of 52 bits.
 * Draws use inversion (one uniform a variate, monotone): the streams stay in step across variants
 * and antithetic pairs stay possible. Uniforms are (k + 0.5) / 2^52, all of them exact: never 0 or 1
 * (with 53 bits the half of the largest k would round up to 1), and 1 - u is another one.
 *
 * Antithetic partners: a replication with RANDOM_MIRROR in its number gives 1 - u wherever the one without
 * gives u. With k in 52 bits that is the complement of k, exact, so the mirror of a mirror is the original.
 *
 * random_stream is also a gsl_rng (random_gsl), so any GSL distribution can draw from it.
 */
#ifndef TENK_ENGINE_RANDOM_H
#define TENK_ENGINE_RANDOM_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

#define RANDOM_MIRROR (UINT32_C(1) << 30) /* in the number of a replication: 1 - u of every uniform */

/* What a stream is for. The numbers are part of the results: never reuse or renumber one. */
enum random_purpose {
    RANDOM_YIELD_LINE = 1,    /* entity: line */
    RANDOM_YIELD_LOT = 2,     /* entity: lot */
    RANDOM_LEAD_TIME = 3,     /* entity: lot */
    RANDOM_BUYER = 4,         /* entity: buyer */
    RANDOM_JOB = 5,           /* entity: number of the job in its class; | class << 8 | site << 16 */
    RANDOM_FAILURE = 6,       /* entity: number of the failure of its node | node << 8 in the purpose word */
    RANDOM_TENANT = 7,        /* entity: number of the job in its class; | class << 8 | site << 16 */
    RANDOM_ESTIMATE = 8,      /* entity: 0; one uniform a replication: which estimate it believes in */
    RANDOM_STAGE_YIELD = 9,   /* entity: line */
    RANDOM_STAGE_LOT = 10,    /* entity: month; | line << 8 */
    RANDOM_PORT = 11,         /* entity: firm; | large << 8 | site << 16 */
    RANDOM_ARCHITECTURE = 12, /* one stream a future */
    RANDOM_FIRM = 13,         /* entity: firm; | site << 16 */
    RANDOM_REBASE = 14,       /* entity: firm; | site << 16 */
    RANDOM_COPY = 15,         /* replication: 0; entity: copy; | entry << 8 */
    RANDOM_EVENT = 16,        /* entity: occurrence; | event << 8 */
    RANDOM_RESIDENT = 17,     /* entity: number of the job in its class; | class << 8 | site << 16 */
    RANDOM_JOB_FIRM = 18,     /* the same */
    RANDOM_CAUSE = 19,        /* as RANDOM_FAILURE: which cause struck */
    RANDOM_LEMON = 20,        /* entity: number of the server in that place; | server << 8 */
    RANDOM_REPAIR = 21,       /* entity: number of the failure | cause << 11; | first node << 8 */
    RANDOM_CAUSE_REPAIR = 22, /* the same */
    RANDOM_RELAPSE = 23,      /* as RANDOM_FAILURE */
    RANDOM_FOUND = 24,        /* as RANDOM_REPAIR */
    RANDOM_RESAMPLE = 40,     /* replication: resample; entity: series; | distribution << 8 */
    RANDOM_DESIGN = 41,       /* replication: 0; entity: what a design of a study draws (study/) */
    RANDOM_UNIT = 64,         /* + cause (below 32); entity: number of the failure; | unit << 8 */
    RANDOM_TEST = 255         /* tests and benches */
};

struct random_stream {
    uint32_t key[2];
    uint32_t counter[4]; /* block, replication, entity, purpose */
    double spare;        /* the block's second uniform, used first when has_spare */
    int has_spare;
    uint64_t flip; /* exclusive or with the bits of every uniform: 0, or all ones in a mirror */
};

/* Opens the stream of a name. `purpose` may carry sub-names above its low 8 bits; RANDOM_MIRROR is no part of
 * the replication's name. O(1), no allocation. */
struct random_stream random_open(uint64_t seed, uint32_t replication, uint32_t entity, uint32_t purpose);

/* Uniform in (0, 1), 52 bits, never 0 or 1. */
double random_uniform(struct random_stream *stream);

/* Exponential with the given mean, by inversion: -mean * log(1 - u). */
double random_exponential(struct random_stream *stream, double mean);

/* Lognormal by its median and the standard deviation of its logarithm, by inversion. */
double random_lognormal(struct random_stream *stream, double median, double sigma);

/* Beta with given mean in (0, 1) and standard deviation, by inversion; sd 0 gives the mean. */
double random_beta(struct random_stream *stream, double mean, double sd);

/* The stream as a generator for GSL; the gsl_rng given is filled and borrows the stream. */
void random_gsl(struct random_stream *stream, gsl_rng *generator);

#endif
