/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place_tree: a gang in one subtree of a site's topology, for the policies best-fit and subtree.
 *
 * Two decisions: which group of which tier gets the gang, and in which order the groups below it are used
 * up when none of them can hold all of it. A group's size is its number of wholly free nodes: that is what a
 * gang takes, and what it leaves behind. Ties go to the lowest tier, then to the lowest group.
 *
 * In the group found: while none of its unused children holds what is left of the gang, a child is used up
 * and left out; then the rest of the gang goes to the best of the children that hold it, by the same rule.
 * With the fullest child first that touches the fewest children possible; with the emptiest first it clears
 * away fragments and keeps large children whole. A gang's last node, of which it takes a part only, may be
 * any that has room, in a child touched already if there is one.
 *
 * Complexity: finding a group O(tiers x (different sizes + groups / 64)), placing O(parts + children of the
 * groups entered); gangs that are no multiple of a node look in addition at the groups that hold their whole
 * nodes exactly.
 */
#ifndef TENK_SCHEDULER_PLACE_TREE_H
#define TENK_SCHEDULER_PLACE_TREE_H

#include "scheduler/place.h"

enum place_tree_rule {
    PLACE_TREE_SMALLEST, /* the lowest tier that can, there the group that leaves least; fullest child first
                          */
    PLACE_TREE_LEAST /* the group of any tier that leaves the fewest wholly free nodes; emptiest child first
                      */
};

/* Chooses the parts of a gang that fits; returns their number. Up to a node: the fullest node with room, and
 * when that is a wholly free one, as a gang of one node. */
int32_t place_tree_choose(const struct nodes *view, int32_t cards, enum place_tree_rule rule,
                          struct job_part *parts);

#endif
