/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * literals: whole numbers in scenario text that libconfig would cut.
 *
 * libconfig 1.5 reads 5000000000 as 705032704 and says that all is well. This looks at the raw text,
 * outside of comments and quotes, follows @include lines (at most 10 deep, as libconfig does; what
 * cannot be opened is left to libconfig to report), and adds an input error per number
 * that does not fit: 32 bits without a trailing L, 64 bits with it. O(size of the text).
 */
#ifndef TENK_SCENARIO_LITERALS_H
#define TENK_SCENARIO_LITERALS_H

#include "base/error.h"

void literals_check(const char *file, struct error_list *errors);

/* The same for a piece of text that came from `origin`. */
void literals_check_text(const char *origin, const char *text, struct error_list *errors);

#endif
