/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/replay_like.h"

#include "base/text.h"

#include <string.h>

struct like {
    const char *name, *summary;
    struct replay_words words;
    struct trace_options trace;
};

/* The first one is tenk itself: the defaults of all options. */
static const struct like likes[] = {
    {.name = "tenk",
     .summary = "the defaults of the other options",
     .words = {.order = "fcfs",
               .backfill = "none",
               .reservations = "1",
               .candidates = "fcfs",
               .examine = "0",
               .preempt = "none",
               .slice = "1h",
               .half_life = "7d",
               .plan = "requested",
               .pass = "instant",
               .place = "count"},
     .trace = {.processors = "most",
               .no_request = "unknown",
               .no_run = "skip",
               .zero_run = "keep",
               .tenants = "none"}},
    {.name = "pyss", .summary = "PYSS and its branch of SC'15: --pass event", .words = {.pass = "event"}},
    {.name = "rlscheduler",
     .summary = "the simulator of RLScheduler (SC'20): --backfill hold --pass event --processors most "
                "--no-request run --no-run 10 --zero-run skip",
     .words = {.backfill = "hold", .pass = "event"},
     .trace = {.processors = "most", .no_request = "run", .no_run = "10", .zero_run = "skip"}},
};

enum { LIKES = sizeof likes / sizeof *likes };

const char *replay_like_name(int index)
{
    return index >= 0 && index < LIKES ? likes[index].name : NULL;
}

const char *replay_like_summary(int index)
{
    return index >= 0 && index < LIKES ? likes[index].summary : NULL;
}

static void fill(const char **word, const char *with)
{
    if (!*word)
        *word = with;
}

static void fill_all(const struct like *like, struct replay_words *words, struct trace_options *trace)
{
    fill(&words->order, like->words.order);
    fill(&words->backfill, like->words.backfill);
    fill(&words->reservations, like->words.reservations);
    fill(&words->candidates, like->words.candidates);
    fill(&words->examine, like->words.examine);
    fill(&words->preempt, like->words.preempt);
    fill(&words->slice, like->words.slice);
    fill(&words->half_life, like->words.half_life);
    fill(&words->plan, like->words.plan);
    fill(&words->pass, like->words.pass);
    fill(&words->place, like->words.place);
    fill(&trace->processors, like->trace.processors);
    fill(&trace->no_request, like->trace.no_request);
    fill(&trace->no_run, like->trace.no_run);
    fill(&trace->zero_run, like->trace.zero_run);
    fill(&trace->tenants, like->trace.tenants);
}

void replay_like_apply(const char *name, struct replay_words *words, struct trace_options *trace,
                       struct error_list *errors)
{
    int index = name ? replay_setup_pick("--like", name, replay_like_name, errors) : 0;
    fill_all(&likes[index], words, trace);
    fill_all(&likes[0], words, trace);
}
