/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "engine/random.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "stats/sample_case.h"

enum { MANY = 100000 };

static double values[MANY], others[MANY];

/* Philox4x32-10 written from its paper (Salmon et al., SC'11, section 4.3), one round forth or back. */
static const uint32_t multiplier[2] = {0xd2511f53, 0xcd9e8d57}, weyl[2] = {0x9e3779b9, 0xbb67ae85};

static void philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4])
{
    uint32_t c[4], k[2] = {key[0], key[1]};
    memcpy(c, counter, sizeof c);
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)multiplier[0] * c[0], p1 = (uint64_t)multiplier[1] * c[2];
        uint32_t next[4] = {(uint32_t)(p1 >> 32) ^ c[1] ^ k[0], (uint32_t)p1,
                            (uint32_t)(p0 >> 32) ^ c[3] ^ k[1], (uint32_t)p0};
        memcpy(c, next, sizeof c);
        k[0] += weyl[0];
        k[1] += weyl[1];
    }
    memcpy(out, c, sizeof c);
}

/* Inverse of an odd number modulo 2^32 by Newton's method. */
static uint32_t inverse(uint32_t odd)
{
    uint32_t x = odd;
    for (int i = 0; i < 5; i++)
        x *= 2 - odd * x;
    return x;
}

/* The counter that gives `out`: every round is a bijection. */
static void philox_back(const uint32_t key[2], const uint32_t out[4], uint32_t counter[4])
{
    uint32_t c[4];
    memcpy(c, out, sizeof c);
    for (int round = 9; round >= 0; round--) {
        uint32_t k0 = key[0] + (uint32_t)round * weyl[0], k1 = key[1] + (uint32_t)round * weyl[1];
        uint32_t c0 = c[3] * inverse(multiplier[0]), c2 = c[1] * inverse(multiplier[1]);
        uint32_t before[4] = {c0, (uint32_t)((uint64_t)multiplier[1] * c2 >> 32) ^ c[0] ^ k0, c2,
                              (uint32_t)((uint64_t)multiplier[0] * c0 >> 32) ^ c[2] ^ k1};
        memcpy(c, before, sizeof c);
    }
    memcpy(counter, c, sizeof c);
}

static double unit_of(uint32_t high, uint32_t low)
{
    uint64_t bits = (uint64_t)high << 32 | low;
    return ((double)(bits >> 12) + 0.5) * 0x1p-52; /* the upper 52 bits */
}

static struct random_stream test_stream(uint32_t entity)
{
    return random_open(UINT64_C(0x5bd1e9955bd1e995), 3, entity, RANDOM_TEST);
}

/* kat_vectors of Random123 1.14.0, the lines "philox4x32 10". */
static void test_known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const uint32_t *c = known[i].counter, *k = known[i].key, *w = known[i].out;
        struct random_stream stream = random_open((uint64_t)k[1] << 32 | k[0], c[1], c[2], c[3]);
        assert_int_equal(stream.counter[0], 0); /* a stream begins with block 0 */
        stream.counter[0] = c[0];
        stream.counter[1] = c[1]; /* all of its bits: the generator knows nothing of mirrors */
        stream.flip = 0;
        assert_true(random_uniform(&stream) == unit_of(w[0], w[1]));
        assert_true(random_uniform(&stream) == unit_of(w[2], w[3]));
        uint32_t out[4], back[4];
        philox(k, c, out); /* the reference of this test is held to the same answers */
        assert_memory_equal(out, w, sizeof out);
        philox_back(k, w, back);
        assert_memory_equal(back, c, sizeof back);
    }
}

/* Every part of the name counts, and blocks follow each other. */
static void test_blocks(void **state)
{
    (void)state;
    struct dice dice = {127};
    for (int i = 0; i < 2000; i++) {
        uint64_t seed = dice_bits(&dice);
        uint32_t counter[4] = {0, (uint32_t)dice_bits(&dice) & ~RANDOM_MIRROR, (uint32_t)dice_bits(&dice),
                               (uint32_t)dice_bits(&dice)};
        const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
        struct random_stream stream = random_open(seed, counter[1], counter[2], counter[3]);
        for (; counter[0] < 5; counter[0]++) {
            uint32_t out[4];
            philox(key, counter, out);
            assert_true(random_uniform(&stream) == unit_of(out[0], out[1]));
            assert_true(random_uniform(&stream) == unit_of(out[2], out[3]));
        }
    }
}

/* What one stream gives does not depend on what is drawn elsewhere, nor on when. */
static void test_order_of_use(void **state)
{
    (void)state;
    enum { STREAMS = 40, DRAWS = 60 };
    static double alone[STREAMS][DRAWS];
    for (uint32_t s = 0; s < STREAMS; s++) {
        struct random_stream stream = test_stream(s);
        for (int i = 0; i < DRAWS; i++)
            alone[s][i] = random_uniform(&stream);
    }
    struct random_stream streams[STREAMS];
    int drawn[STREAMS] = {0};
    for (uint32_t s = 0; s < STREAMS; s++)
        streams[s] = test_stream(s);
    struct dice dice = {311};
    for (int i = 0; i < STREAMS * DRAWS * 4; i++) {
        int64_t s = dice_whole(&dice, 0, STREAMS - 1);
        if (drawn[s] == DRAWS)
            continue;
        assert_true(random_uniform(&streams[s]) == alone[s][drawn[s]++]);
    }
    for (int s = 0; s < STREAMS; s++)
        assert_int_equal(drawn[s], DRAWS);
}

/* Neighbours in any part of the name are as good as strangers. */
static void test_streams_are_independent(void **state)
{
    (void)state;
    for (int part = 0; part < 4; part++)
        for (uint64_t step = 1; step <= 256; step *= 256) {
            for (uint32_t i = 0; i < MANY; i++) {
                uint64_t seed = 90 + (part == 0 ? step * i : 0);
                uint32_t rest[3] = {7, 5, RANDOM_TEST};
                if (part > 0)
                    rest[part - 1] += (uint32_t)step * i;
                struct random_stream stream = random_open(seed, rest[0], rest[1], rest[2]);
                values[i] = random_uniform(&stream);
            }
            sample_is_independent(values, values + 1, MANY - 1);
        }
}

static void test_uniform(void **state)
{
    (void)state;
    struct random_stream stream = test_stream(1);
    for (int i = 0; i < MANY; i++) {
        values[i] = random_uniform(&stream);
        assert_true(values[i] > 0 && values[i] < 1);
    }
    sample_has_mean(values, MANY, 0.5);
    sample_has_variance(values, MANY, 1.0 / 12);
    sample_is_independent(values, values + 1, MANY - 1);
    sample_is_uniform(values, MANY);
}

/* The outermost words that a block can hold, found by running the generator backwards. */
static void test_uniform_never_ends(void **state)
{
    (void)state;
    const uint64_t seed = UINT64_C(0x123456789abcdef1);
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    static const uint32_t outs[4][4] = {
        {0, 0, 0, 0x7ff},
        {0, 0x800, 0xffffffff, 0xffffefff},
        {0xffffffff, 0xffffe7ff, 0xffffffff, 0xfffff7ff},
        {0xffffffff, 0xffffffff, 0xffffffff, 0xfffff800},
    };
    for (int i = 0; i < 4; i++) {
        uint32_t counter[4], check[4];
        philox_back(key, outs[i], counter);
        philox(key, counter, check);
        assert_memory_equal(check, outs[i], sizeof check);
        struct random_stream stream = random_open(seed, counter[1], counter[2], counter[3]);
        stream.counter[0] = counter[0];
        for (int half = 0; half < 2; half++) {
            double u = random_uniform(&stream);
            if (!(u > 0 && u < 1))
                fail_msg("the words %08x %08x give %.17g", outs[i][2 * half], outs[i][2 * half + 1], u);
            assert_true(isfinite(gsl_cdf_ugaussian_Pinv(u)));
        }
    }
}

static void test_exponential(void **state)
{
    (void)state;
    struct random_stream stream = test_stream(2), twin = test_stream(2);
    for (int i = 0; i < MANY; i++) {
        values[i] = random_exponential(&stream, 2.385);
        double u = random_uniform(&twin); /* one uniform a variate, larger from larger */
        sample_near(values[i], -2.385 * log1p(-u), 1e-14 * values[i]);
    }
    sample_has_mean(values, MANY, 2.385);
    sample_has_variance(values, MANY, 2.385 * 2.385);
    for (int i = 0; i < MANY; i++)
        values[i] = 1 - exp(-values[i] / 2.385);
    sample_is_uniform(values, MANY);
}

static void test_lognormal(void **state)
{
    (void)state;
    const double median = 59.7, sigma = 0.42, s2 = sigma * sigma;
    struct random_stream stream = test_stream(3), twin = test_stream(3);
    int below = 0;
    for (int i = 0; i < MANY; i++) {
        values[i] = random_lognormal(&stream, median, sigma);
        others[i] = random_uniform(&twin);
        assert_true((values[i] < median) == (others[i] < 0.5));
        below += values[i] < median * exp(1.28155156554 * sigma); /* the 0.9 quantile */
    }
    sample_has_mean(values, MANY, median * exp(s2 / 2));
    sample_has_variance(values, MANY, median * median * exp(s2) * (exp(s2) - 1));
    sample_has_share((size_t)below, MANY, 0.9);
    for (int i = 0; i < MANY; i++)
        sample_near(gsl_cdf_lognormal_P(values[i], log(median), sigma), others[i], 1e-9);
    struct random_stream flat = test_stream(4);
    sample_near(random_lognormal(&flat, median, 0), median, 0);
}

/* Mean and spread of yields: of futures, of lots, narrow, skewed, and with two humps. */
static void check_beta(double mean, double sd, uint32_t entity)
{
    enum { DRAWS = 6000 };
    struct random_stream stream = test_stream(entity), twin = test_stream(entity);
    double weight = mean * (1 - mean) / (sd * sd) - 1;
    bool smooth = mean * weight > 0.5 && (1 - mean) * weight > 0.5; /* else the ends hold much of the mass */
    for (int i = 0; i < DRAWS; i++) {
        values[i] = random_beta(&stream, mean, sd);
        double u = random_uniform(&twin);
        if (!(values[i] >= 0 && values[i] <= 1))
            fail_msg("mean %g, sd %g: draw %d (u = %.17g) gives %g", mean, sd, i, u, values[i]);
        if (weight > 1e5) /* all but normal; the skewness moves the distribution function by less than 2e-4 */
            sample_near(gsl_cdf_ugaussian_P((values[i] - mean) / sd), u, 1e-3);
        else if (i % 16 == 0 && smooth)
            sample_near(gsl_cdf_beta_P(values[i], mean * weight, (1 - mean) * weight), u, 1e-6);
    }
    sample_has_mean(values, DRAWS, mean);
    sample_has_variance(values, DRAWS, sd * sd);
}

static void test_beta(void **state)
{
    (void)state;
    gsl_set_error_handler_off(); /* as main.c does */
    static const double cases[][2] = {
        {0.5, 0.15},   {0.4, 0.104},   {0.5, 0.056},    {0.385, 0.07},
        {0.93, 0.031}, {0.061, 0.033}, {0.715, 0.0225}, {0.385, 0.2},
    };
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_beta(cases[i][0], cases[i][1], 100 + i);
    /* without spread the mean itself, but the stream goes on all the same */
    struct random_stream stream = test_stream(5), twin = test_stream(5);
    assert_true(random_beta(&stream, 0.385, 0) == 0.385);
    random_uniform(&twin);
    assert_true(random_uniform(&stream) == random_uniform(&twin));
}

/* Seconds after which a draw that never returns counts as a failure. */
enum { PATIENCE = 60 };

/* A yield known to one percent, to half of one, to a tenth of one, and all but exactly. */
static void test_beta_narrow(void **state)
{
    (void)state;
    gsl_set_error_handler_off();
    alarm(PATIENCE);
    static const double cases[][2] = {{0.5, 0.01}, {0.385, 0.005}, {0.62, 0.001}, {0.5, 0.0004}};
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_beta(cases[i][0], cases[i][1], 210 + i);
    alarm(0);
}

/* A yield of which next to nothing is known: most futures lie near 0 or near 1. */
static void test_beta_wide(void **state)
{
    (void)state;
    gsl_set_error_handler_off();
    alarm(PATIENCE);
    static const double cases[][2] = {{0.5, 0.3}, {0.2, 0.3}, {0.12, 0.3}, {0.68, 0.45}};
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_beta(cases[i][0], cases[i][1], 300 + i);
    alarm(0);
}

static void test_gsl(void **state)
{
    (void)state;
    struct random_stream stream = test_stream(6), twin = test_stream(6);
    gsl_rng generator;
    random_gsl(&stream, &generator);
    assert_string_equal(gsl_rng_name(&generator), "tenk-philox4x32-10");
    for (int i = 0; i < 1000; i++)
        assert_true(gsl_rng_uniform(&generator) == random_uniform(&twin));
    for (int i = 0; i < 1000; i++) {
        unsigned long bits = gsl_rng_get(&generator);
        assert_int_equal(bits, (unsigned long)floor(random_uniform(&twin) * 4294967296.0));
        assert_true(bits >= gsl_rng_min(&generator) && bits <= gsl_rng_max(&generator));
    }
    int counts[6] = {0};
    for (int i = 0; i < MANY; i++)
        counts[gsl_rng_uniform_int(&generator, 6)]++;
    for (int i = 0; i < 6; i++)
        sample_has_share((size_t)counts[i], MANY, 1.0 / 6);
    for (int i = 0; i < MANY; i++)
        values[i] = gsl_ran_gamma(&generator, 3.7, 0.52); /* by rejection: any number of uniforms */
    sample_has_mean(values, MANY, 3.7 * 0.52);
    sample_has_variance(values, MANY, 3.7 * 0.52 * 0.52);
    /* seeding opens the stream of that seed */
    gsl_rng_set(&generator, 73091);
    twin = random_open(73091, 0, 0, RANDOM_TEST);
    for (int i = 0; i < 5; i++)
        assert_true(gsl_rng_uniform(&generator) == random_uniform(&twin));
}

/* The mirror of a replication draws exactly 1 - u, block by block, and what is made of it follows. */
static void test_mirror(void **state)
{
    (void)state;
    for (uint32_t replication = 0; replication < 50; replication++) {
        struct random_stream stream = random_open(0x7e57, replication, 11, RANDOM_TEST);
        struct random_stream mirror = random_open(0x7e57, replication | RANDOM_MIRROR, 11, RANDOM_TEST);
        assert_memory_equal(stream.counter, mirror.counter, sizeof stream.counter);
        for (int i = 0; i < 101; i++) {
            double u = random_uniform(&stream), v = random_uniform(&mirror);
            if (1 - u != v || 1 - v != u)
                fail_msg("%.17g and %.17g are no partners", u, v);
        }
    }
    /* monotone inversions: what is long in one is short in the other */
    for (int i = 0; i < MANY; i++) {
        struct random_stream stream = random_open(5, (uint32_t)i, 0, RANDOM_TEST);
        struct random_stream mirror = random_open(5, (uint32_t)i | RANDOM_MIRROR, 0, RANDOM_TEST);
        values[i] = random_exponential(&stream, 3);
        others[i] = random_exponential(&mirror, 3);
    }
    sample_has_mean(others, MANY, 3);
    /* correlation of -log u and -log(1 - u): 1 - pi^2 / 6 */
    sample_near(sample_correlation(values, others, MANY), 1 - M_PI * M_PI / 6, 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers), cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_order_of_use),  cmocka_unit_test(test_streams_are_independent),
        cmocka_unit_test(test_uniform),       cmocka_unit_test(test_uniform_never_ends),
        cmocka_unit_test(test_exponential),   cmocka_unit_test(test_lognormal),
        cmocka_unit_test(test_beta),          cmocka_unit_test(test_beta_narrow),
        cmocka_unit_test(test_beta_wide),     cmocka_unit_test(test_gsl),
        cmocka_unit_test(test_mirror),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
