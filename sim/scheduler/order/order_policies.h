/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order_policies: what the registry knows; each is defined in the file of its name. */
#ifndef TENK_SCHEDULER_ORDER_POLICIES_H
#define TENK_SCHEDULER_ORDER_POLICIES_H

#include "scheduler/order.h"

extern const struct order_policy order_fcfs;
extern const struct order_policy order_sjf;
extern const struct order_policy order_f1;

#endif
