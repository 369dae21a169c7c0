/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * override: `--set path=value` on a scenario that has been read and not yet looked at.
 *
 * The value is libconfig text ([1, 2], true, 5000000000 without the L that libconfig asks for), or plain
 * text where it is not (90d, easy). A setting of a group that is there is changed or added. A missing group
 * is made where the tables know it (`supply`), but never an entry of a map: a slip in a name must not start a
 * second buyer beside the one that was meant.
 */
#ifndef TENK_SCENARIO_OVERRIDE_H
#define TENK_SCENARIO_OVERRIDE_H

#include "scenario/schema.h"

/* False with an error added when the text is no assignment or its path leads nowhere. */
bool override_apply(struct source *source, const struct schema *schema, const char *assignment,
                    struct error_list *errors);

/*
 * Parses a value as it is written behind `=` into a tree of one setting; what libconfig cannot read is a
 * plain text. The tree is emptied first; the caller destroys it.
 */
bool override_value(config_t *tree, const char *value);

#endif
