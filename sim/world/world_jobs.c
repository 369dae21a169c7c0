/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world_jobs: jobs come: from classes, dated runs and traces, into the queue. */
#include "engine/clock.h"
#include "world/world_internal.h"

#include <math.h>

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The last range of sizes that begins at no more cards. */
static int8_t size_bin_of(const struct plan_site *plan, int32_t cards)
{
    int size = plan->size_count - 1;
    while (size > 0 && cards < plan->sizes[size])
        size--;
    return (int8_t)(size > 0 ? size : 0);
}

int world_tallies(struct world_site *site, const struct job *job, struct world_tally *tallies[WORLD_TALLIES])
{
    int count = 0;
    tallies[count++] = &site->tally;
    if (site->plan->tenant_count)
        tallies[count++] = &site->by_tenant[job->tenant];
    if (site->plan->report != PLAN_FULL)
        return count; /* nobody reads the others, and with hundreds of sites each is a miss of the cache */
    tallies[count++] = &site->by_size[job->size_bin];
    if (!job->detail)
        return count; /* a replay does not tell classes apart */
    tallies[count++] = &site->by_class[job->class_index];
    if (job->detail->wanted >= site->plan->large_job_cards)
        tallies[count++] = &site->large;
    return count;
}

void world_touch(struct world *world, struct world_site *site)
{
    if (site->touched)
        return;
    site->touched = true;
    world->touched[world->touched_count++] = site->index;
}

int32_t world_size_index(const struct world_site *site, const struct job *job)
{
    int32_t cards = job->detail->least, node = site->plan->cards_per_node;
    return cards <= node ? cards : node + 1;
}

void world_enqueue(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    scheduler_submit(&site->scheduler, index, world->now);
    timeweight_add(&site->queued_jobs, world->now, 1);
    timeweight_add(&site->queued_cards, world->now, job->cards);
    if (site->waiting_sizes)
        site->waiting_sizes[world_size_index(site, job)]++;
    if (job->detail) {
        job->detail->area = job->planned == CLOCK_NEVER ? 0 : (double)job->planned * job->cards;
        site->queued_area += job->detail->area;
    }
    world_touch(world, site);
}

/* Jobs larger than the machine can ever be are counted, not queued. */
void world_submit(struct world *world, struct world_site *site, int32_t index)
{
    struct job *job = job_at(&site->jobs, index);
    job->order = site->job_count++;
    job->submit = world->now;
    int32_t wanted = job->cards;
    job->size_bin = size_bin_of(site->plan, wanted);
    if (job->detail) {
        job->detail->ready = world->now;
        job->detail->wanted = wanted;
        job->detail->standby = job->detail->standby_asked;
        if (!job->detail->least)
            job->detail->least = job->detail->most = wanted + job->detail->standby;
        job->cards = job->detail->least;
    }
    if (site->first_submit < 0)
        site->first_submit = world->now;
    struct world_tally *tallies[WORLD_TALLIES];
    int count = world_tallies(site, job, tallies);
    /* spares of the pool serve jobs that have lost a node, none that starts */
    int64_t spare = (int64_t)site->plan->risks->spare_nodes * site->plan->cards_per_node;
    bool fits = job->cards <= site->plan->cards - spare;
    for (int i = 0; i < count; i++) {
        tallies[i]->submitted++;
        tallies[i]->never_fit += !fits;
    }
    if (!fits) {
        job->state = JOB_NEVER_FITS;
        if (job->detail && job->detail->home != site->plan->lead)
            site->foreign_cards -= wanted;
        world_row_job(world, site, job, "never_fits");
        job_release(&site->jobs, index);
        return;
    }
    site->given += (int128)job->work * wanted;
    world_enqueue(world, site, index);
}

static void push_arrival(struct world *world, struct world_site *site, int class_index, int64_t at)
{
    site->arrival_events[class_index] = CALENDAR_NONE;
    if (at != CLOCK_NEVER)
        site->arrival_events[class_index] = calendar_push(
            &world->calendar, later(at, world->now), CLASS_ARRIVALS, 0,
            (struct calendar_event){.kind = EVENT_ARRIVAL, .subject = class_index, .detail = site->index});
}

void world_next_arrival(struct world *world, struct world_site *site, int class_index)
{
    const struct plan_class *class = &site->plan->classes[class_index];
    struct jobclass_draw *draw = &site->next_job[class_index];
    *draw = jobclass_draw(&class->draw, world->plan->seed, world->request->replication, (uint32_t)site->index,
                          (uint32_t)class_index, site->class_jobs[class_index]++);
    push_arrival(world, site, class_index,
                 arrivals_next(&site->arrivals[class_index], draw->gap, world->plan->horizon));
}

void world_change_arrivals(struct world *world, struct world_site *site, int class_index)
{
    const struct plan_class *class = &site->plan->classes[class_index];
    int64_t at;
    if (!class->generated || !arrivals_change(&site->arrivals[class_index], &class->arrivals, world->now,
                                              world->plan->horizon, &at))
        return;
    calendar_cancel(&world->calendar, site->arrival_events[class_index]);
    push_arrival(world, site, class_index, at);
}

/* Whose job it is: drawn from a stream of its own, so that tenants shift nothing else. */
static int32_t tenant_of(const struct world *world, const struct world_site *site, int class_index,
                         uint32_t number)
{
    const struct plan_site *plan = site->plan;
    if (plan->tenant_count < 2)
        return 0;
    struct random_stream stream =
        random_open(world->plan->seed, world->request->replication, number,
                    RANDOM_TENANT | (uint32_t)class_index << 8 | (uint32_t)site->index << 16);
    double u = random_uniform(&stream);
    int32_t tenant = 0;
    while (tenant < plan->tenant_count - 1 && u >= plan->tenants[tenant].cumulative)
        tenant++;
    return tenant;
}

/* Least and most cards, and the speed on the least, with which it is planned while it waits. */
static void make_elastic(const struct world_site *site, const struct plan_class *class, struct job *job)
{
    struct job_detail *detail = job->detail;
    double most = floor(job->cards * class->elastic_most);
    detail->least = (int32_t)ceil(job->cards * class->elastic_least);
    detail->most = most < (double)site->plan->cards ? (int32_t)most : (int32_t)site->plan->cards;
    detail->most = detail->most < job->cards ? job->cards : detail->most;
    detail->speed = plan_speed(site->plan, job->cards, detail->least);
}

/* Whole nodes that hold so many cards, in cards. */
static int32_t standby_of(const struct plan_site *plan, double cards)
{
    return (int32_t)ceil(cards / plan->cards_per_node) * plan->cards_per_node;
}

/* A job of home's users at the site that it goes to. */
static void make_job(struct world *world, struct world_site *site, const struct world_site *home,
                     const struct world_request_job *from)
{
    const struct plan_class *class = &site->plan->classes[from->class_index];
    const struct jobclass_draw *draw = from->draw;
    int32_t tenant = tenant_of(world, home, from->class_index, from->number);
    int32_t index = job_create(&site->jobs);
    struct job *job = job_at(&site->jobs, index);
    struct job_detail *detail = job->detail;
    job->class_index = (int16_t)from->class_index;
    job->priority = class->priority;
    job->tenant = tenant < site->plan->tenant_count ? tenant : 0;
    job->cards = draw->cards;
    job->work = plan_work(site->plan, class, draw->cards, draw->length);
    detail->home = home->plan->lead;
    detail->ported =
        world_ported(world, home, site, from->firm, home->plan->classes[from->class_index].large_code);
    detail->maturity = world_maturity(world, home, detail->ported);
    detail->wanted = draw->cards;
    detail->rate = class->rate * speed_scale(&site->plan->scale, draw->cards);
    detail->mfu_rate = class->rate;
    detail->parameters = class->parameters_per_card * draw->cards;
    detail->standby_asked = standby_of(site->plan, class->standby_share * draw->cards);
    detail->saves = class->checkpoints;
    detail->estimate =
        site->plan->estimate_min + draw->estimate * (site->plan->estimate_max - site->plan->estimate_min);
    if (class->elastic_least < 1 || class->elastic_most > 1)
        make_elastic(site, class, job);
    if (detail->maturity < 1)
        detail->speed *= detail->maturity;
    struct checkpoint_costs costs = world_costs(site, job, false);
    double work = (double)job->work / detail->speed;
    job->planned = (int64_t)(detail->estimate * (double)checkpoint_length(&costs, (int64_t)ceil(work)));
    world_submit(world, site, index);
}

void world_take_job(struct world *world, struct world_site *home, const struct world_request_job *job)
{
    struct world_site *site = world_dispatch(world, home, job);
    if (!site) {
        home->unported++;
        return;
    }
    if (!world->sites[site->plan->lead].open)
        return; /* home, which takes no jobs yet */
    if (site->plan->lead != home->plan->lead) {
        home->sent++;
        site->received++;
        site->foreign_cards += job->draw->cards;
    }
    make_job(world, site, home, job);
}

void world_arrival(struct world *world, struct world_site *site, int class_index)
{
    struct jobclass_draw draw = site->next_job[class_index];
    uint32_t number = site->class_jobs[class_index] - 1;
    world_next_arrival(world, site, class_index);
    if (!site->open && world->plan->dispatch->home_only)
        return; /* the job goes elsewhere; it was drawn all the same, so later jobs stay the same */
    world_take_job(world, site,
                   &(struct world_request_job){.class_index = class_index,
                                               .draw = &draw,
                                               .firm = world_firm(world, site, class_index, number),
                                               .number = number});
}

void world_run_due(struct world *world, struct world_site *site, int run)
{
    const struct plan_run *plan = &site->plan->runs[run];
    int64_t ported = world_ported(world, site, site, 0, true);
    if (ported > world->now) { /* the centre's own people port it; it is submitted when they are done */
        if (ported < world->plan->horizon)
            calendar_push(&world->calendar, ported, CLASS_ARRIVALS, 0,
                          (struct calendar_event){.kind = EVENT_RUN, .subject = run, .detail = site->index});
        return;
    }
    int32_t index = job_create(&site->jobs);
    struct job *job = job_at(&site->jobs, index);
    job->class_index = (int16_t)(site->plan->class_count - 1); /* the class "runs" */
    job->priority = plan->priority;
    job->reserved = plan->reserved;
    job->cards = plan->cards;
    job->work = plan->work;
    job->detail->rate = plan->rate;
    job->detail->home = site->plan->lead;
    job->detail->ported = ported;
    job->detail->maturity = world_maturity(world, site, ported);
    if (job->detail->maturity < 1)
        job->detail->speed *= job->detail->maturity;
    job->detail->mfu_rate = plan->mfu_rate;
    job->detail->parameters = plan->parameters;
    job->detail->standby_asked = standby_of(site->plan, plan->standby);
    job->detail->saves = plan->checkpoints;
    job->detail->wanted = plan->cards;
    struct checkpoint_costs costs = world_costs(site, job, false);
    job->planned = checkpoint_length(&costs, (int64_t)ceil((double)job->work / job->detail->speed));
    world_submit(world, site, index);
}

void world_trace_due(struct world *world, int64_t number)
{
    struct world_site *site = &world->sites[0];
    const struct trace_job *from = &world->plan->trace_jobs[number];
    int32_t index = job_create(&site->jobs);
    struct job *job = job_at(&site->jobs, index);
    job->tenant = from->tenant;
    job->cards = from->cards;
    job->work = from->run;
    job->planned = world->plan->plan_actual ? from->run : from->request >= 0 ? from->request : CLOCK_NEVER;
    if (job->detail)
        job->detail->saves = true;
    if (world->request->outcomes)
        world->request->outcomes[number] = (struct world_job_outcome){.start = -1, .end = -1};
    world_submit(world, site, index);
}
