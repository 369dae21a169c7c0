/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/run_files.h"

#include "base/memory.h"
#include "command/records.h"

#include <stdio.h>
#include <stdlib.h>

/* Where the rows of futures go. */
struct sink {
    struct folder_file timeline, deliveries, failures, lots, market, events, jobs;
    bool want_supply, want_events, want_jobs;
};

static bool take_rows(void *context, const struct world_result *result)
{
    struct sink *sink = context;
    folder_write(&sink->timeline, &result->timeline);
    folder_write(&sink->deliveries, &result->deliveries);
    folder_write(&sink->failures, &result->failures);
    if (sink->want_supply) {
        folder_write(&sink->lots, &result->lots);
        folder_write(&sink->market, &result->market);
    }
    if (sink->want_events)
        folder_write(&sink->events, &result->events_seen);
    if (sink->want_jobs)
        folder_write(&sink->jobs, &result->jobs);
    return !(sink->timeline.failed || sink->deliveries.failed || sink->failures.failed || sink->lots.failed ||
             sink->market.failed || sink->events.failed || sink->jobs.failed);
}

static void open_file(const struct folder *folder, struct folder_file *file, const char *name,
                      const char *header)
{
    struct text text = {0};
    text_put(&text, header);
    folder_create(folder, file, name);
    folder_write(file, &text);
    text_free(&text);
}

static void open_sink(struct sink *sink, const struct folder *folder, const struct plan *plan, bool want_jobs)
{
    open_file(folder, &sink->timeline, "timeline.csv", world_timeline_header);
    open_file(folder, &sink->deliveries, "deliveries.csv", world_deliveries_header);
    open_file(folder, &sink->failures, "failures.csv", world_failures_header);
    sink->want_supply = plan->has_supply;
    sink->want_events = plan->event_count > 0;
    sink->want_jobs = want_jobs;
    if (sink->want_supply) {
        open_file(folder, &sink->lots, "lots.csv", world_lots_header);
        open_file(folder, &sink->market, "market.csv", world_market_header);
    }
    if (sink->want_events)
        open_file(folder, &sink->events, "events.csv", world_events_header);
    if (want_jobs)
        open_file(folder, &sink->jobs, "jobs.csv", world_jobs_header);
}

static void close_sink(struct sink *sink, struct error_list *errors)
{
    folder_close(&sink->timeline, errors);
    folder_close(&sink->deliveries, errors);
    folder_close(&sink->failures, errors);
    if (sink->want_supply) {
        folder_close(&sink->lots, errors);
        folder_close(&sink->market, errors);
    }
    if (sink->want_events)
        folder_close(&sink->events, errors);
    if (sink->want_jobs)
        folder_close(&sink->jobs, errors);
}

static void write_rows(const struct run_files *files, const struct folder *folder, struct error_list *errors)
{
    struct sink sink = {0};
    struct study_unit *units = memory_alloc((size_t)files->count, sizeof *units);
    for (int64_t r = 0; r < files->count; r++)
        units[r] = (struct study_unit){.replication = (int32_t)r};
    open_sink(&sink, folder, study_plan(files->study, 0), files->want_jobs);
    bool ok = study_rows(files->study, units, files->count, take_rows, &sink);
    close_sink(&sink, errors);
    if (!ok && study_state(files->study) != STUDY_FINE)
        error_system(errors, NULL, 0, "%s", study_problem(files->study));
    free(units);
}

static void put_setting(void *context, const char *path, const struct schema_field *field, const char *value)
{
    (void)field;
    json_string(context, path, value);
}

/* The files of policies from outside, when there are any. */
static void put_policies(struct json *json, const struct scenario *scenario)
{
    const struct scenario_site *sites = scenario->site.entries;
    if (!scenario->plugins.count)
        return;
    json_open(json, "policies");
    for (int i = 0; i < scenario->site.count; i++) {
        char key[200];
        snprintf(key, sizeof key, "site.%.150s.order", sites[i].name);
        records_policy(json, key, sites[i].order_policy);
        snprintf(key, sizeof key, "site.%.150s.candidates", sites[i].name);
        records_policy(json, key, sites[i].candidates_policy);
    }
    json_close(json);
}

/* How many futures were enough, for which metrics. */
static void put_precision(struct json *json, const struct run_files *files)
{
    const struct metric_slots *slots = study_slots(files->study, 0);
    if (!files->precision)
        return;
    json_open(json, "precision");
    json_real(json, "relative_half_width", files->precision->relative);
    json_int(json, "most_replications", files->precision->most);
    json_string(json, "reached", files->found->reached ? "yes" : "no");
    for (int i = 0; i < files->precision->slot_count; i++) {
        const struct metric_slot *slot = &slots->slots[files->precision->slots[i]];
        const struct summary_row *row = &files->rows[files->precision->slots[i]];
        char key[200];
        snprintf(key, sizeof key, "%s/%s", slots->scopes[slot->scope].name, metric_info(slot->metric)->name);
        json_real(json, key, precision_of(row->n, row->mean, row->half_width));
    }
    json_close(json);
}

static void write_manifest(const struct run_files *files, const struct folder *folder,
                           struct error_list *errors)
{
    const struct scenario *scenario = study_scenario(files->study, 0);
    struct json json;
    char hash[20];
    records_manifest_start(&json, "run");
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)scenario_hash(scenario));
    json_string(&json, "scenario", scenario->name);
    json_string(&json, "scenario_hash", hash);
    json_int(&json, "seed", scenario->seed);
    json_int(&json, "replications", files->count);
    if (files->warm_up)
        json_string(&json, "warm_up", "mser5");
    put_precision(&json, files);
    json_open(&json, "settings");
    schema_visit(&scenario_schema, scenario, put_setting, &json);
    json_close(&json);
    put_policies(&json, scenario);
    records_manifest_put(&json, folder, errors);
}

static void write_values(const struct run_files *files, const struct folder *folder,
                         struct error_list *errors)
{
    const struct metric_slots *slots = study_slots(files->study, 0);
    struct text text = {0};
    summary_write(slots, files->rows, &text);
    folder_put(folder, "summary.csv", &text, errors);
    text_clear(&text);
    summary_write_quantiles(slots, files->values, (int)files->count, &text);
    folder_put(folder, "quantiles.csv", &text, errors);
    text_free(&text);
    struct folder_file file;
    open_file(folder, &file, "replications.csv", summary_values_header);
    for (int64_t r = 0; r < files->count; r++) {
        text_clear(&text);
        summary_write_values(slots, 0, (int)r, files->values + r * slots->count, &text);
        folder_write(&file, &text);
    }
    folder_close(&file, errors);
    text_free(&text);
}

bool run_files_write(const struct run_files *files, struct folder *folder, struct error_list *errors)
{
    write_rows(files, folder, errors);
    if (!error_any(errors)) {
        struct study_facts facts = study_facts(files->study);
        struct records_run run = {.seconds = files->seconds,
                                  .threads = facts.threads,
                                  .events = facts.events,
                                  .replications = files->count,
                                  .arena_bytes = facts.arena_bytes};
        write_values(files, folder, errors);
        write_manifest(files, folder, errors);
        records_run_info(&run, folder, errors);
    }
    if (error_any(errors)) {
        folder_discard(folder);
        return false;
    }
    return folder_commit(folder, errors);
}
