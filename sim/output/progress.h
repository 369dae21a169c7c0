/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * progress: one line on stderr that tells how far a study is and how long it will take.
 *
 * Only when stderr is a terminal (or when asked to), at most ten times a second, rewritten in place
 * and cleared at the end. The estimate is the elapsed time scaled to what is left; what was done before (a
 * study that goes on) took none of it.
 */
#ifndef TENK_OUTPUT_PROGRESS_H
#define TENK_OUTPUT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown;
    double started; /* s, monotonic */
    double last;
    const char *what; /* "futures" */
    int64_t before;   /* done before the first update; -1: none came */
};

void progress_start(struct progress *progress, const char *what, bool wanted);
/* `done` grows by one from call to call. */
void progress_update(struct progress *progress, int64_t done, int64_t total);
void progress_end(struct progress *progress);

/* Seconds on the monotonic clock. */
double progress_now(void);

#endif
