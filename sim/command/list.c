/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list: `tenk list WHAT`: what can be chosen, and what is measured. */
#include "command/command.h"
#include "command/list_catalogue.h"
#include "command/list_sources.h"
#include "command/replay_like.h"
#include "reliability/spares.h"
#include "scenario/choices.h"
#include "scenario/scenario.h"
#include "world/metric.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#define LISTS                                                                                                \
    "chips, suppliers, memories, workloads, reliability, locality, software, cities, events, sources, "      \
    "policies, metrics, formats"

struct options {
    const char *what;
    const char *catalogues;
};

static const char about[] =
    "Lists what scenarios can choose and results contain: chips, suppliers, memories, workloads, "
    "reliability, locality, software, cities, events (from the catalogues, as far as they are there), "
    "sources "
    "(every figure of the catalogues with its confidence and where it is from), policies (orders, "
    "backfilling, preemption, placement, allocation, spares), metrics, formats of traces.\v"
    "Examples:\n"
    "  tenk list policies\n"
    "  tenk list chips\n"
    "  tenk list sources | grep 'assumption'\n"
    "  tenk list chips --configs my/configs\n\n"
    "The catalogues are looked for in ./configs, beside the program, and where `make install` puts them.";

static const struct argp_option option_table[] = {
    {"configs", 'c', "DIR", 0, "folder of the catalogues", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 'c':
        options->catalogues = text;
        return 0;
    case ARGP_KEY_ARG:
        if (options->what)
            argp_error(state, "one list at a time; \"%s\" is a second one", text);
        options->what = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which list? one of " LISTS);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Choices whose names say it all. */
static void list_choices(const char *title, const char *(*name)(int index))
{
    printf("%s\n ", title);
    for (int i = 0; name(i); i++)
        printf(" %s", name(i));
    puts("");
}

static void list_policies(void)
{
    puts("order (site.X.order, site.X.candidates, replay --order)");
    for (int i = 0; order_policy_at(i); i++)
        printf("  %-12s %s; key: %s\n", order_policy_at(i)->name, order_policy_at(i)->summary,
               order_policy_at(i)->formula);
    puts("  ./FILE.so    a policy of your own: a shared object against tenk/order.h (docs/plugins.md)");
    puts("backfill (site.X.backfill, replay --backfill)");
    for (int i = 0; scheduler_depth_name(i); i++)
        printf("  %-13s %s\n", scheduler_depth_name(i), scheduler_depth_summary(i));
    puts("preempt (site.X.preempt, replay --preempt)");
    for (int i = 0; scheduler_preempt_name(i); i++)
        printf("  %-12s %s\n", scheduler_preempt_name(i), scheduler_preempt_summary(i));
    puts("place (site.X.place, replay --place)");
    for (int i = 0; place_policy_at(i); i++)
        printf("  %-12s %s\n", place_policy_at(i)->name, place_policy_at(i)->summary);
    puts("other simulators (replay --like)");
    for (int i = 0; replay_like_name(i); i++)
        printf("  %-12s %s\n", replay_like_name(i), replay_like_summary(i));
    puts("allocation (supply.allocation)");
    for (int i = 0; allocation_rule_at(i); i++)
        printf("  %-12s %s\n", allocation_rule_at(i)->name, allocation_rule_at(i)->summary);
    puts("dispatch between sites (dispatch.rule)");
    for (int i = 0; dispatch_rule_at(i); i++)
        printf("  %-12s %s\n", dispatch_rule_at(i)->name, dispatch_rule_at(i)->summary);
    puts("spares: what a gang does that loses a node (reliability.X.spares)");
    for (int i = 0; spares_policy_at(i); i++)
        printf("  %-12s %s\n", spares_policy_at(i)->name, spares_policy_at(i)->summary);
    list_choices("causes of failures: what they take (reliability.X.causes.Y.scope)", choices_scope);
    list_choices("their effect (reliability.X.causes.Y.effect)", choices_effect);
    list_choices("how lives spread (reliability.X.causes.Y.life)", choices_life);
    list_choices("when nodes fail (reliability.X.fails_when)", choices_fails_when);
    puts("checkpoint interval (reliability.X.checkpoint_interval)");
    puts("  young        sqrt(2 C M), C the cost of a checkpoint, M the mean time between failures of the "
         "gang");
    puts("  daly         the same with higher-order terms (Daly 2006)");
    puts("  adaptive     Daly's with the failures that the site has seen so far");
    puts("  3h           any fixed duration");
}

static void list_metrics(void)
{
    for (int group = METRIC_SUPPLY; group <= METRIC_JOBS; group++) {
        printf("%s\n", metric_group_name((enum metric_group)group));
        for (int id = 0; id < METRIC_COUNT; id++) {
            const struct metric_info *info = metric_info((enum metric_id)id);
            if (info->group == (enum metric_group)group)
                printf("  %-22s %-14s %s\n", info->name, info->unit, info->summary);
        }
    }
}

static void list_formats(void)
{
    for (int i = 0; i < trace_format_count(); i++)
        printf("  %-8s %s\n", trace_format_name(i), trace_format_summary(i));
}

int command_list(int argc, char **argv)
{
    struct options options = {0};
    const struct argp argp = {option_table, parse, "WHAT", about, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    struct error_list errors = {0};
    char buffer[700];
    const struct list_catalogue *catalogue = list_catalogue_named(options.what);
    bool sources = !strcmp(options.what, "sources");
    if (catalogue || sources) {
        const char *folder = list_catalogue_folder(options.catalogues, buffer, sizeof buffer, &errors);
        if (folder && sources)
            list_sources_print(folder, &errors);
        else if (folder)
            list_catalogue_print(catalogue, folder, &errors);
    } else if (!strcmp(options.what, "policies")) {
        list_policies();
    } else if (!strcmp(options.what, "metrics")) {
        list_metrics();
    } else if (!strcmp(options.what, "formats")) {
        list_formats();
    } else {
        error_input(&errors, "%s: not one of " LISTS, options.what);
    }
    return command_fail(&errors);
}
