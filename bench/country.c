/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_country: what a future of the country costs, and how that grows with the country.
 *
 * Problem: one scenario has one size, and a part that costs sites x sites does not show at it. Choice: the
 * scenario is read once and made `times` as large in memory: every entry of `site` stands there so many times
 * under names of its own, buyers order and lines make so many times as much, so each copy of a city gets
 * about what the city gets. One replication, one thread. The same again without failures, and with jobs that
 * may leave home. Counted are replications a second; besides, once each: events, jobs and cards online at the
 * end, and the bytes of the arena, which is the memory of a replication but for the rows of results.
 */
#include "bench.h"

#include "scenario/scenario.h"
#include "world/world.h"

#include <stdbool.h>

struct setup {
    const char *name;
    int times;
    bool no_failures;
    const char *dispatch; /* NULL: the scenario's */
};

static const char *file;
static const char *only = ""; /* what the names of the cases to be run begin with; both set once, by main */

static void read_scenario(struct scenario *scenario)
{
    struct error_list errors = {0};
    if (!scenario_read(scenario, file, NULL, 0, &errors)) {
        error_print(&errors, 0, stderr);
        exit(2);
    }
    error_list_free(&errors);
}

/* Every site so many times, the k-th under its name with +k. */
static void multiply_sites(struct scenario *scenario, int times)
{
    const struct scenario_site *sites = scenario->site.entries;
    int count = scenario->site.count;
    struct scenario_site *more = arena_alloc(&scenario->arena, (size_t)(count * times), sizeof *more);
    for (int i = 0; i < count * times; i++) {
        more[i] = sites[i % count];
        if (i < count)
            continue;
        size_t bytes = strlen(more[i].name) + 16;
        char *name = arena_alloc(&scenario->arena, bytes, 1);
        snprintf(name, bytes, "%s+%d", more[i].name, i / count);
        more[i].name = name;
    }
    scenario->site = (struct schema_map){.count = count * times, .entries = more};
}

/* Lines by estimates only: no scenario that is measured makes its cards in stages. */
static void multiply_market(struct scenario *scenario, int times)
{
    struct scenario_buyer *buyers = scenario->buyers.entries;
    for (int i = 0; i < scenario->buyers.count; i++) {
        buyers[i].backlog *= times;
        buyers[i].waiting_cards *= times;
        buyers[i].cards_per_month *= times;
        buyers[i].budget_per_year *= times;
    }
    const struct scenario_line *lines = scenario->lines.entries;
    for (int i = 0; i < scenario->lines.count; i++) {
        const struct scenario_estimate *estimates = lines[i].estimates.entries;
        for (int e = 0; e < lines[i].estimates.count; e++)
            for (int year = 0; year < estimates[e].cards.count; year++)
                estimates[e].cards.values[year] *= times;
    }
}

struct country {
    struct plan plan;
    struct metric_slots slots;
    struct arena arena;
    struct world_result result;
};

static double run_once(void *context)
{
    struct country *country = context;
    struct world_request request = {.plan = &country->plan, .slots = &country->slots};
    world_run(&request, &country->arena, &country->result);
    if (country->result.problem[0]) {
        fprintf(stderr, "bench: a built-in check failed: %s\n", country->result.problem);
        exit(EXIT_FAILURE);
    }
    return 1;
}

/* Of all sites: those of groups, and those in none. */
static double total(const struct country *country, enum metric_id metric)
{
    double sum = 0;
    for (int i = 0; i < country->slots.count; i++) {
        const struct metric_scope *scope = &country->slots.scopes[country->slots.slots[i].scope];
        bool alone = scope->kind == SCOPE_SITE && country->plan.sites[scope->site].group < 0;
        if (country->slots.slots[i].metric == metric && (alone || scope->kind == SCOPE_GROUP))
            sum += country->result.values[i];
    }
    return sum;
}

static void print_fact(const struct setup *setup, const char *what, double value)
{
    printf("country,%s %s,%d,1,%s,%.0f,%.0f,%.0f,1,%lld\n", setup->name, what, setup->times, what, value,
           value, value, (long long)bench_peak_memory());
    fflush(stdout);
}

static void measure(const void *argument)
{
    const struct setup *setup = argument;
    struct scenario scenario;
    struct country country = {0};
    read_scenario(&scenario);
    multiply_sites(&scenario, setup->times);
    multiply_market(&scenario, setup->times);
    struct scenario_reliability *reliability = scenario.reliability.entries;
    for (int i = 0; i < scenario.reliability.count && setup->no_failures; i++) {
        reliability[i].failures_per_1000_node_days = 0;
        reliability[i].causes.count = 0;
    }
    if (setup->dispatch)
        scenario.dispatch.rule = setup->dispatch;
    plan_from_scenario(&country.plan, &scenario);
    metric_slots_build(&country.slots, &country.plan);
    country.result.values = memory_alloc((size_t)country.slots.count, sizeof(double));
    struct bench_line line = {
        .bench = "country", .name = setup->name, .size = setup->times, .unit = "replications/s"};
    bench_measure(&line, run_once, &country);
    print_fact(setup, "events", (double)country.result.events);
    print_fact(setup, "jobs", total(&country, METRIC_JOBS_SUBMITTED));
    print_fact(setup, "cards", total(&country, METRIC_CARDS_ONLINE_END));
    print_fact(setup, "bytes", (double)country.result.bytes);
    free(country.result.values);
    arena_free(&country.arena);
    metric_slots_free(&country.slots);
    plan_free(&country.plan);
    scenario_free(&scenario);
}

static void try(const struct setup *setup)
{
    if (!strncmp(setup->name, only, strlen(only)))
        bench_apart(measure, setup);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) {
        fputs("usage: bench_country SCENARIO.cfg [CASE]\n", stderr);
        return 2;
    }
    file = argv[1];
    only = argc > 2 ? argv[2] : "";
    for (int times = 1; times <= 8; times *= 2)
        try(&(struct setup){.name = "country", .times = times});
    try(&(struct setup){.name = "no failures", .times = 1, .no_failures = true});
    for (int times = 1; times <= 2; times *= 2)
        try(&(struct setup){.name = "least-wait", .times = times, .dispatch = "least-wait"});
    return EXIT_SUCCESS;
}
