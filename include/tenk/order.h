/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tenk/order.h: a scheduling policy of your own.
 *
 * A policy is a shared object that exports one constant, `tenk_order_policy`. tenk loads it wherever an order
 * of the queue is named: `order = "./mine.so";` in a scenario, `tenk replay --order ./mine.so`. It either
 * scores jobs (`score`: smaller first; starting in that order and backfilling stay tenk's) or chooses the
 * jobs to start itself (`pick`). docs/plugins.md shows both, and how they are built:
 *
 *   cc -O2 -shared -fPIC -I include -o mine.so mine.c
 *
 * Units: times are whole microseconds, since the start of the simulation or as lengths; cards are whole.
 *
 * Threads: a process simulates several replications at once. Each site of each replication has a `state` of
 * its own, which one thread uses at a time; everything else that a policy keeps is shared by all threads and
 * must not change. What a policy answers may follow from its arguments and its state alone: no clock, no
 * chance but `init`'s seed, no static variables that change; else the same seed does not give the same
 * results.
 *
 * Pointers that tenk hands over hold until the function returns, `state` until `fini` does.
 *
 * Stability: a change of anything in this file that a compiled policy could notice gives TENK_ORDER_ABI a new
 * value, and tenk refuses policies built against another one.
 */
#ifndef TENK_ORDER_H
#define TENK_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TENK_ORDER_ABI 1

/* A waiting job. */
struct tenk_job {
    int64_t number;       /* order of submission at this site, from 0: names the job for good */
    int64_t submit_us;    /* when it was submitted */
    int64_t waited_us;    /* since it entered the queue, after an interruption since it entered it again */
    int64_t planned_us;   /* its user's estimate of the run, of what is left of it after an interruption;
                             INT64_MAX: the trace has none */
    int64_t remaining_us; /* the same, but without an estimate the actual length that is left */
    int64_t attained_card_us; /* service that it has had: cards x time; 0 in plain replays */
    int64_t tenant_room;      /* cards that its tenant may still take; INT64_MAX: no limit */
    int32_t cards;            /* that it needs, all at once; of an elastic job the least that it runs on */
    int32_t tenant;           /* from 0, in the order of the scenario; 0 where tenants are not told apart */
    int32_t priority;         /* of its class, larger is more urgent */
    int32_t restarts;         /* times that it was interrupted or stopped, and started again */
};

/* The site: when a job enters the queue as it is before, in a pass as the function finds it. */
struct tenk_site {
    int64_t now_us;
    int64_t machine_cards; /* up: free, or under jobs */
    int64_t free_cards;    /* those that elastic jobs would give back are among them */
    int64_t largest_cards; /* of the largest gang that finds its place among them; placement by node needs
                              whole nodes */
    int32_t running_jobs;
    int32_t queued_jobs;
};

struct tenk_order {
    int32_t abi; /* TENK_ORDER_ABI */

    /* Up to 40 letters, digits, '-', '_' and '.'; not a name that `tenk list policies` shows. */
    const char *name;
    const char *summary; /* one line */

    /*
     * The place of a job in the queue: smaller first, equal ones in order of submission; infinities are
     * allowed, NaN ends the run. Called once, when the job enters the queue (with the site as it is then), or
     * with `changes` for every waiting job before each pass. NULL is allowed with `pick` only: the queue is
     * then in order of submission.
     */
    double (*score)(const struct tenk_job *job, const struct tenk_site *site, void *state);
    bool changes; /* scores change while jobs wait */

    /*
     * NULL, or full control: names the jobs to start now. `jobs` are the first `count` of the queue in its
     * order (at most `pick_limit`). Writes their places in `jobs` (0 .. count - 1) to `starts`, which has
     * room for `count`, in the order in which they are to be placed on nodes; returns how many, 0: nobody.
     * Together the named ones must fit free_cards, and those of a tenant its tenant_room; none is named
     * twice. Who names others is not obeyed: nothing of the answer is done, the run ends and says why.
     *
     * Called in a pass when a waiting job fits the free cards, and again after each answer of which a job
     * started, so one may name all at once or one at a time. A pass follows whatever happens at the site, and
     * nothing else: who names nobody is asked again when a job comes or ends, a node fails or is repaired.
     * Jobs for which no nodes are found, or which would run into cards set aside in advance, keep waiting
     * without blame; jobs that were promised their cards start before the policy is asked, if they fit.
     * Backfilling and preemption must be off.
     */
    int32_t (*pick)(const struct tenk_job *jobs, int32_t count, const struct tenk_site *site, int32_t *starts,
                    void *state);
    int32_t pick_limit; /* up to 65536; 0: 256 */

    /*
     * Bytes that belong to one site of one replication; zeroed and aligned for any type before init. At most
     * 1 GiB; with 0, `state` is NULL. init is called before anything else of that site, fini after all, also
     * of a run that is given up; both may be NULL. The seed is the same whenever the same replication of the
     * same question is run, and another one for every site and replication: chance starts there.
     */
    size_t state_size;
    void (*init)(void *state, uint64_t seed);
    void (*fini)(void *state);
};

/* What the shared object defines. */
#if defined __GNUC__
__attribute__((visibility("default")))
#endif
extern const struct tenk_order tenk_order_policy;

#ifdef __cplusplus
}
#endif

#endif
