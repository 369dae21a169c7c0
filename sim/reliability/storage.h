/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * storage: how long it takes to write or read a checkpoint.
 *
 * A checkpoint has parameters x bytes per parameter: 12 to 14 in mixed precision (measured, read at second
 * hand; BLOOM's 2.3 TB for 176e9 parameters are 13.1). Its nodes write together, each at its own bandwidth at
 * most, and a site's storage has a bandwidth that all share. How many write at one moment is not simulated:
 * that would need an event per checkpoint. Choice: in expectation. A job that computes `interval` and writes
 * for `time` is writing for the share time / (interval + time) of its time, its duty; beside a job that
 * writes, the sum of the duties of the other running jobs are writing on average, each with an equal part:
 *     rate = least(nodes x node bandwidth, site bandwidth / (1 + duties of the others)).
 * Jobs write at moments of their own (their starts differ), so the mean is what a job meets; that a
 * small job leaves part of its share to others is left out, as is the waiting when many happen to write at
 * once: both are small while duties are a few per cent, and the first makes times too long, the second too
 * short.
 *
 * Duties are whole parts of STORAGE_WHOLE, so that adding and taking away a million jobs in any order leaves
 * the same sum. All functions are O(1) and pure. Bandwidths: bytes per second; times: us.
 */
#ifndef TENK_RELIABILITY_STORAGE_H
#define TENK_RELIABILITY_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

#define STORAGE_WHOLE (INT64_C(1) << 30)

struct storage_bandwidth {
    double node; /* bytes/s of one node; 0: no limit */
    double site; /* bytes/s of the whole site; 0: no limit */
};

/* Bytes of a checkpoint. */
double storage_bytes(double parameters, double bytes_per_parameter);

/* us to move the bytes from or to `nodes` nodes, at least 1, while others with the sum `duties` (of
 * storage_duty) share the site; 0 without any limit or without bytes. At most 1e17, as life
 * times are. */
int64_t storage_time(const struct storage_bandwidth *bandwidth, double bytes, double nodes, int64_t duties);

/* Share of the time, in parts of STORAGE_WHOLE, that a job moves checkpoints which computes `interval` us
 * between two and needs `time` us for each; 0 when it takes none (interval 0). Written in the background
 * (`background`), the time passes while the job computes: then it is time / interval, at most all. */
int64_t storage_duty(int64_t time, int64_t interval, bool background);

#endif
