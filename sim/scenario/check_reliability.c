/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_reliability: what fails, each entry by itself, and against the sites that take it. */
#include "engine/clock.h"
#include "reliability/restart.h"
#include "reliability/spares.h"
#include "scenario/checker.h"
#include "scenario/units.h"

#include <string.h>

enum { PATH_BYTES = 200, MOST_CAUSES = 31 };

static bool is(const char *a, const char *b)
{
    return a && !strcmp(a, b);
}

static bool of_nodes(const struct scenario_cause *cause)
{
    return is(cause->scope, "card") || is(cause->scope, "node") || is(cause->scope, "link");
}

static void check_rates(struct checker *checker, const char *path, const struct scenario_cause *cause)
{
    bool small = of_nodes(cause) || is(cause->scope, "job");
    if (small && cause->per_year > 0)
        checker_say(
            checker, path, "per_year",
            "is for leaf, rack, pod, storage and site; scope \"%s\" takes failures_per_1000_node_days",
            cause->scope);
    if (!small && cause->failures_per_1000_node_days > 0)
        checker_say(checker, path, "failures_per_1000_node_days",
                    "is for card, node, link and job; scope \"%s\" takes per_year", cause->scope);
    if (is(cause->scope, "job") && !is(cause->life, "exponential"))
        checker_say(checker, path, "life", "must be \"exponential\" for scope \"job\": software has no age");
    if (cause->nodes && !is(cause->scope, "rack"))
        checker_say(checker, path, "nodes", "is for scope \"rack\"; the site's topology says it of \"%s\"",
                    cause->scope);
}

static void check_cause(struct checker *checker, const struct scenario_reliability *row,
                        const struct scenario_cause *cause)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "reliability.%.70s.causes.%.70s", row->name, cause->name);
    if (!cause->scope || !cause->effect || !cause->life)
        return; /* told already */
    check_rates(checker, path, cause);
    bool hidden = !is(cause->effect, "stop");
    if (hidden && !of_nodes(cause))
        checker_say(checker, path, "effect", "\"%s\" is for scopes card, node and link", cause->effect);
    if (hidden && cause->found_after < CLOCK_SECOND && checker_sound(checker, path, "found_after"))
        checker_say(checker, path, "found_after", "must be at least 1 s: how long until it is found");
    if (!hidden && cause->found_after)
        checker_say(checker, path, "found_after", "is for effects slow and silent");
    if (cause->lemons_only && !(row->lemon_share > 0))
        checker_say(checker, path, "lemons_only", "strikes nobody while reliability.%s.lemon_share is 0",
                    row->name);
    if (cause->lemons_only && !of_nodes(cause))
        checker_say(checker, path, "lemons_only", "is for scopes card, node and link");
    if (is(row->fails_when, "busy") && !is(cause->life, "exponential"))
        checker_say(checker, path, "life", "must be \"exponential\" where fails_when is \"busy\"");
    if (of_nodes(cause) && !cause->repair_median && row->repair_median < CLOCK_SECOND &&
        cause->failures_per_1000_node_days > 0 && checker_sound(checker, path, "repair_median"))
        checker_say(checker, path, "repair_median",
                    "must be at least 1 s, here or for all causes of the entry");
}

void check_reliability(struct checker *checker, const struct scenario_reliability *row)
{
    char group[160];
    snprintf(group, sizeof group, "reliability.%.100s", row->name);
    const char *interval = row->checkpoint_interval;
    int64_t fixed = 0;
    if (interval && !is(interval, "young") && !is(interval, "daly") && !is(interval, "adaptive") &&
        (!units_duration(interval, &fixed) || fixed < CLOCK_SECOND))
        checker_say(checker, group, "checkpoint_interval",
                    "must be \"young\", \"daly\", \"adaptive\" or a duration of at least 1 s with a unit "
                    "(" UNITS_DURATIONS ")");
    if (row->failures_per_1000_node_days > 0 && row->repair_median < CLOCK_SECOND &&
        checker_sound(checker, group, "repair_median"))
        checker_say(checker, group, "repair_median", "must be at least 1 s when nodes fail");
    if (row->escalate > 0 && row->manual_median < CLOCK_SECOND &&
        checker_sound(checker, group, "manual_median"))
        checker_say(checker, group, "manual_median", "must be at least 1 s when repairs escalate");
    if (row->retire_after > 1 && !row->retire_within && checker_sound(checker, group, "retire_within"))
        checker_say(checker, group, "retire_within", "must be above 0: no server fails %lld times at once",
                    (long long)row->retire_after);
    if (row->checkpoint_async && !(row->checkpoint_bytes > 0))
        checker_say(checker, group, "checkpoint_async",
                    "needs checkpoint_bytes: how much is written in the background; without, "
                    "checkpoint_flush says how long");
    if (row->checkpoint_bytes > 0 && row->checkpoint_flush)
        checker_say(checker, group, "checkpoint_flush",
                    "is for checkpoints whose size is not known (checkpoint_bytes = 0)");
    if (row->restart_stages.count > RESTART_STAGES)
        checker_say(checker, group, "restart_stages", "has %d stages; at most %d allowed",
                    row->restart_stages.count, RESTART_STAGES);
    if (row->causes.count > MOST_CAUSES)
        checker_say(checker, group, "causes", "has %d causes; at most %d allowed", row->causes.count,
                    MOST_CAUSES);
    const struct scenario_cause *causes = row->causes.entries;
    for (int i = 0; i < row->causes.count; i++) {
        check_cause(checker, row, &causes[i]);
        if (is(causes[i].name, "node") && row->failures_per_1000_node_days > 0)
            checker_say(checker, group, "causes",
                        "\"node\" is the name of failures_per_1000_node_days: take another");
    }
}

/* A cause takes the nodes of a level that the site must have. */
static void check_level(struct checker *checker, const char *group, const struct scenario_site *site,
                        const struct scenario_reliability *row, const struct scenario_cause *cause)
{
    const struct scenario_topology *levels = &site->topology;
    bool lacks = (is(cause->scope, "leaf") && !levels->leaf) || (is(cause->scope, "pod") && !levels->pod) ||
                 (is(cause->scope, "rack") && !levels->domain && !cause->nodes);
    if (lacks && cause->per_year > 0)
        checker_say(checker, group, "topology",
                    "has no %s, which reliability.%s.causes.%s takes at once: set topology.%s%s",
                    cause->scope, row->name, cause->name, is(cause->scope, "rack") ? "domain" : cause->scope,
                    is(cause->scope, "rack") ? ", or the cause's nodes" : "");
}

void check_risks(struct checker *checker, const char *group, const struct scenario_site *site)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_reliability *row =
        site->reliability && *site->reliability
            ? schema_entry(&scenario->reliability, &scenario_reliability_schema, site->reliability)
            : NULL;
    int64_t spare = site->spare_nodes * (site->cards_per_node > 0 ? site->cards_per_node : 1);
    if (spare >= site->cards && checker_sound(checker, group, "cards") &&
        checker_sound(checker, group, "spare_nodes"))
        checker_say(checker, group, "spare_nodes", "leaves no node to work on: the site has %lld cards",
                    (long long)site->cards);
    const struct spares_policy *policy = row && row->spares ? spares_policy_named(row->spares) : NULL;
    if (spare && row && policy && !row->spare_delay && strcmp(policy->name, "hot-pool") &&
        strcmp(policy->name, "any-node") && strcmp(policy->name, "elastic"))
        checker_warn(checker, group, "spare_nodes", "are never used under reliability.%s.spares = \"%s\"",
                     row->name, policy->name);
    if (spare && !row)
        checker_warn(checker, group, "spare_nodes", "are never used: nothing fails at this site");
    const struct scenario_planned *runs = site->runs.entries;
    for (int i = 0; i < site->runs.count; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%.90s.runs.%.50s", group, runs[i].name);
        if (runs[i].standby && runs[i].cards <= site->cards &&
            runs[i].cards + runs[i].standby + spare > site->cards && checker_sound(checker, group, "cards"))
            checker_say(checker, path, "standby",
                        "with its cards and the site's spares is more than the %lld cards of the site",
                        (long long)site->cards);
        if (row && row->checkpoint_bytes > 0 && runs[i].parameters > 0 && !(site->storage.gb_per_s > 0) &&
            !(site->storage.node_gb_per_s > 0))
            checker_say(
                checker, group, "storage",
                "has no bandwidth, and the checkpoints of run \"%s\" have a size: set storage.gb_per_s",
                runs[i].name);
    }
    const struct scenario_cause *causes = row ? row->causes.entries : NULL;
    for (int i = 0; row && i < row->causes.count; i++)
        if (causes[i].scope)
            check_level(checker, group, site, row, &causes[i]);
}
