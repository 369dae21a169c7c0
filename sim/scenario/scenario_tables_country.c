/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario_tables_country: the tables of what reaches beyond one centre: how chips are made, events,
 * software, firms, energy, dispatch. */
#include "scenario/scenario_rows.h"

static const struct schema_field memory_fields[] = {
    WHOLE(scenario_memory, stock, 0, 1e12, "0", "stacks",
          "stacks in stock at the beginning of the first line that takes them"),
    REALS(scenario_memory, years, 1990, 2200, "", "calendar years, ascending"),
    REALS(scenario_memory, stacks_per_month, 0, 1e9, "", "stacks that come in a month of those years"),
    TEXT(scenario_memory, source, "", "where the figures are from"),
    CHOICE(scenario_memory, confidence, choices_confidence, "assumption", "how far to trust them"),
};
const struct schema scenario_memory_schema = SCHEMA(scenario_memory, memory_fields);

static const struct schema_field stages_fields[] = {
    DATE(scenario_stages, from, "2023-01-01",
         "the month in which its story begins: stocks as given, nothing in work"),
    REALS(scenario_stages, wafer_years, 1990, 2200, "", "calendar years, ascending"),
    REALS(scenario_stages, wafers_per_month, 0, 1e7, "",
          "wafers started for this chip in a month of those years"),
    WHOLE(scenario_stages, dies_per_wafer, 1, 1e5, "80", "dies", "dies on a wafer, good and bad"),
    REALS(scenario_stages, yield_years, 1990, 2200, "", "dates as decimal years, ascending"),
    REALS(scenario_stages, yields, 0.001, 1, "",
          "good dies / dies at those dates; straight lines between, held outside"),
    WHOLE(scenario_stages, lag_min_months, 0, 48, "9", "months",
          "from the start of a wafer to its dies, at least"),
    WHOLE(scenario_stages, lag_max_months, 0, 48, "12", "months", "and at most"),
    WHOLE(scenario_stages, die_stock, 0, 1e12, "0", "dies",
          "good dies in stock at the beginning (bought ones)"),
    WHOLE(scenario_stages, dies_per_package, 1, 64, "1", "dies", "dies in a package"),
    TEXT(scenario_stages, memory, "", "the memory (of `memories`) that it takes; none: memory never lacks"),
    WHOLE(scenario_stages, stacks_per_package, 0, 64, "0", "stacks", "stacks in a package"),
    REALS(scenario_stages, package_years, 1990, 2200, "", "calendar years, ascending"),
    REALS(scenario_stages, packages_per_month, 0, 1e9, "",
          "packages that can be assembled in a month of those years; none: any number"),
    REAL(scenario_stages, package_yield, 0.001, 1, "1", NULL, "good packages / packages assembled"),
    TEXT(scenario_stages, source, "", "where the figures are from"),
    CHOICE(scenario_stages, confidence, choices_confidence, "assumption", "how far to trust them"),
};
const struct schema scenario_stages_schema = SCHEMA(scenario_stages, stages_fields);

static const struct schema_field event_fields[] = {
    DATE(scenario_event, at, "1970-01-01", "when it happens; left out: at random, `per_year`"),
    REAL(scenario_event, per_year, 0, 1000, "0", "1/year",
         "how often it happens, at random, from the start on"),
    REAL(scenario_event, chance, 0, 1, "1", NULL, "the chance that it happens at all"),
    DURATION(scenario_event, delay_median, 0, 3650, "0s", "a delay after the date, lognormal: median"),
    REAL(scenario_event, delay_sigma, 0, 3, "0", NULL, "and the standard deviation of its logarithm"),
    DURATION(scenario_event, announced, 0, 3650, "0s", "how long before it is announced (buyers hoard)"),
    DURATION(scenario_event, lasts, 0, 36500, "0s", "afterwards all is as before; 0: for good"),
    TEXT(scenario_event, set, NULL, "the settings that it changes: path=value; path=value ..."),
    TEXT(scenario_event, source, "", "where it is reported"),
    CHOICE(scenario_event, confidence, choices_confidence, "assumption", "how far to trust it"),
};
const struct schema scenario_event_schema = SCHEMA(scenario_event, event_fields);

static const struct schema_field software_fields[] = {
    TEXT(scenario_software, stack, NULL, "the stack that its users' code is written for at first"),
    FLAG(scenario_software, tuned_on_stack, "false",
         "on chips of that very stack it runs at full speed; false: it is tuned there too"),
    REAL(scenario_software, native_share, 0, 1, "0", NULL,
         "the share of users whose code runs on the centre's chip from the start"),
    DURATION(scenario_software, port_large_median, 0, 3650, "183d",
             "porting a large model's code (pretraining), median"),
    REAL(scenario_software, port_large_sigma, 0, 3, "0.3", NULL, "standard deviation of its logarithm"),
    DURATION(scenario_software, port_fine_median, 0, 3650, "21d", "porting other code, median"),
    REAL(scenario_software, port_fine_sigma, 0, 3, "0.3", NULL, "standard deviation of its logarithm"),
    TEXT(scenario_software, port_source, "", "where the lengths are from"),
    REAL(scenario_software, maturity_floor, 0.01, 1, "1", NULL, "share of the full speed just after porting"),
    REAL(scenario_software, maturity_ceiling, 0.01, 1, "1", NULL,
         "share of the full speed after long tuning"),
    REAL(scenario_software, maturity_months, 0, 1000, "6", "months", "the time constant of tuning"),
    TEXT(scenario_software, maturity_source, "", "where the curve is from"),
    REAL(scenario_software, architectures_per_year, 0, 100, "0", "1/year",
         "new model architectures that everybody moves to"),
    REAL(scenario_software, architecture_loss, 0, 1, "0", NULL,
         "the share of what was tuned that one takes away"),
    TEXT(scenario_software, architecture_source, "", "where these are from"),
    FLAG(scenario_software, family_open, "true",
         "an open model family is there to build on; false: withdrawn, who built on it must rebase"),
    REAL(scenario_software, family_share, 0, 1, "0", NULL, "the share of users who build on it"),
    DURATION(scenario_software, rebase_median, 0, 3650, "90d", "rebasing on another model, median"),
    REAL(scenario_software, rebase_sigma, 0, 3, "0.3", NULL, "standard deviation of its logarithm"),
    TEXT(scenario_software, rebase_source, "", "where these are from"),
    CHOICE(scenario_software, confidence, choices_confidence, "assumption", "how far to trust the figures"),
};
const struct schema scenario_software_schema = SCHEMA(scenario_software, software_fields);

static const struct schema_field firms_fields[] = {
    REAL(scenario_firms, start, 1, 1e6, "1", "firms",
         "firms at the scenario's start; jobs_per_day are theirs"),
    REAL(scenario_firms, end, 0, 1e6, "0", "firms", "firms at the end of `over`; 0: their number stays"),
    DURATION(scenario_firms, over, 1, 36500, "5y", "the time in which they grow, by equal steps"),
    TEXT(scenario_firms, source, "", "where the figures are from"),
};
const struct schema scenario_firms_schema = SCHEMA(scenario_firms, firms_fields);

static const struct schema_field refresh_fields[] = {
    WHOLE(scenario_refresh, cards, 0, 1e7, "0", "cards",
          "the gang that trains the city's model; 0: there is none"),
    DURATION(scenario_refresh, length, 1e-8, 3650, "30d",
             "computing time on the site's chip, without interruptions"),
    DURATION(scenario_refresh, first, 0, 36500, "0s", "the first training, after the order"),
    DURATION(scenario_refresh, every, 1, 36500, "365d", "and again so often"),
    TEXT(scenario_refresh, source, "", "where the figures are from"),
};
const struct schema scenario_refresh_schema = SCHEMA(scenario_refresh, refresh_fields);

static const struct schema_field energy_fields[] = {
    REAL(scenario_energy, pue, 1, 5, "1.42", NULL, "power of the centre / power of its computers (PUE)"),
    REAL(scenario_energy, tariff, 0, 100, "0", "CNY/kWh", "price of electricity"),
    REAL(scenario_energy, carbon, 0, 10, "0", "kg/kWh", "carbon dioxide of the grid"),
    REAL(scenario_energy, power_subsidy, 0, 1, "0", NULL,
         "share of the electricity bill that is paid for it"),
    REAL(scenario_energy, capital_subsidy, 0, 1, "0", NULL, "share of the cards' price that is paid for it"),
    DURATION(scenario_energy, depreciation, 30, 36500, "5y",
             "the life of a card in the books, straight line"),
    REAL(scenario_energy, other_share, 0, 0.99, "0", NULL,
         "share of the running cost that is not electricity"),
    REAL(scenario_energy, power_kw, 0, 1e9, "0", "kW",
         "power that the site can draw: cards beyond it are not switched on; 0: enough"),
    TEXT(scenario_energy, source, "", "where the figures are from"),
    CHOICE(scenario_energy, confidence, choices_confidence, "assumption", "how far to trust them"),
};
const struct schema scenario_energy_schema = SCHEMA(scenario_energy, energy_fields);

static const struct schema_field dispatch_fields[] = {
    CHOICE(scenario_dispatch, rule, choices_dispatch, "home", "which site a job goes to"),
    REAL(scenario_dispatch, max_delay_ms, 0, 10000, "1000", "ms",
         "never to a site with more delay from home"),
    REAL(scenario_dispatch, home_share, 0, 1, "0", NULL,
         "share of a site's cards that jobs from elsewhere never take"),
    REAL(scenario_dispatch, resident_share, 0, 1, "0", NULL,
         "share of the jobs whose data may not leave home"),
    DURATION(scenario_dispatch, patience, 0, 3650, "0s",
             "a job leaves only when it would wait longer than this at home"),
    FLAG(scenario_dispatch, anytime, "false",
         "a job may leave home though it could start there at once; patience then does not count"),
    DURATION(scenario_dispatch, slack, 0, 3650, "0s",
             "what cheapest, greenest and efficient may let a job wait for a better site"),
    TEXT(scenario_dispatch, source, "", "where the figures are from"),
};
const struct schema scenario_dispatch_schema = SCHEMA(scenario_dispatch, dispatch_fields);
