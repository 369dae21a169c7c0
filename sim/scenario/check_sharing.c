/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_sharing: how a site is shared: tenants, preemption, windows, pools, classes that are elastic or
 * choosy. */
#include "scenario/checker.h"
#include "site/topology.h"

#include <math.h>
#include <string.h>

static void check_tenants(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const struct scenario_tenant *tenants = site->tenants.entries;
    double share = 0;
    int64_t guaranteed = 0;
    bool limited = false;
    for (int i = 0; i < site->tenants.count; i++) {
        char path[200];
        snprintf(path, sizeof path, "%.110s.tenants.%.60s", group, tenants[i].name);
        share += tenants[i].share;
        guaranteed += tenants[i].guarantee;
        limited |= tenants[i].limit > 0;
        if (tenants[i].limit && tenants[i].guarantee > tenants[i].limit)
            checker_say(checker, path, "guarantee", "is more than the tenant's limit of %lld cards",
                        (long long)tenants[i].limit);
    }
    if (site->tenants.count > 4096)
        checker_say(checker, group, "tenants", "has %d tenants; at most 4096 allowed", site->tenants.count);
    if (site->tenants.count && share <= 0)
        checker_say(checker, group, "tenants", "the shares of all tenants are 0: whose jobs are they?");
    if (guaranteed > site->cards && checker_sound(checker, group, "cards"))
        checker_say(checker, group, "tenants", "guarantee %lld cards in all, the site has %lld",
                    (long long)guaranteed, (long long)site->cards);
    if (site->reclaim && !guaranteed)
        checker_say(checker, group, "reclaim",
                    "needs guarantees: give a tenant one (site.%s.tenants.NAME.guarantee)", site->name);
    if (limited && site->backfill && !strcmp(site->backfill, "conservative"))
        checker_say(checker, group, "backfill",
                    "\"conservative\" promises slots that tenants' limits could break: take easy or none");
}

static bool is(const char *value, const char *name)
{
    return value && !strcmp(value, name);
}

static void check_preemption(struct checker *checker, const char *group, const struct scenario_site *site)
{
    if (is(site->preempt, "priority") && site->order && !is(site->order, "priority"))
        checker_warn(
            checker, group, "preempt",
            "only the head of the queue stops others, and order = \"%s\" does not put urgent jobs there: "
            "order = \"priority\" does",
            site->order);
    if (is(site->preempt, "slice") && (is(site->order, "fcfs") || is(site->order, "priority")))
        checker_warn(
            checker, group, "preempt",
            "under order = \"%s\" a stopped job comes back to the front; order = \"round-robin\" lets "
            "jobs take turns",
            site->order);
    if (is(site->backfill, "hold") || is(site->backfill, "hold-backfill"))
        checker_say(checker, group, "backfill",
                    "\"%s\" repeats another simulator and is for replays: take easy, conservative or none",
                    site->backfill);
}

/* More cards set aside at one time than there are. */
static void check_windows(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const struct scenario_maintenance *windows = site->maintenance.entries;
    const struct scenario *scenario = checker->scenario;
    for (int i = 0; i < site->maintenance.count; i++) {
        char path[200];
        snprintf(path, sizeof path, "%.110s.maintenance.%.60s", group, windows[i].name);
        if (!checker_sound(checker, path, "at") || !checker_sound(checker, path, "cards"))
            continue;
        if (windows[i].at < scenario->start || windows[i].at >= scenario->start + scenario->horizon)
            checker_say(checker, path, "at", "must lie between the scenario's start and its horizon");
        int64_t sum = 0;
        for (int j = 0; j < site->maintenance.count; j++)
            if (windows[j].at <= windows[i].at && windows[i].at < windows[j].at + windows[j].length)
                sum += windows[j].cards;
        if (sum > site->cards && checker_sound(checker, group, "cards"))
            checker_say(checker, path, "cards",
                        "with the windows that overlap, %lld cards are set aside; the site has %lld",
                        (long long)sum, (long long)site->cards);
    }
}

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

static void check_accepts(struct checker *checker, const char *group, const struct scenario_site *site,
                          const struct scenario_workload *workload)
{
    const struct scenario_class *classes = workload->classes.entries;
    for (int i = 0; i < workload->classes.count; i++) {
        const char *at = classes[i].accepts ? classes[i].accepts : "";
        bool any = !*at;
        while (*at) {
            at += strspn(at, ", ");
            size_t length = strcspn(at, ", ");
            any |= length && has_chip(site, at, length);
            at += length;
        }
        if (!any)
            checker_say(checker, group, "workload",
                        "jobs of class %s accept %s, and the site has none of these chips", classes[i].name,
                        classes[i].accepts);
    }
}

static void check_pool(struct checker *checker, const char *group, const struct scenario_site *site,
                       const struct scenario_pool *pool, const struct scenario_workload *workload)
{
    char path[200];
    snprintf(path, sizeof path, "%.110s.pools.%.60s", group, pool->name);
    const struct scenario *scenario = checker->scenario;
    const struct scenario_chip *chip = scenario_chip(scenario, pool->chip);
    if (pool->chip && !chip)
        checker_missing(checker, path, "chip", pool->chip, "chips", &scenario->chips,
                        scenario_chip_schema.size);
    if (chip && site->chip && !strcmp(pool->chip, site->chip))
        checker_say(checker, path, "chip", "is the site's own chip: a pool is for another one");
    if (chip)
        checker_chip(checker, path, "chip", chip, workload);
    if (checker_sound(checker, path, "cards") && checker_sound(checker, path, "cards_per_node") &&
        pool->cards % pool->cards_per_node)
        checker_say(checker, path, "cards", "must be a multiple of cards_per_node (%lld)",
                    (long long)pool->cards_per_node);
    if (checker_sound(checker, path, "ordered") &&
        (pool->ordered < scenario->start || pool->ordered >= scenario->start + scenario->horizon))
        checker_say(checker, path, "ordered", "must lie between the scenario's start and its horizon");
    if (pool->reliability && *pool->reliability &&
        !schema_entry(&scenario->reliability, &scenario_reliability_schema, pool->reliability))
        checker_missing(checker, path, "reliability", pool->reliability, "reliability",
                        &scenario->reliability, scenario_reliability_schema.size);
}

/* The bins of size begin with 1 and ascend. */
static void check_bins(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const struct schema_list *bins = &site->size_bins;
    if (!bins->count || !checker_sound(checker, group, "size_bins"))
        return;
    for (int i = 0; i < bins->count; i++)
        if (bins->values[i] != floor(bins->values[i])) {
            checker_say(checker, group, "size_bins", "must be whole numbers of cards");
            return;
        }
    if (bins->count > 12)
        checker_say(checker, group, "size_bins", "has %d sizes; at most 12 allowed", bins->count);
    else if (bins->values[0] > 1)
        checker_say(checker, group, "size_bins", "must begin with 1, so that every job has its bin");
    else
        checker_ascending(checker, group, "size_bins", bins);
}

static void check_topology(struct checker *checker, const char *group, const struct scenario_site *site)
{
    static const struct {
        enum topology_level level;
        const char *key;
    } levels[] = {{TOPOLOGY_SERVER, "topology.units_per_server"},
                  {TOPOLOGY_DOMAIN, "topology.domain"},
                  {TOPOLOGY_LEAF, "topology.leaf"},
                  {TOPOLOGY_POD, "topology.pod"}};
    if (!checker_sound(checker, group, "cards") || !checker_sound(checker, group, "cards_per_node") ||
        site->cards_per_node < 1)
        return;
    struct topology_shape shape = {.nodes = (int32_t)(site->cards / site->cards_per_node),
                                   .cards_per_node = (int32_t)site->cards_per_node,
                                   .units_per_server = (int32_t)site->topology.units_per_server,
                                   .domain = (int32_t)site->topology.domain,
                                   .leaf = (int32_t)site->topology.leaf,
                                   .pod = (int32_t)site->topology.pod};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        char problem[200];
        if (checker_sound(checker, group, levels[i].key) &&
            topology_problem(&shape, levels[i].level, problem, sizeof problem))
            checker_say(checker, group, levels[i].key, "%s", problem);
    }
}

void check_sharing(struct checker *checker, const char *group, const struct scenario_site *site,
                   const struct scenario_workload *workload)
{
    const struct scenario_pool *pools = site->pools.entries;
    check_tenants(checker, group, site);
    check_preemption(checker, group, site);
    check_windows(checker, group, site);
    check_bins(checker, group, site);
    check_topology(checker, group, site);
    if (site->pools.count > 15)
        checker_say(checker, group, "pools", "has %d pools; at most 15 allowed", site->pools.count);
    for (int i = 0; i < site->pools.count; i++)
        check_pool(checker, group, site, &pools[i], workload);
    if (workload)
        check_accepts(checker, group, site, workload);
    const struct scenario_class *classes = workload ? workload->classes.entries : NULL;
    for (int i = 0; workload && i < workload->classes.count; i++)
        if (classes[i].locality && *classes[i].locality &&
            !schema_entry(&checker->scenario->localities, &scenario_locality_schema, classes[i].locality)) {
            char path[200];
            snprintf(path, sizeof path, "workloads.%.80s.classes.%.80s", workload->name, classes[i].name);
            checker_missing(checker, path, "locality", classes[i].locality, "localities",
                            &checker->scenario->localities, scenario_locality_schema.size);
        }
    if (*(site->locality ? site->locality : "") &&
        !schema_entry(&checker->scenario->localities, &scenario_locality_schema, site->locality))
        checker_missing(checker, group, "locality", site->locality, "localities",
                        &checker->scenario->localities, scenario_locality_schema.size);
}
