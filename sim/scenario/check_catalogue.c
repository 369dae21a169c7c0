/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_catalogue: chips, lines, workloads and reliability, each entry by itself. */
#include "base/text.h"
#include "engine/clock.h"
#include "performance/locality.h"
#include "scenario/checker.h"
#include "scenario/choices.h"
#include "scenario/units.h"

#include <math.h>
#include <string.h>

/* Kinds of work are a closed list: an MFU under a misspelt kind would never be used. */
static void check_kind(struct checker *checker, const char *chip, const char *kind)
{
    const char *kinds[16];
    int count = 0;
    bool known = false;
    for (const char *name; count < 16 && (name = choices_kind(count)); count++) {
        kinds[count] = name;
        known |= !strcmp(name, kind);
    }
    if (known)
        return;
    char path[160];
    snprintf(path, sizeof path, "chips.%.60s.efficiency.%.60s", chip, kind);
    int nearest = text_nearest(kind, kinds, count);
    checker_say(checker, path, "", "is no kind of work; %s '%s'%s",
                nearest >= 0 ? "did you mean" : "known are",
                nearest >= 0 ? kinds[nearest] : "pretraining', 'fine-tuning', 'evaluation', 'debugging",
                nearest >= 0 ? "?" : "");
}

static void check_chip(struct checker *checker, const struct scenario_chip *chip)
{
    char path[160];
    snprintf(path, sizeof path, "chips.%.100s.scale", chip->name);
    checker_pair(checker, path, "cards", &chip->scale.cards, "factor", &chip->scale.factor, 32);
    checker_ascending(checker, path, "cards", &chip->scale.cards);
    const struct scenario_efficiency *rows = chip->efficiency.entries;
    for (int i = 0; i < chip->efficiency.count; i++)
        check_kind(checker, chip->name, rows[i].name);
}

void checker_whole(struct checker *checker, const char *group, const char *key,
                   const struct schema_list *list, const char *of)
{
    for (int i = 0; i < list->count; i++)
        if (list->values[i] != (double)(int64_t)list->values[i]) {
            checker_say(checker, group, key, "must be whole %s, but item %d is %g", of, i + 1,
                        list->values[i]);
            return;
        }
}

static void check_line(struct checker *checker, const struct scenario_line *line)
{
    char group[160];
    snprintf(group, sizeof group, "lines.%.100s", line->name);
    if (line->chip && !scenario_chip(checker->scenario, line->chip))
        checker_missing(checker, group, "chip", line->chip, "chips", &checker->scenario->chips,
                        scenario_chip_schema.size);
    /* a quantity in (0, 1) with mean m cannot spread by sqrt(m (1 - m)) or more */
    double spread = sqrt(line->yield_mean * (1 - line->yield_mean));
    const double given[] = {line->yield_sd_future, line->yield_sd_lot};
    const char *const keys[] = {"yield_sd_future", "yield_sd_lot"};
    for (int i = 0; i < 2; i++)
        if (given[i] >= 0.95 * spread && given[i] > 0 && checker_sound(checker, group, "yield_mean"))
            checker_say(checker, group, keys[i], "is too wide for a yield with mean %g: below %.3g allowed",
                        line->yield_mean, 0.95 * spread);
    const struct scenario_estimate *estimates = line->estimates.entries;
    for (int i = 0; i < line->estimates.count; i++) {
        char path[160];
        snprintf(path, sizeof path, "lines.%.50s.estimates.%.50s", line->name, estimates[i].name);
        checker_pair(checker, path, "years", &estimates[i].years, "cards", &estimates[i].cards, 32);
        checker_ascending(checker, path, "years", &estimates[i].years);
        checker_whole(checker, path, "years", &estimates[i].years, "years");
        if (!estimates[i].years.count && checker_sound(checker, path, "years"))
            checker_say(checker, path, "years", "must name at least one year");
    }
}

static void check_class(struct checker *checker, const char *workload, const struct scenario_class *class)
{
    char group[160];
    snprintf(group, sizeof group, "workloads.%.50s.classes.%.50s", workload, class->name);
    checker_pair(checker, group, "sizes", &class->sizes, "size_weights", &class->size_weights, 32);
    double sum = 0;
    for (int i = 0; i < class->size_weights.count; i++)
        sum += class->size_weights.values[i];
    if (class->size_weights.count && sum <= 0)
        checker_say(checker, group, "size_weights", "must not all be 0");
    checker_whole(checker, group, "sizes", &class->sizes, "numbers of cards");
    if (class->length_max < class->length_median && checker_sound(checker, group, "length_max") &&
        checker_sound(checker, group, "length_median"))
        checker_say(checker, group, "length_max", "must not be below length_median");
    if (class->standby_share > 0 && (class->elastic_least < 1 || class->elastic_most > 1))
        checker_say(
            checker, group, "standby_share",
            "is for jobs of one size: elastic ones (elastic_least, elastic_most) go on with fewer cards");
    check_chip_names(checker, group, "accepts", class->accepts);
}

static void check_workload(struct checker *checker, const struct scenario_workload *workload)
{
    char group[160];
    snprintf(group, sizeof group, "workloads.%.100s", workload->name);
    const struct scenario *scenario = checker->scenario;
    if (workload->reference_chip && !scenario_chip(scenario, workload->reference_chip))
        checker_missing(checker, group, "reference_chip", workload->reference_chip, "chips", &scenario->chips,
                        scenario_chip_schema.size);
    if (workload->hour_weights.count && workload->hour_weights.count != 24)
        checker_say(checker, group, "hour_weights", "has %d items; 24 are needed, or none",
                    workload->hour_weights.count);
    if (workload->weekday_weights.count && workload->weekday_weights.count != 7)
        checker_say(checker, group, "weekday_weights", "has %d items; 7 are needed, or none",
                    workload->weekday_weights.count);
    const struct schema_list *lists[2] = {&workload->hour_weights, &workload->weekday_weights};
    for (int l = 0; l < 2; l++) {
        double total = 0;
        for (int i = 0; i < lists[l]->count; i++)
            total += lists[l]->values[i];
        if (lists[l]->count && total <= 0)
            checker_say(checker, group, l ? "weekday_weights" : "hour_weights", "must not all be 0");
    }
    if (workload->estimate_factor_max < workload->estimate_factor_min &&
        checker_sound(checker, group, "estimate_factor_max") &&
        checker_sound(checker, group, "estimate_factor_min"))
        checker_say(checker, group, "estimate_factor_max", "must not be below estimate_factor_min");
    const struct scenario_class *classes = workload->classes.entries;
    double share = 0;
    bool known = true;
    for (int i = 0; i < workload->classes.count; i++) {
        char path[160];
        snprintf(path, sizeof path, "%.90s.classes.%.60s", group, classes[i].name);
        known &= checker_sound(checker, path, "share");
        check_class(checker, workload->name, &classes[i]);
        share += classes[i].share;
    }
    if (workload->classes.count > 15)
        checker_say(checker, group, "classes", "has %d classes; at most 15 allowed", workload->classes.count);
    if (workload->classes.count && known && (share < 0.999 || share > 1.001))
        checker_say(checker, group, "classes", "the shares sum to %g; they must sum to 1", share);
}

/* The curve begins where nothing is scattered. */
static void check_locality(struct checker *checker, const struct scenario_locality *row)
{
    char group[160];
    snprintf(group, sizeof group, "localities.%.100s", row->name);
    checker_pair(checker, group, "scatter", &row->scatter, "factor", &row->factor, LOCALITY_POINTS);
    bool crossing = row->cross_domain < 1 || row->cross_leaf < 1 || row->cross_pod < 1;
    if (!checker_sound(checker, group, "scatter"))
        return;
    if (!row->scatter.count && crossing)
        checker_say(
            checker, group, "scatter",
            "missing: crossings cost nothing without a curve; flat is scatter = [1.0]; factor = [1.0];");
    if (!row->scatter.count)
        return;
    if (row->scatter.values[0] > 1)
        checker_say(checker, group, "scatter", "must begin with 1, a gang on the fewest nodes");
    else
        checker_ascending(checker, group, "scatter", &row->scatter);
}

void check_catalogues(struct checker *checker)
{
    const struct scenario *scenario = checker->scenario;
    const struct scenario_chip *chips = scenario->chips.entries;
    for (int i = 0; i < scenario->chips.count; i++)
        check_chip(checker, &chips[i]);
    const struct scenario_line *lines = scenario->lines.entries;
    for (int i = 0; i < scenario->lines.count; i++)
        check_line(checker, &lines[i]);
    const struct scenario_workload *workloads = scenario->workloads.entries;
    for (int i = 0; i < scenario->workloads.count; i++)
        check_workload(checker, &workloads[i]);
    const struct scenario_reliability *rows = scenario->reliability.entries;
    for (int i = 0; i < scenario->reliability.count; i++)
        check_reliability(checker, &rows[i]);
    const struct scenario_locality *localities = scenario->localities.entries;
    for (int i = 0; i < scenario->localities.count; i++)
        check_locality(checker, &localities[i]);
}
