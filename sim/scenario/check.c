/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/check.h"

#include "scenario/checker.h"

#include <string.h>

static bool by_supply(const struct scenario_site *site)
{
    return site->delivery && !strcmp(site->delivery, "supply");
}

/* Sites that the line is to serve must want what it makes. */
static void check_served(struct checker *checker, const struct scenario_line *line)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_site *sites = scenario->site.entries;
    for (int i = 0; i < scenario->site.count; i++) {
        if (!by_supply(&sites[i]) || !scenario_chip(scenario, sites[i].chip) || !line->chip ||
            !strcmp(sites[i].chip, line->chip))
            continue;
        char group[160];
        snprintf(group, sizeof group, "site.%.100s", sites[i].name);
        checker_say(checker, group, "chip", "is \"%s\", but the line \"%s\" makes \"%s\"", sites[i].chip,
                    line->name, line->chip);
    }
    for (int i = 0; i < scenario->site.count; i++) {
        const struct scenario_pool *pools = sites[i].pools.entries;
        for (int p = 0; p < sites[i].pools.count; p++) {
            if (!pools[p].delivery || strcmp(pools[p].delivery, "supply") != 0 || !line->chip ||
                !scenario_chip(scenario, pools[p].chip) || !strcmp(pools[p].chip, line->chip))
                continue;
            char group[200];
            snprintf(group, sizeof group, "site.%.100s.pools.%.60s", sites[i].name, pools[p].name);
            checker_say(checker, group, "chip", "is \"%s\", but the line \"%s\" makes \"%s\"", pools[p].chip,
                        line->name, line->chip);
        }
    }
}

static void check_supply(struct checker *checker)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_supply *supply = &scenario->supply;
    const struct scenario_site *sites = scenario->site.entries;
    bool needed = scenario->buyers.count > 0;
    for (int i = 0; i < scenario->site.count; i++) {
        const struct scenario_pool *pools = sites[i].pools.entries;
        needed |= by_supply(&sites[i]);
        for (int p = 0; p < sites[i].pools.count; p++)
            needed |= pools[p].delivery && !strcmp(pools[p].delivery, "supply");
    }
    if (!needed || !checker_sound(checker, "supply", "line"))
        return;
    if (!*supply->line) {
        checker_say(checker, "supply", "line",
                    "missing; buyers and sites with delivery = \"supply\" need a line that serves them");
        return;
    }
    const struct scenario_line *line = schema_entry(&scenario->lines, &scenario_line_schema, supply->line);
    if (!line) {
        checker_missing(checker, "supply", "line", supply->line, "lines", &scenario->lines,
                        scenario_line_schema.size);
        return;
    }
    if (checker_sound(checker, "supply", "estimate") &&
        !schema_entry(&line->estimates, &scenario_estimate_schema, supply->estimate))
        checker_missing(checker, "supply", "estimate", supply->estimate, "the line's estimates",
                        &line->estimates, scenario_estimate_schema.size);
    check_served(checker, line);
}

void check_scenario(const struct scenario *scenario, struct error_list *errors)
{
    struct checker checker = {.scenario = scenario, .errors = errors};
    check_catalogues(&checker);
    check_sites(&checker);
    check_supply(&checker);
}
