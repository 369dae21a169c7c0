/* SPDX-License-Identifier: GPL-3.0-or-later */
/* erlang_case: the closed form that tests of queues are held against. */
#ifndef TENK_TESTS_STATS_ERLANG_CASE_H
#define TENK_TESTS_STATS_ERLANG_CASE_H

#include <math.h>

/* Mean wait of M/M/c in units of the mean service time (Erlang C), by the recursion of Erlang B; INFINITY
 * when it is overloaded. */
static inline double erlang_wait(int servers, double load)
{
    double offered = servers * load, blocked = 1;
    if (load >= 1)
        return INFINITY;
    for (int k = 1; k <= servers; k++)
        blocked = offered * blocked / (k + offered * blocked);
    double waits = blocked / (1 - load * (1 - blocked));
    return waits / (servers * (1 - load));
}

#endif
