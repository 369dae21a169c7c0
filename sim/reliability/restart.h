/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * restart: how long a gang needs from the moment at which it has its nodes to computing again.
 *
 * A restart is a row of stages, one after the other: stop what is left, start containers, load the
 * framework, join the communication groups, read the checkpoint, compile, run the first step. Each takes
 * a fixed time, a time that grows with the cards (a store that all ask in turn, connections set up pair
 * by pair), and may read the checkpoint (the time is given: storage.h). Two rows: a full restart, and one in
 * place, in which the healthy processes stay and only what failed is replaced.
 *
 * Choice: linear in the cards. Published are two or three sizes for one system at most, so a power of the
 * cards would be a guess. What is found: setting up a job's communication takes time in proportion to its
 * cards unless it is built otherwise, and then hardly depends on them (FlashRecovery, arXiv:2509.03047).
 *
 * Pure, O(stages). Times in us.
 */
#ifndef TENK_RELIABILITY_RESTART_H
#define TENK_RELIABILITY_RESTART_H

#include <stdbool.h>
#include <stdint.h>

enum { RESTART_STAGES = 8 };

enum restart_kind { RESTART_FULL, RESTART_IN_PLACE, RESTART_KINDS };

struct restart_stage {
    int64_t fixed;        /* us */
    int64_t per_thousand; /* us for every 1,000 cards of the gang */
    bool reads;           /* takes as long as reading the checkpoint besides */
};

struct restart_row {
    int32_t count; /* 0: takes no time */
    struct restart_stage stage[RESTART_STAGES];
};

struct restart_model {
    struct restart_row row[RESTART_KINDS];
};

/* us of a restart of so many cards; `reading` us for the checkpoint. Rounded up to whole us in each stage, so
 * a sum of stages (restart_stage_time) is the whole. */
int64_t restart_time(const struct restart_model *model, enum restart_kind kind, int64_t cards,
                     int64_t reading);

int64_t restart_stage_time(const struct restart_stage *stage, int64_t cards, int64_t reading);

#endif
