/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * schema_value: one scalar or list setting, from libconfig to C and back to text.
 *
 * libconfig's own getters convert silently (5.5 becomes 5, an L value that does not fit becomes 0), so
 * numbers are taken by type here. Nothing is converted that a planner did not write.
 */
#ifndef TENK_SCENARIO_SCHEMA_VALUE_H
#define TENK_SCENARIO_SCHEMA_VALUE_H

#include "base/text.h"
#include "scenario/schema.h"

/* Fills target; false with a sentence in problem: what is wrong and what is allowed. */
bool schema_value_take(const struct schema_field *field, const config_setting_t *setting, void *target,
                       struct arena *arena, char *problem, size_t problem_size);

/* Fills target from the field's fallback; a fallback that does not parse is our own bug (asserted). */
void schema_value_fallback(const struct schema_field *field, void *target);

/* Appends the value as it would be written in a scenario, without quotes. */
void schema_value_write(const struct schema_field *field, const void *value, struct text *text);

#endif
