/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/replay_setup.h"

#include "base/number.h"
#include "base/text.h"
#include "command/command.h"
#include "engine/clock.h"
#include "scenario/units.h"
#include "scheduler/outside.h"
#include "scheduler/preempt.h"

#include <string.h>

enum { DEFAULT_CARDS_PER_NODE = 8, MOST_CARDS = 1000000000 };

static const char *order_name(int index)
{
    const struct order_policy *policy = order_policy_at(index);
    return policy ? policy->name : NULL;
}

static const char *place_name(int index)
{
    const struct place_policy *policy = place_policy_at(index);
    return policy ? policy->name : NULL;
}

static const char *plan_name(int index)
{
    static const char *const names[] = {"requested", "actual"};
    return index < 2 ? names[index] : NULL;
}

static const char *pass_name(int index)
{
    static const char *const names[] = {"instant", "event"};
    return index < 2 ? names[index] : NULL;
}

int replay_setup_pick(const char *option, const char *word, const char *(*name)(int),
                      struct error_list *errors)
{
    const char *names[32];
    int count = 0;
    struct text all = {0};
    for (const char *next; count < 32 && (next = name(count)); count++) {
        names[count] = next;
        text_format(&all, "%s%s", count ? ", " : "", next);
    }
    int found = -1;
    for (int i = 0; i < count; i++)
        if (!strcmp(names[i], word))
            found = i;
    if (found < 0) {
        int nearest = text_nearest(word, names, count);
        if (nearest >= 0)
            error_input(errors, "%s %s: not one of %s; did you mean '%s'?", option, word, text_string(&all),
                        names[nearest]);
        else
            error_input(errors, "%s %s: not one of %s", option, word, text_string(&all));
    }
    text_free(&all);
    return found < 0 ? 0 : found;
}

/* A duration of at least `least` us. */
static int64_t duration(struct error_list *errors, const char *option, const char *word, int64_t least)
{
    int64_t value = 0;
    if (units_duration(word, &value) && value >= least)
        return value;
    error_input(errors, "%s %s: must be a duration such as \"90s\", \"12h\" or \"7d\"%s", option, word,
                least ? ", 1 s or more" : "");
    return least;
}

/* Levels of the network above the node; 0 where not given. */
static int32_t group_size(struct error_list *errors, const char *option, const char *word)
{
    return word ? (int32_t)command_number(errors, option, word, 1, 1 << 22) : 0;
}

static void set_tree(const struct replay_words *words, struct plan_replay *replay, struct error_list *errors)
{
    replay->shape = (struct topology_shape){.nodes = (int32_t)(replay->cards / replay->cards_per_node),
                                            .cards_per_node = replay->cards_per_node,
                                            .domain = group_size(errors, "--domain", words->domain),
                                            .leaf = group_size(errors, "--leaf", words->leaf),
                                            .pod = group_size(errors, "--pod", words->pod)};
    bool any = words->domain || words->leaf || words->pod;
    if (any && !replay->scheduler.place->by_node)
        error_input(errors, "--domain, --leaf and --pod group nodes, and --place %s knows none",
                    replay->scheduler.place->name);
    static const struct {
        enum topology_level level;
        const char *option;
    } levels[] = {{TOPOLOGY_DOMAIN, "--domain"}, {TOPOLOGY_LEAF, "--leaf"}, {TOPOLOGY_POD, "--pod"}};
    for (size_t i = 0; any && i < sizeof levels / sizeof *levels; i++) {
        char problem[200];
        if (topology_problem(&replay->shape, levels[i].level, problem, sizeof problem))
            error_input(errors, "%s %s", levels[i].option, problem);
    }
}

/* A registered order, or one from a file. */
static const struct order_policy *pick_order(const char *option, const char *word,
                                             struct order_plugins *plugins, struct error_list *errors)
{
    if (!order_plugin_path(word))
        return order_policy_at(replay_setup_pick(option, word, order_name, errors));
    char problem[400];
    const struct order_policy *policy = order_plugins_load(plugins, word, word, problem, sizeof problem);
    if (policy)
        return policy;
    error_input(errors, "%s %s: %s", option, word, problem);
    return order_policy_at(0);
}

void replay_setup_policies(const struct replay_words *words, struct order_plugins *plugins,
                           struct plan_replay *replay, struct error_list *errors)
{
    struct scheduler_config *config = &replay->scheduler;
    config->order = pick_order("--order", words->order, plugins, errors);
    config->candidates = pick_order("--candidates", words->candidates, plugins, errors);
    config->place = place_policy_at(replay_setup_pick("--place", words->place, place_name, errors));
    config->depth = replay_setup_pick("--backfill", words->backfill, scheduler_depth_name, errors);
    config->reservations = (int32_t)command_number(errors, "--reservations", words->reservations, 1, 1000000);
    config->examine = (int32_t)command_number(errors, "--examine", words->examine, 0, 1000000000);
    config->preempt = replay_setup_pick("--preempt", words->preempt, scheduler_preempt_name, errors);
    config->slice = duration(errors, "--slice", words->slice, CLOCK_SECOND);
    config->half_life = duration(errors, "--half-life", words->half_life, 0);
    config->event_pass = replay_setup_pick("--pass", words->pass, pass_name, errors) == 1;
    replay->plan_actual = replay_setup_pick("--plan", words->plan, plan_name, errors) == 1;
    const char *conflict = outside_conflict(config);
    if (conflict)
        error_input(errors, "--order %s: %s", words->order, conflict);
    if (config->event_pass && config->place->by_node)
        error_input(
            errors,
            "--pass event counts jobs as gone before their end is handled, so it cannot place by node: "
            "use --place count or --pass instant");
    bool held = config->depth == SCHEDULER_HOLD || config->depth == SCHEDULER_HOLD_BACKFILL;
    if (preempt_wanted(config) && (config->event_pass || held))
        error_input(
            errors,
            "%s stops running jobs, which %s does not know: use --pass instant and another backfilling",
            config->order->preempts ? "this order" : "--preempt", held ? "--backfill hold" : "--pass event");
    if (config->preempt == PREEMPT_PRIORITY)
        error_input(errors, "--preempt priority: the jobs of a trace have no priorities; scenarios do");
    if (words->cards && words->nodes)
        error_input(errors, "--cards and --nodes both say how large the machine is: give one of them");
}

void replay_setup_machine(const struct replay_words *words, const struct trace *trace,
                          struct plan_replay *replay, struct error_list *errors)
{
    int64_t per_node = DEFAULT_CARDS_PER_NODE;
    if (words->cards_per_node)
        per_node = command_number(errors, "--cards-per-node", words->cards_per_node, 1, NODES_MAX_CARDS);
    replay->cards_per_node = (int32_t)per_node;
    if (words->nodes)
        replay->cards =
            per_node * command_number(errors, "--nodes", words->nodes, 1, MOST_CARDS / NODES_MAX_CARDS);
    else if (words->cards)
        replay->cards = command_number(errors, "--cards", words->cards, 1, MOST_CARDS);
    else
        replay->cards = trace->max_cards;
    if (replay->cards <= 0 || replay->cards > MOST_CARDS) {
        error_input(errors,
                    "the trace does not say how large the machine is: give --cards N, or --nodes N with "
                    "--cards-per-node K");
        return;
    }
    if (replay->scheduler.place->by_node && replay->cards % per_node)
        error_input(errors,
                    "--place %s needs whole nodes, but %lld cards are no multiple of %lld: give --nodes N "
                    "and --cards-per-node K",
                    replay->scheduler.place->name, (long long)replay->cards, (long long)per_node);
    if (replay->scheduler.place->by_node && replay->cards / per_node > 1 << 22)
        error_input(errors, "--place %s can hold at most 4,194,304 nodes", replay->scheduler.place->name);
    else
        set_tree(words, replay, errors);
    if (replay->scheduler.order->tenant_rank && trace->tenant_count < 2)
        error_input(errors,
                    "--order %s needs tenants: give --tenants user, group, queue, partition or cluster",
                    replay->scheduler.order->name);
}

static bool ranks_by_length(const struct order_policy *order)
{
    return !strcmp(order->name, "sjf") || !strcmp(order->name, "f1");
}

void replay_setup_warn(const char *file, const struct trace *trace, const struct plan_replay *replay,
                       struct error_list *errors)
{
    bool held =
        replay->scheduler.depth == SCHEDULER_HOLD || replay->scheduler.depth == SCHEDULER_HOLD_BACKFILL;
    if (held && !replay->scheduler.event_pass)
        error_add(errors, ERROR_WARNING, file, 0, NULL,
                  "--backfill %s repeats its model only with --pass event, one thing at a time",
                  scheduler_depth_name(replay->scheduler.depth));
    if (replay->plan_actual || !trace->no_request)
        return;
    bool all = trace->no_request == trace->count;
    if (scheduler_depth_passes(replay->scheduler.depth) && all)
        error_add(errors, ERROR_WARNING, file, 0, NULL,
                  "no job has a requested time, so backfilling has nothing to plan with and no job will pass "
                  "the head of "
                  "the queue; --plan actual plans with the actual run times");
    else if (scheduler_depth_passes(replay->scheduler.depth))
        error_add(
            errors, ERROR_WARNING, file, 0, NULL,
            "%lld of %lld jobs have no requested time: their end is unknown to backfilling, and they are not "
            "backfilled before a reservation; --plan actual plans with the actual run times",
            (long long)trace->no_request, (long long)trace->count);
    if (ranks_by_length(replay->scheduler.order) || ranks_by_length(replay->scheduler.candidates))
        error_add(errors, ERROR_WARNING, file, 0, NULL,
                  "the order by length ranks %s without a requested time by the actual run time",
                  all ? "these jobs" : "the jobs");
}
