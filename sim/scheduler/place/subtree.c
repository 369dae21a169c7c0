/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * subtree: the gang as close together as can be: in the smallest group of the site's tree that holds it.
 *
 * The lowest level at which one group holds the whole gang; of the groups there that do, the one with the
 * fewest wholly free nodes. Inside it the children with most wholly free nodes first, so that as few as
 * possible are touched (place_tree.h). Without a topology: as best-fit, the fullest nodes. Source: Slurm's
 * topology/tree plugin ("Topology Guide": the lowest level switch that can satisfy the request, best fit
 * among its leaves); the Ascend scheduler's affinity of jobs to SuperPoDs and leaf switches (MindCluster
 * manual) is of the same kind.
 */
#include "scheduler/place/place_policies.h"
#include "scheduler/place/place_tree.h"

static int32_t choose(const struct nodes *view, const struct place_request *request, struct job_part *parts)
{
    return place_tree_choose(view, request->cards, PLACE_TREE_SMALLEST, parts);
}

const struct place_policy place_subtree = {
    .name = "subtree",
    .summary = "the smallest group of the network that holds the gang (Slurm topology/tree)",
    .by_node = true,
    .by_tree = true,
    .largest = place_whole_largest,
    .choose = choose,
};
