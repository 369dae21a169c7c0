/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/precision.h"

#include "base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW_SITES = 4, IN_A_ROW = 2 };

int64_t precision_next(const struct precision *precision, int64_t n)
{
    int64_t next = n < precision->least ? precision->least : n + (n + 3) / 4;
    return next < precision->most ? next : precision->most;
}

double precision_of(int64_t n, double mean, double half_width)
{
    if (n < 2)
        return NAN;
    return half_width > 0 ? half_width / fabs(mean) : 0;
}

bool precision_look(const struct precision *precision, const struct accumulator *accumulators,
                    struct precision_found *found)
{
    found->reached = true;
    found->worst = -1;
    for (int i = 0; i < precision->slot_count; i++) {
        const struct accumulator *seen = &accumulators[i];
        if (precision->skip_absent && !seen->n)
            continue;
        double relative =
            precision_of(seen->n, seen->n ? seen->mean : NAN, accumulator_half_width(seen, 0.95));
        found->reached = found->reached && relative <= precision->relative;
        if (!isnan(found->worst) && !(relative <= found->worst)) {
            found->worst = relative;
            found->slot = precision->slots[i];
        }
    }
    found->in_a_row = found->reached ? found->in_a_row + 1 : 0;
    return found->in_a_row >= IN_A_ROW;
}

/* Asks for futures [from, to). */
static bool ask(struct study *study, int point, int64_t from, int64_t to)
{
    int64_t count = to - from;
    struct study_unit *units = memory_alloc((size_t)count, sizeof *units);
    for (int64_t i = 0; i < count; i++)
        units[i] = (struct study_unit){.point = point, .replication = (int32_t)(from + i)};
    bool ok = study_run(study, units, count) && study_complete(study);
    free(units);
    return ok;
}

bool precision_run(struct study *study, int point, const struct precision *precision,
                   struct precision_found *found)
{
    assert(precision->slot_count > 0 && precision->most < STUDY_REPLICATIONS);
    struct accumulator *accumulators = memory_alloc((size_t)precision->slot_count, sizeof *accumulators);
    bool ok = true, enough = false;
    *found = (struct precision_found){.slot = precision->slots[0]};
    while (ok && !enough && found->count < precision->most) {
        int64_t next = precision_next(precision, found->count);
        ok = ask(study, point, found->count, next);
        for (int64_t r = found->count; r < next && ok; r++) {
            const double *values = study_values(study, point, (int32_t)r);
            for (int i = 0; i < precision->slot_count; i++)
                accumulator_add(&accumulators[i], values[precision->slots[i]]);
        }
        found->count = next;
        enough = ok && precision_look(precision, accumulators, found);
    }
    free(accumulators);
    return ok;
}

static void add_slot(struct precision *precision, int slot)
{
    precision->slots =
        memory_grow(precision->slots, (size_t)precision->slot_count + 1, sizeof *precision->slots);
    precision->slots[precision->slot_count++] = slot;
}

/* scope/metric of a slot; free(). */
static char *slot_name(const struct metric_slots *slots, int slot)
{
    struct text text = {0};
    text_format(&text, "%s/%s", slots->scopes[slots->slots[slot].scope].name,
                metric_info(slots->slots[slot].metric)->name);
    char *name = memory_text(text_string(&text));
    text_free(&text);
    return name;
}

bool precision_add_metric(struct precision *precision, const struct metric_slots *slots, const char *name,
                          struct error_list *errors)
{
    char **names = memory_alloc((size_t)slots->count, sizeof *names);
    int found = -1;
    for (int s = 0; s < slots->count; s++) {
        names[s] = slot_name(slots, s);
        if (!strcmp(names[s], name))
            found = s;
    }
    if (found >= 0) {
        add_slot(precision, found);
    } else {
        int near = text_nearest(name, (const char *const *)names, slots->count);
        error_input(
            errors,
            "--metric %s: the scenario has no such metric%s%s (a scope and a metric of summary.csv, such as "
            "%s)",
            name, near >= 0 ? "; did you mean " : "", near >= 0 ? names[near] : "",
            slots->count ? names[0] : "wuxi/wait_p95");
    }
    for (int s = 0; s < slots->count; s++)
        free(names[s]);
    free(names);
    return found >= 0;
}

/* Adds the slots of a kind of scope and a metric; returns their number. */
static int add_all(struct precision *precision, const struct metric_slots *slots, enum metric_scope_kind kind,
                   enum metric_id metric)
{
    int before = precision->slot_count;
    for (int s = 0; s < slots->count; s++)
        if (slots->slots[s].metric == metric && slots->scopes[slots->slots[s].scope].kind == kind)
            add_slot(precision, s);
    return precision->slot_count - before;
}

void precision_add_default(struct precision *precision, const struct metric_slots *slots)
{
    int sites = 0;
    precision->skip_absent = true;
    for (int i = 0; i < slots->scope_count; i++)
        sites += slots->scopes[i].kind == SCOPE_SITE;
    if (sites <= FEW_SITES) {
        add_all(precision, slots, SCOPE_SITE, METRIC_DELIVERED);
        add_all(precision, slots, SCOPE_SITE, METRIC_WAIT_MEAN);
    } else {
        add_all(precision, slots, SCOPE_GROUP, METRIC_DELIVERED);
    }
    if (!precision->slot_count && !add_all(precision, slots, SCOPE_ALL, METRIC_CARDS_MADE) && slots->count)
        add_slot(precision, 0);
}

void precision_free(struct precision *precision)
{
    free(precision->slots);
    *precision = (struct precision){0};
}
