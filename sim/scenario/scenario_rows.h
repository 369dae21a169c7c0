/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario_rows: how a row of the tables scenario_tables*.c is written; for them alone. */
#ifndef TENK_SCENARIO_SCENARIO_ROWS_H
#define TENK_SCENARIO_SCENARIO_ROWS_H

#include "scenario/choices.h"
#include "scenario/scenario.h"

#define FIELD(structure, member) .key = #member, .offset = offsetof(struct structure, member)
#define TEXT(structure, member, without, about)                                                              \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_TEXT, .fallback = without, .help = about                    \
    }
#define CHOICE(structure, member, names, without, about)                                                     \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_CHOICE, .choice = names, .fallback = without, .help = about \
    }
#define ORDER(structure, member, without, about)                                                             \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_CHOICE, .choice = choices_order,                            \
                                  .file = ORDER_PLUGIN_ENDING, .fallback = without, .help = about            \
    }
#define WHOLE(structure, member, low, high, without, of, about)                                              \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_WHOLE, .min = low, .max = high, .fallback = without,        \
                                  .unit = of, .help = about                                                  \
    }
#define REAL(structure, member, low, high, without, of, about)                                               \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_REAL, .min = low, .max = high, .fallback = without,         \
                                  .unit = of, .help = about                                                  \
    }
#define DURATION(structure, member, low, high, without, about)                                               \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_DURATION, .min = low, .max = high, .fallback = without,     \
                                  .unit = "duration", .help = about                                          \
    }
#define DATE(structure, member, without, about)                                                              \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_DATE, .fallback = without, .help = about                    \
    }
#define FLAG(structure, member, without, about)                                                              \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_FLAG, .fallback = without, .help = about                    \
    }
#define REALS(structure, member, low, high, without, about)                                                  \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_REALS, .min = low, .max = high, .fallback = without,        \
                                  .help = about                                                              \
    }
#define MAP(structure, member, of, without, about)                                                           \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_MAP, .sub = of, .fallback = without, .help = about          \
    }
#define GROUP(structure, member, of, about)                                                                  \
    {                                                                                                        \
        FIELD(structure, member), .kind = SCHEMA_GROUP, .sub = of, .help = about                             \
    }
#define SCHEMA(structure, rows)                                                                              \
    {                                                                                                        \
        .fields = rows, .count = sizeof rows / sizeof *rows, .size = sizeof(struct structure)                \
    }

/* Schemas of the other tables. */
extern const struct schema scenario_stages_schema;
extern const struct schema scenario_firms_schema;
extern const struct schema scenario_refresh_schema;
extern const struct schema scenario_energy_schema;
extern const struct schema scenario_dispatch_schema;
extern const struct schema scenario_storage_schema;

#endif
