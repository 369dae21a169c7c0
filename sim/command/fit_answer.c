/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/fit_answer.h"

#include "base/memory.h"
#include "base/number.h"
#include "command/command.h"
#include "command/fit_catalogue.h"
#include "command/records.h"
#include "output/progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct results {
    struct fit_result *items; /* lives of a group, then its repairs where there are any */
    int32_t count;
};

static void results_make(struct results *results, struct lifelog_data *data,
                         const struct fit_question *question)
{
    results->items = memory_alloc(2 * (size_t)data->count, sizeof *results->items);
    for (int32_t g = 0; g < data->count; g++) {
        struct fit_group *group = &data->groups[g];
        struct fit_series *series[2] = {&group->lives, &group->repairs};
        static const char *const what[2] = {"life", "repair"};
        for (int i = 0; i < 2; i++) {
            if (i && !series[i]->count)
                continue;
            struct fit_result *result = &results->items[results->count++];
            snprintf(result->group, sizeof result->group, "%s", group->name);
            result->what = what[i];
            result->extra = i ? 0 : group->extra;
            fit_analysis_make(&result->analysis, series[i], (uint32_t)(2 * g + i), INFINITY,
                              &question->choice);
        }
    }
}

static bool is_life(const struct fit_result *result)
{
    return !strcmp(result->what, "life");
}

/* The repairs that belong to results->items[i]; NULL when there are none. */
static const struct fit_result *repairs_of(const struct results *results, int32_t i)
{
    return i + 1 < results->count && !is_life(&results->items[i + 1]) ? &results->items[i + 1] : NULL;
}

/* One failure tells too little of a distribution, none nothing; both bound the rate. */
static bool enough(const struct results *results, const struct fit_question *question,
                   struct error_list *errors)
{
    double failures = 0, node_days = 0;
    for (int32_t i = 0; i < results->count; i++)
        if (is_life(&results->items[i])) {
            struct fit_rate rate = fit_rate_make(&results->items[i], question->units);
            failures += rate.failures;
            node_days += rate.node_days;
        }
    if (failures >= 2)
        return true;
    double low, high;
    fit_poisson(failures, &low, &high);
    error_add(errors, ERROR_INPUT, question->file, 0, NULL,
              "%s; at least 2 are needed for a fit. All that %.6g node-days say: %.4g to %.4g failures per "
              "1,000 node-days (95 %%)",
              failures > 0 ? "one failure" : "no failure", node_days, 1000 * low / node_days,
              1000 * high / node_days);
    return false;
}

static void counts_warn(const struct fit_question *question, const struct lifelog_data *data,
                        struct error_list *errors)
{
    const struct {
        int64_t count;
        const char *what;
    } notes[] = {
        {data->no_time, "rows of units that were not seen for any time: left out"},
        {data->zero, "lives or repairs of length 0: taken as half of the file's resolution"},
        {data->no_start, "failures within the life of another row: counted in rates alone"},
        {data->merged, "outages that begin before their node's last one ended: taken as its continuation"},
        {data->silent, "nodes that no row names: taken to have been up throughout"},
    };
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (notes[i].count)
            error_add(errors, ERROR_WARNING, question->file, 0, NULL, "%lld %s", (long long)notes[i].count,
                      notes[i].what);
}

static void manifest_write(const struct fit_question *question, const struct lifelog_data *data,
                           const struct folder *folder, struct error_list *errors)
{
    struct json json;
    records_manifest_start(&json, "fit failures");
    json_string(&json, "file", question->base);
    json_string(&json, "format", data->format);
    json_int(&json, "seed", (int64_t)question->choice.seed);
    json_open(&json, "settings");
    for (int role = 0; role < FIT_ROLES; role++)
        if (question->read.columns[role])
            json_string(&json, fit_role_name((enum fit_role)role), question->read.columns[role]);
    json_string(&json, "by", question->read.by ? question->read.by : "");
    json_real(&json, "unit_s", question->read.unit);
    json_real(&json, "units_per_node", question->units);
    json_int(&json, "resamples", question->choice.resamples);
    json_string(&json, "name", question->name);
    json_close(&json);
    json_open(&json, "lines");
    json_int(&json, "rows", data->rows);
    json_int(&json, "damaged", data->damaged);
    json_int(&json, "without_time", data->no_time);
    json_int(&json, "length_0", data->zero);
    json_int(&json, "without_start", data->no_start);
    json_int(&json, "merged_outages", data->merged);
    json_int(&json, "silent_nodes", data->silent);
    json_real(&json, "resolution_s", data->resolution);
    json_close(&json);
    records_manifest_put(&json, folder, errors);
}

static void files_write(const struct results *results, const struct fit_question *question,
                        const struct folder *folder, struct error_list *errors)
{
    struct text fit = {0}, km = {0}, entries = {0};
    struct fit_names used = {0};
    const struct fit_catalogue catalogue = {question->name, question->base, text_string(&question->command),
                                            question->units};
    fit_report_header(&fit);
    fit_report_km_header(&km);
    text_put(&entries, "/* Made by tenk fit failures. A scenario takes it in as a member of a group:\n"
                       " *     reliability: {\n *     @include \"catalogue.cfg\"\n *     };\n */\n");
    for (int32_t i = 0; i < results->count; i++) {
        const struct fit_result *result = &results->items[i];
        if (is_life(result))
            fit_report_rate(&fit, result, question->units);
        fit_report_fits(&fit, result);
        fit_report_km(&km, result);
        if (is_life(result))
            fit_catalogue_reliability(&entries, &catalogue, &used, result, repairs_of(results, i), errors);
    }
    folder_put(folder, "fit.csv", &fit, errors);
    folder_put(folder, "km.csv", &km, errors);
    folder_put(folder, "catalogue.cfg", &entries, errors);
    text_free(&fit);
    text_free(&km);
    text_free(&entries);
    fit_names_free(&used);
}

static void table_print(const struct results *results, const struct fit_question *question,
                        const struct lifelog_data *data)
{
    printf("%s: %lld rows, %s, times to %g s; p-values from %d resamples\n", question->file,
           (long long)data->rows, data->format, data->resolution, (int)question->choice.resamples);
    for (int32_t i = 0; i < results->count; i++) {
        const struct fit_result *result = &results->items[i];
        char units[NUMBER_TEXT], failures[NUMBER_TEXT];
        number_write_grouped(units, result->analysis.survival.units, 0);
        number_write_grouped(failures, result->analysis.survival.failures, 0);
        if (is_life(result)) {
            printf("\n%s: %s lives, %s ended by a failure\n", result->group, units, failures);
            fit_print_rate(result, question->units);
        } else {
            printf("\n%s: %s repairs\n", result->group, units);
        }
        fit_print_fits(result);
    }
    printf("\nResults: %s/fit.csv, km.csv, catalogue.cfg\n", question->folder);
}

int fit_answer(const struct fit_question *question, struct lifelog_data *data, struct error_list *errors)
{
    struct folder folder;
    struct results results = {0};
    int status = 0;
    if (!folder_open(&folder, question->folder, question->force, errors))
        return 0;
    double before = progress_now();
    results_make(&results, data, question);
    struct records_run run = {.seconds = progress_now() - before, .threads = 1, .replications = 1};
    if (*question->choice.stop) {
        fputs("tenk: interrupted; nothing was written\n", stderr);
        status = COMMAND_INTERRUPTED;
    } else if (enough(&results, question, errors)) {
        counts_warn(question, data, errors);
        files_write(&results, question, &folder, errors);
        manifest_write(question, data, &folder, errors);
        records_run_info(&run, &folder, errors);
        if (!error_any(errors) && !question->quiet)
            table_print(&results, question, data);
        if (!error_any(errors))
            folder_commit(&folder, errors);
    }
    folder_discard(&folder);
    for (int32_t i = 0; i < results.count; i++)
        fit_analysis_free(&results.items[i].analysis);
    free(results.items);
    return status;
}
