/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/method.h"

#include "base/memory.h"
#include "base/number.h"
#include "command/command.h"
#include "command/records.h"

#include <stdlib.h>
#include <string.h>

enum { OPTION_SET = 0x2000, OPTION_CONFIDENCE };

static const struct argp_option option_table[] = {
    {"set", OPTION_SET, "PATH=VALUE", 0, "change a setting of all variants; may be repeated", 0},
    {"replications", 'n', "N", 0, "number of futures (instead of the scenario's)", 0},
    {"seed", 's', "N", 0, "seed of the random streams (instead of the scenario's)", 0},
    {"confidence", OPTION_CONFIDENCE, "P", 0, "of intervals and verdicts (default 95%)", 0},
    {0},
};

double method_confidence(struct error_list *errors, const char *option, const char *text)
{
    char number[64];
    double value = 0;
    size_t length = strlen(text);
    bool percent = length && length < sizeof number && text[length - 1] == '%';
    snprintf(number, sizeof number, "%.*s", (int)(length - percent), text);
    if (number_parse_real(number, &value)) {
        if (percent || value > 1)
            value /= 100;
        if (value >= 0.5 && value <= 0.9999)
            return value;
    }
    error_input(errors, "%s %s: must be a probability from 50%% to 99.99%%, such as 95%% or 0.95", option,
                text);
    return 0.95;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct method *method = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &method->study_options;
        return 0;
    case OPTION_SET:
        sets_add(&method->sets, text);
        return 0;
    case 'n':
        method->replications = command_number(&method->errors, "-n", text, 2, 1000000);
        return 0;
    case 's':
        method->seed = command_number(&method->errors, "-s", text, 0, INT64_C(9000000000000000));
        return 0;
    case OPTION_CONFIDENCE:
        method->confidence = method_confidence(&method->errors, "--confidence", text);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp method_argp = {option_table, parse, NULL, NULL, study_options_children, NULL, NULL};
const struct argp_child method_children[] = {{&method_argp, 0, NULL, 0}, {0}};

void method_start(struct method *method, const char *command, int argc, char **argv)
{
    *method = (struct method){
        .command = command,
        .replications = -1,
        .seed = -1,
        .confidence = 0.95,
        .study_options = {.errors = &method->errors, .argc = argc, .argv = argv},
    };
}

/* The file's name without folder and ending. */
static void put_name(struct text *text, const char *file)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file, *dot = strrchr(name, '.');
    text_append(text, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

bool method_open(struct method *method, const char *file)
{
    struct text path = {0};
    if (method->study_options.folder) {
        text_put(&path, method->study_options.folder);
    } else {
        text_format(&path, "out/%s-", method->command);
        put_name(&path, file);
    }
    method->path = path.bytes;
    method->started = progress_now();
    bool share = study_options_is_share(&method->study_options);
    if (!share)
        method->opened =
            folder_open(&method->folder, method->path, method->study_options.force, &method->errors);
    if (!share && !method->opened)
        return false;
    study_options_config(&method->study_options, method->command, method->path, &method->config);
    method->study = study_open(&method->config, &method->errors);
    return method->study != NULL;
}

int method_add(struct method *method, const char *file, const char *const *sets, int count)
{
    struct sets all = {0};
    for (int i = 0; i < method->sets.count; i++)
        sets_add(&all, method->sets.texts[i]);
    for (int i = 0; i < count; i++)
        sets_add(&all, sets[i]);
    char number[NUMBER_TEXT];
    if (method->seed >= 0) {
        number_write_int(number, method->seed);
        sets_add_pair(&all, "seed", number);
    }
    if (method->replications >= 0) {
        number_write_int(number, method->replications);
        sets_add_pair(&all, "replications", number);
    }
    int point =
        study_add_point(method->study, file, (const char *const *)all.texts, all.count, &method->errors);
    sets_free(&all);
    return point;
}

bool method_run(struct method *method, int from, int to, int futures, bool mirrored)
{
    int64_t count = (int64_t)(to - from) * futures * (mirrored ? 2 : 1), at = 0;
    struct study_unit *units = memory_alloc((size_t)count, sizeof *units);
    for (int r = 0; r < futures; r++) {
        for (int p = from; p < to; p++) {
            units[at++] = (struct study_unit){p, r};
            if (mirrored)
                units[at++] = (struct study_unit){p, r | STUDY_MIRROR};
        }
    }
    bool ok = study_run(method->study, units, count);
    free(units);
    return ok && study_complete(method->study);
}

bool method_whole(struct method *method, int *status)
{
    return study_options_whole(&method->study_options, method->study, status);
}

void method_put(struct method *method, const char *name, const struct text *text)
{
    folder_put(&method->folder, name, text, &method->errors);
}

static void put_setting(void *context, const char *path, const struct schema_field *field, const char *value)
{
    (void)field;
    json_string(context, path, value);
}

static void write_records(struct method *method, void (*more)(void *context, struct json *json),
                          void *context)
{
    struct json json;
    char hash[20];
    const struct scenario *scenario = study_scenario(method->study, 0);
    records_manifest_start(&json, method->command);
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)scenario_hash(scenario));
    json_string(&json, "scenario", scenario->name);
    json_string(&json, "scenario_hash", hash);
    json_int(&json, "seed", scenario->seed);
    json_real(&json, "confidence", method->confidence);
    if (more)
        more(context, &json);
    json_open(&json, "settings");
    schema_visit(&scenario_schema, scenario, put_setting, &json);
    json_close(&json);
    records_manifest_put(&json, &method->folder, &method->errors);
    struct study_facts facts = study_facts(method->study);
    struct records_run run = {.seconds = progress_now() - method->started,
                              .threads = facts.threads,
                              .events = facts.events,
                              .replications = facts.known,
                              .arena_bytes = facts.arena_bytes};
    records_run_info(&run, &method->folder, &method->errors);
}

int method_close(struct method *method, bool whole, int status,
                 void (*more)(void *context, struct json *json), void *context)
{
    if (method->opened) {
        whole &= !error_any(&method->errors);
        if (whole)
            write_records(method, more, context);
        if (!whole || error_any(&method->errors))
            folder_discard(&method->folder);
        else if (folder_commit(&method->folder, &method->errors))
            study_done(method->study);
    }
    /* what ended in a mistake is not to be gone on with: its journal would only be in the way */
    if (method->study && !whole && study_state(method->study) == STUDY_FINE &&
        !study_options_is_share(&method->study_options))
        study_done(method->study);
    progress_end(&method->study_options.progress);
    study_close(method->study);
    study_options_free(&method->study_options);
    free(method->path);
    sets_free(&method->sets);
    int failed = command_fail(&method->errors);
    return failed ? failed : status;
}
