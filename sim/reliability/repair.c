/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reliability/repair.h"

#include <assert.h>
#include <math.h>

/* Beyond this nobody simulates; keeps sums of times far from overflow. */
static const double longest = 1e17;

struct repair_time repair_by_mean(enum repair_spread spread, double mean, double sigma)
{
    double scale = spread == REPAIR_LOGNORMAL ? mean / exp(sigma * sigma / 2) : mean;
    return (struct repair_time){.spread = spread, .scale = scale, .sigma = sigma};
}

struct repair_time repair_by_median(enum repair_spread spread, double median, double sigma)
{
    double scale = spread == REPAIR_EXPONENTIAL ? median / M_LN2 : median;
    return (struct repair_time){.spread = spread, .scale = scale, .sigma = sigma};
}

double repair_mean(const struct repair_time *time)
{
    return time->spread == REPAIR_LOGNORMAL ? time->scale * exp(time->sigma * time->sigma / 2) : time->scale;
}

/* Draws one uniform whatever the spread is. */
static int64_t draw_time(const struct repair_time *time, struct random_stream *stream)
{
    double us = time->scale;
    switch (time->spread) {
    case REPAIR_EXPONENTIAL:
        us = random_exponential(stream, time->scale);
        break;
    case REPAIR_LOGNORMAL:
        us = random_lognormal(stream, time->scale, time->sigma);
        break;
    case REPAIR_FIXED:
        random_uniform(stream);
        break;
    }
    return (int64_t)llround(fmin(us, longest));
}

/* Uniforms are never 0 or 1, so chances of 0 and 1 are certain. */
static bool happens(double chance, struct random_stream *stream)
{
    return random_uniform(stream) < chance;
}

struct repair_draw repair_draw(const struct repair_model *model, struct random_stream *stream)
{
    struct repair_draw draw = {.hung = happens(model->hang_chance, stream)};
    draw.detect = draw.hung ? model->hang : model->detect;
    draw.diagnose = draw_time(&model->diagnose, stream);
    draw.misdiagnosed = happens(model->wrong_chance, stream);
    draw.automatic = draw_time(&model->automatic, stream);
    draw.escalated = happens(model->escalate_chance, stream);
    int64_t manual = draw_time(&model->manual, stream);
    draw.manual = draw.escalated ? manual : 0;
    bool success = happens(draw.escalated ? model->manual_success : model->automatic_success, stream);
    draw.repaired = success && !draw.misdiagnosed;
    return draw;
}

int64_t repair_away(const struct repair_draw *draw)
{
    return draw->automatic + draw->manual;
}

struct repair_offenders repair_offenders_init(struct arena *arena, int32_t servers, int32_t limit,
                                              int64_t window)
{
    assert(servers >= 0 && limit >= 0 && limit <= 256 && window >= 0);
    struct repair_offenders offenders = {.keep = limit - 1, .window = window};
    if (offenders.keep > 0) {
        offenders.times =
            arena_alloc(arena, (size_t)servers * (size_t)offenders.keep, sizeof *offenders.times);
        offenders.next = arena_alloc(arena, (size_t)servers, sizeof *offenders.next);
    }
    return offenders;
}

bool repair_offenders_note(struct repair_offenders *offenders, int32_t server, int64_t now)
{
    assert(server >= 0 && now >= 0);
    if (offenders->keep <= 0)
        return offenders->keep == 0; /* a limit of one: each failure is one too many */
    int64_t *slot = offenders->times + (int64_t)server * offenders->keep + offenders->next[server];
    bool often = *slot > 0 && now - (*slot - 1) <= offenders->window;
    *slot = now + 1;
    offenders->next[server] = (uint8_t)((offenders->next[server] + 1) % offenders->keep);
    return often;
}

void repair_offenders_forget(struct repair_offenders *offenders, int32_t server)
{
    for (int32_t i = 0; i < offenders->keep; i++)
        offenders->times[(int64_t)server * offenders->keep + i] = 0;
}
