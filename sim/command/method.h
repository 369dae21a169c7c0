/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * method: what compare, sweep, sensitivity and size have in common: options, a study, a result folder.
 *
 * The options are a child of the command's own (method_children, with &method as its input). method_open
 * begins, method_run asks for units, method_close writes manifest and run_info, puts the folder in place and
 * tells the exit status. Nothing is written to the folder unless all went well; what was computed stands in
 * the journal (study_options.h). An adaptive command that lacks units ends its search: method_run was false.
 */
#ifndef TENK_COMMAND_METHOD_H
#define TENK_COMMAND_METHOD_H

#include "command/sets.h"
#include "command/study_options.h"
#include "output/folder.h"
#include "output/json.h"

struct method {
    const char *command;
    struct study_options study_options;
    struct error_list errors;
    struct sets sets;           /* of all variants */
    int64_t replications, seed; /* -1: the scenario's */
    double confidence;          /* 0..1 */
    struct study_config config;
    struct study *study;
    struct folder folder;
    char *path; /* of the folder, as people write it */
    double started;
    bool opened; /* the folder */
};

extern const struct argp_child method_children[];

/* Before the options are parsed. */
void method_start(struct method *method, const char *command, int argc, char **argv);

/* A confidence such as 95% or 0.95, at least a half. */
double method_confidence(struct error_list *errors, const char *option, const char *text);

/* The study and the folder; without -o it is out/COMMAND-NAME of the file's name. False with errors. */
bool method_open(struct method *method, const char *file);

/* Adds a variant with the options' sets and `count` more; its number, -1 with errors. */
int method_add(struct method *method, const char *file, const char *const *sets, int count);

/* Futures 0 .. futures - 1 of the points from .. to - 1, and their mirrors. False: not all are known. */
bool method_run(struct method *method, int from, int to, int futures, bool mirrored);

/* Whether results are to be written: the study is whole. Call once, after the last method_run. */
bool method_whole(struct method *method, int *status);

/* Writes a result file. */
void method_put(struct method *method, const char *name, const struct text *text);

/*
 * manifest.json (with the settings of the first point; `more` adds members, may be NULL), run_info.json, and
 * the folder into place, when `whole`. Frees everything; the exit status.
 */
int method_close(struct method *method, bool whole, int status,
                 void (*more)(void *context, struct json *json), void *context);

#endif
