/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_pools: the chips of a centre beside its own, and the classes of jobs that choose among them. */
#include "scenario/checker.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { PATH_BYTES = 200, LONGEST_SCOPE = 45 };

/* The chip of the site or of one of its pools. */
static bool has_chip(const struct scenario_site *site, const char *name, size_t length)
{
    const struct scenario_pool *pools = site->pools.entries;
    if (site->chip && strlen(site->chip) == length && !strncmp(site->chip, name, length))
        return true;
    for (int i = 0; i < site->pools.count; i++)
        if (pools[i].chip && strlen(pools[i].chip) == length && !strncmp(pools[i].chip, name, length))
            return true;
    return false;
}

/* The name at `at`, and how long it is: accepts has commas or blanks between names. */
static size_t next_name(const char **at)
{
    assert(*at);
    *at += strspn(*at, ", ");
    return strcspn(*at, ", ");
}

static void check_accepts(struct checker *checker, const char *group, const struct scenario_site *site,
                          const struct scenario_workload *workload)
{
    const struct scenario_class *classes = workload->classes.entries;
    for (int i = 0; i < workload->classes.count; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "workloads.%.60s.classes.%.60s", workload->name, classes[i].name);
        const char *at = classes[i].accepts ? classes[i].accepts : "";
        bool any = !*at;
        for (size_t length; (length = next_name(&at)); at += length)
            any |= has_chip(site, at, length);
        if (!any && checker_sound(checker, path, "accepts"))
            checker_say(checker, group, "workload",
                        "jobs of class %s accept %s, and the site has none of these chips", classes[i].name,
                        classes[i].accepts);
    }
}

void check_chip_names(struct checker *checker, const char *group, const char *key, const char *names)
{
    const struct scenario *scenario = checker->scenario;
    const char *at = names ? names : "";
    int count = 0;
    for (size_t length; (length = next_name(&at)); at += length, count++) {
        char name[80];
        snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), at);
        if (!scenario_chip(scenario, name)) {
            checker_missing(checker, group, key, name, "chips", &scenario->chips, scenario_chip_schema.size);
            return;
        }
        const char *before = names;
        for (size_t other; (other = next_name(&before)) && before < at; before += other)
            if (other == length && !strncmp(before, at, length)) {
                checker_say(checker, group, key, "names \"%s\" twice", name);
                return;
            }
    }
    if (names && *names && !count)
        checker_say(checker, group, key, "names no chip: leave it empty for all chips of the site");
}

/* In the results a pool is site/pool and a class site/class. */
static void check_pool_name(struct checker *checker, const char *path, const struct scenario_site *site,
                            const struct scenario_pool *pool, const struct scenario_workload *workload)
{
    const struct scenario_class *classes = workload ? workload->classes.entries : NULL;
    bool taken = (site->runs.count || site->refresh.cards) && !strcmp(pool->name, "runs");
    for (int i = 0; workload && i < workload->classes.count; i++)
        taken |= !strcmp(classes[i].name, pool->name);
    if (taken)
        checker_say(checker, path, "",
                    "a class of jobs is named \"%s\" too, and results could not tell them apart: rename one",
                    pool->name);
    if (strlen(site->name) + strlen(pool->name) >= LONGEST_SCOPE)
        checker_say(checker, path, "", "the names of site and pool are longer than %d letters together",
                    LONGEST_SCOPE - 1);
}

static void check_pool(struct checker *checker, const char *group, const struct scenario_site *site,
                       const struct scenario_pool *pool, const struct scenario_workload *workload)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%.110s.pools.%.60s", group, pool->name);
    const struct scenario *scenario = checker->scenario;
    const struct scenario_chip *chip = scenario_chip(scenario, pool->chip);
    if (pool->chip && !chip)
        checker_missing(checker, path, "chip", pool->chip, "chips", &scenario->chips,
                        scenario_chip_schema.size);
    if (chip && pool->chip && site->chip && !strcmp(pool->chip, site->chip))
        checker_say(checker, path, "chip", "is the site's own chip: a pool is for another one");
    if (chip)
        checker_chip(checker, path, "chip", chip, workload);
    if (checker_sound(checker, path, "cards") && checker_sound(checker, path, "cards_per_node") &&
        pool->cards % pool->cards_per_node)
        checker_say(checker, path, "cards", "must be a multiple of cards_per_node (%lld)",
                    (long long)pool->cards_per_node);
    int64_t guaranteed = 0;
    const struct scenario_tenant *tenants = site->tenants.entries;
    for (int i = 0; i < site->tenants.count; i++)
        guaranteed += tenants[i].guarantee;
    if (guaranteed > pool->cards && guaranteed <= site->cards && checker_sound(checker, path, "cards"))
        checker_say(checker, path, "cards",
                    "is less than the %lld cards that tenants are guaranteed in every pool",
                    (long long)guaranteed);
    check_pool_name(checker, path, site, pool, workload);
    if (checker_sound(checker, path, "ordered") && !checker_in_horizon(checker, pool->ordered))
        checker_say(checker, path, "ordered", "must lie between the scenario's start and its horizon");
    if (pool->reliability && *pool->reliability &&
        !schema_entry(&scenario->reliability, &scenario_reliability_schema, pool->reliability))
        checker_missing(checker, path, "reliability", pool->reliability, "reliability",
                        &scenario->reliability, scenario_reliability_schema.size);
}

void check_pools(struct checker *checker, const char *group, const struct scenario_site *site,
                 const struct scenario_workload *workload)
{
    const struct scenario_pool *pools = site->pools.entries;
    if (site->pools.count > 15)
        checker_say(checker, group, "pools", "has %d pools; at most 15 allowed", site->pools.count);
    for (int i = 0; i < site->pools.count; i++)
        check_pool(checker, group, site, &pools[i], workload);
    if (workload)
        check_accepts(checker, group, site, workload);
}

double checker_least_cards(const struct scenario_workload *workload, const struct scenario_class **which)
{
    const struct scenario_class *classes = workload->classes.entries;
    double most = 0;
    for (int i = 0; i < workload->classes.count; i++)
        for (int size = 0; size < classes[i].sizes.count && classes[i].share > 0; size++) {
            double least = ceil(classes[i].sizes.values[size] * classes[i].elastic_least);
            if (least > most) {
                most = least;
                if (which)
                    *which = &classes[i];
            }
        }
    return most;
}
