/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * buildout: from a delivery on the dock to nodes in the cluster.
 *
 * Cards are installed in order of arrival at a fixed rate, node by node; a node joins after burn-in.
 * Cards that do not fill a node wait for the next delivery. Node k of a site is the k-th to be built.
 */
#ifndef TENK_SITE_BUILDOUT_H
#define TENK_SITE_BUILDOUT_H

#include <stdint.h>

struct buildout {
    int32_t cards_per_node;
    double node_us;      /* us to install one node; 0: at once */
    int64_t burn_in;     /* us */
    int64_t loose_cards; /* delivered, not yet enough for a node */
    int64_t busy_until;  /* us: installation of what was delivered ends */
    int32_t nodes;       /* nodes planned so far */
};

void buildout_init(struct buildout *buildout, int32_t cards_per_node, double cards_per_day, int64_t burn_in);

/* Cards arrive; returns how many more nodes they make possible. Take each with buildout_next. */
int32_t buildout_deliver(struct buildout *buildout, int64_t now, int64_t cards);

/* Time at which the next of those nodes joins the cluster; *node is its number. Never decreases. */
int64_t buildout_next(struct buildout *buildout, int32_t *node);

#endif
