/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/change_check.h"

#include "scenario/check.h"

#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 200 };

struct after {
    const struct scenario *scenario;
    struct error_list *errors;
    const char *place, *and; /* the event's `set`; more about when */
};

static void say(const struct after *after, const char *path, const char *message)
{
    source_error(&after->scenario->source, after->errors, after->place, "after this event%s %.140s: %.200s",
                 after->and, path, message);
}

/* A running line goes on as it began: by an estimate or by its stages. */
static void check_stages(const struct after *after, const struct scenario *changed)
{
    const struct scenario_line *was = after->scenario->lines.entries, *is = changed->lines.entries;
    for (int i = 0; i < changed->lines.count; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "lines.%.100s.stages.yields", is[i].name);
        if (!was[i].stages.yields.count != !is[i].stages.yields.count)
            say(after, path,
                is[i].stages.yields.count
                    ? "give the line stages, which it must have from the start"
                    : "are gone, and with them the line's stages: an event cannot end those");
    }
}

/* Clocks of lives of another shape have been drawn from a distribution that would be another one. */
static void check_causes(const struct after *after, const struct scenario *changed)
{
    const struct scenario_reliability *was = after->scenario->reliability.entries,
                                      *is = changed->reliability.entries;
    for (int i = 0; i < changed->reliability.count; i++) {
        const struct scenario_cause *before = was[i].causes.entries, *cause = is[i].causes.entries;
        for (int c = 0; c < is[i].causes.count; c++) {
            double old = before[c].failures_per_1000_node_days, now = cause[c].failures_per_1000_node_days;
            char path[PATH_BYTES];
            snprintf(path, sizeof path, "reliability.%.60s.causes.%.60s.life", is[i].name, cause[c].name);
            if ((old < now || old > now) && strcmp(cause[c].life, "exponential") != 0)
                say(after, path, "must be \"exponential\" for a rate that changes");
        }
    }
}

void change_check(const struct scenario *scenario, const char *place, const struct change_set *set,
                  const struct change_set *before, struct error_list *errors)
{
    struct scenario changed;
    struct arena arena = {0};
    struct error_list sound = {0}, found = {0};
    char and[PATH_BYTES] = "";
    if (before)
        snprintf(and, sizeof and, ", while \"%.100s\" holds,", before->event->name);
    struct after after = {.scenario = scenario, .errors = errors, .place = place, .and = and};
    change_copy(&changed, scenario, &arena);
    changed.changes = NULL;
    changed.change_count = 0;
    check_scenario(&changed, &sound);
    if (before)
        change_apply(&changed, before);
    change_apply(&changed, set);
    if (!error_any(&sound)) { /* mistakes that it has only after the event are the event's */
        check_scenario(&changed, &found);
        check_stages(&after, &changed);
        check_causes(&after, &changed);
    }
    for (int i = 0; i < found.count; i++)
        if (found.items[i].kind == ERROR_INPUT)
            say(&after, found.items[i].path, found.items[i].message);
    error_list_free(&sound);
    error_list_free(&found);
    arena_free(&arena);
}

/* Two settings of one group. */
static bool beside(const struct change *a, const struct change *b)
{
    if (a->depth != b->depth || a->offset == b->offset)
        return false;
    for (int d = 0; d < a->depth; d++)
        if (a->map[d] != b->map[d] || a->entry[d] != b->entry[d])
            return false;
    return true;
}

static bool at_random(const struct scenario_event *event)
{
    return !event->at || event->delay_median > 0;
}

/* Whether the second may begin, or be taken up again, while the first holds and began before it. */
static bool may_follow(const struct scenario_event *first, const struct scenario_event *second)
{
    if (at_random(first) || at_random(second))
        return true;
    return first->at <= second->at && (!first->lasts || first->at + first->lasts > second->at);
}

void change_check_pair(const struct scenario *scenario, const struct change_set *before,
                       const struct change_set *set, struct error_list *errors)
{
    bool meet = false;
    for (int i = 0; i < before->count && before != set; i++)
        for (int k = 0; k < set->count && !meet; k++)
            meet = beside(&before->changes[i], &set->changes[k]);
    if (!meet || !may_follow(before->event, set->event))
        return;
    char place[PATH_BYTES];
    snprintf(place, sizeof place, "events.%.60s.set", set->event->name);
    change_check(scenario, place, set, before, errors);
}
