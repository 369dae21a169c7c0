/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_software: whose code a job is, whether it runs on a site's chips, and how well tuned it is.
 *
 * Firms and their code belong to the site where they submit (home); porting is drawn for each home and
 * software stack, so two pools of one stack need it once. A home without `software` has code that runs
 * everywhere at full speed.
 */
#include "engine/clock.h"
#include "engine/random.h"
#include "world/world_internal.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static const struct plan_software *software_of(const struct world *world, const struct world_site *home)
{
    int number = home->plan->software;
    return number >= 0 ? &world->plan->software[number] : NULL;
}

/* The dice of a home's firms and a stack. */
static struct software_place place_of(const struct world *world, const struct world_site *home, int16_t stack)
{
    return (struct software_place){.seed = world->plan->seed + (uint64_t)(stack + 1) * 0x9e3779b97f4a7c15u,
                                   .replication = world->request->replication,
                                   .site = (uint32_t)home->plan->lead};
}

void world_start_software(struct world *world)
{
    const struct plan *plan = world->plan;
    size_t count = (size_t)plan->software_count;
    world->withdrawn = arena_alloc(world->arena, count, sizeof *world->withdrawn);
    world->architectures = arena_alloc(world->arena, count, sizeof *world->architectures);
    world->ports = arena_alloc(world->arena, PLAN_STACKS + 1, sizeof *world->ports);
    world->architecture_counts = arena_alloc(world->arena, count, sizeof *world->architecture_counts);
    for (size_t i = 0; i < count; i++) {
        world->withdrawn[i] = plan->software[i].family_open ? -1 : 0;
        world->architectures[i] = software_architectures(
            world->arena, plan->software[i].model.architectures_per_year, plan->seed,
            world->request->replication, plan->horizon, &world->architecture_counts[i]);
    }
}

int32_t world_firm(const struct world *world, const struct world_site *home, int class_index, uint32_t number)
{
    if (home->plan->software < 0)
        return 0;
    int32_t firms = software_firms_count(&home->plan->firms, world->now);
    if (firms < 2)
        return 0;
    struct random_stream stream =
        random_open(world->plan->seed, world->request->replication, number,
                    RANDOM_JOB_FIRM | (uint32_t)class_index << 8 | (uint32_t)home->index << 16);
    int32_t firm = (int32_t)(random_uniform(&stream) * firms);
    return firm < firms ? firm : firms - 1;
}

static bool same_lag(const struct software_lag *a, const struct software_lag *b)
{
    return a->median == b->median && a->sigma == b->sigma;
}

void world_change_lags(struct world *world, const struct plan *before)
{
    const struct plan *plan = world->plan;
    for (int i = 0; i <= plan->stack_count; i++)
        world->ports[i].home = NULL; /* what was asked for last may be another now */
    bool same = true;
    for (int i = 0; i < plan->software_count; i++) {
        const struct software_model *was = &before->software[i].model, *is = &plan->software[i].model;
        same &= same_lag(&was->large, &is->large) && same_lag(&was->fine, &is->fine);
    }
    if (same)
        return;
    struct software_model *models = arena_alloc(world->arena, (size_t)plan->software_count, sizeof *models);
    for (int i = 0; i < plan->software_count; i++)
        models[i] = before->software[i].model;
    world->past_lags = arena_room(world->arena, world->past_lags, world->past_count, &world->past_capacity,
                                  sizeof *world->past_lags);
    world->past_lags[world->past_count++] = (struct world_lags){.until = world->now, .models = models};
}

/*
 * When a firm is done with porting. Lengths hold while their settings do: who was done before they changed
 * stays done, and nobody is done before the change by a length that holds only since.
 */
static int64_t ported_at(const struct world *world, int number, const struct software_place *place,
                         int32_t firm, bool large, int64_t joins, int64_t earliest)
{
    int64_t from = INT64_MIN;
    for (int32_t i = 0; i < world->past_count; i++) {
        const struct software_model *model = &world->past_lags[i].models[number];
        int64_t at = later(software_ported_at(model, place, firm, large, joins, earliest), from);
        if (at < world->past_lags[i].until)
            return at;
        from = world->past_lags[i].until;
    }
    const struct software_model *model = &world->plan->software[number].model;
    return later(software_ported_at(model, place, firm, large, joins, earliest), from);
}

/* What is known of a home's firm on a stack; cast anew when it is another one than asked for last. */
static const struct world_port *port_of(const struct world *world, const struct world_site *home,
                                        int16_t stack, int32_t firm, bool large)
{
    struct world_port *port = &world->ports[stack + 1];
    const struct software_model *model = &software_of(world, home)->model;
    int64_t withdrawn = world->withdrawn[home->plan->software];
    if (port->home == home->plan && port->firm == firm && port->large == large &&
        port->withdrawn == withdrawn)
        return port;
    struct software_place place = place_of(world, home, stack);
    int64_t joins = software_firms_joins(&home->plan->firms, firm);
    *port = (struct world_port){
        .home = home->plan,
        .firm = firm,
        .large = large,
        .withdrawn = withdrawn,
        .joins = joins,
        .port = {.native = true},
        .rebased = withdrawn < 0 ? INT64_MIN : software_rebase_ends(model, &place, firm, joins, withdrawn),
    };
    if (stack != software_of(world, home)->stack)
        port->port = software_port(model, &place, firm, large);
    return port;
}

int64_t world_ported(const struct world *world, const struct world_site *home, const struct world_site *site,
                     int32_t firm, bool large)
{
    if (!software_of(world, home))
        return INT64_MIN;
    int16_t stack = site->plan->stack;
    int64_t ordered = site->plan->ordered; /* a later pool of another stack is ported to from then on */
    const struct plan_software *software = software_of(world, home);
    const struct world_port *port = port_of(world, home, stack, firm, large);
    int64_t ported;
    if (stack == software->stack) {
        ported = software->tuned ? INT64_MIN : port->joins;
    } else if (world->past_count) {
        struct software_place place = place_of(world, home, stack);
        ported = ported_at(world, home->plan->software, &place, firm, large, port->joins, ordered);
    } else {
        ported = software_port_ends(&port->port, port->joins, ordered);
    }
    return later(ported, port->rebased);
}

double world_maturity(const struct world *world, const struct world_site *home, int64_t ported)
{
    const struct plan_software *software = software_of(world, home);
    if (!software || ported == INT64_MIN)
        return 1;
    int number = home->plan->software;
    double maturity = software_maturity(&software->model, ported, world->architectures[number],
                                        world->architecture_counts[number], world->now);
    return maturity > 0 ? maturity : software->model.floor; /* running when its family was withdrawn */
}

/* The class with which firms train anew: the largest share among those that train large models, else the
 * first. */
static int retrain_class(const struct plan_site *plan)
{
    int best = -1;
    for (int c = 0; c < plan->class_count; c++)
        if (plan->classes[c].generated && plan->classes[c].large_code &&
            (best < 0 || plan->classes[c].draw.share > plan->classes[best].draw.share))
            best = c;
    return best >= 0 ? best : plan->class_count && plan->classes[0].generated ? 0 : -1;
}

void world_withdraw(struct world *world, int software)
{
    const struct plan *plan = world->plan;
    world->withdrawn[software] = world->now;
    for (int s = 0; s < plan->site_count; s++) {
        const struct world_site *site = &world->sites[s];
        if (site->plan->software != software || site->plan->is_pool || retrain_class(site->plan) < 0)
            continue;
        struct software_place place = place_of(world, site, site->plan->stack);
        int32_t count;
        const struct software_retraining *jobs =
            software_retrainings(world->arena, &plan->software[software].model, &place, &site->plan->firms,
                                 site->plan->ordered, world->now, &count);
        for (int32_t i = 0; i < count; i++) {
            int64_t at = world_ported(world, site, site, jobs[i].firm, true);
            if (at < plan->horizon)
                calendar_push(&world->calendar, later(at, world->now), CLASS_ARRIVALS, 0,
                              (struct calendar_event){
                                  .kind = EVENT_RETRAIN, .subject = jobs[i].firm, .detail = site->index});
        }
    }
}

void world_retrain(struct world *world, struct world_site *site, int32_t firm)
{
    int class_index = retrain_class(site->plan);
    uint32_t number = RETRAIN_NUMBERS + (uint32_t)firm;
    struct jobclass_draw draw =
        jobclass_draw(&site->plan->classes[class_index].draw, world->plan->seed, world->request->replication,
                      (uint32_t)site->index, (uint32_t)class_index, number);
    if (site->open)
        world_take_job(world, site,
                       &(struct world_request_job){
                           .class_index = class_index, .draw = &draw, .firm = firm, .number = number});
}
