/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/list_catalogue.h"

#include "base/text.h"
#include "engine/clock.h"
#include "scenario/scenario.h"
#include "scenario/schema_value.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FOLDERS = 3 };

static void show_chips(const struct schema_map *map)
{
    printf("  %-20s %-14s %10s %6s %7s  %-8s %-11s %-17s %s\n", "chip", "vendor", "TFLOP/s", "GB", "W",
           "unit", "stack", "confidence", "MFU known for");
    const struct scenario_chip *chips = map->entries;
    for (int i = 0; i < map->count; i++) {
        const struct scenario_chip *chip = &chips[i];
        char power[24] = "-";
        if (chip->power_w > 0)
            snprintf(power, sizeof power, "%.0f", chip->power_w);
        printf("  %-20s %-14.14s %10.1f %6.0f %7s  %-8s %-11s %-17s", chip->name, chip->vendor,
               chip->peak_tflops, chip->memory_gb, power, chip->count_unit, *chip->stack ? chip->stack : "-",
               chip->confidence);
        const struct scenario_efficiency *rows = chip->efficiency.entries;
        for (int e = 0; e < chip->efficiency.count; e++)
            printf("%s%s %.3g", e ? ", " : " ", rows[e].name, rows[e].mfu);
        printf("%s\n", chip->usable ? "" : " NOT USABLE as it is");
    }
}

static void show_lines(const struct schema_map *map)
{
    const struct scenario_line *lines = map->entries;
    for (int i = 0; i < map->count; i++) {
        printf("  %s: makes %s%s\n", lines[i].name, lines[i].chip,
               lines[i].stages.yields.count ? ", also by stages" : "");
        const struct scenario_estimate *estimates = lines[i].estimates.entries;
        for (int e = 0; e < lines[i].estimates.count; e++) {
            printf("    %-16s", estimates[e].name);
            for (int y = 0; y < estimates[e].years.count; y++)
                printf(" %.0f: %.0f", estimates[e].years.values[y], estimates[e].cards.values[y]);
            printf(" (%s)\n", estimates[e].confidence);
        }
    }
}

static void show_memories(const struct schema_map *map)
{
    const struct scenario_memory *rows = map->entries;
    for (int i = 0; i < map->count; i++) {
        printf("  %s: %lld stacks in stock", rows[i].name, (long long)rows[i].stock);
        for (int y = 0; y < rows[i].years.count; y++)
            printf("%s %.0f: %.0f", y ? "," : "; stacks a month", rows[i].years.values[y],
                   rows[i].stacks_per_month.values[y]);
        printf(" (%s)\n", rows[i].confidence);
    }
}

static void show_workloads(const struct schema_map *map)
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

static void show_reliability(const struct schema_map *map)
{
    const struct scenario_reliability *rows = map->entries;
    for (int i = 0; i < map->count; i++) {
        const struct scenario_cause *causes = rows[i].causes.entries;
        double rate = rows[i].failures_per_1000_node_days;
        for (int c = 0; c < rows[i].causes.count; c++)
            rate += causes[c].failures_per_1000_node_days;
        printf("  %-18s %6.2f failures per 1,000 node-days, checkpoint %s (%s)", rows[i].name, rate,
               rows[i].checkpoint_interval, rows[i].confidence);
        for (int c = 0; c < rows[i].causes.count; c++)
            printf("%s%s", c ? ", " : "; causes: ", causes[c].name);
        if (rows[i].lemon_share > 0)
            printf("; %.3g %% of nodes bad, %.3g times", 100 * rows[i].lemon_share, rows[i].lemon_factor);
        printf("\n");
    }
}

static void show_localities(const struct schema_map *map)
{
    const struct scenario_locality *rows = map->entries;
    for (int i = 0; i < map->count; i++) {
        printf("  %-24s", rows[i].name);
        for (int p = 0; p < rows[i].scatter.count; p++)
            printf("%s%g: %g", p ? ", " : "scattered ", rows[i].scatter.values[p], rows[i].factor.values[p]);
        printf("; domain %g, leaf %g, pod %g (%s)\n", rows[i].cross_domain, rows[i].cross_leaf,
               rows[i].cross_pod, rows[i].confidence);
    }
}

static void show_software(const struct schema_map *map)
{
    const struct scenario_software *rows = map->entries;
    for (int i = 0; i < map->count; i++)
        printf("  %-18s code for %s, %.0f %% native; porting %.0f d (large) or %.0f d; speed %g to %g in %g "
               "months (%s)\n",
               rows[i].name, rows[i].stack, 100 * rows[i].native_share,
               (double)rows[i].port_large_median / (double)CLOCK_DAY,
               (double)rows[i].port_fine_median / (double)CLOCK_DAY, rows[i].maturity_floor,
               rows[i].maturity_ceiling, rows[i].maturity_months, rows[i].confidence);
}

static void show_cities(const struct schema_map *map)
{
    const struct scenario_site *sites = map->entries;
    for (int i = 0; i < map->count; i++) {
        printf("  %-24s %lld cards of %s", sites[i].name, (long long)sites[i].cards, sites[i].chip);
        if (sites[i].copies > 1)
            printf(", %lld times", (long long)sites[i].copies);
        printf("\n");
    }
}

static void show_events(const struct schema_map *map)
{
    const struct scenario_event *events = map->entries;
    for (int i = 0; i < map->count; i++) {
        struct clock_date at = clock_civil(events[i].at / CLOCK_DAY);
        printf("  %-28s ", events[i].name);
        if (events[i].per_year > 0)
            printf("%g a year", events[i].per_year);
        else
            printf("%04d-%02d-%02d", at.year, at.month, at.day);
        printf("  %s (%s)\n", events[i].set, events[i].confidence);
    }
}

static const struct list_catalogue catalogues[] = {
    {"chips", "chips.cfg", &scenario_chip_schema, show_chips},
    {"suppliers", "suppliers.cfg", &scenario_line_schema, show_lines},
    {"memories", "memories.cfg", &scenario_memory_schema, show_memories},
    {"workloads", "workloads.cfg", &scenario_workload_schema, show_workloads},
    {"reliability", "reliability.cfg", &scenario_reliability_schema, show_reliability},
    {"locality", "locality.cfg", &scenario_locality_schema, show_localities},
    {"software", "software.cfg", &scenario_software_schema, show_software},
    {"cities", "cities.cfg", &scenario_site_schema, show_cities},
    {"events", "events.cfg", &scenario_event_schema, show_events},
};

const struct list_catalogue *list_catalogue_at(int index)
{
    return index >= 0 && index < (int)(sizeof catalogues / sizeof *catalogues) ? &catalogues[index] : NULL;
}

const struct list_catalogue *list_catalogue_named(const char *what)
{
    const struct list_catalogue *catalogue = NULL;
    for (int i = 0; (catalogue = list_catalogue_at(i)) && strcmp(what, catalogue->what) != 0; i++)
        ;
    return catalogue;
}

const char *list_catalogue_folder(const char *given, char *buffer, size_t size, struct error_list *errors)
{
    char program[300] = "";
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash = length > 0 ? strrchr(program, '/') : NULL;
    if (slash)
        *slash = 0;
    const char *places[FOLDERS] = {given ? given : "configs", "../configs", "../share/tenk/configs"};
    for (int i = 0; i < (given ? 1 : FOLDERS); i++) {
        if (i)
            snprintf(buffer, size, "%s/%s", program, places[i]);
        else
            snprintf(buffer, size, "%s", places[i]);
        char file[400];
        snprintf(file, sizeof file, "%.380s/chips.cfg", buffer);
        if (!access(file, R_OK))
            return buffer;
    }
    error_input(errors, "no catalogues in %s; name their folder with --configs DIR",
                given ? given : "./configs");
    return NULL;
}

struct schema list_catalogue_schema(const struct list_catalogue *catalogue, struct schema_field *field)
{
    *field = (struct schema_field){.key = catalogue->what,
                                   .kind = SCHEMA_MAP,
                                   .offset = 0,
                                   .sub = catalogue->schema,
                                   .help = "the catalogue"};
    return (struct schema){.fields = field, .count = 1, .size = sizeof(struct schema_map)};
}

bool list_catalogue_read(const struct list_catalogue *catalogue, const char *file,
                         struct list_entries *entries, struct error_list *errors)
{
    struct schema_field field;
    struct schema schema = list_catalogue_schema(catalogue, &field);
    memset(entries, 0, sizeof *entries);
    return source_read_entries(&entries->source, file, catalogue->what, errors) &&
           schema_read(&schema, &entries->source, &entries->map, &entries->arena, errors);
}

void list_catalogue_free(struct list_entries *entries)
{
    source_free(&entries->source);
    arena_free(&entries->arena);
}

void list_catalogue_print(const struct list_catalogue *catalogue, const char *folder,
                          struct error_list *errors)
{
    char file[800];
    snprintf(file, sizeof file, "%s/%s", folder, catalogue->file);
    if (access(file, R_OK)) {
        error_input(errors, "no catalogue %s in %s", catalogue->file, folder);
        return;
    }
    struct list_entries entries;
    if (list_catalogue_read(catalogue, file, &entries, errors)) {
        printf("%s\n", file);
        catalogue->show(&entries.map);
    }
    list_catalogue_free(&entries);
}
