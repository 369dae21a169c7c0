/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare: what the files of `tenk compare` share: the variants, and what is asked of them. */
#ifndef TENK_COMMAND_COMPARE_H
#define TENK_COMMAND_COMPARE_H

#include "command/method.h"
#include "stats/kn.h"
#include "study/common.h"
#include "study/compare.h"
#include "study/factor.h"
#include "study/reference.h"

enum { COMPARE_VARIANTS = 64, COMPARE_METRICS = 32 };

/* The result that decides, in each variant's own slots, and what became of it. */
struct compare_aim {
    enum metric_id metric;
    int slots[COMPARE_VARIANTS];
    double delta;
    int better; /* -1 lowest, 1 highest */
    struct kn kn;
};

struct compare_job {
    struct method method;
    const char *files[COMPARE_VARIANTS];
    int file_count;
    struct factor vary;
    bool varies, antithetic, controls;
    const char *metrics[COMPARE_METRICS]; /* --metric, as given */
    int metric_count;
    const char *best, *delta;
    int direction; /* of --best: -1 lowest, 1 highest, 0: what is better by itself */
    int64_t most;  /* futures of --best */
    /* made of it */
    int variants, futures;
    char *names[COMPARE_VARIANTS];
    struct common common;
    struct compare_aim aim;
};

/* compare.csv of all common metrics, and the lines of those to be shown. */
void compare_report(struct compare_job *job, bool shown);

/* Reads --best and --delta. False with errors added. Call when the variants are there. */
bool compare_best_check(struct compare_job *job);

/* Runs futures until Kim and Nelson's procedure has found the best. False: units are missing, or errors. */
bool compare_best_run(struct compare_job *job);

/* best.csv, and lines when shown. */
void compare_best_report(struct compare_job *job, bool shown);

#endif
