/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dice_case: random numbers for tests, on purpose not those of engine/random.
 *
 * splitmix64 (Steele, Lea & Flood, OOPSLA 2014): one word of state, the same numbers everywhere.
 */
#ifndef TENK_TESTS_ENGINE_DICE_CASE_H
#define TENK_TESTS_ENGINE_DICE_CASE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t dice_bits(struct dice *dice)
{
    uint64_t z = (dice->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A whole number from low to high, both included. */
static inline int64_t dice_whole(struct dice *dice, int64_t low, int64_t high)
{
    return low + (int64_t)(dice_bits(dice) % ((uint64_t)(high - low) + 1));
}

/* In (0, 1). */
static inline double dice_unit(struct dice *dice)
{
    return ((double)(dice_bits(dice) >> 12) + 0.5) * 0x1p-52;
}

/* Exponential with mean 1. */
static inline double dice_gap(struct dice *dice)
{
    return -log(dice_unit(dice));
}

/* True once in `of` times. */
static inline bool dice_once_in(struct dice *dice, int64_t of)
{
    return dice_whole(dice, 1, of) == 1;
}

#endif
