/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_report_waterfall: where a site's compute goes between installed and useful, as bars. */
#include "base/number.h"
#include "command/run_report_internal.h"

#include <math.h>
#include <stdio.h>

enum { BAR = 30 };

struct step {
    enum metric_id metric;
    const char *label; /* what is left, and what has gone since the step before */
};

static const struct step steps[] = {
    {METRIC_FLOP_INSTALLED, "installed, at its peak"},
    {METRIC_FLOP_ONLINE, "burned in and powered"},
    {METRIC_FLOP_UP, "up: not under repair"},
    {METRIC_FLOP_ALLOCATED, "held by jobs"},
    {METRIC_FLOP_RUNNING, "running: found and restarted"},
    {METRIC_FLOP_PRODUCTIVE, "kept: not lost, not writing"},
    {METRIC_FLOP_MFU, "at the MFU of the work"},
    {METRIC_FLOP_SCALE, "in gangs of its size"},
    {METRIC_FLOP_PLACED, "where they were placed"},
    {METRIC_FLOP_TUNED, "with code as tuned as it was"},
    {METRIC_FLOP_USEFUL, "useful: no slow nodes"},
};

static double mean_of(const struct reporter *reporter, const char *site, enum metric_id metric)
{
    int slot = metric_slot_find(reporter->slots, site, metric);
    return slot < 0 || !reporter->rows[slot].n ? NAN : reporter->rows[slot].mean;
}

void run_report_waterfall(const struct reporter *reporter, const char *site)
{
    double installed = mean_of(reporter, site, METRIC_FLOP_INSTALLED), last = NAN;
    if (!(installed > 0))
        return;
    printf("  %-42s %-14s %12s %11s\n", "from installed to useful, means", "", "", "");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        double mean = mean_of(reporter, site, steps[i].metric);
        if (i && i + 1 < sizeof steps / sizeof *steps && fabs(mean - last) <= 1e-9 * installed)
            continue; /* nothing goes in this step */
        last = mean;
        char text[NUMBER_TEXT], bar[BAR + 1];
        number_write_grouped(text, mean, number_decimals(mean));
        int length = (int)lround(BAR * fmin(1, fmax(0, mean / installed)));
        for (int k = 0; k < BAR; k++)
            bar[k] = k < length ? '#' : '.';
        bar[BAR] = 0;
        printf("    %-40s %-14s %12s %9.1f %% %s\n", steps[i].label, "PFLOP/s-days", text,
               100 * mean / installed, bar);
    }
}
