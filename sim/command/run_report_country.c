/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_report_country: the table of a country: who got cards, what groups of sites made of them, what the
 * lines made. */
#include "command/run_report_internal.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_SITES = 12 };

/* A column of a table whose rows are scopes. */
struct column {
    const char *title;
    double scale; /* values are divided by it */
    enum metric_id metric;
    bool interval; /* with its 95% interval */
};

static const struct column card_columns[] = {
    {"ordered", 1, METRIC_CARDS_ORDERED, false},         {"delivered", 1, METRIC_CARDS_DELIVERED, false},
    {"first year %", 1, METRIC_FILL_FIRST_YEAR, true},   {"filled at end %", 1, METRIC_FILL_RATE, true},
    {"short, M card-days", 1e6, METRIC_SHORTAGE, false}, {"late, days", 1, METRIC_LATENESS, false},
};

static const struct column site_columns[] = {
    {"online at end", 1, METRIC_CARDS_ONLINE_END, false},
    {"allocated %", 1, METRIC_ALLOCATED_SHARE, false},
    {"wait, h", 3600, METRIC_WAIT_MEAN, false},
    {"PFLOP/s-days", 1, METRIC_DELIVERED, true},
    {"of peak %", 1, METRIC_DELIVERED_SHARE, false},
    {"CNY/PFLOP/s-day", 1, METRIC_COST_PER_COMPUTE, false},
};

static const struct column line_columns[] = {
    {"arrived", 1, METRIC_CARDS_MADE, true},        {"in transit", 1, METRIC_CARDS_IN_TRANSIT, false},
    {"withheld", 1, METRIC_CARDS_WITHHELD, false},  {"bound by dies %", 1, METRIC_BOUND_DIES, false},
    {"by memory %", 1, METRIC_BOUND_MEMORY, false}, {"by packaging %", 1, METRIC_BOUND_PACKAGING, false},
};

static const struct summary_row *value_of(const struct reporter *reporter, const char *scope,
                                          enum metric_id metric)
{
    int slot = metric_slot_find(reporter->slots, scope, metric);
    return slot >= 0 && reporter->rows[slot].n ? &reporter->rows[slot] : NULL;
}

static void put_cell(const struct summary_row *row, const struct column *column)
{
    char text[NUMBER_TEXT] = "-", width[NUMBER_TEXT], cell[2 * NUMBER_TEXT + 8];
    if (row) {
        int decimals = number_decimals(fabs(row->mean) / column->scale);
        number_write_grouped(text, row->mean / column->scale, decimals);
        if (column->interval && !isnan(row->half_width)) {
            number_write_grouped(width, row->half_width / column->scale, decimals);
            snprintf(cell, sizeof cell, "%s ± %s", text, width);
            printf(" %*s", 22 + 1, cell); /* the sign takes two bytes */
            return;
        }
    }
    printf(" %*s", column->interval ? 22 : 18, text);
}

static bool any_of(const struct reporter *reporter, const char *scope, const struct column *columns,
                   int count)
{
    for (int c = 0; c < count; c++)
        if (value_of(reporter, scope, columns[c].metric))
            return true;
    return false;
}

/* Prints the rows whose scope is of one of the kinds, in the order of the scopes. */
static void table(const struct reporter *reporter, const char *title, const struct column *columns, int count,
                  unsigned kinds)
{
    bool begun = false;
    for (int s = 0; s < reporter->slots->scope_count; s++) {
        const struct metric_scope *scope = &reporter->slots->scopes[s];
        if (!(kinds >> scope->kind & 1) || !any_of(reporter, scope->name, columns, count))
            continue;
        if (!begun) {
            printf(" %-34s", title);
            for (int c = 0; c < count; c++)
                printf(" %*s", columns[c].interval ? 22 : 18, columns[c].title);
            putchar('\n');
            begun = true;
        }
        printf("  %-33s", scope->name);
        for (int c = 0; c < count; c++)
            put_cell(value_of(reporter, scope->name, columns[c].metric), &columns[c]);
        putchar('\n');
    }
}

#define TABLE(reporter, title, columns, kinds)                                                               \
    table(reporter, title, columns, (int)(sizeof(columns) / sizeof *(columns)), kinds)

bool run_report_is_country(const struct plan *plan)
{
    return plan->group_count > 0;
}

void run_report_country(const struct reporter *reporter)
{
    TABLE(reporter, "lines: cards", line_columns, 1u << SCOPE_LINE);
    TABLE(reporter, "who got cards", card_columns, 1u << SCOPE_BUYER | 1u << SCOPE_GROUP);
    const struct summary_row *gini = value_of(reporter, "all", METRIC_GINI),
                             *top = value_of(reporter, "all", METRIC_TOP_FIVE);
    if (gini && top)
        printf("  %-33s Gini %.3f, the five largest hold %.1f %%\n", "concentration of the cards", gini->mean,
               top->mean);
    TABLE(reporter, "what became of them", site_columns, 1u << SCOPE_GROUP);
    int sites = 0;
    for (int s = 0; s < reporter->slots->scope_count; s++)
        sites += reporter->slots->scopes[s].kind == SCOPE_SITE;
    if (sites <= MOST_SITES)
        TABLE(reporter, "sites", site_columns, 1u << SCOPE_SITE);
    else
        printf(" %d sites and pools have rows of their own in summary.csv\n", sites);
}
