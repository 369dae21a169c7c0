/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/replay_picture.h"

#include "base/memory.h"
#include "base/number.h"
#include "engine/clock.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = REPLAY_PICTURE_COLUMNS, LABEL_EVERY = 10, LABEL_WIDTH = 6 };

/* What is in a cell: the job that has the card longest in that step. */
struct cell {
    int64_t held; /* us */
    char letter;
};

/* A stretch of a job, for all stretches in order of their starts. */
struct bar {
    const struct world_stretch *stretch;
    int64_t job; /* index of the trace */
};

static const struct {
    int64_t length; /* us */
    const char *name;
} units[] = {{CLOCK_DAY, "d"}, {CLOCK_HOUR, "h"}, {60 * CLOCK_SECOND, "min"}, {CLOCK_SECOND, "s"}};

struct picture {
    const struct trace *trace;
    const struct plan_replay *replay;
    const struct world_job_outcome *outcomes;
    int64_t origin;             /* us: the first submission */
    int64_t step;               /* us */
    int ruler_unit, table_unit; /* indices of units */
    int columns;
    struct cell *cells; /* [cards x COLUMNS] */
    int64_t *free_from; /* [cards] us */
};

void replay_picture_check(const struct trace *trace, const struct plan_replay *replay,
                          struct error_list *errors)
{
    if (trace->count > REPLAY_PICTURE_JOBS)
        error_input(errors,
                    "--picture draws at most %d jobs, and %" PRId64
                    " are selected: choose some with --first INDEX --count N",
                    (int)REPLAY_PICTURE_JOBS, trace->count);
    if (replay->cards > REPLAY_PICTURE_CARDS)
        error_input(errors, "--picture draws at most %d cards, and the machine has %" PRId64,
                    (int)REPLAY_PICTURE_CARDS, replay->cards);
}

static char letter_of(int64_t job)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn";
    assert(job < (int64_t)sizeof letters - 1);
    return letters[job];
}

static int64_t columns_for(int64_t span, int64_t step)
{
    return (span + step - 1) / step;
}

/* The shortest usual step with which the span fits; beyond days, 1, 2, 5, 10, 20, ... of them. */
static int64_t step_for(int64_t span)
{
    static const int64_t usual[] = {1,    2,        5,        10,       15,       20,       30,
                                    60,   2 * 60,   5 * 60,   10 * 60,  15 * 60,  20 * 60,  30 * 60,
                                    3600, 2 * 3600, 3 * 3600, 4 * 3600, 6 * 3600, 12 * 3600};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (columns_for(span, usual[i] * CLOCK_SECOND) <= COLUMNS)
            return usual[i] * CLOCK_SECOND;
    static const int64_t steps[] = {1, 2, 5};
    for (int64_t ten = CLOCK_DAY;; ten *= 10)
        for (int i = 0; i < 3; i++)
            if (columns_for(span, steps[i] * ten) <= COLUMNS)
                return steps[i] * ten;
}

/* True when every time of the picture is a whole number of units. */
static bool all_whole(const struct picture *picture, int64_t unit)
{
    for (int64_t i = 0; i < picture->trace->count; i++) {
        const struct trace_job *job = &picture->trace->jobs[i];
        const struct world_job_outcome *outcome = &picture->outcomes[i];
        int64_t request = job->request > 0 ? job->request : 0;
        if ((job->submit - picture->origin) % unit || job->run % unit || request % unit)
            return false;
        if (outcome->start >= 0 &&
            ((outcome->start - picture->origin) % unit || (outcome->end - picture->origin) % unit))
            return false;
    }
    return true;
}

/* The largest unit in which the step is whole (ruler), and all times (table); at last seconds. */
static void choose_units(struct picture *picture)
{
    while (units[picture->ruler_unit].length > CLOCK_SECOND &&
           picture->step % units[picture->ruler_unit].length)
        picture->ruler_unit++;
    while (units[picture->table_unit].length > CLOCK_SECOND &&
           !all_whole(picture, units[picture->table_unit].length))
        picture->table_unit++;
}

/* Writes a time in a unit; NUMBER_TEXT bytes. */
static const char *time_text(char *out, int unit, int64_t time)
{
    /* number_write_seconds writes us as seconds: a unit of n seconds is n times smaller */
    number_write_seconds(out, time / (units[unit].length / CLOCK_SECOND));
    return out;
}

static void paint(struct picture *picture, const struct bar *bar, int64_t row)
{
    const struct world_stretch *stretch = bar->stretch;
    int64_t from = stretch->from - picture->origin, to = stretch->to - picture->origin;
    for (int64_t column = from / picture->step; column * picture->step < to; column++) {
        int64_t begin = column * picture->step, end = begin + picture->step;
        int64_t held = (to < end ? to : end) - (from > begin ? from : begin);
        struct cell *cell = &picture->cells[row * COLUMNS + column];
        if (held > cell->held)
            *cell = (struct cell){.held = held, .letter = letter_of(bar->job)};
    }
    picture->free_from[row] = stretch->to;
}

/* Paints so many cards in the lowest rows of [first, last) that are free when the stretch begins. */
static void paint_cards(struct picture *picture, const struct bar *bar, int64_t first, int64_t last,
                        int32_t cards)
{
    for (int64_t row = first; row < last && cards; row++) {
        if (picture->free_from[row] > bar->stretch->from)
            continue;
        paint(picture, bar, row);
        cards--;
    }
    assert(!cards && "more cards under jobs than there are");
}

static int by_start(const void *a, const void *b)
{
    const struct bar *x = a, *y = b;
    if (x->stretch->from != y->stretch->from)
        return x->stretch->from < y->stretch->from ? -1 : 1;
    return (x->job > y->job) - (x->job < y->job);
}

static void paint_all(struct picture *picture)
{
    int64_t count = 0;
    for (int64_t i = 0; i < picture->trace->count; i++)
        for (const struct world_stretch *s = picture->outcomes[i].stretches; s; s = s->before)
            count++;
    struct bar *bars = memory_alloc((size_t)count, sizeof *bars);
    int64_t next = 0;
    for (int64_t i = 0; i < picture->trace->count; i++)
        for (const struct world_stretch *s = picture->outcomes[i].stretches; s; s = s->before)
            bars[next++] = (struct bar){.stretch = s, .job = i};
    if (count)
        qsort(bars, (size_t)count, sizeof *bars, by_start);
    for (int64_t i = 0; i < count; i++) {
        const struct world_stretch *stretch = bars[i].stretch;
        if (stretch->from == stretch->to)
            continue; /* has no length; its cards may be another's at the same instant */
        if (!stretch->part_count)
            paint_cards(picture, &bars[i], 0, picture->replay->cards, stretch->cards);
        int32_t size = picture->replay->cards_per_node;
        for (int32_t p = 0; p < stretch->part_count; p++) {
            int64_t first = (int64_t)stretch->parts[p].node * size;
            paint_cards(picture, &bars[i], first, first + size, stretch->parts[p].cards);
        }
    }
    free(bars);
}

/* A ruler: the time at every tenth column, where it fits. */
static void put_ruler(const struct picture *picture, struct text *text)
{
    text_format(text, "%*s ", (int)LABEL_WIDTH, units[picture->ruler_unit].name);
    for (int column = 0; column < picture->columns; column += LABEL_EVERY) {
        char time[NUMBER_TEXT];
        time_text(time, picture->ruler_unit, column * picture->step);
        if (strlen(time) >= LABEL_EVERY)
            time[0] = 0;
        text_format(text, column + LABEL_EVERY < picture->columns ? "%-*s" : "%.*s\n", LABEL_EVERY, time);
    }
    if (!picture->columns)
        text_char(text, '\n');
}

/* Between nodes: `=` where a group of the network ends, `-` elsewhere. */
static void put_border(const struct picture *picture, int32_t node, struct text *text)
{
    const struct topology_shape *shape = &picture->replay->shape;
    const int32_t sizes[] = {shape->domain, shape->leaf, shape->pod};
    char mark = '-';
    for (int i = 0; i < 3; i++)
        if (sizes[i] && node % sizes[i] == 0)
            mark = '=';
    text_format(text, "%*s ", (int)LABEL_WIDTH, "");
    for (int column = 0; column < picture->columns; column++)
        text_char(text, mark);
    text_char(text, '\n');
}

static void put_chart(const struct picture *picture, struct text *text)
{
    bool by_node = picture->replay->scheduler.place->by_node;
    int32_t size = picture->replay->cards_per_node;
    put_ruler(picture, text);
    for (int64_t row = 0; row < picture->replay->cards; row++) {
        if (by_node && row && row % size == 0)
            put_border(picture, (int32_t)(row / size), text);
        if (by_node && row % size)
            text_format(text, "%*s ", (int)LABEL_WIDTH, "");
        else
            text_format(text, "%*" PRId64 " ", (int)LABEL_WIDTH, by_node ? row / size : row);
        for (int column = 0; column < picture->columns; column++) {
            char letter = picture->cells[row * COLUMNS + column].letter;
            text_char(text, letter ? letter : '.');
        }
        text_char(text, '\n');
    }
}

static void put_time(const struct picture *picture, bool there, int64_t time, struct text *text)
{
    char out[NUMBER_TEXT];
    text_format(text, " %9s", there ? time_text(out, picture->table_unit, time) : "-");
}

static void put_table(const struct picture *picture, struct text *text)
{
    bool stops = false;
    for (int64_t i = 0; i < picture->trace->count; i++)
        stops |= picture->outcomes[i].restarts > 0;
    text_format(text, "%*s %8s %9s %6s %9s %9s %9s%s\n", (int)LABEL_WIDTH, units[picture->table_unit].name,
                "job", "submit", "cards", "planned", "start", "end", stops ? "    stops" : "");
    for (int64_t i = 0; i < picture->trace->count; i++) {
        const struct trace_job *job = &picture->trace->jobs[i];
        const struct world_job_outcome *outcome = &picture->outcomes[i];
        bool ran = outcome->start >= 0;
        text_format(text, "%*c %8" PRId64, (int)LABEL_WIDTH, letter_of(i), job->id);
        put_time(picture, true, job->submit - picture->origin, text);
        text_format(text, " %6d", job->cards);
        int64_t planned = picture->replay->plan_actual ? job->run : job->request;
        put_time(picture, planned >= 0, planned, text);
        put_time(picture, ran, outcome->start - picture->origin, text);
        put_time(picture, ran, outcome->end - picture->origin, text);
        if (stops)
            text_format(text, " %8d", outcome->restarts);
        text_char(text, '\n');
    }
}

void replay_picture_draw(const struct trace *trace, const struct plan_replay *replay,
                         const struct world_job_outcome *outcomes, struct text *text)
{
    struct picture picture = {.trace = trace, .replay = replay, .outcomes = outcomes};
    picture.origin = trace->count ? trace->jobs[0].submit : 0;
    int64_t span = 0;
    for (int64_t i = 0; i < trace->count; i++)
        if (outcomes[i].end - picture.origin > span)
            span = outcomes[i].end - picture.origin;
    picture.step = step_for(span);
    picture.columns = (int)columns_for(span, picture.step);
    choose_units(&picture);
    picture.cells = memory_alloc((size_t)replay->cards * COLUMNS, sizeof *picture.cells);
    picture.free_from = memory_alloc((size_t)replay->cards, sizeof *picture.free_from);
    paint_all(&picture);
    char step[NUMBER_TEXT], origin[NUMBER_TEXT];
    number_write_seconds(origin, picture.origin);
    text_format(text, "A column is %s %s, a row a %s, a letter a job, `.` a free card",
                time_text(step, picture.ruler_unit, picture.step), units[picture.ruler_unit].name,
                replay->scheduler.place->by_node ? "card of a node" : "card");
    text_format(text, picture.origin ? "; times from the first submission, at %s s\n" : "\n", origin);
    put_chart(&picture, text);
    put_table(&picture, text);
    free(picture.cells);
    free(picture.free_from);
}
