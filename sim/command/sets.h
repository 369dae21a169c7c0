/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sets: the `--set path=value` options of a command line, in order. sets_free releases the texts. */
#ifndef TENK_COMMAND_SETS_H
#define TENK_COMMAND_SETS_H

struct sets {
    char **texts;
    int count;
};

void sets_add(struct sets *sets, const char *assignment);

/* The same from a path and a value. */
void sets_add_pair(struct sets *sets, const char *path, const char *value);

void sets_free(struct sets *sets);

#endif
