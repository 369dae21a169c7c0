/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * records: manifest.json and run_info.json, the two files that every result folder has.
 *
 * The manifest says what was asked: command, version, commit, seed, hash, every resolved setting. It
 * is the same for the same question. run_info.json says how it went on this machine: times, memory,
 * threads, processor, C library; it is the only file that differs between two runs of one question.
 */
#ifndef TENK_COMMAND_RECORDS_H
#define TENK_COMMAND_RECORDS_H

#include "output/folder.h"
#include "output/json.h"
#include "scheduler/order_plugin.h"

/* Opens the manifest object with command, version and commit. */
void records_manifest_start(struct json *json, const char *command);

/* Closes and writes it; frees json. */
bool records_manifest_put(struct json *json, const struct folder *folder, struct error_list *errors);

/* A member that tells which file a policy came from; nothing for registered ones. */
void records_policy(struct json *json, const char *key, const struct order_policy *policy);

struct records_run {
    double seconds; /* wall time */
    int threads;
    int64_t events;
    int64_t replications;
    size_t arena_bytes;
};

bool records_run_info(const struct records_run *run, const struct folder *folder, struct error_list *errors);

/* Largest resident memory of this process so far, bytes. */
int64_t records_peak_memory(void);

#endif
