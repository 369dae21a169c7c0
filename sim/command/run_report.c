/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/run_report.h"

#include "base/number.h"
#include "command/run_report_internal.h"
#include "engine/clock.h"
#include "scheduler/preempt.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_TENANTS = 8 };

static void put_number(double value, int decimals, int width)
{
    char text[NUMBER_TEXT];
    number_write_grouped(text, value, decimals);
    printf(" %*s", width, text);
}

/* One row of the table; values are divided by `scale`. Rows without any value are left out. */
static void row(const struct reporter *reporter, const char *scope, enum metric_id metric, const char *label,
                const char *unit, double scale)
{
    int slot = metric_slot_find(reporter->slots, scope, metric);
    if (slot < 0 || !reporter->rows[slot].n)
        return;
    const struct summary_row *from = &reporter->rows[slot];
    int decimals = number_decimals(fmax(fabs(from->mean), fabs(from->p95)) / scale);
    printf("  %-42s %-14s", label, unit);
    put_number(from->mean / scale, decimals, 12);
    char width[NUMBER_TEXT + 4] = "-";
    if (!isnan(from->half_width)) {
        number_write_grouped(width, from->half_width / scale, decimals);
        printf(" %*s± %s", (int)(9 - strlen(width)) > 0 ? (int)(9 - strlen(width)) : 0, "", width);
    } else {
        printf(" %11s", width);
    }
    put_number(from->p05 / scale, decimals, 12);
    put_number(from->p95 / scale, decimals, 12);
    if (from->n < reporter->futures)
        printf("  in %lld of %d futures", (long long)from->n, reporter->futures);
    putchar('\n');
}

/* The same, left out where it is 0 in all futures. */
static void row_above_zero(const struct reporter *reporter, const char *scope, enum metric_id metric,
                           const char *label, const char *unit)
{
    int slot = metric_slot_find(reporter->slots, scope, metric);
    if (slot >= 0 && reporter->rows[slot].mean > 0)
        row(reporter, scope, metric, label, unit, 1);
}

static void write_horizon(char out[32], int64_t horizon)
{
    double days = (double)horizon / (double)CLOCK_DAY;
    if (days >= 365 && fabs(days / 365 - floor(days / 365 + 0.5)) < 1e-9)
        snprintf(out, 32, "%.0f year%s", days / 365, days > 366 ? "s" : "");
    else
        snprintf(out, 32, "%.4g days", days);
}

static void build_rows(const struct reporter *reporter, const struct plan_site *site)
{
    char label[96], cards[NUMBER_TEXT];
    number_write_grouped(cards, (double)site->cards, 0);
    snprintf(label, sizeof label, "%s cards online after", cards);
    row(reporter, site->name, METRIC_FULL_ONLINE_DAYS, label, "days", 1);
    row(reporter, site->name, METRIC_SHORTFALL_FIRST_YEAR, "card shortfall, first year", "card-days", 1);
}

static void wait_rows(const struct reporter *reporter, const struct plan_site *site)
{
    char label[96], scope[96], cards[NUMBER_TEXT];
    number_write_grouped(cards, (double)site->large_job_cards, 0);
    snprintf(label, sizeof label, "wait of a >=%s-card job", cards);
    snprintf(scope, sizeof scope, "%.45s/cards>=%lld", site->name, (long long)site->large_job_cards);
    row(reporter, scope, METRIC_WAIT_MEAN, label, "h", 3600);
    row(reporter, site->name, METRIC_WAIT_MEAN, "wait of any job", "h", 3600);
    row(reporter, scope, METRIC_JOBS_NEVER_STARTED, "such large jobs not started at the end", "jobs", 1);
}

static void failure_rows(const struct reporter *reporter, const struct plan_site *site)
{
    row(reporter, site->name, METRIC_INTERRUPTIONS, "jobs interrupted by failures", "times", 1);
    row_above_zero(reporter, site->name, METRIC_RESTARTS_IN_PLACE, "  of these going on in place", "times");
    row(reporter, site->name, METRIC_RESTART_SHARE, "  cards' time spent restarting", "%", 1);
    row(reporter, site->name, METRIC_WRITING_SHARE, "  writing checkpoints", "%", 1);
    row(reporter, site->name, METRIC_LOST_SHARE, "  computing what failures then took", "%", 1);
    row(reporter, site->name, METRIC_ETTR, "effective training time (ETTR)", "%", 1);
}

/* Who got what; with many tenants the table would be nothing else, and summary.csv has them all. */
static void tenant_rows(const struct reporter *reporter, const struct plan_site *site)
{
    for (int i = 0; i < site->tenant_count && site->tenant_count <= MOST_TENANTS; i++) {
        char label[96], scope[96];
        snprintf(scope, sizeof scope, "%.45s/tenant %.40s", site->name, site->tenants[i].name);
        snprintf(label, sizeof label, "%.27s: wait, 95th pct", site->tenants[i].name);
        row(reporter, scope, METRIC_WAIT_P95, label, "h", 3600);
        row(reporter, scope, METRIC_CARD_DAYS, "  cards held", "card-days", 1);
    }
}

/* Jobs are stopped for others or for cards that are set aside. */
static bool may_preempt(const struct plan_site *site)
{
    return preempt_wanted(&site->scheduler) || site->window_count;
}

static bool has_network(const struct plan_site *site)
{
    return topology_has(&site->topology, TOPOLOGY_DOMAIN) || topology_has(&site->topology, TOPOLOGY_LEAF) ||
           topology_has(&site->topology, TOPOLOGY_POD);
}

/* How the cards were shared, where there is more to it than a queue. */
static void sharing_rows(const struct reporter *reporter, const struct plan_site *site)
{
    bool tenants = site->tenant_count > 1 && !site->is_pool;
    bool pools = site->is_pool || site->pool_count > 1;
    if (tenants)
        tenant_rows(reporter, site);
    if (may_preempt(site))
        row(reporter, site->name, METRIC_PREEMPTIONS, "jobs stopped for others or a window", "times", 1);
    if (site->elastic)
        row(reporter, site->name, METRIC_RESIZES, "changes of size of elastic jobs", "times", 1);
    if (has_network(site))
        row(reporter, site->name, METRIC_FRAGMENTED_SHARE, "cards free but too scattered for who waits", "%",
            1);
    if (tenants || pools || may_preempt(site) || site->elastic || has_network(site))
        row_above_zero(reporter, site->name, METRIC_NEVER_STARTED_SHARE, "jobs not started at the end", "%");
}

/* What a planner asks first; what cannot happen at the site is left out. */
static void site_rows(const struct reporter *reporter, const struct plan_site *site)
{
    if (!site->at_once)
        build_rows(reporter, site);
    row(reporter, site->name, METRIC_ALLOCATED_SHARE, "allocated share of cards online", "%", 1);
    if (site->class_count && site->classes[0].generated)
        wait_rows(reporter, site);
    else if (site->is_pool && site->class_count)
        row(reporter, site->name, METRIC_WAIT_MEAN, "wait of any job", "h", 3600);
    sharing_rows(reporter, site);
    if (site->risks->fails)
        failure_rows(reporter, site);
    row(reporter, site->name, METRIC_DELIVERED, "delivered compute (useful work)", "PFLOP/s-days", 1);
    row(reporter, site->name, METRIC_DELIVERED_SHARE, "of installed peak", "%", 1);
    run_report_waterfall(reporter, site->name);
}

void run_report(const struct scenario *scenario, const struct plan *plan, const struct metric_slots *slots,
                const struct summary_row *rows, struct study_facts facts, int count, double seconds,
                const char *folder)
{
    struct reporter reporter = {.slots = slots, .rows = rows, .futures = count};
    char horizon[32];
    write_horizon(horizon, plan->horizon);
    printf("%s, %d future%s, %s\n", scenario->title, count, count == 1 ? "" : "s", horizon);
    bool country = run_report_is_country(plan);
    if (country)
        run_report_country(&reporter);
    else
        printf("  %-42s %-14s %12s %11s %12s %12s\n", "", "", "mean", "95% CI", "p05", "p95");
    for (int s = 0; s < plan->site_count && !country; s++) {
        if (plan->site_count > 1)
            printf(" %s\n", plan->sites[s].name);
        site_rows(&reporter, &plan->sites[s]);
    }
    char events[NUMBER_TEXT];
    number_write_grouped(events, (double)facts.events, 0);
    printf(
        "\n%s events in %.1f s on %d thread%s. Results: %s/summary.csv, timeline.csv, deliveries.csv, ...\n",
        events, seconds, facts.threads, facts.threads == 1 ? "" : "s", folder);
    printf("Columns: docs/results.md. What else can be asked: tenk run --help, tenk check %s\n",
           scenario->file);
}
