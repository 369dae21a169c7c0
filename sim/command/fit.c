/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit: `tenk fit failures FILE`, `tenk fit workload TRACE`, `tenk fit maturity FILE`. */
#include "command/fit.h"

#include "command/command.h"

#include <stdio.h>
#include <string.h>

static const char about[] =
    "Usage: tenk fit failures FILE [OPTION...]\n"
    "  or:  tenk fit workload TRACE [OPTION...]\n"
    "  or:  tenk fit maturity FILE [OPTION...]\n\n"
    "Fits the models of tenk to recorded data, with 95% intervals and what tells how well they fit, and "
    "writes what it found as a catalogue entry that a scenario can include.\n\n"
    "  failures  life times of cards or outages of nodes: rates, life and repair time distributions\n"
    "  workload  a job log (Standard Workload Format or Philly CSV): classes, run times, rhythm of "
    "arrivals\n"
    "  maturity  speeds of software that is being tuned: where it begins, what it reaches, how soon\n\n"
    "Examples:\n"
    "  tenk fit failures outages.csv --by system -o out/outages\n"
    "  tenk fit workload log.swf.gz --chip h100 -o out/mix\n"
    "  tenk fit maturity configs/data/llama2-13b.csv -o out/tuning\n\n"
    "`tenk fit failures --help`, `tenk fit maturity --help` and `tenk fit workload --help` teach each of "
    "them.\n";

int command_fit(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } subjects[] = {
        {"failures", fit_failures},
        {"maturity", fit_maturity},
        {"workload", fit_workload},
    };
    if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "-?") ||
                     !strcmp(argv[1], "--usage"))) {
        fputs(about, stdout);
        return 0;
    }
    for (size_t i = 0; argc > 1 && i < sizeof subjects / sizeof *subjects; i++) {
        if (strcmp(argv[1], subjects[i].name) != 0)
            continue;
        char title[64];
        snprintf(title, sizeof title, "tenk fit %s", subjects[i].name);
        argv[1] = title;
        return subjects[i].run(argc - 1, argv + 1);
    }
    if (argc > 1)
        fprintf(stderr, "tenk fit: \"%s\": not one of failures, workload, maturity; try `tenk fit --help'\n",
                argv[1]);
    else
        fputs("tenk fit: which data? maturity, failures or workload; try `tenk fit --help'\n", stderr);
    return 2;
}
