/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/replay_report.h"

#include "base/number.h"

#include <stdio.h>

enum { FLUSH_BYTES = 1 << 20 };

static void job_row(struct text *text, const struct trace *trace, const struct trace_job *job,
                    const struct world_job_outcome *outcome, int64_t machine)
{
    text_put(text, "0,");
    text_int(text, job->id);
    text_put(text, ",all,trace,");
    text_int(text, job->cards);
    text_char(text, ',');
    text_seconds(text, job->submit);
    text_char(text, ',');
    if (outcome->start < 0) {
        text_put(text, job->cards > machine ? ",,,,never_fits,0,0,0,0,\n" : ",,,,queued,0,0,0,0,\n");
        return;
    }
    text_seconds(text, outcome->start);
    text_char(text, ',');
    text_seconds(text, outcome->end);
    text_char(text, ',');
    text_seconds(text, outcome->start - job->submit);
    text_char(text, ',');
    text_seconds(text, outcome->end - outcome->start);
    text_put(text, ",completed,");
    text_int(text, outcome->restarts);
    text_put(text, ",0,");
    text_seconds(text, outcome->queued);
    text_char(text, ',');
    text_int(text, outcome->restarts);
    text_char(text, ',');
    if (trace->tenant_names)
        text_put(text, trace->tenant_names[job->tenant]);
    text_char(text, '\n');
}

void replay_write_jobs(const struct trace *trace, const struct world_job_outcome *outcomes, int64_t machine,
                       const struct folder *folder, struct error_list *errors)
{
    struct text text = {0};
    struct folder_file file;
    folder_create(folder, &file, "jobs.csv");
    text_put(&text, world_jobs_header);
    for (int64_t i = 0; i < trace->count; i++) {
        job_row(&text, trace, &trace->jobs[i], &outcomes[i], machine);
        if (text.length > FLUSH_BYTES) {
            folder_write(&file, &text);
            text_clear(&text);
        }
    }
    folder_write(&file, &text);
    folder_close(&file, errors);
    text_free(&text);
}

void replay_write_summary(const struct metric_slots *slots, const struct summary_row *rows,
                          const struct folder *folder, struct error_list *errors)
{
    struct text text = {0};
    summary_write(slots, rows, &text);
    folder_put(folder, "summary.csv", &text, errors);
    text_free(&text);
}

static void line(const struct metric_slots *slots, const struct summary_row *rows, enum metric_id metric,
                 const char *label, int decimals)
{
    int slot = metric_slot_find(slots, "all", metric);
    if (slot < 0 || !rows[slot].n)
        return;
    char number[NUMBER_TEXT];
    number_write_grouped(number, rows[slot].mean, decimals);
    printf("  %-34s %18s %s\n", label, number, metric_info(metric)->unit);
}

static void left_out(int64_t count, const char *what)
{
    if (count)
        printf("  left out: %lld %s\n", (long long)count, what);
}

void replay_report(const char *file, const struct trace *trace, const struct plan_replay *replay,
                   const struct metric_slots *slots, const struct summary_row *rows,
                   const struct records_run *run, const char *folder)
{
    char jobs[NUMBER_TEXT], cards[NUMBER_TEXT];
    number_write_grouped(jobs, (double)trace->count, 0);
    number_write_grouped(cards, (double)replay->cards, 0);
    printf("%s: %s jobs on %s cards, %s, backfill %s, place %s\n", file, jobs, cards,
           replay->scheduler.order->name, scheduler_depth_name(replay->scheduler.depth),
           replay->scheduler.place->name);
    line(slots, rows, METRIC_JOBS_COMPLETED, "completed", 0);
    line(slots, rows, METRIC_JOBS_NEVER_FIT, "larger than the machine", 0);
    int waiting = metric_slot_find(slots, "all", METRIC_JOBS_NEVER_STARTED);
    if (waiting >= 0 && rows[waiting].mean > 0)
        line(slots, rows, METRIC_JOBS_NEVER_STARTED, "never started by the policy", 0);
    left_out(trace->damaged, "damaged lines");
    left_out(trace->no_run, "jobs without a run time (cancelled before their start)");
    left_out(trace->zero_run, "jobs with a run time of 0");
    left_out(trace->no_cards, "jobs without a number of cards");
    left_out(trace->outside, "jobs outside of the selection");
    line(slots, rows, METRIC_WAIT_MEAN, "wait, mean", 2);
    line(slots, rows, METRIC_WAIT_P50, "wait, median", 0);
    line(slots, rows, METRIC_WAIT_P95, "wait, 95th percentile", 0);
    line(slots, rows, METRIC_WAIT_MAX, "wait, longest", 0);
    line(slots, rows, METRIC_SLOWDOWN_MEAN, "bounded slowdown, mean", 6);
    line(slots, rows, METRIC_ALLOCATED_SHARE, "allocated share of the cards", 2);
    line(slots, rows, METRIC_MAKESPAN, "makespan", 0);
    printf("\n%.3f s, %.0f jobs a second. Results: %s/jobs.csv, summary.csv\n", run->seconds,
           run->seconds > 0 ? (double)trace->count / run->seconds : 0, folder);
}
