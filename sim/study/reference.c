/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/reference.h"

#include "base/text.h"

#include <string.h>

/* Number of the metric with that name, METRIC_COUNT when there is none; *nearest its nearest one or NULL. */
static enum metric_id find_metric(const char *name, const char **nearest)
{
    const char *all[METRIC_COUNT];
    for (int i = 0; i < METRIC_COUNT; i++) {
        all[i] = metric_info((enum metric_id)i)->name;
        if (!strcmp(all[i], name))
            return (enum metric_id)i;
    }
    int near = text_nearest(name, all, METRIC_COUNT);
    *nearest = near >= 0 ? all[near] : NULL;
    return METRIC_COUNT;
}

bool reference_parse(struct reference *reference, const char *text, char problem[256])
{
    *reference = (struct reference){0};
    size_t length = strcspn(text, "[");
    char name[64];
    if (!length || length >= sizeof name) {
        snprintf(problem, 256, "'%.60s' names no metric; write METRIC or METRIC[SCOPE]", text);
        return false;
    }
    memcpy(name, text, length);
    name[length] = 0;
    const char *nearest = NULL;
    reference->metric = find_metric(name, &nearest);
    if (reference->metric == METRIC_COUNT) {
        snprintf(problem, 256, "there is no metric '%s'; %s%s%s", name, nearest ? "did you mean '" : "",
                 nearest ? nearest : "`tenk list metrics` shows all", nearest ? "'?" : "");
        return false;
    }
    if (!text[length])
        return true;
    const char *scope = text + length + 1, *close = strrchr(scope, ']');
    if (!close || close[1] || close == scope || close - scope >= (long)sizeof reference->scope) {
        snprintf(problem, 256,
                 "'%.80s': write the scope in brackets, as in wait_p95[wuxi] or %s[cards>=1024]", text, name);
        return false;
    }
    memcpy(reference->scope, scope, (size_t)(close - scope));
    return true;
}

/* How well a scope is what was asked for: 0 not, 1 by its ending or as one of several kinds, 2 just so. */
static int fits(const struct reference *reference, const struct metric_scope *scope)
{
    if (!*reference->scope)
        return scope->kind == SCOPE_SITE ? 2 : 1;
    if (!strcmp(scope->name, reference->scope))
        return 2;
    size_t own = strlen(scope->name), asked = strlen(reference->scope);
    return own > asked + 1 && scope->name[own - asked - 1] == '/' &&
           !strcmp(scope->name + own - asked, reference->scope);
}

int reference_slot(const struct reference *reference, const struct metric_slots *slots, char problem[256])
{
    const char *name = metric_info(reference->metric)->name;
    int best = 0, found = 0, slot = -1;
    char list[160] = "";
    for (int i = 0; i < slots->count; i++) {
        if (slots->slots[i].metric != reference->metric)
            continue;
        const struct metric_scope *scope = &slots->scopes[slots->slots[i].scope];
        int fit = fits(reference, scope);
        if (strlen(list) + strlen(scope->name) + 8 < sizeof list) {
            strcat(list, *list ? ", " : "");
            strcat(list, scope->name);
        }
        if (fit > best) {
            best = fit;
            slot = i;
            found = 0;
        }
        found += fit && fit == best;
    }
    if (found == 1)
        return slot;
    if (found)
        snprintf(problem, 256, "%s: %d scopes are meant; write one of them in brackets: %s", name, found,
                 list);
    else if (*list)
        snprintf(problem, 256, "%s: there is no scope '%.60s'; it is known of: %.150s", name,
                 reference->scope, list);
    else
        snprintf(problem, 256, "%s is not a result of this scenario (summary.csv of a run shows what is)",
                 name);
    return -1;
}

int reference_better(enum metric_id metric)
{
    switch (metric) {
    case METRIC_CARDS_MADE:
    case METRIC_CARDS_DELIVERED:
    case METRIC_FILL_RATE:
    case METRIC_FILL_FIRST_YEAR:
    case METRIC_FULL_ONLINE:
    case METRIC_CARDS_ONLINE_END:
    case METRIC_ONLINE_CARD_DAYS:
    case METRIC_UP_SHARE:
    case METRIC_ALLOCATED_SHARE:
    case METRIC_COMPUTING_SHARE:
    case METRIC_JAIN_SERVICE:
    case METRIC_JAIN_WAIT:
    case METRIC_DELIVERED:
    case METRIC_DELIVERED_SHARE:
    case METRIC_JOBS_STARTED:
    case METRIC_JOBS_COMPLETED:
    case METRIC_MTTF:
        return 1;
    case METRIC_CARDS_CANCELLED:
    case METRIC_SHORTAGE:
    case METRIC_LATENESS:
    case METRIC_FULL_ONLINE_DAYS:
    case METRIC_SHORTFALL_FIRST_YEAR:
    case METRIC_SHORTFALL:
    case METRIC_RESTART_SHARE:
    case METRIC_WRITING_SHARE:
    case METRIC_LOST_SHARE:
    case METRIC_NODE_FAILURES:
    case METRIC_QUEUE_MEAN:
    case METRIC_FRAGMENTED_SHARE:
    case METRIC_SCATTER_SHARE:
    case METRIC_MAKESPAN:
    case METRIC_DARK_CARDS:
    case METRIC_IMMATURE_SHARE:
    case METRIC_JOBS_UNPORTED:
    case METRIC_LOST_COMPUTE:
    case METRIC_CARBON:
    case METRIC_POWER_COST:
    case METRIC_OTHER_COST:
    case METRIC_TOTAL_COST:
    case METRIC_COST_PER_COMPUTE:
    case METRIC_COST_PER_CARD_HOUR:
    case METRIC_JOBS_NEVER_STARTED:
    case METRIC_NEVER_STARTED_SHARE:
    case METRIC_JOBS_NEVER_FIT:
    case METRIC_INTERRUPTIONS:
    case METRIC_PREEMPTIONS:
    case METRIC_WAIT_MEAN:
    case METRIC_WAIT_P50:
    case METRIC_WAIT_P95:
    case METRIC_WAIT_P99:
    case METRIC_WAIT_MAX:
    case METRIC_WAIT_MEAN_ALL:
    case METRIC_QUEUED_MEAN:
    case METRIC_SLOWDOWN_MEAN:
    case METRIC_SLOWDOWN_P50:
    case METRIC_SLOWDOWN_P95:
    case METRIC_SLOWDOWN_P99:
    case METRIC_SLOWDOWN_MAX:
        return -1;
    default:
        return 0;
    }
}

struct reference_unit reference_unit(enum metric_id metric)
{
    const char *unit = metric_info(metric)->unit;
    return !strcmp(unit, "s") ? (struct reference_unit){"h", 3600} : (struct reference_unit){unit, 1};
}
