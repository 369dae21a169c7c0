/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench: what the bench programs share: the clock, the median, and the line of CSV that each case prints.
 *
 * Problem: a figure from a shared machine is worth little alone, and a case must not pay for the one before
 * it: for its heap, its caches, its peak of memory.
 * Choice: every case is a child process of its own, warms up with one run that is not counted, then runs
 * several times; the line gives median, least and most. A short case is repeated within a run, as often as
 * the warm-up needed to fill a fifth of a second. Time is wall time. Peak memory is that of the child, so it
 * includes what the case was prepared with (a trace in memory).
 * Runs: $RUNS when set, else 5, or 3 when the warm-up took longer than a second.
 */
#ifndef TENK_BENCH_BENCH_H
#define TENK_BENCH_BENCH_H

#include "base/number.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BENCH_MOST_RUNS = 99 };

#define BENCH_LEAST_SECONDS 0.2

/* What a line is about; texts without commas. */
struct bench_line {
    const char *bench;
    const char *name;
    int64_t size;
    const char *unit; /* "jobs/s" */
};

static inline double bench_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts the values. */
static inline double bench_median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, bench_compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* Of the calling process so far, in bytes. */
static inline int64_t bench_peak_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_maxrss * 1024;
}

static inline int bench_runs(double warm_up)
{
    const char *text = getenv("RUNS");
    int64_t runs = 0;
    if (!text || !*text)
        return warm_up > 1 ? 3 : 5;
    if (!number_parse_int(text, &runs) || runs < 1 || runs > BENCH_MOST_RUNS) {
        fprintf(stderr, "bench: RUNS=%s: must be a whole number from 1 to %d\n", text, BENCH_MOST_RUNS);
        exit(2);
    }
    return (int)runs;
}

/* Does the work once and returns how many units it was. */
typedef double bench_once(void *context);

/* Times `once` again and again and prints the line, in units a second. */
static inline void bench_measure(const struct bench_line *line, bench_once *once, void *context)
{
    double rates[BENCH_MOST_RUNS];
    int repeats = 0;
    double before = bench_now(), warm_up;
    do {
        once(context);
        repeats++;
        warm_up = bench_now() - before;
    } while (warm_up < BENCH_LEAST_SECONDS);
    int runs = bench_runs(warm_up);
    for (int i = 0; i < runs; i++) {
        double units = 0;
        before = bench_now();
        for (int k = 0; k < repeats; k++)
            units += once(context);
        rates[i] = units / (bench_now() - before);
    }
    double median = bench_median(rates, runs);
    int decimals = median < 1000 ? 4 : 0;
    printf("%s,%s,%lld,1,%s,%.*f,%.*f,%.*f,%d,%lld\n", line->bench, line->name, (long long)line->size,
           line->unit, decimals, median, decimals, rates[0], decimals, rates[runs - 1], runs,
           (long long)bench_peak_memory());
    fflush(stdout);
}

/* Calls body(argument) in a process of its own; ends the program when that one fails. */
static inline void bench_apart(void (*body)(const void *argument), const void *argument)
{
    pid_t child = fork();
    if (child == 0) {
        body(argument);
        exit(EXIT_SUCCESS);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        perror("bench: no process for a case");
        exit(EXIT_FAILURE);
    }
    if (WIFSIGNALED(status))
        fprintf(stderr, "bench: a case was ended by signal %d (%s)\n", WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    if (status)
        exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

#endif
