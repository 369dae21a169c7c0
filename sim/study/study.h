/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study: many futures of one or several variants of a scenario, computed once.
 *
 * A study is a set of points (variants: a scenario file with --set overrides) and a matrix of values by
 * (point, replication). A command is a deterministic driver: it asks for units and reads their values. A unit
 * that is known, from this run or from a journal (study/journal.h), is never computed again; so any command
 * goes on after an interruption by running from its beginning, adaptive ones too.
 *
 * Units are shared among threads, and among the processes of MPI (study/distribute.h). Values depend on the
 * unit alone and stand in slots by index, rows are handed over in order of index: nothing depends on who
 * computed what. Memory: an arena a thread and the values; rows never pile up, they wait in the spool of the
 * journal. Ownership: the study owns its points and values, whose addresses hold until study_close;
 * study_config and what it points to must live as long. Complexity: O(1) a unit beside its replication.
 */
#ifndef TENK_STUDY_STUDY_H
#define TENK_STUDY_STUDY_H

#include "base/error.h"
#include "world/world.h"

#include <signal.h>

enum {
    STUDY_MIRROR = 1 << 30,      /* in the number of a replication: its antithetic partner */
    STUDY_REPLICATIONS = 1 << 24 /* numbers of replications are below */
};

struct study_config {
    const char *command; /* "run", "compare", ...: stands in the journal's header */
    int threads;         /* 0: all */
    const char *journal; /* path of the journal; NULL: none is kept */
    bool resume;         /* the journal may exist and is read */
    int shard, shards;   /* 0, 0: all; else only units whose running number % shards == shard are computed */
    bool want_rows, want_jobs; /* rows of timeline.csv etc. (and of jobs.csv) are kept; needs a journal */
    const volatile sig_atomic_t *stop;
    void (*progress)(void *context, int64_t done, int64_t wanted); /* never by two threads at once */
    void *context;
    bool fresh;                 /* a journal that is there is overwritten */
    const char *arguments;      /* of the command, for `tenk merge` (command/study_options.h); NULL: none */
    const char *const *sources; /* journals to read as well; nothing is written to them */
    int source_count;
    bool compute_none; /* only what the journals know: study_run is true even when units are missing */
    bool warm_up;      /* waits leave out the jobs of a start from empty (study/settle.h) */
};

struct study;

/* NULL with errors added: a journal is there and neither `resume` nor `fresh` is. */
struct study *study_open(const struct study_config *config, struct error_list *errors);

/* Reads a variant; its number (0, 1, ...), or -1 with errors. Equal variants share their values. */
int study_add_point(struct study *study, const char *file, const char *const *sets, int set_count,
                    struct error_list *errors);

const struct scenario *study_scenario(const struct study *study, int point);
const struct plan *study_plan(const struct study *study, int point);
const struct metric_slots *study_slots(const struct study *study, int point);

struct study_unit {
    int32_t point;
    int32_t replication; /* may hold STUDY_MIRROR */
};

/*
 * Computes those units that are not known, all of them in parallel. False: stopped, or a problem
 * (study_state). The first call opens the journal: points added before are part of what it is a journal of.
 * With shards, true though units of other shards are not known: ask study_complete before values are read.
 */
bool study_run(struct study *study, const struct study_unit *units, int64_t count);

/* [slots] of a unit; NULL when it is not known. */
const double *study_values(const struct study *study, int point, int32_t replication);

/* All units asked for so far are known. */
bool study_complete(const struct study *study);

enum study_state {
    STUDY_FINE,
    STUDY_STOPPED, /* by `stop` */
    STUDY_SYSTEM,  /* journal or spool cannot be written or read */
    STUDY_INPUT,   /* the journal is of something else, or damaged */
    STUDY_POLICY,  /* a policy from outside misbehaved */
    STUDY_BUG      /* a built-in check failed */
};

enum study_state study_state(const struct study *study);

/* One sentence of what went wrong; "" when nothing did. */
const char *study_problem(const struct study *study);

/* Hands the rows of units over, in the order given. False when `take` was, or on a problem. */
bool study_rows(struct study *study, const struct study_unit *units, int64_t count,
                bool (*take)(void *context, const struct world_result *rows), void *context);

struct study_facts {
    int64_t wanted, known; /* units asked for, and known of them */
    int64_t computed;      /* in this run */
    int64_t events;        /* of the known ones */
    size_t arena_bytes;    /* largest arena of one replication computed here */
    int threads;           /* used at most, in all processes */
};

struct study_facts study_facts(const struct study *study);

/* The study is done with: its journal is removed. Otherwise study_close keeps it. */
void study_done(struct study *study);

void study_close(struct study *study);

/* Threads that OpenMP would use; 1 without it. */
int study_threads(void);

#endif
