/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reference: a metric of a scope as people name it, METRIC or METRIC[SCOPE].
 *
 * SCOPE is a scope of summary.csv (wuxi, wuxi/pretraining, leading-firms), or what stands behind the slash
 * where only one scope ends so (pretraining, cards>=1024, tenant a). Without a scope it is the one site that
 * has the metric, or the only scope that has it. What is asked of several variants is looked up in each of
 * them.
 */
#ifndef TENK_STUDY_REFERENCE_H
#define TENK_STUDY_REFERENCE_H

#include "base/error.h"
#include "world/metric.h"

struct reference {
    enum metric_id metric;
    char scope[96]; /* as asked; empty: none */
};

/* Reads the text up to its end; otherwise a sentence of what is wrong in problem (256 bytes). */
bool reference_parse(struct reference *reference, const char *text, char problem[256]);

/* The slot, or -1 with a sentence in problem. O(slots). */
int reference_slot(const struct reference *reference, const struct metric_slots *slots, char problem[256]);

/* Which way is better: -1 less (waits, costs, losses), 1 more (deliveries, work), 0 nobody can say. */
int reference_better(enum metric_id metric);

/* What people read: the unit, and how many of the metric's own make one of it. "s" is read as h. */
struct reference_unit {
    const char *name;
    double scale;
};
struct reference_unit reference_unit(enum metric_id metric);

#endif
