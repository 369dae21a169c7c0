/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order_policies: what the registry knows; each is defined in the file of its name. */
#ifndef TENK_SCHEDULER_ORDER_POLICIES_H
#define TENK_SCHEDULER_ORDER_POLICIES_H

#include "scheduler/order.h"

extern const struct order_policy order_fcfs;
extern const struct order_policy order_sjf;
extern const struct order_policy order_ljf;
extern const struct order_policy order_smallest_area;
extern const struct order_policy order_wfp3;
extern const struct order_policy order_unicef;
extern const struct order_policy order_f1;
extern const struct order_policy order_las;
extern const struct order_policy order_srpt;
extern const struct order_policy order_fair_share;
extern const struct order_policy order_priority;
extern const struct order_policy order_round_robin;

#endif
