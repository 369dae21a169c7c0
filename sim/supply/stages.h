/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stages: a chip's line as what it is made of: wafers, dies, memory, packages.
 *
 * Problem: one figure of cards a year (line.h) cannot say what holds the cards back, nor what a cut of
 * memory or a jump of the yield would change. Estimates of the stages are published: wafers a month, dies
 * a wafer, yield over time, dies and memory stacks in stock, yield of packaging.
 * Choice: a monthly balance of whole units. In a month
 *
 *     wafers are started and come out lag_min to lag_max months later, in turn;
 *     good dies = wafers out x dies_per_wafer x yield of this month  -> die stock
 *     packages started = min(die stock / dies_per_package, stacks / stacks_per_package, capacity, plan)
 *     good packages = packages started x package_yield
 *
 * and what is not used stays in stock. The smallest term is the month's binding stage: a result, not an
 * input. The die yield is read at the month in which wafers come out, as published yields are.
 * Fractions (rates a month, yields) count in units of 1e-9 and are carried to the next month, so the units
 * made up to any month are the nearest whole number to what the rates say and nothing is lost:
 *
 *     wafers started = wafers out + wafers in process      dies good + bought = used + stock
 *     stacks in = used + left                              packages started = good + failed
 *
 * Uncertain yield: the odds y / (1 - y) of the reading are multiplied by a lognormal factor of the future,
 * exp(4 yield_sd_future z); a shift of the logit. It stays in (0, 1), has the reading as its median, and a
 * standard deviation of 4 y (1 - y) yield_sd_future to first order: what is stated at y = 0.5. Lots (what
 * comes out in a month) vary around it, beta distributed as in line.h.
 * Stocks wait, room of packaging and plan does not: left idle it is lost. Where these two differ by less than
 * a package a month, rounding each may cost up to one package a month. Draws are named by line and calendar
 * month; a step draws nothing. What happens in a scenario (a cut, a jump) changes the model or the pool
 * between steps; the state holds stocks, wafers in process and carries.
 *
 * Formulas, sources and worked figures: docs/supply.md. Months are numbered as in line.h: 12 year + month
 * - 1. Complexity: a step is O(lag_max - lag_min + entries of the tables). Ranges (stages_check) keep every
 * stock within int64 for 7,000 years; products are 128 bits wide. Ownership: the state is the arena's; models
 * and pools are the caller's, a pool one for each replication.
 */
#ifndef TENK_SUPPLY_STAGES_H
#define TENK_SUPPLY_STAGES_H

#include "base/error.h"
#include "base/memory.h"
#include "supply/line.h"

#include <stdint.h>

enum { STAGES_READINGS = 32, STAGES_LAG = 60 };

#define STAGES_NO_LIMIT INT64_MAX

/* In the order of the stages: the earlier one binds when two are equally tight. */
enum stage { STAGE_DIES, STAGE_MEMORY, STAGE_PACKAGING, STAGE_PLAN, STAGE_COUNT };

/* Units a month by year; held before the first year and after the last. */
struct stages_table {
    int years; /* entries; what none means is said at each table */
    int year[LINE_YEARS];
    double rate[LINE_YEARS];
};

struct stages_model {
    int32_t first_month;                  /* of the first step: nothing is in process before */
    struct stages_table wafers;           /* started for this line; no entries: none */
    int32_t lag_min, lag_max;             /* months from start to tested die; 0: within the month */
    int32_t dies_per_wafer;               /* gross */
    int readings;                         /* of the die yield; at least 1 */
    double reading_year[STAGES_READINGS]; /* decimal, ascending: 2024.5 is the middle of 2024 */
    double reading[STAGES_READINGS];      /* in (0, 1); linear between, held outside */
    double yield_sd_future;               /* of the yield between futures, at a yield of 0.5 */
    double yield_sd_lot;                  /* of lots within a future */
    int64_t bought;                       /* good dies bought, in stock from bought_month on */
    int32_t bought_month;
    int32_t dies_per_package;
    int32_t stacks_per_package;    /* 0: the package has no memory that could run short */
    struct stages_table packaging; /* packages started at most; no entries: no limit, a rate of 0: none */
    struct stages_table plan;      /* packages wanted at most; likewise */
    double package_yield;          /* in (0, 1]; dies and stacks of a failed package are lost */
    double lead_median;            /* us from the end of the month to the buyers; for line_lead */
    double lead_sigma;             /* of the logarithm */
};

/* Memory stacks that several lines draw from. Zeroed but for flow and stock at first. */
struct stages_memory {
    struct stages_table flow; /* stacks a month that come in; no entries: none */
    int64_t stock;
    int64_t carry; /* of the flow, 1e-9 stack */
};

struct stages_state; /* of one line in one replication */

/* What a month of a line was. */
struct stages_month {
    int32_t month;
    enum stage binding;         /* the tightest limit */
    int64_t limit[STAGE_COUNT]; /* packages that each stage lets through; STAGES_NO_LIMIT */
    int64_t wafers_started;
    int64_t wafers_out;
    int64_t wafers_in_process; /* after the month, as all stocks here */
    int64_t dies_gross;
    int64_t dies_good;   /* from wafers out */
    int64_t dies_bought; /* received this month */
    int64_t dies_used;
    int64_t die_stock;
    int64_t stacks_used;
    int64_t stacks_left; /* in the pool, for the lines after this one; 0 without a pool */
    int64_t packages_started;
    int64_t packages_good; /* leave at line_made(month) */
    int64_t packages_failed;
};

/* Adds what a model has outside of the allowed ranges; `path` is where the line stands. */
void stages_check(const struct stages_model *model, const char *path, struct error_list *errors);
void stages_check_memory(const struct stages_memory *memory, const char *path, struct error_list *errors);

/* "dies", "memory", "packaging", "plan". */
const char *stages_name(enum stage stage);

/* The die yield that the readings say for a month: their line at its middle. */
double stages_reading(const struct stages_model *model, int32_t month);

/* The die yield of a month's lot in a future, in [0, 1]; `line` numbers the line among several. */
double stages_yield(const struct stages_model *model, uint64_t seed, uint32_t replication, uint32_t line,
                    int32_t month);

/* A line before its first month. The model must have passed stages_check, here and below. */
struct stages_state *stages_open(const struct stages_model *model, struct arena *arena);

/* A month's stacks come into the pool: once a month, before the lines that draw from it are stepped. */
void stages_receive(struct stages_memory *memory, int32_t month);

/*
 * The next month of a line, with the die yield of its lot. Lines that share a pool are stepped in the order
 * in which they may take from it. `memory` may be NULL when the package takes no stacks. Months must
 * follow one another from first_month on.
 */
void stages_step(const struct stages_model *model, struct stages_memory *memory, struct stages_state *state,
                 double yield, int32_t month, struct stages_month *result);

#endif
