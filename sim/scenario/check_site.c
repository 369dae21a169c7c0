/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_site: a site against the catalogues, the dates and itself. */
#include "scenario/checker.h"

#include <string.h>

/* An MFU is needed; says so about the setting that calls for it. */
static void need_mfu(struct checker *checker, const char *group, const char *key,
                     const struct scenario_chip *chip, const char *kind)
{
    if (kind && !scenario_efficiency(chip, kind))
        checker_say(checker, group, key,
                    "\"%s\" has no MFU for %s: add chips.%s.efficiency.%s: { mfu = ...; }", chip->name, kind,
                    chip->name, kind);
}

void checker_chip(struct checker *checker, const char *group, const char *key,
                  const struct scenario_chip *chip, const struct scenario_workload *workload)
{
    char row[160];
    snprintf(row, sizeof row, "chips.%.100s", chip->name);
    if (!chip->usable && checker_sound(checker, row, "usable"))
        checker_say(checker, group, key,
                    "\"%s\" is not to be used as it is: %s; correct its row and set chips.%s.usable = true",
                    chip->name, chip->note && *chip->note ? chip->note : "its sources contradict each other",
                    chip->name);
    const struct scenario_class *classes = workload ? workload->classes.entries : NULL;
    for (int i = 0; workload && i < workload->classes.count; i++)
        need_mfu(checker, group, key, chip, classes[i].kind);
}

static void check_runs(struct checker *checker, const char *group, const struct scenario_site *site,
                       const struct scenario_chip *chip)
{
    const struct scenario_planned *runs = site->runs.entries;
    for (int i = 0; i < site->runs.count; i++) {
        char path[160];
        snprintf(path, sizeof path, "%.90s.runs.%.50s", group, runs[i].name);
        if (checker_sound(checker, path, "at") && !checker_in_horizon(checker, runs[i].at))
            checker_say(checker, path, "at", "must lie between the scenario's start and its horizon");
        if (runs[i].cards > site->cards && checker_sound(checker, group, "cards"))
            checker_say(checker, path, "cards",
                        "is more than the %lld cards of the site: the run could never start",
                        (long long)site->cards);
        if (chip)
            need_mfu(checker, path, "kind", chip, runs[i].kind);
    }
}

static void check_numbers(struct checker *checker, const char *group, const struct scenario_site *site)
{
    if (!checker_sound(checker, group, "cards") || !checker_sound(checker, group, "cards_per_node"))
        return;
    if (site->cards % site->cards_per_node)
        checker_say(checker, group, "cards", "must be a multiple of cards_per_node (%lld)",
                    (long long)site->cards_per_node);
    if (site->cards / site->cards_per_node >= 1 << 22)
        checker_say(checker, group, "cards", "makes more than 4,194,303 nodes");
    if (site->opens_at_cards > site->cards && checker_sound(checker, group, "opens_at_cards"))
        checker_say(checker, group, "opens_at_cards", "is more than the site's cards: it would never open");
}

/* Scopes of summary.csv must differ. */
static void check_name(struct checker *checker, const char *group, const char *name)
{
    const struct scenario_buyer *buyers = checker->scenario->buyers.entries;
    for (int i = 0; i < checker->scenario->buyers.count; i++)
        if (!strcmp(buyers[i].name, name))
            checker_say(checker, group, "",
                        "a buyer is named \"%s\" too, and results could not tell them apart: rename one",
                        name);
    if (!strcmp(name, "all"))
        checker_say(checker, group, "",
                    "the name \"all\" stands for the supply in the results: take another");
}

/* Not an error: a mix fitted to a larger cluster is a fair question, but its planner should know. */
static void warn_sizes(struct checker *checker, const char *group, const struct scenario_site *site,
                       const struct scenario_workload *workload)
{
    const struct scenario_class *class = NULL;
    const struct scenario_pool *pools = site->pools.entries;
    double most = checker_least_cards(workload, &class);
    int64_t cards = site->cards;
    for (int i = 0; i < site->pools.count; i++)
        cards = pools[i].cards > cards ? pools[i].cards : cards;
    if (most > (double)cards && checker_sound(checker, group, "cards"))
        checker_warn(checker, group, "workload",
                     "jobs of class %s want up to %.0f cards, the site has %lld: larger ones are counted as "
                     "jobs_never_fit",
                     class->name, most, (long long)cards);
}

static void check_site(struct checker *checker, const struct scenario_site *site)
{
    char group[160];
    snprintf(group, sizeof group, "site.%.100s", site->name);
    const struct scenario *scenario = checker->scenario;
    const struct scenario_chip *chip = scenario_chip(scenario, site->chip);
    const struct scenario_workload *workload = NULL;
    check_name(checker, group, site->name);
    check_numbers(checker, group, site);
    if (site->workload && *site->workload) {
        workload = schema_entry(&scenario->workloads, &scenario_workload_schema, site->workload);
        if (!workload)
            checker_missing(checker, group, "workload", site->workload, "workloads", &scenario->workloads,
                            scenario_workload_schema.size);
        else
            warn_sizes(checker, group, site, workload);
        if (site->jobs_per_day <= 0 && checker_sound(checker, group, "jobs_per_day"))
            checker_say(checker, group, "jobs_per_day", "must be above 0 when there is a workload");
    } else if (!site->runs.count && !site->refresh.cards && checker_sound(checker, group, "workload")) {
        checker_say(checker, group, "workload",
                    "missing; without a workload or runs the site has nothing to do");
    }
    if (site->chip && !chip)
        checker_missing(checker, group, "chip", site->chip, "chips", &scenario->chips,
                        scenario_chip_schema.size);
    if (chip)
        checker_chip(checker, group, "chip", chip, workload);
    const struct scenario_chip *reference =
        workload ? scenario_chip(scenario, workload->reference_chip) : NULL;
    if (reference && reference != chip)
        checker_chip(checker, group, "workload", reference, workload);
    if (checker_sound(checker, group, "ordered") && !checker_in_horizon(checker, site->ordered))
        checker_say(checker, group, "ordered", "must lie between the scenario's start and its horizon");
    bool fails = site->reliability && *site->reliability;
    if (fails && !schema_entry(&scenario->reliability, &scenario_reliability_schema, site->reliability))
        checker_missing(checker, group, "reliability", site->reliability, "reliability",
                        &scenario->reliability, scenario_reliability_schema.size);
    if (site->place && !strcmp(site->place, "count"))
        checker_say(checker, group, "place",
                    "\"count\" knows no nodes and is for traces; take consolidate or first-fit");
    check_runs(checker, group, site, chip);
    check_risks(checker, group, site);
    check_sharing(checker, group, site, workload);
    check_pools(checker, group, site, workload);
}

void check_sites(struct checker *checker)
{
    const struct scenario_site *sites = checker->scenario->site.entries;
    for (int i = 0; i < checker->scenario->site.count; i++)
        check_site(checker, &sites[i]);
}
