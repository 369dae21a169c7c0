/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world_case: plans made by hand, their runs, and intervals to hold closed forms against.
 *
 * Every run of these tests goes through case_run, which asserts that the built-in checks (the account of
 * card-time, the account of work, Little's law) passed.
 */
#ifndef TENK_TESTS_WORLD_WORLD_CASE_H
#define TENK_TESTS_WORLD_WORLD_CASE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "stats/accumulator.h"
#include "world/world.h"

struct world_case {
    struct plan plan;
    struct metric_slots slots;
    struct arena arena;
    struct world_result result;
};

/* A site called "site": whole nodes from the first moment, first come first served, no backfilling. */
static inline void case_plan(struct world_case *c, int32_t nodes, int32_t cards_per_node, int64_t horizon)
{
    memset(c, 0, sizeof *c);
    struct plan *plan = &c->plan;
    plan->horizon = horizon;
    plan->seed = 20240731;
    plan->dispatch = dispatch_rule_named("home");
    plan->site_count = 1;
    plan->sites = arena_alloc(&plan->arena, 1, sizeof *plan->sites);
    struct plan_site *site = plan->sites;
    plan_site_alone(site, 0);
    site->name = "site";
    site->chip_name = "chip";
    site->peak = 1;
    site->cards = (int64_t)nodes * cards_per_node;
    site->at_once = true;
    site->cards_per_node = cards_per_node;
    site->large_job_cards = INT64_MAX;
    for (int i = 0; i < 24; i++)
        site->rhythm.hour[i] = 1;
    for (int i = 0; i < 7; i++)
        site->rhythm.weekday[i] = 1;
    site->estimate_min = site->estimate_max = 1;
    site->scheduler = (struct scheduler_config){
        .order = order_policy_named("fcfs"),
        .candidates = order_policy_named("fcfs"),
        .place = place_policy_named("consolidate"),
        .depth = scheduler_depth_named("none"),
    };
}

/* Nodes fail at a constant rate; one lognormal time of repair (us). */
static inline void case_failures(struct world_case *c, double per_1000_node_days, double repair_median,
                                 double repair_sigma)
{
    struct plan_site *site = c->plan.sites;
    struct plan_risks *risks = arena_alloc(&c->plan.arena, 1, sizeof *risks);
    double rate = per_1000_node_days / 1000 / (double)CLOCK_DAY;
    *risks = (struct plan_risks){.fails = true,
                                 .cause_count = 1,
                                 .causes = {{.name = "node", .per_node_us = rate, .nodes = 1}},
                                 .good_us = rate,
                                 .lemon_us = rate,
                                 .lemon_factor = 1,
                                 .stops_per_node_us = rate,
                                 .repairs_simply = true,
                                 .spares = spares_policy_named("requeue")};
    site->risks = risks;
    site->failures = (struct failure_model){
        .per_node_us = rate, .repair_median = repair_median, .repair_sigma = repair_sigma};
}

/* Adds a class of one-card jobs with the rhythm and the chip of the site, so that work is length. */
static inline struct plan_class *case_class(struct world_case *c, const char *name, double per_day)
{
    struct plan_site *site = c->plan.sites;
    struct plan_class *class = &site->classes[site->class_count++];
    class->name = name;
    class->generated = true;
    class->reference_rate = class->rate = 1;
    class->draw.share = 1;
    class->draw.sizes = 1;
    class->draw.cards[0] = 1;
    class->draw.cumulative[0] = 1;
    class->arrivals.rhythm = &site->rhythm;
    class->arrivals.per_day = per_day;
    return class;
}

/* One dated gang, from the first moment. */
static inline void case_gang(struct world_case *c, int32_t cards, int64_t work, bool checkpoints)
{
    struct plan_site *site = c->plan.sites;
    site->runs = arena_alloc(&c->plan.arena, 1, sizeof *site->runs);
    site->run_count = 1;
    site->runs[0] = (struct plan_run){.work = work, .cards = cards, .rate = 1, .checkpoints = checkpoints};
    site->classes[site->class_count++] = (struct plan_class){.name = "runs"};
}

/* Call when the plan is complete, before the first run. */
static inline void case_ready(struct world_case *c)
{
    metric_slots_build(&c->slots, &c->plan);
    c->result.values = memory_alloc((size_t)c->slots.count, sizeof(double));
}

static inline void case_run(struct world_case *c, uint32_t replication, struct world_job_outcome *outcomes)
{
    struct world_request request = {
        .plan = &c->plan, .slots = &c->slots, .replication = replication, .outcomes = outcomes};
    world_run(&request, &c->arena, &c->result);
    assert_string_equal(c->result.problem, "");
}

static inline double case_value(const struct world_case *c, const char *scope, enum metric_id metric)
{
    int slot = metric_slot_find(&c->slots, scope, metric);
    assert_true(slot >= 0);
    return c->result.values[slot];
}

static inline void case_free(struct world_case *c)
{
    free(c->result.values);
    metric_slots_free(&c->slots);
    plan_free(&c->plan);
    arena_free(&c->arena);
}

/*
 * The 99% interval over independent replications must hold the exact value, and be narrow enough to mean
 * something: half width <= widest x exact.
 */
static inline void case_covers(const char *what, const struct accumulator *over, double exact, double widest)
{
    double half = accumulator_half_width(over, 0.99);
    print_message("%-44s exact %10.5g  simulated %10.5g +- %.2f%%\n", what, exact, over->mean,
                  100 * half / exact);
    assert_true(half <= widest * exact);
    assert_true(fabs(over->mean - exact) <= half);
}

#endif
