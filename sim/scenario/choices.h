/* SPDX-License-Identifier: GPL-3.0-or-later */
/* choices: the names that choice settings allow; each is index -> name, NULL beyond the last. */
#ifndef TENK_SCENARIO_CHOICES_H
#define TENK_SCENARIO_CHOICES_H

const char *choices_confidence(int index);
const char *choices_count_unit(int index);
const char *choices_kind(int index);
const char *choices_delivery(int index);
/* of reliability */
const char *choices_scope(int index);
const char *choices_effect(int index);
const char *choices_fails_when(int index);
const char *choices_life(int index);
const char *choices_time_law(int index);
/* from the registries */
const char *choices_spares(int index);
const char *choices_allocation(int index);
const char *choices_order(int index);
const char *choices_backfill(int index);
const char *choices_place(int index);

const char *choices_preempt(int index);
const char *choices_choose(int index);
const char *choices_report(int index);
const char *choices_dispatch(int index);

#endif
