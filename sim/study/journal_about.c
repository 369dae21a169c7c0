/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal_about: what a journal is of, by its first line alone. */
#include "base/memory.h"
#include "study/journal_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char *copy_piece(struct journal_line_piece piece)
{
    char *copy = memory_alloc(piece.length + 1, 1);
    memcpy(copy, piece.at, piece.length);
    return copy;
}

static bool wrong(struct error_list *errors, const char *path, const char *what)
{
    error_add(errors, ERROR_INPUT, path, 0, NULL, "%s", what);
    return false;
}

bool journal_about(const char *path, struct journal_about *about, struct error_list *errors)
{
    *about = (struct journal_about){0};
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        error_add(errors, ERROR_INPUT, path, 0, NULL, "cannot be read as a journal: %s", strerror(errno));
        return false;
    }
    char *line = NULL;
    size_t capacity = 0;
    struct journal_line_about found;
    ssize_t length = getline(&line, &capacity, stream);
    fclose(stream);
    enum journal_line_kind kind = JOURNAL_LINE_FOREIGN;
    if (length > 0 && line[length - 1] == '\n')
        kind = journal_line_read_header(line, (size_t)length - 1, &found);
    bool ok = false;
    if (kind == JOURNAL_LINE_FOREIGN)
        wrong(errors, path, "is no journal of a study");
    else if (kind == JOURNAL_LINE_DAMAGED)
        wrong(errors, path, "is damaged: its first line is not what was written");
    else
        ok = journal_line_ours(path, &found, errors);
    if (ok)
        *about = (struct journal_about){.command = copy_piece(found.command),
                                        .arguments = copy_piece(found.arguments),
                                        .shard = found.shard,
                                        .shards = found.shards};
    free(line);
    return ok;
}
