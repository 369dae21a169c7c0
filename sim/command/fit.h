/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit: the subjects of `tenk fit`, each with its own options and help; as struct command has it. */
#ifndef TENK_COMMAND_FIT_H
#define TENK_COMMAND_FIT_H

int fit_failures(int argc, char **argv);
int fit_maturity(int argc, char **argv);
int fit_workload(int argc, char **argv);

#endif
