/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_stop: stretches that end before the job is done: it is stopped for others, interrupted by a failure,
 * or only paused while its nodes or its speed change. */
#include "engine/clock.h"
#include "scheduler/members.h"
#include "world/world_internal.h"

#include <math.h>

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Where there is no room for all that stood by, it restarts with what there is. If nodes must be waited for
 * anyway, spares are sent for to stand by too; repairs are not waited for. */
static void ask_less_standby(const struct world_site *site, struct job *job)
{
    const struct nodes *free_now = &site->scheduler.free_now;
    struct job_detail *detail = job->detail;
    int64_t room = free_now->free_cards - (int64_t)site->failing_nodes * free_now->cards - detail->wanted;
    if (!detail->standby_asked || room >= detail->standby)
        return;
    if (room < 0 && site->plan->risks->spare_delay)
        room += (int64_t)site->pool_nodes * free_now->cards;
    if (room >= detail->standby)
        return;
    room = room < 0 ? 0 : room;
    detail->standby = (int32_t)(room / free_now->cards) * free_now->cards;
    job->cards = detail->wanted + detail->standby;
}

/* Back into the queue, for a plan as long as what is left. */
static void requeue(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    job->detail->restarts++;
    job->detail->ready = world->now;
    job->detail->speed = 1;
    job->state = JOB_QUEUED;
    job->reserved = false;
    job->cards = job->detail->least;
    job->detail->standby = job->detail->standby_asked;
    ask_less_standby(site, job);
    if (world_active(job) != job->detail->wanted)
        job->detail->speed = plan_speed(site->plan, job->detail->wanted, job->cards);
    if (job->detail->maturity < 1)
        job->detail->speed *= job->detail->maturity;
    if (job->planned != CLOCK_NEVER) {
        struct checkpoint_costs costs = world_costs(site, job, false);
        job->planned =
            (int64_t)(job->detail->estimate * (double)checkpoint_length(&costs, world_computing_left(job)));
        job->planned = later(job->planned, job->detail->plan_left);
    }
    world_enqueue(world, site, index);
}

void world_count_interruption(struct world_site *site, const struct job *job)
{
    struct world_tally *tallies[WORLD_TALLIES];
    int count = world_tallies(site, job, tallies);
    for (int i = 0; i < count; i++)
        tallies[i]->interruptions++;
    site->seen_failures++;
}

void world_interrupt(struct world *world, struct world_site *site, int32_t index, enum world_end end,
                     int64_t pending)
{
    struct job *job = job_at(&site->jobs, index);
    calendar_cancel(&world->calendar, job->end_event);
    world_settle(world, site, job, job->cards, end);
    world_leave_cards(world, site, index);
    job->detail->pending = pending;
    requeue(world, site, index);
}

void world_pause(struct world *world, struct world_site *site, int32_t index, enum world_end end)
{
    struct job *job = job_at(&site->jobs, index);
    calendar_cancel(&world->calendar, job->end_event);
    world_settle(world, site, job, job->cards, end);
    world_uncount_running(site, job);
}

void world_resume(struct world *world, struct world_site *site, int32_t index, enum world_end end,
                  int64_t pending)
{
    struct job *job = job_at(&site->jobs, index);
    struct job_detail *detail = job->detail;
    world_set_speed(world, site, job);
    if (end == WORLD_PAUSED) {
        int64_t detect = detail->pending, restart = detail->restart;
        world_fix_costs(site, job);
        detail->detect = detect;
        detail->restart = restart;
    } else {
        struct world_tally *tallies[WORLD_TALLIES];
        int count = world_tallies(site, job, tallies);
        for (int i = 0; i < count; i++)
            tallies[i]->in_place++;
        detail->restarts++;
        detail->pending = pending;
        detail->in_place = true;
        world_fix_costs(site, job);
    }
    struct members change;
    members_open(&change, &site->scheduler, index, world->now);
    struct checkpoint_costs costs = world_stretch_costs(job);
    int64_t planned =
        job->planned == CLOCK_NEVER
            ? CLOCK_NEVER
            : (int64_t)(detail->estimate * (double)checkpoint_length(&costs, world_computing_left(job)));
    members_restart(&change, planned);
    members_close(&change);
    world_count_running(site, job);
    world_plan_end(world, site, index, job);
}

void world_stop(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    calendar_cancel(&world->calendar, job->end_event);
    /* without checkpoints all is lost */
    world_settle(world, site, job, job->cards, job->detail->saves ? WORLD_KEPT : WORLD_DEEP);
    world_leave_cards(world, site, index);
    job->detail->preemptions++;
    struct world_tally *tallies[WORLD_TALLIES];
    int count = world_tallies(site, job, tallies);
    for (int i = 0; i < count; i++)
        tallies[i]->preemptions++;
    requeue(world, site, index);
}
