/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_sharing: how a site is shared: tenants, preemption, windows, the network and classes of size. */
#include "scenario/checker.h"
#include "scheduler/order.h"
#include "site/topology.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 200, MOST_WINDOWS = 1000 };

static void check_tenants(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const struct scenario_tenant *tenants = site->tenants.entries;
    double share = 0;
    int64_t guaranteed = 0;
    bool limited = false, known = true;
    for (int i = 0; i < site->tenants.count; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%.110s.tenants.%.60s", group, tenants[i].name);
        known &= checker_sound(checker, path, "share");
        share += tenants[i].share;
        guaranteed += tenants[i].guarantee;
        limited |= tenants[i].limit > 0;
        if (tenants[i].limit && tenants[i].guarantee > tenants[i].limit)
            checker_say(checker, path, "guarantee", "is more than the tenant's limit of %lld cards",
                        (long long)tenants[i].limit);
    }
    if (site->tenants.count > 4096)
        checker_say(checker, group, "tenants", "has %d tenants; at most 4096 allowed", site->tenants.count);
    if (site->tenants.count && known && share <= 0)
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

/* Jobs that no limit would ever let start. The runs are the first tenant's. */
static void check_limits(struct checker *checker, const char *group, const struct scenario_site *site,
                         const struct scenario_workload *workload)
{
    const struct scenario_tenant *tenants = site->tenants.entries;
    const struct scenario_planned *runs = site->runs.entries;
    for (int i = 0; site->tenants.count && i < site->runs.count; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%.110s.runs.%.60s", group, runs[i].name);
        if (tenants[0].limit && runs[i].cards > tenants[0].limit && checker_sound(checker, path, "cards"))
            checker_say(checker, path, "cards",
                        "is more than the limit of %lld cards of %s, the first tenant, whose the runs are: "
                        "the run could never start",
                        (long long)tenants[0].limit, tenants[0].name);
    }
    double most = workload ? checker_least_cards(workload, NULL) : 0;
    for (int i = 0; i < site->tenants.count; i++)
        if (tenants[i].limit && tenants[i].share > 0 && most > (double)tenants[i].limit) {
            checker_warn(checker, group, "tenants",
                         "%s may hold %lld cards, and some of its jobs need %.0f: those never start",
                         tenants[i].name, (long long)tenants[i].limit, most);
            return;
        }
}

/* An order that ranks tenants has nothing to rank with less than two. */
static void check_fair_orders(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const char *const names[] = {site->order, site->candidates};
    const char *const keys[] = {"order", "candidates"};
    for (int i = 0; i < 2; i++) {
        const struct order_policy *policy = names[i] ? order_policy_named(names[i]) : NULL;
        if (policy && policy->tenant_rank && site->tenants.count < 2 &&
            checker_sound(checker, group, keys[i]))
            checker_say(checker, group, keys[i], "\"%s\" needs two tenants or more (site.%s.tenants.NAME)",
                        names[i], site->name);
    }
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
    const struct scenario_reliability *row =
        site->reliability
            ? schema_entry(&checker->scenario->reliability, &scenario_reliability_schema, site->reliability)
            : NULL;
    if (is(site->preempt, "slice") && row && site->slice <= row->restart &&
        checker_sound(checker, group, "slice"))
        checker_warn(checker, group, "slice",
                     "is no longer than the restart of reliability.%s: jobs that take turns get nothing done",
                     row->name);
    if (is(site->backfill, "hold") || is(site->backfill, "hold-backfill"))
        checker_say(checker, group, "backfill",
                    "\"%s\" repeats another simulator and is for replays: take easy, conservative or none",
                    site->backfill);
}

/* Cards set aside: a window of maintenance, or a run with notice. */
struct aside {
    int64_t from, to, cards;
    char path[PATH_BYTES];
};

/* Windows take whole nodes. */
static int64_t in_nodes(const struct scenario_site *site, int64_t cards)
{
    int64_t node = site->cards_per_node > 0 ? site->cards_per_node : 1;
    return (cards + node - 1) / node * node;
}

static void check_overlap(struct checker *checker, const char *group, const struct scenario_site *site,
                          const struct aside *all, int count)
{
    if (!checker_sound(checker, group, "cards") || !checker_sound(checker, group, "cards_per_node"))
        return;
    for (int i = 0; i < count; i++) {
        int64_t sum = 0;
        int others = 0;
        for (int j = 0; j < count; j++)
            if (all[j].from <= all[i].from && all[i].from < all[j].to) {
                sum += in_nodes(site, all[j].cards);
                others += j != i;
            }
        if (sum <= site->cards || !checker_sound(checker, all[i].path, "cards"))
            continue;
        if (others)
            checker_say(checker, all[i].path, "cards",
                        "with the windows and promised runs that overlap, %lld cards are set aside, in whole "
                        "nodes; the site has %lld",
                        (long long)sum, (long long)site->cards);
        else
            checker_say(checker, all[i].path, "cards", "is more than the %lld cards of the site",
                        (long long)site->cards);
    }
}

/* More cards set aside at one time than there are. */
static void check_windows(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const struct scenario_maintenance *windows = site->maintenance.entries;
    const struct scenario_planned *runs = site->runs.entries;
    int count = 0;
    for (int i = 0; i < site->runs.count; i++)
        count += runs[i].notice > 0;
    count += site->maintenance.count;
    if (count > MOST_WINDOWS) {
        checker_say(checker, group, "maintenance",
                    "makes %d windows with the runs that have notice; at most %d allowed", count,
                    MOST_WINDOWS);
        return;
    }
    struct aside *all = memory_alloc((size_t)count, sizeof *all);
    int known = 0;
    for (int i = 0; i < site->maintenance.count; i++) {
        struct aside *made = &all[known];
        snprintf(made->path, sizeof made->path, "%.110s.maintenance.%.60s", group, windows[i].name);
        if (checker_sound(checker, made->path, "at") && !checker_in_horizon(checker, windows[i].at))
            checker_say(checker, made->path, "at", "must lie between the scenario's start and its horizon");
        made->from = windows[i].at;
        made->to = windows[i].at + windows[i].length;
        made->cards = windows[i].cards;
        known += checker_sound(checker, made->path, "at") && checker_sound(checker, made->path, "cards") &&
                 checker_sound(checker, made->path, "length");
    }
    for (int i = 0; i < site->runs.count; i++) {
        struct aside *made = &all[known];
        if (runs[i].notice <= 0)
            continue;
        snprintf(made->path, sizeof made->path, "%.110s.runs.%.60s", group, runs[i].name);
        made->from = runs[i].at;
        made->to = runs[i].at + runs[i].length;
        made->cards = runs[i].cards;
        known += checker_sound(checker, made->path, "at") && checker_sound(checker, made->path, "cards") &&
                 checker_sound(checker, made->path, "length");
    }
    check_overlap(checker, group, site, all, known);
    free(all);
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
    check_tenants(checker, group, site);
    check_limits(checker, group, site, workload);
    check_fair_orders(checker, group, site);
    check_preemption(checker, group, site);
    check_windows(checker, group, site);
    check_bins(checker, group, site);
    check_topology(checker, group, site);
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
