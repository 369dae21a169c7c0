/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_strike: what a failure does to the jobs on the nodes that it takes.
 *
 * Each job that is hit asks the policy of spares where nodes for the lost ones come from. If there are enough
 * it goes on in place: its stretch ends, nodes leave and join the gang, a new stretch begins with a restart.
 * Otherwise it is queued again. Standby nodes are the last parts of a gang; one takes over by becoming one of
 * the others. Complexity: O(parts of the gangs hit); O(1) for one node of a gang where who holds which node
 * is kept.
 */
#include "scheduler/members.h"
#include "world/world_internal.h"

static bool runs_on(const struct job *job, int32_t node)
{
    for (int32_t i = 0; i < job->part_count; i++)
        if (job->parts[i].node == node)
            return true;
    return false;
}

int32_t world_holder(const struct world_site *site, int32_t node)
{
    int32_t index = site->held_by ? site->held_by[node] : -1;
    if (index < 0)
        return -1;
    const struct job *job = job_at(&site->jobs, index);
    int32_t at = site->held_at[node];
    /* an elastic job that shrank has left its number on nodes that it gave back */
    bool there = job->alive && job_holds_cards(job) && at < job->part_count && job->parts[at].node == node;
    return there ? index : -1;
}

int32_t world_jobs_on(const struct world_site *site, int32_t node, int32_t jobs[NODES_MAX_CARDS])
{
    int32_t count = 0;
    int32_t cards = site->scheduler.free_now.cards;
    if (site->scheduler.free_now.free[node] == cards)
        return 0;
    jobs[0] = world_holder(site, node);
    if (jobs[0] >= 0)
        return 1;
    /* jobs that share a node are rarely asked for: a walk over the running ones beats an index of all nodes
     */
    const struct ordered_entry *entry = ordered_first(&site->scheduler.running);
    for (; entry; entry = ordered_after(&site->scheduler.running, entry->key, entry->tie))
        if (runs_on(job_at(&site->jobs, entry->job), node))
            jobs[count++] = entry->job;
    return count;
}

void world_hold_nodes(struct world_site *site, int32_t index, bool holds)
{
    const struct job *job = job_at(&site->jobs, index);
    int32_t cards = site->scheduler.free_now.cards;
    for (int32_t i = 0; i < job->part_count; i++) {
        bool whole = job->parts[i].cards == cards;
        site->held_by[job->parts[i].node] = holds && whole ? index : -1;
        site->held_at[job->parts[i].node] = i;
    }
    if (job->detail->standby < job->detail->standby_asked)
        site->short_jobs += holds ? 1 : -1;
}

/* Part `at` of the gang leaves it; the nodes behind know their new places. */
static void drop(struct world_site *site, struct members *change, struct job *job, int32_t at)
{
    site->held_by[job->parts[at].node] = -1;
    members_lose(change, at);
    if (at < job->part_count)
        site->held_at[job->parts[at].node] = at;
}

static void join(struct world_site *site, struct members *change, struct job *job, int32_t node)
{
    members_gain(change, node);
    site->held_by[node] = change->job;
    site->held_at[node] = job->part_count - 1;
}

/* Standby cards of the job change by so many, from now on. */
static void change_standby(struct world *world, struct world_site *site, struct job *job, int32_t cards)
{
    struct job_detail *detail = job->detail;
    bool was = detail->standby < detail->standby_asked;
    detail->standby_area += (world->now - detail->standby_from) * detail->standby;
    detail->standby_from = world->now;
    detail->standby += cards;
    site->short_jobs += (detail->standby < detail->standby_asked) - was;
}

/* The highest node of the pool; there is one. */
static int32_t pool_node(const struct world_site *site)
{
    int32_t node = site->scheduler.free_now.count - 1;
    while (world_node_state(&site->nodes[node]) != WORLD_SPARE)
        node--;
    return node;
}

static bool is_held(const struct world_site *site, int32_t node)
{
    return world_node_state(&site->nodes[node]) == WORLD_UP &&
           site->scheduler.free_now.free[node] < site->scheduler.free_now.cards;
}

static void break_node(struct world *world, struct world_site *site, int32_t node)
{
    struct world_node *state = &site->nodes[node];
    enum world_state before = world_node_state(state);
    site->failing_nodes -= state->failing;
    state->failing = false;
    state->broken++;
    if (state->slow > 0) {
        state->slow = 0;
        state->found_at = -1;
        site->slow_nodes--;
    }
    world_node_changed(world, site, node, before);
}

/* Failing nodes that no job holds any more. */
static void break_free(struct world *world, struct world_site *site, const struct world_strike *strike)
{
    for (int32_t node = strike->first; node < strike->last; node++)
        if (site->nodes[node].failing && !is_held(site, node))
            break_node(world, site, node);
}

static void activate_spare(struct world *world, struct world_site *site, int32_t node)
{
    site->nodes[node].spare = false;
    world_node_changed(world, site, node, WORLD_SPARE);
}

/* Lost nodes of the gang: of those that compute, and of those that stand by. One node's place is known. */
static void count_lost(const struct world_site *site, const struct job *job,
                       const struct world_strike *strike, int32_t *computing, int32_t *standby)
{
    int32_t cards = site->scheduler.free_now.cards, active = world_active(job) / cards;
    *computing = *standby = 0;
    if (strike->last - strike->first == 1) {
        *(site->held_at[strike->first] < active ? computing : standby) = 1;
        return;
    }
    for (int32_t i = 0; i < job->part_count; i++)
        if (site->nodes[job->parts[i].node].failing)
            ++*(i < active ? computing : standby);
}

/* Takes the failing nodes out of the gang. Of standby nodes as many take over as the answer says: being the
 * last parts, they move to the places that become free. */
static void drop_failing(struct world *world, struct world_site *site, struct members *change,
                         struct job *job, const struct world_strike *strike, int32_t standby_lost,
                         int32_t taking_over)
{
    int32_t cards = site->scheduler.free_now.cards;
    int32_t from = job->part_count, active = world_active(job) / cards;
    change_standby(world, site, job, -(standby_lost + taking_over) * cards);
    if (strike->last - strike->first == 1) {
        drop(site, change, job, site->held_at[strike->first]);
        return;
    }
    for (int32_t i = from - 1; i >= active;
         i--) /* first those that stand by, so that a sound one moves forward */
        if (site->nodes[job->parts[i].node].failing)
            drop(site, change, job, i);
    for (int32_t i = active - 1; i >= 0; i--)
        if (site->nodes[job->parts[i].node].failing)
            drop(site, change, job, i);
}

static struct spares_view view_of(struct world *world, struct world_site *site, int32_t index, int32_t lost,
                                  int32_t standby_lost)
{
    const struct plan_risks *risks = site->plan->risks;
    const struct job *job = job_at(&site->jobs, index);
    int32_t cards = site->scheduler.free_now.cards;
    struct spares_view view = {.lost = lost, .standby = job->detail->standby / cards - standby_lost};
    view.pool = risks->spare_delay ? 0 : site->pool_nodes;
    if (risks->spares->asks_free && members_find(&site->scheduler, index, world->now) >= 0)
        view.free = (int32_t)(site->scheduler.config.place->largest(&site->scheduler.free_now) / cards);
    if (job->detail->least < job->detail->wanted)
        view.slack = (job->cards - job->detail->least) / cards;
    return view;
}

/* Only standby nodes are lost: the job computes on. */
static void lose_standby(struct world *world, struct world_site *site, int32_t index,
                         const struct world_strike *strike, int32_t standby_lost)
{
    struct job *job = job_at(&site->jobs, index);
    struct members change;
    int32_t before = job->cards;
    world_uncount_running(site, job);
    members_open(&change, &site->scheduler, index, world->now);
    drop_failing(world, site, &change, job, strike, standby_lost, 0);
    members_close(&change);
    world_count_running(site, job);
    timeweight_add(&site->busy, world->now, job->cards - before);
}

static void replace(struct world *world, struct world_site *site, int32_t index,
                    const struct world_strike *strike, int32_t standby_lost,
                    const struct spares_answer *answer)
{
    struct job *job = job_at(&site->jobs, index);
    struct members change;
    int32_t before = job->cards;
    world_pause(world, site, index, strike->end);
    members_open(&change, &site->scheduler, index, world->now);
    drop_failing(world, site, &change, job, strike, standby_lost, answer->standby);
    members_close(&change);
    break_free(world, site, strike);
    int32_t missing = answer->free;
    while (missing > 0) { /* the placement chooses: the gang stands in the index, with what it has */
        int32_t node = members_find(&site->scheduler, index, world->now);
        if (node < 0)
            break;
        members_open(&change, &site->scheduler, index, world->now);
        join(site, &change, job, node);
        members_close(&change);
        missing--;
    }
    for (int32_t i = 0; i < answer->pool; i++) {
        int32_t node = pool_node(site);
        activate_spare(world, site, node);
        members_open(&change, &site->scheduler, index, world->now);
        join(site, &change, job, node);
        members_close(&change);
    }
    timeweight_add(&site->busy, world->now, job->cards - before);
    if (answer->slack)
        job->detail->resized = world->now;
    if (missing > 0) { /* what was free is set aside for others after all */
        world_resume(world, site, index, WORLD_FAILED, strike->pending);
        world_interrupt(world, site, index, WORLD_FAILED, strike->pending);
        return;
    }
    world_resume(world, site, index, strike->end, strike->pending);
}

/* What the job does: goes on with other nodes, or is queued again. */
static void hit(struct world *world, struct world_site *site, int32_t index, struct world_strike *strike)
{
    struct job *job = job_at(&site->jobs, index);
    const struct plan_risks *risks = site->plan->risks;
    int64_t before = job->detail->lost;
    int32_t computing = 0, standby = 0;
    bool in_place = risks->spares->in_place && job->state == JOB_RUNNING && site->held_by;
    if (in_place && strike->takes_nodes) {
        in_place = members_whole(&site->scheduler, job);
        if (in_place)
            count_lost(site, job, strike, &computing, &standby);
        if (in_place && !computing) {
            lose_standby(world, site, index, strike, standby);
            return;
        }
    }
    int32_t active = world_active(job);
    world_count_interruption(site, job);
    strike->interrupted++;
    if (!in_place) {
        world_interrupt(world, site, index, strike->end, strike->pending);
    } else if (!strike->takes_nodes) {
        world_pause(world, site, index, strike->end);
        world_resume(world, site, index, strike->end, strike->pending);
    } else {
        struct spares_view view = view_of(world, site, index, computing, standby);
        struct spares_answer answer = risks->spares->choose(&view);
        if (answer.requeue)
            world_interrupt(world, site, index, strike->end, strike->pending);
        else
            replace(world, site, index, strike, standby, &answer);
    }
    strike->lost += (job->detail->lost - before) * active;
}

static void add_victims(struct world_site *site, struct world *world, int32_t node)
{
    int32_t jobs[NODES_MAX_CARDS];
    int32_t count = world_jobs_on(site, node, jobs);
    for (int32_t i = 0; i < count; i++) {
        struct job *job = job_at(&site->jobs, jobs[i]);
        if (job->detail->hit)
            continue;
        job->detail->hit = true;
        site->victims = arena_room(world->arena, site->victims, site->victim_count, &site->victim_capacity,
                                   sizeof *site->victims);
        site->victims[site->victim_count++] = jobs[i];
    }
}

void world_strike(struct world *world, struct world_site *site, struct world_strike *strike)
{
    int32_t nodes = site->scheduler.free_now.count;
    strike->last = strike->last < nodes ? strike->last : nodes;
    site->victim_count = 0;
    for (int32_t node = strike->first; node < strike->last; node++) {
        int32_t before = site->victim_count;
        if (world_node_state(&site->nodes[node]) == WORLD_UP)
            add_victims(site, world, node);
        bool held = site->victim_count > before || is_held(site, node);
        site->nodes[node].failing = strike->takes_nodes && held;
        site->failing_nodes += site->nodes[node].failing;
        if (strike->takes_nodes && !held)
            break_node(world, site, node); /* nobody may take it for a spare */
    }
    for (int32_t i = 0; i < site->victim_count; i++) {
        job_at(&site->jobs, site->victims[i])->detail->hit = false;
        hit(world, site, site->victims[i], strike);
        break_free(world, site, strike);
    }
    struct world_cause *cause = &site->causes[strike->cause];
    cause->failures += !strike->counted && (strike->takes_nodes || strike->interrupted);
    cause->interruptions += strike->interrupted;
    cause->lost += strike->lost;
    timeweight_set(&site->idle, world->now, site->scheduler.free_now.free_cards);
}

bool world_refill(struct world *world, struct world_site *site, int32_t node)
{
    const struct ordered_entry *entry = ordered_first(&site->scheduler.running);
    for (; entry; entry = ordered_after(&site->scheduler.running, entry->key, entry->tie)) {
        struct job *job = job_at(&site->jobs, entry->job);
        if (job->state != JOB_RUNNING || job->detail->standby >= job->detail->standby_asked ||
            !members_whole(&site->scheduler, job))
            continue;
        struct members change;
        int32_t cards = site->scheduler.free_now.cards;
        world_uncount_running(site, job);
        members_open(&change, &site->scheduler, entry->job, world->now);
        join(site, &change, job, node);
        change_standby(world, site, job, cards);
        members_close(&change);
        world_count_running(site, job);
        timeweight_add(&site->busy, world->now, cards);
        timeweight_set(&site->idle, world->now, site->scheduler.free_now.free_cards);
        return true;
    }
    return false;
}

/* The first of the queue, if it restarts and has not room: those behind it wait for their turn. */
bool world_restart_waits(struct world_site *site)
{
    const struct ordered_entry *head = queue_head(&site->scheduler.queue);
    const struct job *job = head ? job_at(&site->jobs, head->job) : NULL;
    return job && job_restarts(job) && job->cards > site->scheduler.free_now.free_cards;
}

void world_call_spares(struct world *world, struct world_site *site)
{
    if (site->called_now || !world_restart_waits(site))
        return;
    int32_t node = pool_node(site);
    site->nodes[node].called = true;
    site->called_now++;
    site->called_spares++;
    calendar_push(&world->calendar, world->now + site->plan->risks->spare_delay, CLASS_CHANGES, 0,
                  (struct calendar_event){.kind = EVENT_SPARE_COMES, .subject = node, .detail = site->index});
}

void world_spare_comes(struct world *world, struct world_site *site, int32_t node)
{
    site->nodes[node].called = false;
    site->called_now--;
    if (world_node_state(&site->nodes[node]) == WORLD_SPARE)
        activate_spare(world, site, node);
    world_touch(world, site); /* more may be missing */
}
