/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario_tables: the tables of scenario.h: keys, ranges, fallbacks and help (one row is one setting), and
 * lookups by them. */
#include "scenario/scenario_rows.h"

static const struct schema_field efficiency_fields[] = {
    REAL(scenario_efficiency, mfu, 0.001, 1, NULL, NULL,
         "the share of peak that becomes model arithmetic (MFU)"),
    TEXT(scenario_efficiency, source, "", "where the figure is from"),
    CHOICE(scenario_efficiency, confidence, choices_confidence, "assumption", "how far to trust it"),
};
const struct schema scenario_efficiency_schema = SCHEMA(scenario_efficiency, efficiency_fields);

static const struct schema_field scale_fields[] = {
    REALS(scenario_scale, cards, 1, 1e7, "", "gang sizes at which the scaling was measured, ascending"),
    REALS(scenario_scale, factor, 0.01, 2, "", "relative speed a card at those sizes"),
    TEXT(scenario_scale, source, "", "where the curve is from"),
    CHOICE(scenario_scale, confidence, choices_confidence, "assumption", "how far to trust it"),
};
static const struct schema scale_schema = SCHEMA(scenario_scale, scale_fields);

static const struct schema_field chip_fields[] = {
    TEXT(scenario_chip, vendor, "", "the maker"),
    TEXT(scenario_chip, model, "", "the product's name"),
    REAL(scenario_chip, peak_tflops, 0.1, 1e5, NULL, "TFLOP/s",
         "the dense BF16 (or FP16) peak of a counted unit"),
    REAL(scenario_chip, memory_gb, 0, 1e5, "0", "GB", "memory of a counted unit"),
    CHOICE(scenario_chip, count_unit, choices_count_unit, "card", "what one unit is"),
    FLAG(scenario_chip, usable, "true",
         "false: sources contradict each other; set it true to use the chip anyway"),
    TEXT(scenario_chip, stack, "", "the software that code must be written for: cann, cuda ..."),
    FLAG(scenario_chip, domestic, "false",
         "made by a Chinese firm: state-funded centres may be limited to these"),
    REAL(scenario_chip, power_w, 0, 1e5, "0", "W", "electric power of a counted unit at work; 0: not known"),
    REAL(scenario_chip, idle_w, 0, 1e5, "0", "W", "and without work"),
    REAL(scenario_chip, server_w, 0, 1e5, "0", "W", "a counted unit's share of its server's other power"),
    TEXT(scenario_chip, power_source, "", "where the powers are from"),
    REAL(scenario_chip, price_cny, 0, 1e7, "0", "CNY", "price of a counted unit; 0: not known"),
    TEXT(scenario_chip, price_source, "", "where the price is from"),
    TEXT(scenario_chip, note, "", "what to know about the row"),
    TEXT(scenario_chip, source, "", "where the figures are from"),
    CHOICE(scenario_chip, confidence, choices_confidence, "assumption", "how far to trust them"),
    MAP(scenario_chip, efficiency, &scenario_efficiency_schema, "", "MFU by kind of work"),
    GROUP(scenario_chip, scale, &scale_schema, "speed a card in large gangs"),
};
const struct schema scenario_chip_schema = SCHEMA(scenario_chip, chip_fields);

static const struct schema_field estimate_fields[] = {
    REALS(scenario_estimate, years, 1990, 2200, NULL, "calendar years, ascending"),
    REALS(scenario_estimate, cards, 0, 1e9, NULL, "good cards put out in those years"),
    REAL(scenario_estimate, weight, 0, 1e6, "1", NULL,
         "how much it is believed when supply.estimate = \"ensemble\", any positive scale"),
    TEXT(scenario_estimate, source, "", "whose estimate"),
    CHOICE(scenario_estimate, confidence, choices_confidence, "assumption", "how far to trust it"),
};
const struct schema scenario_estimate_schema = SCHEMA(scenario_estimate, estimate_fields);

static const struct schema_field line_fields[] = {
    TEXT(scenario_line, chip, NULL, "the chip (of `chips`) that the line makes"),
    MAP(scenario_line, estimates, &scenario_estimate_schema, NULL, "named estimates of the yearly output"),
    REAL(scenario_line, yield_mean, 0.01, 0.99, "0.5", NULL, "the yield that the estimates count on"),
    REAL(scenario_line, yield_sd_future, 0, 0.3, "0", NULL,
         "standard deviation of the mean yield between futures"),
    REAL(scenario_line, yield_sd_lot, 0, 0.3, "0", NULL, "standard deviation between the lots of a future"),
    TEXT(scenario_line, yield_source, "", "where the yield is from"),
    DURATION(scenario_line, lead_time_median, 0, 3650, "0s",
             "from the end of a lot's month to its arrival, median"),
    REAL(scenario_line, lead_time_sigma, 0, 3, "0", NULL, "standard deviation of the lead time's logarithm"),
    TEXT(scenario_line, lead_time_source, "", "where the lead time is from"),
    FLAG(scenario_line, open, "true", "false: what arrives while it is closed is withheld (a ban)"),
    REAL(scenario_line, output_factor, 0, 1000, "1", NULL, "the output times this"),
    GROUP(scenario_line, stages, &scenario_stages_schema, "its making, for supply.estimate = \"stages\""),
};
const struct schema scenario_line_schema = SCHEMA(scenario_line, line_fields);

static const struct schema_field supply_fields[] = {
    TEXT(scenario_supply, line, "",
         "the production lines (of `lines`) that serve buyers and sites, with commas"),
    TEXT(scenario_supply, estimate, "",
         "which of the lines' estimates holds; \"ensemble\": one for each future, drawn by weight; "
         "\"stages\": the stages of its making"),
    CHOICE(scenario_supply, allocation, choices_allocation, "priority",
           "who gets cards when there are too few"),
    FLAG(scenario_supply, domestic_only, "false",
         "state-funded buyers and sites take chips of domestic makers only"),
};
static const struct schema supply_schema = SCHEMA(scenario_supply, supply_fields);

static const struct schema_field buyer_fields[] = {
    WHOLE(scenario_buyer, tier, 1, 99, "1", NULL, "rank under `priority`: 1 is served first"),
    WHOLE(scenario_buyer, backlog, 0, 1e8, "0", "cards", "the cards on order at the start"),
    REAL(scenario_buyer, cards_per_month, 0, 1e8, "0", "cards",
         "the cards ordered on the first of each month"),
    REAL(scenario_buyer, growth_per_year, -0.99, 20, "0", NULL,
         "growth of the monthly orders (0.3: 30% a year)"),
    REAL(scenario_buyer, demand_sigma, 0, 2, "0", NULL,
         "uncertainty of all its orders: sd of the logarithm of a factor"),
    TEXT(scenario_buyer, group, "", "results are also summed over the buyers and sites of a group"),
    TEXT(scenario_buyer, accepts, "",
         "chips that it takes, by preference, with commas; none: those of the first line"),
    REAL(scenario_buyer, weight, 0, 1e9, "1", NULL, "its share under `quota`, any positive scale"),
    REAL(scenario_buyer, bid, 0.01, 100, "1", NULL, "what it offers under `highest-bid`, times the price"),
    DURATION(scenario_buyer, patience, 0, 3650, "0s",
             "after so long an order also takes the next chip of the list; 0: never"),
    FLAG(scenario_buyer, gives_up, "false", "an order is cancelled when patience is over with the last chip"),
    REAL(scenario_buyer, budget_per_year, 0, 1e15, "0", "CNY",
         "money for cards, month by month; 0: no limit"),
    REAL(scenario_buyer, hoard, 1, 100, "1", NULL,
         "its monthly orders times this while a ban of a chip it takes is announced"),
    WHOLE(scenario_buyer, waiting_cards, 0, 1e9, "0", "cards",
          "cards that its own training queue waits for (`longest-queue`)"),
    FLAG(scenario_buyer, state_funded, "false", "whether supply.domestic_only binds it"),
    TEXT(scenario_buyer, source, "", "where the figures are from"),
    CHOICE(scenario_buyer, confidence, choices_confidence, "assumption", "how far to trust them"),
};
const struct schema scenario_buyer_schema = SCHEMA(scenario_buyer, buyer_fields);

static const struct schema_field class_fields[] = {
    CHOICE(scenario_class, kind, choices_kind, NULL, "the kind of work: picks the MFU of a chip"),
    REAL(scenario_class, share, 0, 1, NULL, NULL, "the share of the jobs, by number"),
    REALS(scenario_class, sizes, 1, 1e7, NULL, "gang sizes in cards"),
    REALS(scenario_class, size_weights, 0, 1e9, NULL, "their weights, any positive scale"),
    DURATION(scenario_class, length_median, 1e-8, 3650, NULL,
             "run time on the reference chip, median before the cut"),
    REAL(scenario_class, length_sigma, 0, 6, "0", NULL, "standard deviation of the run time's logarithm"),
    DURATION(scenario_class, length_max, 1e-8, 3650, "3650d",
             "the longest run time; the lognormal is cut there"),
    FLAG(scenario_class, checkpoints, "false",
         "whether jobs write checkpoints; without, a failure loses everything"),
    WHOLE(scenario_class, priority, -1000, 1000, "0", NULL, "urgency: larger is more urgent"),
    REAL(scenario_class, elastic_least, 0.01, 1, "1", NULL,
         "the least share of its cards that a job can run on (1: not elastic)"),
    REAL(scenario_class, elastic_most, 1, 64, "1", NULL, "how many times its cards a job can use"),
    REAL(scenario_class, standby_share, 0, 0.5, "0", NULL,
         "cards that a job holds besides, to take the place of failed ones, as a share of its own; whole "
         "nodes"),
    REAL(scenario_class, parameters_per_card, 0, 1e12, "0", NULL,
         "of its model: the size of its checkpoints; 0: not known"),
    TEXT(scenario_class, locality, "",
         "what its scattered gangs lose (of `localities`); none: what the site says"),
    TEXT(scenario_class, accepts, "",
         "chips (of the site and its pools) that it runs on, by preference, with commas; none: all"),
    TEXT(scenario_class, source, "", "where the figures are from"),
};
static const struct schema class_schema = SCHEMA(scenario_class, class_fields);

static const struct schema_field workload_fields[] = {
    TEXT(scenario_workload, reference_chip, NULL,
         "the chip (of `chips`) on which the run times were measured"),
    REALS(scenario_workload, hour_weights, 0, 1000, "",
          "relative arrival rate by hour of day, 24 numbers; none: even"),
    REALS(scenario_workload, weekday_weights, 0, 1000, "",
          "by day of week from Monday, 7 numbers; none: even"),
    TEXT(scenario_workload, rhythm_source, "", "where the weights are from"),
    REAL(scenario_workload, estimate_factor_min, 1, 100, "1", NULL,
         "a user's estimate is the run time times at least"),
    REAL(scenario_workload, estimate_factor_max, 1, 100, "1", NULL, "and at most this factor, uniform"),
    TEXT(scenario_workload, estimate_source, "", "where the factors are from"),
    MAP(scenario_workload, classes, &class_schema, NULL, "job classes"),
    TEXT(scenario_workload, source, "", "where the mix is from"),
    CHOICE(scenario_workload, confidence, choices_confidence, "assumption", "how far to trust it"),
};
const struct schema scenario_workload_schema = SCHEMA(scenario_workload, workload_fields);

static const struct schema_field scenario_fields[] = {
    TEXT(scenario, title, NULL, "one line for the report: what is simulated"),
    DATE(scenario, start, NULL, "the date at which simulated time begins"),
    DURATION(scenario, horizon, 0.01, 36500, NULL, "how long is simulated"),
    DURATION(scenario, sample, 0.01, 36500, "7d", "distance of the samples in timeline.csv"),
    WHOLE(scenario, replications, 1, 1e6, "100", NULL, "the number of futures"),
    WHOLE(scenario, seed, 0, 9e15, "1", NULL, "the seed of all random streams"),
    GROUP(scenario, supply, &supply_schema, "where cards come from"),
    MAP(scenario, memories, &scenario_memory_schema, "", "stacks of memory that lines share"),
    MAP(scenario, buyers, &scenario_buyer_schema, "", "who else wants cards"),
    MAP(scenario, site, &scenario_site_schema, NULL, "the sites"),
    MAP(scenario, chips, &scenario_chip_schema, NULL, "chips; @include \"../configs/chips.cfg\""),
    MAP(scenario, lines, &scenario_line_schema, "",
        "production lines; @include \"../configs/suppliers.cfg\""),
    MAP(scenario, workloads, &scenario_workload_schema, "",
        "job mixes; @include \"../configs/workloads.cfg\""),
    MAP(scenario, reliability, &scenario_reliability_schema, "",
        "failures; @include \"../configs/reliability.cfg\""),
    MAP(scenario, localities, &scenario_locality_schema, "",
        "what scattered gangs lose; @include \"../configs/locality.cfg\""),
    MAP(scenario, software, &scenario_software_schema, "",
        "porting and tuning of code; @include \"../configs/software.cfg\""),
    MAP(scenario, events, &scenario_event_schema, "",
        "what changes at a date or at random; @include \"../configs/events.cfg\""),
    TEXT(scenario, take_events, "all",
         "which of the events happen: their names, with commas; \"all\"; \"none\""),
    GROUP(scenario, dispatch, &scenario_dispatch_schema, "which site a job goes to"),
};
const struct schema scenario_schema = SCHEMA(scenario, scenario_fields);

const struct scenario_chip *scenario_chip(const struct scenario *scenario, const char *name)
{
    return name ? schema_entry(&scenario->chips, &scenario_chip_schema, name) : NULL;
}

const struct scenario_efficiency *scenario_efficiency(const struct scenario_chip *chip, const char *kind)
{
    return kind ? schema_entry(&chip->efficiency, &scenario_efficiency_schema, kind) : NULL;
}
