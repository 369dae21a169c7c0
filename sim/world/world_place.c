/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_place: what comes of where jobs run: speed lost by scattering, cards that nobody waiting can use. */
#include "scheduler/footprint.h"
#include "world/world_internal.h"

double world_locality(const struct world_site *site, const struct job *job)
{
    const struct plan_site *plan = site->plan;
    const struct locality_model *model = &plan->classes[job->class_index].locality;
    if (!site->marks || !job->part_count || !model->count)
        return 1;
    struct footprint footprint = footprint_of(&plan->topology, job->parts, job->part_count, site->marks);
    return footprint_factor(&footprint, model);
}

/*
 * By size: what is free on nodes with too little for a gang of it; gangs larger than a node want wholly free
 * ones. The mean over the waiting jobs. Source: the fragmentation measure of FGD (Weng et al., USENIX
 * ATC'23), with the jobs that wait as the sizes that are wanted.
 */
int64_t world_fragmented(const struct world_site *site)
{
    const struct nodes *free_now = &site->scheduler.free_now;
    int64_t waiting = site->queued_jobs.value, sum = 0;
    if (!waiting)
        return 0;
    for (int32_t size = 1; size <= free_now->cards + 1; size++) {
        int64_t jobs = site->waiting_sizes[size];
        if (jobs)
            sum += jobs * nodes_unusable(free_now, size <= free_now->cards ? size : free_now->cards);
    }
    return sum / waiting;
}
