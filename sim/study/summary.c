/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/summary.h"

#include "base/memory.h"
#include "stats/accumulator.h"
#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>

struct summary_row *summary_make(const struct metric_slots *slots, const double *values, int count)
{
    struct summary_row *rows = memory_alloc((size_t)slots->count, sizeof *rows);
    double *column = memory_alloc((size_t)count, sizeof *column);
    for (int s = 0; s < slots->count; s++) {
        struct accumulator accumulator = {0};
        size_t present = 0;
        for (int r = 0; r < count; r++) {
            double value = values[(size_t)r * (size_t)slots->count + (size_t)s];
            accumulator_add(&accumulator, value);
            if (!isnan(value))
                column[present++] = value;
        }
        quantile_sort(column, present);
        rows[s] = (struct summary_row){
            .n = accumulator.n,
            .mean = accumulator.n ? accumulator.mean : NAN,
            .stddev = accumulator.n > 1 ? accumulator_stddev(&accumulator) : NAN,
            .half_width = accumulator_half_width(&accumulator, 0.95),
            .p05 = quantile_sorted(column, present, 0.05),
            .p50 = quantile_sorted(column, present, 0.50),
            .p95 = quantile_sorted(column, present, 0.95),
        };
    }
    free(column);
    return rows;
}

static void put_name(const struct metric_slots *slots, int slot, struct text *text)
{
    const struct metric_info *info = metric_info(slots->slots[slot].metric);
    text_put(text, slots->scopes[slots->slots[slot].scope].name);
    text_char(text, ',');
    text_put(text, info->name);
    text_char(text, ',');
    text_put(text, info->unit);
    text_char(text, ',');
}

void summary_write(const struct metric_slots *slots, const struct summary_row *rows, struct text *text)
{
    text_put(text, "scope,metric,unit,n,mean,stddev,ci95_lo,ci95_hi,p05,p50,p95\n");
    for (int s = 0; s < slots->count; s++) {
        put_name(slots, s, text);
        text_int(text, rows[s].n);
        const double numbers[] = {rows[s].mean,
                                  rows[s].stddev,
                                  rows[s].mean - rows[s].half_width,
                                  rows[s].mean + rows[s].half_width,
                                  rows[s].p05,
                                  rows[s].p50,
                                  rows[s].p95};
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            text_char(text, ',');
            text_real(text, numbers[i]);
        }
        text_char(text, '\n');
    }
}

void summary_write_quantiles(const struct metric_slots *slots, const double *values, int count,
                             struct text *text)
{
    static const double probabilities[] = {0.05, 0.50, 0.95};
    double *column = memory_alloc((size_t)count, sizeof *column);
    text_put(text, "scope,metric,unit,n,p05,p05_lo,p05_hi,p50,p50_lo,p50_hi,p95,p95_lo,p95_hi\n");
    for (int s = 0; s < slots->count; s++) {
        size_t present = 0;
        for (int r = 0; r < count; r++) {
            double value = values[(size_t)r * (size_t)slots->count + (size_t)s];
            if (!isnan(value))
                column[present++] = value;
        }
        quantile_sort(column, present);
        put_name(slots, s, text);
        text_int(text, (int64_t)present);
        for (int i = 0; i < 3; i++) {
            struct quantile_interval interval =
                quantile_interval_sorted(column, present, probabilities[i], 0.95);
            const double numbers[] = {quantile_sorted(column, present, probabilities[i]), interval.low,
                                      interval.high};
            for (int k = 0; k < 3; k++) {
                text_char(text, ',');
                text_real(text, numbers[k]);
            }
        }
        text_char(text, '\n');
    }
    free(column);
}

const char summary_values_header[] = "point,replication,scope,metric,unit,value\n";

void summary_write_values(const struct metric_slots *slots, int point, int replication, const double *values,
                          struct text *text)
{
    for (int s = 0; s < slots->count; s++) {
        text_int(text, point);
        text_char(text, ',');
        text_int(text, replication);
        text_char(text, ',');
        put_name(slots, s, text);
        text_real(text, values[s]);
        text_char(text, '\n');
    }
}
