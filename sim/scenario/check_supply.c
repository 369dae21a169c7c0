/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_supply: who makes the chips, who wants them, and whether the two agree. */
#include "base/text.h"
#include "scenario/checker.h"

#include <math.h>
#include <string.h>

enum { PATH_BYTES = 200, MOST_LINES = 16, MOST_ESTIMATES = 16 };

/* The next name of a list with commas, NULL at its end. */
static const char *next_name(const char **at, char name[80])
{
    *at += strspn(*at, ", ");
    size_t length = strcspn(*at, ", ");
    snprintf(name, 80, "%.*s", (int)(length < 79 ? length : 79), *at);
    *at += length;
    return length ? name : NULL;
}

const struct scenario_line *checker_line_of(const struct scenario *scenario, const char *chip)
{
    char name[80];
    for (const char *at = scenario->supply.line ? scenario->supply.line : ""; next_name(&at, name);) {
        const struct scenario_line *line = schema_entry(&scenario->lines, &scenario_line_schema, name);
        if (line && line->chip && chip && !strcmp(line->chip, chip))
            return line;
    }
    return NULL;
}

/* A site or pool that the market serves must want what some line makes. */
static void check_served(struct checker *checker, const char *group, const char *chip, const char *delivery)
{
    if (!delivery || strcmp(delivery, "supply") != 0 || !scenario_chip(checker->scenario, chip) ||
        checker_line_of(checker->scenario, chip))
        return;
    const struct scenario *scenario = checker->scenario;
    const struct scenario_line *line =
        schema_entry(&scenario->lines, &scenario_line_schema, scenario->supply.line);
    if (line && line->chip)
        checker_say(checker, group, "chip", "is \"%s\", but the line \"%s\" makes \"%s\"", chip, line->name,
                    line->chip);
    else
        checker_say(checker, group, "chip", "is \"%s\", but none of the lines \"%s\" makes it", chip,
                    scenario->supply.line);
}

static void check_sites_served(struct checker *checker)
{
    const struct scenario_site *sites = checker->scenario->site.entries;
    for (int i = 0; i < checker->scenario->site.count; i++) {
        const struct scenario_pool *pools = sites[i].pools.entries;
        char group[PATH_BYTES];
        snprintf(group, sizeof group, "site.%.100s", sites[i].name);
        check_served(checker, group, sites[i].chip, sites[i].delivery);
        for (int p = 0; p < sites[i].pools.count; p++) {
            snprintf(group, sizeof group, "site.%.100s.pools.%.60s", sites[i].name, pools[p].name);
            check_served(checker, group, pools[p].chip, pools[p].delivery);
        }
    }
}

/* A line that has the stages which estimate = "stages" asks for. */
static bool has_stages(const struct scenario_line *line)
{
    return line->stages.yields.count > 0;
}

/* What stages that are simulated need besides. */
static void check_memory_of(struct checker *checker, const struct scenario_line *line)
{
    const struct scenario_stages *stages = &line->stages;
    char group[PATH_BYTES];
    snprintf(group, sizeof group, "lines.%.100s.stages", line->name);
    const struct scenario_memory *memory =
        stages->memory && *stages->memory
            ? schema_entry(&checker->scenario->memories, &scenario_memory_schema, stages->memory)
            : NULL;
    if (stages->memory && *stages->memory && !memory)
        checker_missing(checker, group, "memory", stages->memory, "memories", &checker->scenario->memories,
                        scenario_memory_schema.size);
    if (memory && stages->stacks_per_package < 1 && checker_sound(checker, group, "stacks_per_package"))
        checker_say(checker, group, "stacks_per_package", "must be at least 1 when it takes a memory");
}

/* With several lines, one that has a single estimate is not asked for its name. */
static bool several_lines(const struct scenario *scenario)
{
    return strchr(scenario->supply.line, ',') != NULL;
}

static void check_estimate(struct checker *checker, const struct scenario_line *line)
{
    const char *wanted = checker->scenario->supply.estimate;
    const struct scenario_estimate *estimates = line->estimates.entries;
    char group[PATH_BYTES];
    snprintf(group, sizeof group, "lines.%.100s.estimates", line->name);
    if (!checker_sound(checker, "supply", "estimate") || !wanted)
        return;
    if (!strcmp(wanted, "ensemble")) {
        double weight = 0;
        int count = 0;
        for (int i = 0; i < line->estimates.count; i++) {
            weight += estimates[i].weight;
            count += estimates[i].weight > 0;
        }
        if (line->estimates.count && weight <= 0)
            checker_say(checker, group, "", "none of the estimates has a weight above 0: which one holds?");
        if (count > MOST_ESTIMATES)
            checker_say(checker, group, "", "has %d estimates with a weight; at most %d allowed", count,
                        MOST_ESTIMATES);
        return;
    }
    bool staged = !strcmp(wanted, "stages");
    if (staged && has_stages(line))
        check_memory_of(checker, line);
    if ((staged && has_stages(line)) || (line->estimates.count == 1 && several_lines(checker->scenario)))
        return;
    if (!schema_entry(&line->estimates, &scenario_estimate_schema, wanted)) {
        if (staged)
            checker_say(checker, "supply", "estimate",
                        "\"stages\", but the line \"%s\" has none, and more than one estimate", line->name);
        else
            checker_missing(checker, "supply", "estimate", wanted, "the line's estimates", &line->estimates,
                            scenario_estimate_schema.size);
    }
}

/* Whether anybody needs a line. */
static bool is_needed(const struct scenario *scenario)
{
    const struct scenario_site *sites = scenario->site.entries;
    bool needed = scenario->buyers.count > 0;
    for (int i = 0; i < scenario->site.count; i++) {
        const struct scenario_pool *pools = sites[i].pools.entries;
        needed |= sites[i].delivery && !strcmp(sites[i].delivery, "supply");
        for (int p = 0; p < sites[i].pools.count; p++)
            needed |= pools[p].delivery && !strcmp(pools[p].delivery, "supply");
    }
    return needed;
}

static void check_lines(struct checker *checker)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_supply *supply = &scenario->supply;
    char name[80], other[80];
    int count = 0;
    bool known = true;
    for (const char *at = supply->line; next_name(&at, name); count++) {
        const struct scenario_line *line = schema_entry(&scenario->lines, &scenario_line_schema, name);
        if (!line) {
            checker_missing(checker, "supply", "line", name, "lines", &scenario->lines,
                            scenario_line_schema.size);
            known = false;
            continue;
        }
        int times = 0;
        for (const char *again = supply->line; next_name(&again, other);)
            times += !strcmp(name, other);
        if (times > 1 && checker_sound(checker, "supply", "line"))
            checker_say(checker, "supply", "line", "names \"%s\" twice", name);
        check_estimate(checker, line);
    }
    if (count > MOST_LINES)
        checker_say(checker, "supply", "line", "names %d lines; at most %d allowed", count, MOST_LINES);
    if (known)
        check_sites_served(checker);
}

static double price_of(const struct scenario *scenario, const char *name)
{
    const struct scenario_chip *chip = scenario_chip(scenario, name);
    return chip ? chip->price_cny : 0;
}

/* Bids and budgets are in money, so every chip that is asked for needs a price. */
static void need_prices(struct checker *checker, const char *group, const char *key, const char *chips)
{
    char name[80];
    for (const char *at = chips ? chips : ""; next_name(&at, name);)
        if (scenario_chip(checker->scenario, name) && price_of(checker->scenario, name) <= 0 &&
            checker_line_of(checker->scenario, name)) {
            checker_say(checker, group, key, "needs a price of \"%s\": set chips.%s.price_cny", name, name);
            return;
        }
}

static const char *first_chip(const struct scenario *scenario)
{
    char name[80];
    const char *at = scenario->supply.line ? scenario->supply.line : "";
    const struct scenario_line *line =
        next_name(&at, name) ? schema_entry(&scenario->lines, &scenario_line_schema, name) : NULL;
    return line ? line->chip : NULL;
}

static void check_buyer(struct checker *checker, const struct scenario_buyer *buyer)
{
    const struct scenario *scenario = checker->scenario;
    char group[PATH_BYTES], name[80];
    snprintf(group, sizeof group, "buyers.%.100s", buyer->name);
    check_chip_names(checker, group, "accepts", buyer->accepts);
    bool any = !buyer->accepts || !*buyer->accepts;
    for (const char *at = buyer->accepts ? buyer->accepts : ""; next_name(&at, name);)
        any |= checker_line_of(scenario, name) != NULL;
    if (!any && checker_sound(checker, group, "accepts") && checker_sound(checker, "supply", "line"))
        checker_say(checker, group, "accepts", "none of the lines \"%s\" makes any of these chips",
                    scenario->supply.line);
    const char *chips = buyer->accepts && *buyer->accepts ? buyer->accepts : first_chip(scenario);
    if (buyer->budget_per_year > 0)
        need_prices(checker, group, "budget_per_year", chips);
    if (scenario->supply.allocation && !strcmp(scenario->supply.allocation, "highest-bid"))
        need_prices(checker, "supply", "allocation", chips);
    if (buyer->gives_up && buyer->patience <= 0 && checker_sound(checker, group, "patience"))
        checker_say(checker, group, "gives_up", "needs a patience: after how long is an order given up?");
    if (!strcmp(buyer->name, "all"))
        checker_say(checker, group, "",
                    "the name \"all\" stands for the supply in the results: take another");
}

static void check_stages(struct checker *checker, const struct scenario_line *line)
{
    const struct scenario_stages *stages = &line->stages;
    char group[PATH_BYTES];
    snprintf(group, sizeof group, "lines.%.100s.stages", line->name);
    checker_pair(checker, group, "wafer_years", &stages->wafer_years, "wafers_per_month",
                 &stages->wafers_per_month, 32);
    checker_pair(checker, group, "yield_years", &stages->yield_years, "yields", &stages->yields, 32);
    checker_pair(checker, group, "package_years", &stages->package_years, "packages_per_month",
                 &stages->packages_per_month, 32);
    checker_ascending(checker, group, "wafer_years", &stages->wafer_years);
    checker_ascending(checker, group, "yield_years", &stages->yield_years);
    checker_ascending(checker, group, "package_years", &stages->package_years);
    checker_whole(checker, group, "wafer_years", &stages->wafer_years, "years");
    checker_whole(checker, group, "package_years", &stages->package_years, "years");
    for (int i = 0; i < stages->yields.count; i++)
        if (stages->yields.values[i] >= 1 && checker_sound(checker, group, "yields"))
            checker_say(checker, group, "yields", "must lie below 1, but item %d is %g", i + 1,
                        stages->yields.values[i]);
    if (stages->lag_max_months < stages->lag_min_months && checker_sound(checker, group, "lag_max_months") &&
        checker_sound(checker, group, "lag_min_months"))
        checker_say(checker, group, "lag_max_months", "must not be below lag_min_months (%lld)",
                    (long long)stages->lag_min_months);
    if (line->yield_sd_future > 0.25 && stages->yields.count)
        checker_say(checker, group, "yields", "need a yield_sd_future of the line of at most 0.25");
}

static void check_memory(struct checker *checker, const struct scenario_memory *memory)
{
    char group[PATH_BYTES];
    snprintf(group, sizeof group, "memories.%.100s", memory->name);
    checker_pair(checker, group, "years", &memory->years, "stacks_per_month", &memory->stacks_per_month, 32);
    checker_ascending(checker, group, "years", &memory->years);
    checker_whole(checker, group, "years", &memory->years, "years");
}

void check_supply(struct checker *checker)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_line *lines = scenario->lines.entries;
    const struct scenario_memory *memories = scenario->memories.entries;
    const struct scenario_buyer *buyers = scenario->buyers.entries;
    for (int i = 0; i < scenario->lines.count; i++)
        check_stages(checker, &lines[i]);
    for (int i = 0; i < scenario->memories.count; i++)
        check_memory(checker, &memories[i]);
    if (!is_needed(scenario) || !checker_sound(checker, "supply", "line"))
        return;
    if (!*scenario->supply.line) {
        checker_say(checker, "supply", "line",
                    "missing; buyers and sites with delivery = \"supply\" need a line that serves them");
        return;
    }
    check_lines(checker);
    for (int i = 0; i < scenario->buyers.count; i++)
        check_buyer(checker, &buyers[i]);
    const struct scenario_site *sites = scenario->site.entries;
    for (int i = 0; i < scenario->site.count && scenario->supply.allocation; i++)
        if (!strcmp(scenario->supply.allocation, "highest-bid") && sites[i].delivery &&
            !strcmp(sites[i].delivery, "supply") && checker_sound(checker, "supply", "allocation"))
            need_prices(checker, "supply", "allocation", sites[i].chip);
}
