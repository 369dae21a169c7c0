/* SPDX-License-Identifier: GPL-3.0-or-later */
/* risks_case: scenarios of failures written down in a test, and what their futures say on the average. */
#ifndef TENK_TESTS_WORLD_RISKS_CASE_H
#define TENK_TESTS_WORLD_RISKS_CASE_H

#include "text_case.h"

enum { RISKS_NODE_CARDS = 8 };

/* One gang that outlasts the horizon on a site "s" of nodes of 8 cards; the entry `reliability` is a text. */
struct risks_site {
    int gang, nodes;    /* nodes of the gang (0: none but for a second) and of the site */
    double days;        /* horizon */
    const char *length; /* of the gang's work; NULL: longer than the horizon */
    const char *run, *site, *reliability, *rest; /* more settings of the run, the site, the entry, the file */
};

static inline const char *risks_text(const char *text)
{
    return text ? text : "";
}

static inline void risks_open(struct text_case *c, const struct risks_site *site)
{
    char gang[400] = "", text[4000];
    snprintf(gang, sizeof gang, "runs: { gang: { at = \"2025-01-01\"; cards = %d; length = \"%s\"; %s }; };",
             (site->gang ? site->gang : 1) * RISKS_NODE_CARDS,
             site->length ? site->length
             : site->gang ? "36500d"
                          : "1s",
             risks_text(site->run));
    int length =
        snprintf(text, sizeof text,
                 "title = \"risks\"; start = \"2025-01-01\"; horizon = \"%.9gd\"; sample = \"%.9gd\"; seed = "
                 "20261124;\n"
                 "site: { s: { chip = \"old\"; cards = %d; cards_per_node = %d; ordered = \"2025-01-01\";\n"
                 "  delivery = \"at-once\"; place = \"first-fit\"; order = \"fcfs\"; backfill = \"none\";\n"
                 "  reliability = \"r\"; %s\n  %s }; };\nreliability: { r: { %s }; };\n%s\n",
                 site->days, fmin(site->days, 36500), site->nodes * RISKS_NODE_CARDS, RISKS_NODE_CARDS,
                 risks_text(site->site), gang, site->reliability, risks_text(site->rest));
    assert_true(length > 0 && length < (int)sizeof text);
    text_open(c, text);
}

static inline double risks_value(const struct text_case *c, enum metric_id metric)
{
    return case_value(&c->world, "s", metric);
}

/* Of a class of jobs that is one gang alone. */
static inline double risks_gang_value(const struct text_case *c, enum metric_id metric)
{
    return case_value(&c->world, "s/runs", metric);
}

typedef double risks_measure(const struct text_case *c);

static inline struct accumulator risks_over(struct text_case *c, uint32_t futures, risks_measure *measure)
{
    struct accumulator over = {0};
    for (uint32_t r = 0; r < futures; r++) {
        case_run(&c->world, r, NULL);
        accumulator_add(&over, measure(c));
    }
    return over;
}

/* Opens, runs, closes, and holds the mean against the exact value. */
static inline void risks_check(const char *what, const struct risks_site *site, uint32_t futures,
                               risks_measure *measure, double exact, double widest)
{
    struct text_case *c = memory_alloc(1, sizeof *c);
    risks_open(c, site);
    struct accumulator over = risks_over(c, futures, measure);
    case_covers(what, &over, exact, widest);
    text_close(c);
    free(c);
}

/* Share of the gang's card-time that it kept as computing. */
static inline double risks_effective(const struct text_case *c)
{
    return risks_gang_value(c, METRIC_TIME_PRODUCTIVE) / risks_gang_value(c, METRIC_TIME_ALLOCATED);
}

#endif
