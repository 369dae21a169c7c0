/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spares_policies: every policy of spares.h, for its registry. */
#ifndef TENK_RELIABILITY_SPARES_SPARES_POLICIES_H
#define TENK_RELIABILITY_SPARES_SPARES_POLICIES_H

#include "reliability/spares.h"

extern const struct spares_policy spares_requeue;
extern const struct spares_policy spares_standby;
extern const struct spares_policy spares_hot_pool;
extern const struct spares_policy spares_any_node;
extern const struct spares_policy spares_elastic;

#endif
