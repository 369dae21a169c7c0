/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * preflight: what libconfig would not tell, found in the raw text before it reads it.
 *
 * libconfig 1.5 reads 5000000000 as 705032704 and says that all is well; of an include that is missing
 * it does not say which, and one that is a folder ends the program. This looks at the text outside of
 * comments and quotes, follows @include lines (at most 10 deep, as libconfig does; a deeper nesting is left
 * to it to report), and adds an input error per whole number that does not fit (32 bits without a
 * trailing L, 64 bits with it) and per include that cannot be read. O(size of the text).
 */
#ifndef TENK_SCENARIO_PREFLIGHT_H
#define TENK_SCENARIO_PREFLIGHT_H

#include "base/error.h"

/* False when an include cannot be read: libconfig must not see the file then. */
bool preflight_check(const char *file, struct error_list *errors);

/* Why a file cannot be read as text; NULL when it can. */
const char *preflight_unreadable(const char *file);

/* The numbers of a piece of text that came from `origin`. */
void preflight_check_text(const char *origin, const char *text, struct error_list *errors);

#endif
