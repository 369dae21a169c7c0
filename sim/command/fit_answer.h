/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_answer: the fits of read failure data, their files and their table.
 *
 * The question is what the options of `tenk fit failures` say, checked. Complexity: that of the tests
 * (stats/fit_test.h) for each group, its repairs, and each distribution.
 */
#ifndef TENK_COMMAND_FIT_ANSWER_H
#define TENK_COMMAND_FIT_ANSWER_H

#include "base/error.h"
#include "base/text.h"
#include "command/fit_analysis.h"
#include "reliability/lifelog_read.h"

struct fit_question {
    const char *file, *folder;
    const char *base; /* the file's name without folders */
    bool force, quiet;
    struct lifelog_read_options read;
    struct fit_choice choice;
    double units; /* of the data that make a node */
    char name[FIT_NAME];
    struct text command; /* as catalogue entries tell it; the question's */
};

/* Returns the exit status; 0 with errors added when something failed. */
int fit_answer(const struct fit_question *question, struct lifelog_data *data, struct error_list *errors);

#endif
