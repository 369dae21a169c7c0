/* SPDX-License-Identifier: GPL-3.0-or-later */
/* size: what the files of `tenk size` share: the question, and the answer for each value of a second setting.
 */
#ifndef TENK_COMMAND_SIZE_H
#define TENK_COMMAND_SIZE_H

#include "command/method.h"
#include "study/factor.h"
#include "study/size.h"
#include "study/target.h"

enum { SIZE_AGAINST = 32 };

struct size_job {
    struct method method;
    const char *file;
    struct factor vary, against;
    const char *vary_path; /* --vary without values */
    bool varies, largest;
    struct target targets[SIZE_GOALS];
    int target_count;
    /* made of it */
    int64_t start; /* where to look first; -1: both ends */
    int most;
    int searches; /* values of the second setting, or 1 */
    int done;
    struct size_answer *answers; /* [searches] */
    char *levels[SIZE_AGAINST];  /* texts of the second setting */
    struct size_goal goals[SIZE_GOALS];
};

/* The text of a candidate's value, appended. */
void size_value(const struct size_job *job, int64_t candidate, struct text *text);

/* Makes a range of `--vary PATH` around what the scenario has. False with an error added. */
bool size_around(struct size_job *job, const struct scenario *scenario);

/* size.csv, and the evidence and the answer when shown. */
void size_report(struct size_job *job, bool shown);

/* An input error when a search found that its target is not monotone. */
void size_refuse(struct size_job *job, int search);

#endif
