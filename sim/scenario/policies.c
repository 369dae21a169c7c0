/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/policies.h"

#include "base/text.h"
#include "scheduler/outside.h"

#include <string.h>

enum { PATH_BYTES = 160 };

/* Where the file that a setting names is. */
static void place_of(const struct scenario *scenario, const char *path, const char *given, struct text *file)
{
    const char *slash = strrchr(scenario->source.file, '/');
    if (slash && given[0] != '/' && !source_overridden(&scenario->source, path))
        text_append(file, scenario->source.file, (size_t)(slash - scenario->source.file) + 1);
    text_put(file, given);
}

static const struct order_policy *resolve(struct scenario *scenario, const char *path, const char *word,
                                          struct error_list *errors)
{
    if (!word) /* a mistake that has been told */
        return NULL;
    if (!order_plugin_path(word))
        return order_policy_named(word);
    struct text file = {0};
    char problem[400];
    place_of(scenario, path, word, &file);
    const struct order_policy *policy =
        order_plugins_load(&scenario->plugins, word, text_string(&file), problem, sizeof problem);
    if (!policy)
        source_error(&scenario->source, errors, path, "%s", problem);
    text_free(&file);
    return policy;
}

static void check_conflict(const struct scenario *scenario, const struct scenario_site *site,
                           const char *path, struct error_list *errors)
{
    if (!site->order_policy || !site->candidates_policy || !site->backfill || !site->preempt)
        return;
    const struct scheduler_config config = {.order = site->order_policy,
                                            .candidates = site->candidates_policy,
                                            .depth = scheduler_depth_named(site->backfill),
                                            .preempt = scheduler_preempt_named(site->preempt),
                                            .reclaim = site->reclaim};
    const char *conflict = outside_conflict(&config);
    if (conflict)
        source_error(&scenario->source, errors, path, "%s", conflict);
}

void policies_resolve(struct scenario *scenario, struct error_list *errors)
{
    struct scenario_site *sites = scenario->site.entries;
    for (int i = 0; i < scenario->site.count; i++) {
        struct scenario_site *site = &sites[i];
        char order[PATH_BYTES], candidates[PATH_BYTES];
        snprintf(order, sizeof order, "site.%.100s.order", site->name);
        snprintf(candidates, sizeof candidates, "site.%.100s.candidates", site->name);
        site->order_policy = resolve(scenario, order, site->order, errors);
        site->candidates_policy = resolve(scenario, candidates, site->candidates, errors);
        bool unscored = site->candidates_policy && order_plugin_of(site->candidates_policy) &&
                        !order_plugin_of(site->candidates_policy)->tenk->score;
        check_conflict(scenario, site, unscored ? candidates : order, errors);
    }
}
