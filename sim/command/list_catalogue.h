/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * list_catalogue: the catalogues in configs/, and what `tenk list` prints of each.
 *
 * One row is one file: by which table its entries are read, and how an entry is shown in a line or a few.
 * A folder need not hold all of them; it is taken for a folder of catalogues when it has chips.cfg.
 */
#ifndef TENK_COMMAND_LIST_CATALOGUE_H
#define TENK_COMMAND_LIST_CATALOGUE_H

#include "base/error.h"
#include "scenario/schema.h"

#include <stdbool.h>
#include <stddef.h>

struct list_catalogue {
    const char *what;            /* its name for `tenk list`; the first word of its paths */
    const char *file;            /* in the folder */
    const struct schema *schema; /* of an entry */
    void (*show)(const struct schema_map *map);
};

/* NULL beyond the last. */
const struct list_catalogue *list_catalogue_at(int index);

/* NULL when no catalogue has that name. */
const struct list_catalogue *list_catalogue_named(const char *what);

/* The folder of the catalogues, in buffer: the one given, or the first of ./configs, beside the program and
 * where `make install` puts them. NULL with an error added when there is none. */
const char *list_catalogue_folder(const char *given, char *buffer, size_t size, struct error_list *errors);

/* What a file says, by the catalogue's table. */
struct list_entries {
    struct source source;
    struct arena arena;
    struct schema_map map;
};

/* False with errors added. Call list_catalogue_free in both cases. */
bool list_catalogue_read(const struct list_catalogue *catalogue, const char *file,
                         struct list_entries *entries, struct error_list *errors);

void list_catalogue_free(struct list_entries *entries);

/* The table of a file that is this catalogue alone, with `field` to hold its one row. */
struct schema list_catalogue_schema(const struct list_catalogue *catalogue, struct schema_field *field);

/* Prints the catalogue of a folder; errors are added when it is not there or has mistakes. */
void list_catalogue_print(const struct list_catalogue *catalogue, const char *folder,
                          struct error_list *errors);

#endif
