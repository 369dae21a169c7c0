/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list: `tenk list WHAT`: what can be chosen, and what is measured. */
#include "command/command.h"
#include "command/replay_like.h"
#include "scenario/scenario.h"
#include "world/metric.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    const char *what;
    const char *catalogues;
};

static const char about[] =
    "Lists what scenarios can choose and results contain: chips, suppliers, workloads, reliability (from "
    "the catalogues), policies (orders, backfilling, preemption, placement, allocation), metrics, formats of "
    "traces.\v"
    "Examples:\n"
    "  tenk list policies\n"
    "  tenk list chips\n"
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
        argp_error(state,
                   "which list? chips, suppliers, workloads, reliability, policies, metrics or formats");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
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
    puts("preempt (site.X.preempt, replay --preempt)");
    for (int i = 0; scheduler_preempt_name(i); i++)
        printf("  %-12s %s\n", scheduler_preempt_name(i), scheduler_preempt_summary(i));
    puts("other simulators (replay --like)");
    for (int i = 0; replay_like_name(i); i++)
        printf("  %-12s %s\n", replay_like_name(i), replay_like_summary(i));
    puts("allocation (supply.allocation)");
    for (int i = 0; allocation_rule_at(i); i++)
        printf("  %-12s %s\n", allocation_rule_at(i)->name, allocation_rule_at(i)->summary);
    puts("checkpoint interval (reliability.X.checkpoint_interval)");
    puts("  young        sqrt(2 C M), C the cost of a checkpoint, M the mean time between failures of the "
         "gang");
    puts("  daly         the same with higher-order terms (Daly 2006)");
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

/* The folder of the catalogues; NULL when there is none. */
static const char *find_catalogues(const char *given, char *buffer, size_t size)
{
    char program[300] = "";
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash = length > 0 ? strrchr(program, '/') : NULL;
    if (slash)
        *slash = 0;
    const char *places[] = {given ? given : "configs", "../configs", "../share/tenk/configs"};
    for (int i = 0; i < (given ? 1 : 3); i++) {
        if (i)
            snprintf(buffer, size, "%s/%s", program, places[i]);
        else
            snprintf(buffer, size, "%s", places[i]);
        char file[400];
        snprintf(file, sizeof file, "%.380s/chips.cfg", buffer);
        if (!access(file, R_OK))
            return buffer;
    }
    return NULL;
}

static void list_chips(const struct schema_map *map)
{
    printf("  %-20s %-10s %10s %8s  %-8s %-17s %s\n", "chip", "vendor", "TFLOP/s", "GB", "unit", "confidence",
           "MFU known for");
    const struct scenario_chip *chips = map->entries;
    for (int i = 0; i < map->count; i++) {
        const struct scenario_chip *chip = &chips[i];
        printf("  %-20s %-10.10s %10.1f %8.0f  %-8s %-17s", chip->name, chip->vendor, chip->peak_tflops,
               chip->memory_gb, chip->count_unit, chip->confidence);
        const struct scenario_efficiency *rows = chip->efficiency.entries;
        for (int e = 0; e < chip->efficiency.count; e++)
            printf("%s%s %.3g", e ? ", " : " ", rows[e].name, rows[e].mfu);
        printf("%s\n", chip->usable ? "" : " NOT USABLE as it is");
    }
}

static void list_lines(const struct schema_map *map)
{
    const struct scenario_line *lines = map->entries;
    for (int i = 0; i < map->count; i++) {
        printf("  %s: makes %s\n", lines[i].name, lines[i].chip);
        const struct scenario_estimate *estimates = lines[i].estimates.entries;
        for (int e = 0; e < lines[i].estimates.count; e++) {
            printf("    %-16s", estimates[e].name);
            for (int y = 0; y < estimates[e].years.count; y++)
                printf(" %.0f: %.0f", estimates[e].years.values[y], estimates[e].cards.values[y]);
            printf(" (%s)\n", estimates[e].confidence);
        }
    }
}

static void list_workloads(const struct schema_map *map)
{
    const struct scenario_workload *workloads = map->entries;
    for (int i = 0; i < map->count; i++) {
        printf("  %-12s lengths on %s, %s\n", workloads[i].name, workloads[i].reference_chip,
               workloads[i].confidence);
        const struct scenario_class *classes = workloads[i].classes.entries;
        for (int c = 0; c < workloads[i].classes.count; c++)
            printf("    %-14s %6.2f %% of jobs, %.0f to %.0f cards, median %.0f s\n", classes[c].name,
                   100 * classes[c].share, classes[c].sizes.values[0],
                   classes[c].sizes.values[classes[c].sizes.count - 1],
                   (double)classes[c].length_median / 1e6);
    }
}

static void list_reliability(const struct schema_map *map)
{
    const struct scenario_reliability *rows = map->entries;
    for (int i = 0; i < map->count; i++)
        printf("  %-18s %6.2f failures per 1,000 node-days, checkpoint %s (%s)\n", rows[i].name,
               rows[i].failures_per_1000_node_days, rows[i].checkpoint_interval, rows[i].confidence);
}

struct catalogue {
    const char *what, *file;
    const struct schema *schema;
    void (*list)(const struct schema_map *map);
};

static const struct catalogue catalogues[] = {
    {"chips", "chips.cfg", &scenario_chip_schema, list_chips},
    {"suppliers", "suppliers.cfg", &scenario_line_schema, list_lines},
    {"workloads", "workloads.cfg", &scenario_workload_schema, list_workloads},
    {"reliability", "reliability.cfg", &scenario_reliability_schema, list_reliability},
};

static void list_catalogue(const struct catalogue *catalogue, const char *given, struct error_list *errors)
{
    char buffer[700], file[800];
    const char *folder = find_catalogues(given, buffer, sizeof buffer);
    if (!folder) {
        error_input(errors, "no catalogues in %s; name their folder with --configs DIR",
                    given ? given : "./configs");
        return;
    }
    snprintf(file, sizeof file, "%s/%s", folder, catalogue->file);
    const struct schema_field field = {
        .key = catalogue->what, .kind = SCHEMA_MAP, .sub = catalogue->schema, .help = "the catalogue"};
    const struct schema schema = {.fields = &field, .count = 1, .size = sizeof(struct schema_map)};
    struct source source;
    struct arena arena = {0};
    struct schema_map map = {0};
    if (source_read_entries(&source, file, catalogue->what, errors) &&
        schema_read(&schema, &source, &map, &arena, errors)) {
        printf("%s\n", file);
        catalogue->list(&map);
    }
    source_free(&source);
    arena_free(&arena);
}

int command_list(int argc, char **argv)
{
    struct options options = {0};
    const struct argp argp = {option_table, parse, "WHAT", about, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    struct error_list errors = {0};
    for (size_t i = 0; i < sizeof catalogues / sizeof *catalogues; i++)
        if (!strcmp(options.what, catalogues[i].what)) {
            list_catalogue(&catalogues[i], options.catalogues, &errors);
            return command_fail(&errors);
        }
    if (!strcmp(options.what, "policies"))
        list_policies();
    else if (!strcmp(options.what, "metrics"))
        list_metrics();
    else if (!strcmp(options.what, "formats"))
        list_formats();
    else
        error_input(&errors,
                    "%s: not one of chips, suppliers, workloads, reliability, policies, metrics, formats",
                    options.what);
    return command_fail(&errors);
}
