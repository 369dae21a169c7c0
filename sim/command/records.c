/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/records.h"

#include "tenk_version.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>

void records_manifest_start(struct json *json, const char *command)
{
    memset(json, 0, sizeof *json);
    json_open(json, NULL);
    json_string(json, "program", "tenk");
    json_string(json, "version", TENK_VERSION);
    json_string(json, "commit", TENK_COMMIT);
    json_string(json, "command", command);
}

bool records_manifest_put(struct json *json, const struct folder *folder, struct error_list *errors)
{
    json_close(json);
    bool ok = folder_put(folder, "manifest.json", &json->text, errors);
    text_free(&json->text);
    return ok;
}

void records_policy(struct json *json, const char *key, const struct order_policy *policy)
{
    const struct order_plugin *plugin = order_plugin_of(policy);
    if (!plugin)
        return;
    char hash[20];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)plugin->hash);
    json_open(json, key);
    json_string(json, "file", plugin->given);
    json_string(json, "name", policy->name);
    json_string(json, "hash", hash);
    json_close(json);
}

int64_t records_peak_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_maxrss * 1024;
}

/* The processor's name as Linux tells it; empty elsewhere. */
static void processor_name(char *out, size_t size)
{
    out[0] = 0;
    FILE *stream = fopen("/proc/cpuinfo", "r");
    if (!stream)
        return;
    char line[256];
    while (fgets(line, sizeof line, stream)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) || !colon)
            continue;
        snprintf(out, size, "%s", colon + 2);
        out[strcspn(out, "\n")] = 0;
        break;
    }
    fclose(stream);
}

bool records_run_info(const struct records_run *run, const struct folder *folder, struct error_list *errors)
{
    struct json json = {0};
    struct utsname machine;
    char processor[200], finished[32];
    uname(&machine);
    processor_name(processor, sizeof processor);
    time_t now = time(NULL);
    struct tm utc;
    strftime(finished, sizeof finished, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_open(&json, NULL);
    json_string(&json, "finished", finished);
    json_real(&json, "wall_s", run->seconds);
    json_int(&json, "threads", run->threads);
    json_int(&json, "replications", run->replications);
    json_int(&json, "events", run->events);
    json_real(&json, "events_per_s", run->seconds > 0 ? (double)run->events / run->seconds : 0);
    json_int(&json, "peak_memory_bytes", records_peak_memory());
    json_int(&json, "arena_bytes", (int64_t)run->arena_bytes);
    json_string(&json, "machine", machine.machine);
    json_string(&json, "system", machine.release);
    json_string(&json, "processor", processor);
    json_string(&json, "libc", gnu_get_libc_version());
    json_close(&json);
    bool ok = folder_put(folder, "run_info.json", &json.text, errors);
    text_free(&json.text);
    return ok;
}
