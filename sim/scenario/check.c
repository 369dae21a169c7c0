/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/check.h"

#include "base/text.h"
#include "engine/clock.h"
#include "scenario/units.h"

#include <stdarg.h>
#include <string.h>

struct checker {
    const struct scenario *scenario;
    struct error_list *errors;
};

__attribute__((format(printf, 4, 5))) static void say(struct checker *checker, const char *group,
                                                      const char *key, const char *format, ...)
{
    char path[160], message[400];
    snprintf(path, sizeof path, "%.100s%s%.50s", group, *key ? "." : "", key);
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    source_error(&checker->scenario->source, checker->errors, path, "%s", message);
}

/* Says that a name is not in a map, with the names that are (or the nearest). */
static void say_missing(struct checker *checker, const char *group, const char *key, const char *name,
                        const char *map_name, const struct schema_map *map, size_t entry_size)
{
    const char *names[64] = {0};
    int count = map->count < 64 ? map->count : 64;
    struct text all = {0};
    for (int i = 0; i < count; i++) {
        memcpy(&names[i], (const char *)map->entries + (size_t)i * entry_size, sizeof names[i]);
        text_format(&all, "%s%s", i ? ", " : "", names[i]);
    }
    int nearest = text_nearest(name, names, count);
    if (nearest >= 0)
        say(checker, group, key, "\"%s\" is not among `%s`; did you mean '%s'?", name, map_name,
            names[nearest]);
    else
        say(checker, group, key, "\"%s\" is not among `%s`: %s", name, map_name,
            count ? text_string(&all) : "it is empty; include its catalogue");
    text_free(&all);
}

static void check_ascending(struct checker *checker, const char *group, const char *key,
                            const struct schema_list *list)
{
    for (int i = 1; i < list->count; i++)
        if (list->values[i] <= list->values[i - 1]) {
            say(checker, group, key, "must ascend, but item %d is not above item %d", i + 1, i);
            return;
        }
}

/* Two lists that belong together: same length, not more than the model holds. */
static void check_pair(struct checker *checker, const char *group, const char *key,
                       const struct schema_list *a, const char *other, const struct schema_list *b, int most)
{
    if (a->count != b->count)
        say(checker, group, key, "has %d items but %s has %d; they must pair up", a->count, other, b->count);
    if (a->count > most)
        say(checker, group, key, "has %d items; at most %d allowed", a->count, most);
}

static void check_chip(struct checker *checker, const struct scenario_chip *chip)
{
    char path[160];
    snprintf(path, sizeof path, "chips.%.100s.scale", chip->name);
    check_pair(checker, path, "cards", &chip->scale.cards, "factor", &chip->scale.factor, 32);
    check_ascending(checker, path, "cards", &chip->scale.cards);
}

static void check_line(struct checker *checker, const struct scenario_line *line)
{
    char group[160];
    snprintf(group, sizeof group, "lines.%.100s", line->name);
    if (line->chip && !scenario_chip(checker->scenario, line->chip))
        say_missing(checker, group, "chip", line->chip, "chips", &checker->scenario->chips,
                    scenario_chip_schema.size);
    const struct scenario_estimate *estimates = line->estimates.entries;
    for (int i = 0; i < line->estimates.count; i++) {
        char path[160];
        snprintf(path, sizeof path, "lines.%.50s.estimates.%.50s", line->name, estimates[i].name);
        check_pair(checker, path, "years", &estimates[i].years, "cards", &estimates[i].cards, 32);
        check_ascending(checker, path, "years", &estimates[i].years);
        if (!estimates[i].years.count)
            say(checker, path, "years", "must name at least one year");
    }
}

static void check_class(struct checker *checker, const char *workload, const struct scenario_class *class)
{
    char group[160];
    snprintf(group, sizeof group, "workloads.%.50s.classes.%.50s", workload, class->name);
    check_pair(checker, group, "sizes", &class->sizes, "size_weights", &class->size_weights, 32);
    double sum = 0;
    for (int i = 0; i < class->size_weights.count; i++)
        sum += class->size_weights.values[i];
    if (class->size_weights.count && sum <= 0)
        say(checker, group, "size_weights", "must not all be 0");
    for (int i = 0; i < class->sizes.count; i++)
        if (class->sizes.values[i] != (double)(int64_t) class->sizes.values[i]) {
            say(checker, group, "sizes", "must be whole numbers of cards");
            break;
        }
    if (class->length_max && class->length_max < class->length_median)
        say(checker, group, "length_max", "must not be below length_median");
}

static void check_workload(struct checker *checker, const struct scenario_workload *workload)
{
    char group[160];
    snprintf(group, sizeof group, "workloads.%.100s", workload->name);
    const struct scenario *scenario = checker->scenario;
    if (workload->reference_chip && !scenario_chip(scenario, workload->reference_chip))
        say_missing(checker, group, "reference_chip", workload->reference_chip, "chips", &scenario->chips,
                    scenario_chip_schema.size);
    if (workload->hour_weights.count && workload->hour_weights.count != 24)
        say(checker, group, "hour_weights", "has %d items; 24 are needed, or none",
            workload->hour_weights.count);
    if (workload->weekday_weights.count && workload->weekday_weights.count != 7)
        say(checker, group, "weekday_weights", "has %d items; 7 are needed, or none",
            workload->weekday_weights.count);
    const struct schema_list *lists[2] = {&workload->hour_weights, &workload->weekday_weights};
    for (int l = 0; l < 2; l++) {
        double total = 0;
        for (int i = 0; i < lists[l]->count; i++)
            total += lists[l]->values[i];
        if (lists[l]->count && total <= 0)
            say(checker, group, l ? "weekday_weights" : "hour_weights", "must not all be 0");
    }
    if (workload->estimate_factor_max < workload->estimate_factor_min)
        say(checker, group, "estimate_factor_max", "must not be below estimate_factor_min");
    const struct scenario_class *classes = workload->classes.entries;
    double share = 0;
    for (int i = 0; i < workload->classes.count; i++) {
        check_class(checker, workload->name, &classes[i]);
        share += classes[i].share;
    }
    if (workload->classes.count > 15)
        say(checker, group, "classes", "has %d classes; at most 15 allowed", workload->classes.count);
    if (workload->classes.count && (share < 0.999 || share > 1.001))
        say(checker, group, "classes", "the shares sum to %g; they must sum to 1", share);
}

static void check_reliability(struct checker *checker, const struct scenario_reliability *row)
{
    char group[160];
    snprintf(group, sizeof group, "reliability.%.100s", row->name);
    const char *interval = row->checkpoint_interval;
    int64_t fixed = 0;
    if (interval && strcmp(interval, "young") && strcmp(interval, "daly") &&
        (!units_duration(interval, &fixed) || fixed < CLOCK_SECOND))
        say(checker, group, "checkpoint_interval",
            "must be \"young\", \"daly\" or a duration of at least 1 s with a unit (" UNITS_DURATIONS ")");
    if (row->failures_per_1000_node_days > 0 && row->repair_median < CLOCK_SECOND)
        say(checker, group, "repair_median", "must be at least 1 s when nodes fail");
}

/* A chip that is used must be usable and know how fast the kinds of work run on it. */
static void check_used_chip(struct checker *checker, const char *group, const char *key,
                            const struct scenario_chip *chip, const struct scenario_workload *workload)
{
    if (!chip->usable)
        say(checker, group, key,
            "\"%s\" is not to be used as it is: %s; correct its row and set chips.%s.usable = true",
            chip->name, chip->note && *chip->note ? chip->note : "its sources contradict each other",
            chip->name);
    const struct scenario_class *classes = workload ? workload->classes.entries : NULL;
    for (int i = 0; workload && i < workload->classes.count; i++)
        if (classes[i].kind && !scenario_efficiency(chip, classes[i].kind))
            say(checker, group, key, "\"%s\" has no MFU for %s: add chips.%s.efficiency.%s: { mfu = ...; }",
                chip->name, classes[i].kind, chip->name, classes[i].kind);
}

static void check_runs(struct checker *checker, const char *group, const struct scenario_site *site,
                       const struct scenario_chip *chip)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_planned *runs = site->runs.entries;
    for (int i = 0; i < site->runs.count; i++) {
        char path[160];
        snprintf(path, sizeof path, "%.90s.runs.%.50s", group, runs[i].name);
        if (runs[i].at && (runs[i].at < scenario->start || runs[i].at >= scenario->start + scenario->horizon))
            say(checker, path, "at", "must lie between the scenario's start and its horizon");
        if (runs[i].cards > site->cards)
            say(checker, path, "cards", "is more than the %lld cards of the site: the run could never start",
                (long long)site->cards);
        if (chip && runs[i].kind && !scenario_efficiency(chip, runs[i].kind))
            say(checker, path, "kind", "\"%s\" has no MFU for %s: add chips.%s.efficiency.%s: { mfu = ...; }",
                chip->name, runs[i].kind, chip->name, runs[i].kind);
    }
}

static void check_site(struct checker *checker, const struct scenario_site *site)
{
    char group[160];
    snprintf(group, sizeof group, "site.%.100s", site->name);
    const struct scenario *scenario = checker->scenario;
    const struct scenario_chip *chip = scenario_chip(scenario, site->chip);
    const struct scenario_workload *workload = NULL;
    if (site->workload && *site->workload) {
        workload = schema_entry(&scenario->workloads, &scenario_workload_schema, site->workload);
        if (!workload)
            say_missing(checker, group, "workload", site->workload, "workloads", &scenario->workloads,
                        scenario_workload_schema.size);
        if (site->jobs_per_day <= 0)
            say(checker, group, "jobs_per_day", "must be above 0 when there is a workload");
    } else if (!site->runs.count) {
        say(checker, group, "workload", "missing; without a workload or runs the site has nothing to do");
    }
    if (site->chip && !chip)
        say_missing(checker, group, "chip", site->chip, "chips", &scenario->chips, scenario_chip_schema.size);
    if (chip)
        check_used_chip(checker, group, "chip", chip, workload);
    const struct scenario_chip *reference =
        workload ? scenario_chip(scenario, workload->reference_chip) : NULL;
    if (reference && reference != chip)
        check_used_chip(checker, group, "workload", reference, workload);
    if (site->cards && site->cards_per_node && site->cards % site->cards_per_node)
        say(checker, group, "cards", "must be a multiple of cards_per_node (%lld)",
            (long long)site->cards_per_node);
    if (site->cards_per_node && site->cards / site->cards_per_node >= 1 << 22)
        say(checker, group, "cards", "makes more than 4,194,303 nodes");
    if (site->ordered &&
        (site->ordered < scenario->start || site->ordered >= scenario->start + scenario->horizon))
        say(checker, group, "ordered", "must lie between the scenario's start and its horizon");
    if (site->opens_at_cards > site->cards)
        say(checker, group, "opens_at_cards", "is more than the site's cards: it would never open");
    bool fails = site->reliability && *site->reliability;
    if (fails && !schema_entry(&scenario->reliability, &scenario_reliability_schema, site->reliability))
        say_missing(checker, group, "reliability", site->reliability, "reliability", &scenario->reliability,
                    scenario_reliability_schema.size);
    if (site->place && !strcmp(site->place, "count"))
        say(checker, group, "place",
            "\"count\" knows no nodes and is for traces; take consolidate or first-fit");
    check_runs(checker, group, site, chip);
}

static void check_supply(struct checker *checker)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_site *sites = scenario->site.entries;
    bool needed = scenario->buyers.count > 0;
    for (int i = 0; i < scenario->site.count; i++)
        needed |= sites[i].delivery && !strcmp(sites[i].delivery, "supply");
    if (!needed)
        return;
    if (!scenario->supply.line || !*scenario->supply.line) {
        say(checker, "supply", "line",
            "missing; buyers and sites with delivery = \"supply\" need a line that serves them");
        return;
    }
    const struct scenario_line *line =
        schema_entry(&scenario->lines, &scenario_line_schema, scenario->supply.line);
    if (!line) {
        say_missing(checker, "supply", "line", scenario->supply.line, "lines", &scenario->lines,
                    scenario_line_schema.size);
        return;
    }
    const char *estimate = scenario->supply.estimate;
    if (!schema_entry(&line->estimates, &scenario_estimate_schema, estimate ? estimate : ""))
        say_missing(checker, "supply", "estimate", estimate ? estimate : "", "the line's estimates",
                    &line->estimates, scenario_estimate_schema.size);
    for (int i = 0; i < scenario->site.count; i++) {
        if (!sites[i].delivery || strcmp(sites[i].delivery, "supply") || !sites[i].chip || !line->chip)
            continue;
        char group[160];
        snprintf(group, sizeof group, "site.%.100s", sites[i].name);
        if (strcmp(sites[i].chip, line->chip))
            say(checker, group, "chip", "is \"%s\", but the line \"%s\" makes \"%s\"", sites[i].chip,
                line->name, line->chip);
    }
}

void check_scenario(const struct scenario *scenario, struct error_list *errors)
{
    struct checker checker = {.scenario = scenario, .errors = errors};
    const struct scenario_chip *chips = scenario->chips.entries;
    for (int i = 0; i < scenario->chips.count; i++)
        check_chip(&checker, &chips[i]);
    const struct scenario_line *lines = scenario->lines.entries;
    for (int i = 0; i < scenario->lines.count; i++)
        check_line(&checker, &lines[i]);
    const struct scenario_workload *workloads = scenario->workloads.entries;
    for (int i = 0; i < scenario->workloads.count; i++)
        check_workload(&checker, &workloads[i]);
    const struct scenario_reliability *rows = scenario->reliability.entries;
    for (int i = 0; i < scenario->reliability.count; i++)
        check_reliability(&checker, &rows[i]);
    const struct scenario_site *sites = scenario->site.entries;
    for (int i = 0; i < scenario->site.count; i++)
        check_site(&checker, &sites[i]);
    if (scenario->site.count > 255)
        say(&checker, "site", "", "has %d sites; at most 255 allowed", scenario->site.count);
    check_supply(&checker);
}
