/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/storage.h"

#include <assert.h>
#include <math.h>

/* us, as in failure.c: nobody simulates beyond, and sums stay far from overflow. */
static const double longest = 1e17;

double storage_bytes(double parameters, double bytes_per_parameter)
{
    return parameters * bytes_per_parameter;
}

int64_t storage_time(const struct storage_bandwidth *bandwidth, double bytes, double nodes, int64_t duties)
{
    assert(duties >= 0);
    double rate = INFINITY;
    if (bandwidth->node > 0)
        rate = nodes * bandwidth->node;
    if (bandwidth->site > 0)
        rate = fmin(rate, bandwidth->site / (1 + (double)duties / (double)STORAGE_WHOLE));
    if (!(bytes > 0) || isinf(rate))
        return 0;
    double time = bytes / rate * 1e6;
    return time < 1 ? 1 : (int64_t)llround(fmin(time, longest));
}

int64_t storage_duty(int64_t time, int64_t interval, bool background)
{
    assert(time >= 0 && interval >= 0);
    if (interval == 0)
        return 0;
    double cycle = background ? (double)interval : (double)interval + (double)time;
    return (int64_t)llround(fmin((double)time / cycle, 1) * (double)STORAGE_WHOLE);
}
