/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * schema: one table per kind of group tells what may be written, and everything follows from it.
 *
 * A field has a key, a kind, a range, a unit, a fallback and a help text. Reading fills a plain C
 * struct by offsets and reports every mistake it meets (unknown key with the nearest known one, wrong
 * type, out of range, missing); printing walks the same table and gives every resolved setting.
 * So `check`, the manifest and the help text cannot drift from what is read.
 *
 * Structs that a map holds begin with `const char *name`. Texts and lists live in the arena given or in
 * the source, which must outlive the struct.
 */
#ifndef TENK_SCENARIO_SCHEMA_H
#define TENK_SCENARIO_SCHEMA_H

#include "base/memory.h"
#include "scenario/source.h"

#include <stddef.h>

enum schema_kind {
    SCHEMA_TEXT,     /* const char * */
    SCHEMA_CHOICE,   /* const char *, one of choice(0), choice(1) ... NULL */
    SCHEMA_WHOLE,    /* int64_t */
    SCHEMA_REAL,     /* double; may be written with `unit` in a text */
    SCHEMA_DURATION, /* int64_t us; written with a unit */
    SCHEMA_DATE,     /* int64_t us since 1970 */
    SCHEMA_FLAG,     /* bool */
    SCHEMA_REALS,    /* struct schema_list */
    SCHEMA_GROUP,    /* the struct of sub */
    SCHEMA_MAP       /* struct schema_map of sub */
};

struct schema;

struct schema_field {
    const char *key;
    enum schema_kind kind;
    size_t offset;
    double min, max; /* of a number, of each item of a list; of a duration in days */
    const char
        *fallback; /* as text; NULL: must be given. For lists and maps: NULL must be given, "" may be empty */
    const char *unit; /* for people; of a real also accepted behind the number */
    const char *help;
    const struct schema *sub;
    const char *(*choice)(int index);
    const char
        *file; /* a choice may also be a file with this ending, named with a slash; NULL: only the names */
};

struct schema {
    const struct schema_field *fields;
    int count;
    size_t size; /* of the struct */
};

struct schema_list {
    int count;
    double *values;
};

struct schema_map {
    int count;
    void *entries; /* count structs of the schema's size */
};

/* Reads the whole tree into `into` (schema->size bytes). False when errors were added. */
bool schema_read(const struct schema *schema, const struct source *source, void *into, struct arena *arena,
                 struct error_list *errors);

/* Calls visit for every setting, in the order of the tables, with its path and its value as text. */
void schema_visit(const struct schema *schema, const void *from,
                  void (*visit)(void *context, const char *path, const struct schema_field *field,
                                const char *value),
                  void *context);

/* The entry of a map by name, NULL when there is none. */
const void *schema_entry(const struct schema_map *map, const struct schema *schema, const char *name);

#endif
