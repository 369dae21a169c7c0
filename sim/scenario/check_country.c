/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_country: sites among others: copies, substitutes, groups, firms, software, energy, dispatch, events.
 */
#include "scenario/checker.h"

#include <string.h>

enum { PATH_BYTES = 200, MOST_PLACES = 8191, LONGEST_NAME = 40, NUMBER_LETTERS = 5, MOST_STACKS = 32 };

static bool has_class(const struct scenario_workload *workload, const char *name)
{
    const struct scenario_class *classes = workload ? workload->classes.entries : NULL;
    for (int i = 0; workload && i < workload->classes.count; i++)
        if (!strcmp(classes[i].name, name))
            return true;
    return false;
}

/* In the results the pool of a substitute is site/chip, beside site/pool and site/class. */
static void check_substitute_name(struct checker *checker, const char *group,
                                  const struct scenario_site *site, const struct scenario_workload *workload,
                                  const char *name)
{
    bool taken = (site->runs.count || site->refresh.cards) && !strcmp(name, "runs");
    const struct scenario_pool *pools = site->pools.entries;
    for (int i = 0; i < site->pools.count; i++)
        taken |= !strcmp(pools[i].name, name);
    if (taken || has_class(workload, name))
        checker_say(
            checker, group, "substitutes",
            "a pool or a class of jobs is named \"%s\" too, and results could not tell them apart: rename it",
            name);
}

/* Substitutes that a line makes become pools: they must be usable and know the kinds of work. */
static int check_substitutes(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_workload *workload =
        site->workload && *site->workload
            ? schema_entry(&scenario->workloads, &scenario_workload_schema, site->workload)
            : NULL;
    const struct scenario_pool *pools = site->pools.entries;
    int count = 0;
    check_chip_names(checker, group, "substitutes", site->substitutes);
    const char *at = site->substitutes ? site->substitutes : "";
    while (*(at += strspn(at, ", "))) {
        size_t length = strcspn(at, ", ");
        char name[80];
        snprintf(name, sizeof name, "%.*s", (int)(length < 79 ? length : 79), at);
        at += length;
        const struct scenario_chip *chip = scenario_chip(scenario, name);
        if (site->chip && !strcmp(site->chip, name))
            checker_say(checker, group, "substitutes", "names the site's own chip \"%s\"", name);
        for (int p = 0; p < site->pools.count; p++)
            if (pools[p].chip && !strcmp(pools[p].chip, name))
                checker_say(checker, group, "substitutes", "names \"%s\", of which the site has a pool",
                            name);
        if (!chip || !checker_line_of(scenario, name))
            continue;
        check_substitute_name(checker, group, site, workload, name);
        checker_chip(checker, group, "substitutes", chip, workload);
        count++;
        if (strlen(site->name) + strlen(name) + (site->copies > 1 ? NUMBER_LETTERS : 0) > 80)
            checker_say(checker, group, "substitutes",
                        "the names of the site and of \"%s\" are too long together", name);
    }
    if (count && site->patience <= 0 && checker_sound(checker, group, "patience"))
        checker_say(checker, group, "substitutes", "need a patience: after how long is the next chip taken?");
    return count;
}

static void check_copies(struct checker *checker, const char *group, const struct scenario_site *site)
{
    if (site->copies > 1 && strlen(site->name) + NUMBER_LETTERS > LONGEST_NAME)
        checker_say(checker, group, "copies", "the copies' names would be longer than %d letters",
                    LONGEST_NAME);
    if (site->copies > 1 && site->runs.count)
        checker_say(checker, group, "runs", "are for one site: copies can have a refresh");
    if (site->copies == 1 && site->cards_sigma > 0)
        checker_say(checker, group, "cards_sigma", "spreads the sizes of copies, and there is one");
    if (site->gives_up && site->patience <= 0 && checker_sound(checker, group, "patience"))
        checker_say(checker, group, "gives_up", "needs a patience: after how long is the order given up?");
    if (site->copies > 1 && site->order_spread > 0 && checker_sound(checker, group, "ordered") &&
        !checker_in_horizon(checker, site->ordered + site->order_spread - 1))
        checker_say(checker, group, "order_spread", "reaches beyond the horizon");
}

static void check_software_of(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_chip *chip = scenario_chip(scenario, site->chip);
    if (!site->software || !*site->software)
        return;
    if (!schema_entry(&scenario->software, &scenario_software_schema, site->software))
        checker_missing(checker, group, "software", site->software, "software", &scenario->software,
                        scenario_software_schema.size);
    if (chip && chip->stack && !*chip->stack)
        checker_say(checker, group, "software", "needs the stack of \"%s\": set chips.%s.stack", chip->name,
                    chip->name);
}

static void check_energy(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const struct scenario_chip *chip = scenario_chip(checker->scenario, site->chip);
    const struct scenario_energy *energy = &site->energy;
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%.120s.energy", group);
    if (!chip || !checker_sound(checker, path, "power_kw"))
        return;
    bool wanted = energy->tariff > 0 || energy->carbon > 0 || energy->power_kw > 0;
    if (wanted && chip->power_w <= 0)
        checker_say(checker, path, "", "needs the power of \"%s\": set chips.%s.power_w", chip->name,
                    chip->name);
    double node_kw = (chip->power_w + chip->server_w) * energy->pue * (double)site->cards_per_node / 1000;
    if (energy->power_kw > 0 && node_kw > energy->power_kw)
        checker_say(checker, path, "power_kw",
                    "is less than one node draws (%.3g kW): the site could never run", node_kw);
    if (chip->idle_w > chip->power_w)
        checker_say(checker, path, "", "\"%s\" draws more idle (%g W) than at work (%g W)", chip->name,
                    chip->idle_w, chip->power_w);
}

static void check_group(struct checker *checker, const char *group, const char *name)
{
    const struct scenario *scenario = checker->scenario;
    if (!name || !*name)
        return;
    bool taken = !strcmp(name, "all") || schema_entry(&scenario->buyers, &scenario_buyer_schema, name);
    const struct scenario_site *site = schema_entry(&scenario->site, &scenario_site_schema, name);
    bool own = site && site->copies > 1; /* copies have no result under their own name */
    if (taken || (site && !own))
        checker_say(checker, group, "group", "\"%s\" is %s too, and results could not tell them apart", name,
                    taken && !strcmp(name, "all") ? "the supply's name" : "a buyer's or site's name");
    if (strlen(name) > LONGEST_NAME)
        checker_say(checker, group, "group", "is longer than %d letters", LONGEST_NAME);
}

static void check_dispatch(struct checker *checker)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_site *sites = scenario->site.entries;
    const char *rule = scenario->dispatch.rule;
    if (!rule ||
        (strcmp(rule, "cheapest") != 0 && strcmp(rule, "greenest") != 0 && strcmp(rule, "efficient") != 0))
        return;
    bool known = false;
    for (int i = 0; i < scenario->site.count; i++) {
        const struct scenario_chip *chip = scenario_chip(scenario, sites[i].chip);
        known |= chip && chip->power_w > 0 && (sites[i].energy.tariff > 0 || sites[i].energy.carbon > 0);
    }
    if (!known)
        checker_say(checker, "dispatch", "rule", "\"%s\" compares energy, and no site has an energy group",
                    rule);
}

static void check_event(struct checker *checker, const struct scenario_event *event)
{
    char group[PATH_BYTES];
    snprintf(group, sizeof group, "events.%.100s", event->name);
    if (event->at && event->per_year > 0)
        checker_say(checker, group, "per_year", "has a date too (`at`): leave one of them out");
    if (!event->at && event->per_year <= 0 && checker_sound(checker, group, "per_year") &&
        checker_sound(checker, group, "at"))
        checker_say(checker, group, "", "never happens: give it a date (`at`) or a rate (`per_year`)");
    if (event->delay_sigma > 0 && event->delay_median <= 0 && checker_sound(checker, group, "delay_median"))
        checker_say(checker, group, "delay_sigma", "needs a delay_median");
}

static void check_software(struct checker *checker, const struct scenario_software *software)
{
    char group[PATH_BYTES];
    snprintf(group, sizeof group, "software.%.100s", software->name);
    if (software->maturity_floor > software->maturity_ceiling &&
        checker_sound(checker, group, "maturity_floor") && checker_sound(checker, group, "maturity_ceiling"))
        checker_say(checker, group, "maturity_floor", "must not be above maturity_ceiling (%g)",
                    software->maturity_ceiling);
}

/* The training of the city's model is of large models, on the site's own chip. */
static void check_refresh(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_chip *chip = scenario_chip(scenario, site->chip);
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%.120s.refresh", group);
    if (!site->refresh.cards)
        return;
    if (chip && !scenario_efficiency(chip, "pretraining"))
        checker_say(checker, path, "cards",
                    "\"%s\" has no MFU for pretraining: add chips.%s.efficiency.pretraining: { mfu = ...; }",
                    chip->name, chip->name);
    const struct scenario_workload *workload =
        site->workload && *site->workload
            ? schema_entry(&scenario->workloads, &scenario_workload_schema, site->workload)
            : NULL;
    if (has_class(workload, "runs"))
        checker_say(checker, path, "cards",
                    "a class of jobs is named \"runs\", as the trainings are in the results: rename it");
}

/* Copies are told apart by a number; nothing else may have their names. */
static void check_copy_names(struct checker *checker, const struct scenario_site *site)
{
    const struct scenario *scenario = checker->scenario;
    char group[PATH_BYTES], name[80];
    for (int i = 1; site->copies > 1 && strlen(site->name) < LONGEST_NAME && i <= site->copies; i++) {
        snprintf(name, sizeof name, "%s-%03d", site->name, i);
        if (!schema_entry(&scenario->site, &scenario_site_schema, name) &&
            !schema_entry(&scenario->buyers, &scenario_buyer_schema, name))
            continue;
        snprintf(group, sizeof group, "site.%.100s", site->name);
        checker_say(checker, group, "copies", "one of them would be named \"%s\", as a site or buyer is",
                    name);
        return;
    }
}

static int64_t check_site(struct checker *checker, const struct scenario_site *site)
{
    char group[PATH_BYTES];
    snprintf(group, sizeof group, "site.%.100s", site->name);
    check_copies(checker, group, site);
    check_copy_names(checker, site);
    check_software_of(checker, group, site);
    check_energy(checker, group, site);
    check_group(checker, group, site->group);
    if (site->firms.end > 0 && site->firms.end < site->firms.start) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%.120s.firms", group);
        checker_say(checker, path, "end", "must not be below start: firms do not leave");
    }
    check_refresh(checker, group, site);
    if (site->refresh.cards > site->cards && site->copies == 1 && checker_sound(checker, group, "cards")) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%.120s.refresh", group);
        checker_say(checker, path, "cards", "is more than the %lld cards of the site: it could never start",
                    (long long)site->cards);
    }
    int substitutes = check_substitutes(checker, group, site);
    if (1 + site->pools.count + substitutes > 30)
        checker_say(checker, group, "pools", "makes more than 30 pools with the substitutes");
    return site->copies * (1 + site->pools.count + substitutes);
}

/* Stacks are numbered, and there is an end to the numbers. */
static void check_stacks(struct checker *checker)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_software *software = scenario->software.entries;
    const struct scenario_chip *chips = scenario->chips.entries;
    const char *stacks[MOST_STACKS];
    int count = 0;
    for (int i = 0; i < scenario->software.count + scenario->chips.count; i++) {
        bool is_chip = i >= scenario->software.count;
        const char *stack = is_chip ? chips[i - scenario->software.count].stack : software[i].stack;
        bool known = !stack || !*stack;
        for (int k = 0; k < count && !known; k++)
            known = !strcmp(stacks[k], stack);
        if (known)
            continue;
        if (count == MOST_STACKS) {
            checker_say(checker, "software", "", "and the chips name more than %d stacks", MOST_STACKS);
            return;
        }
        stacks[count++] = stack;
    }
}

void check_country(struct checker *checker)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_site *sites = scenario->site.entries;
    const struct scenario_buyer *buyers = scenario->buyers.entries;
    const struct scenario_event *events = scenario->events.entries;
    const struct scenario_software *software = scenario->software.entries;
    int64_t places = 0;
    for (int i = 0; i < scenario->site.count; i++)
        places += check_site(checker, &sites[i]);
    if (places > MOST_PLACES)
        checker_say(checker, "site", "",
                    "has %lld sites and pools together, copies counted; at most %d allowed",
                    (long long)places, MOST_PLACES);
    for (int i = 0; i < scenario->buyers.count; i++) {
        char group[PATH_BYTES];
        snprintf(group, sizeof group, "buyers.%.100s", buyers[i].name);
        check_group(checker, group, buyers[i].group);
    }
    for (int i = 0; i < scenario->events.count; i++)
        check_event(checker, &events[i]);
    for (int i = 0; i < scenario->software.count; i++)
        check_software(checker, &software[i]);
    check_stacks(checker);
    check_dispatch(checker);
}
