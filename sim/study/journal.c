/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/journal.h"

#include "base/hash.h"
#include "base/memory.h"
#include "study/journal_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

bool journal_exists(const char *path)
{
    struct stat status;
    return !lstat(path, &status);
}

/* A file as bytes; "" for an empty one. */
struct view {
    const char *bytes;
    size_t length;
};

static bool view_file(int file, struct view *view)
{
    struct stat status;
    *view = (struct view){.bytes = ""};
    if (fstat(file, &status))
        return false;
    if (!S_ISREG(status.st_mode)) {
        errno = EINVAL;
        return false;
    }
    if (!status.st_size)
        return true;
    void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        return false;
    view->bytes = bytes;
    view->length = (size_t)status.st_size;
    return true;
}

static void view_end(struct view *view)
{
    if (view->length)
        munmap((void *)(uintptr_t)view->bytes, view->length);
    view->length = 0;
}

static bool write_all(int file, const char *bytes, size_t length, int64_t offset)
{
    while (length) {
        ssize_t done = pwrite(file, bytes, length, offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        length -= (size_t)done;
        offset += done;
    }
    return true;
}

/* A line at the end of the file; what a failure left of it is cut off. */
static bool append_line(struct journal *journal)
{
    if (!write_all(journal->file, journal->line.bytes, journal->line.length, journal->end)) {
        int problem = errno;
        (void)!ftruncate(journal->file, journal->end);
        errno = problem;
        return false;
    }
    journal->end += (int64_t)journal->line.length;
    return true;
}

static bool wrong(struct error_list *errors, const char *path, const char *what)
{
    error_add(errors, ERROR_INPUT, path, 0, NULL, "%s", what);
    return false;
}

static bool check_question(const char *path, const struct journal_line_about *about,
                           const struct journal_header *header, bool any_shard, struct error_list *errors)
{
    const char *remedy = "give the arguments of then, or begin anew";
    if (!journal_line_is(about->command, header->command))
        error_add(errors, ERROR_INPUT, path, 0, NULL, "is a journal of `tenk %.*s`, not of `tenk %s`: %s",
                  (int)about->command.length, about->command.at, header->command, remedy);
    else if (about->hash != header->hash)
        error_add(errors, ERROR_INPUT, path, 0, NULL,
                  "is a journal of another study (a setting, the scenario or a catalogue differs): %s",
                  remedy);
    else if (!journal_line_is(about->shape, header->shape))
        error_add(errors, ERROR_INPUT, path, 0, NULL, "keeps %.*s of each future, and wanted is %s: %s",
                  (int)about->shape.length, about->shape.at, header->shape, remedy);
    else if (!any_shard && (about->shard != header->shard || about->shards != header->shards))
        error_add(errors, ERROR_INPUT, path, 0, NULL, "is a journal of another share of the study: %s",
                  remedy);
    else
        return true;
    return false;
}

/* What a journal line is read with. */
struct reading {
    struct journal *journal;
    struct view spool;
    journal_take *take;
    void *context;
    double *values;
    size_t capacity;
};

/* Whether the block of a unit is in the spool as it was written. */
static bool block_is_there(const struct reading *reading, const struct store_rows *rows)
{
    int64_t length = 0;
    for (int i = 0; i < STORE_PARTS; i++)
        length += rows->length[i];
    int64_t size = (int64_t)reading->spool.length;
    if (rows->offset > size || length > size - rows->offset)
        return false;
    return hash_bytes(HASH_START, reading->spool.bytes + rows->offset, (size_t)length) == rows->sum;
}

static bool read_unit(struct reading *reading, const char *line, size_t length)
{
    struct journal_unit unit;
    struct journal *journal = reading->journal;
    if (!journal_line_read_unit(line, length, &unit, &reading->values, &reading->capacity))
        return false;
    unit.rows.source = journal->source;
    if (unit.has_rows) {
        if (!block_is_there(reading, &unit.rows))
            return true; /* lost with the power; computed anew */
        int64_t end = unit.rows.offset;
        for (int i = 0; i < STORE_PARTS; i++)
            end += unit.rows.length[i];
        if (end > journal->spool_end)
            journal->spool_end = end;
    }
    journal->units++;
    return reading->take(reading->context, &unit);
}

/* The lines after the first. A last one without line feed is torn and does not count. */
static bool read_units(struct reading *reading, const struct view *view, size_t at, struct error_list *errors)
{
    for (int number = 2; at < view->length; number++) {
        const char *line = view->bytes + at;
        const char *feed = memchr(line, '\n', view->length - at);
        if (!feed)
            break;
        if (!read_unit(reading, line, (size_t)(feed - line))) {
            error_add(errors, ERROR_INPUT, reading->journal->path, number, NULL,
                      "is damaged: this line is not what was written; remove the journal to begin anew");
            return false;
        }
        at += (size_t)(feed - line) + 1;
    }
    reading->journal->end = (int64_t)at;
    return true;
}

/* Reads what is there; *empty when it holds no whole line. */
static bool read_all(struct journal *journal, const struct journal_header *header, enum journal_mode mode,
                     journal_take *take, void *context, bool *empty, struct error_list *errors)
{
    struct view view;
    struct reading reading = {.journal = journal, .take = take, .context = context, .spool = {.bytes = ""}};
    struct journal_line_about about;
    if (!view_file(journal->file, &view) ||
        (journal->spool >= 0 && !view_file(journal->spool, &reading.spool))) {
        error_system(errors, journal->path, errno, "cannot be read as a journal");
        return false;
    }
    const char *feed = memchr(view.bytes, '\n', view.length);
    size_t length = feed ? (size_t)(feed - view.bytes) : view.length;
    enum journal_line_kind kind = journal_line_read_header(view.bytes, length, &about);
    bool ok = true;
    *empty = !feed && (mode != JOURNAL_SOURCE || !view.length) &&
             !strncmp(view.bytes, "tenk-journal", view.length < 12 ? view.length : 12);
    if (mode == JOURNAL_NEW && (*empty || kind != JOURNAL_LINE_FOREIGN))
        *empty = true; /* of whatever study it was */
    else if (*empty)
        ok = mode != JOURNAL_SOURCE || wrong(errors, journal->path, "is empty");
    else if (kind == JOURNAL_LINE_FOREIGN)
        ok = wrong(errors, journal->path, "is no journal of a study; move it away");
    else if (kind == JOURNAL_LINE_DAMAGED)
        ok = wrong(errors, journal->path, "is damaged: its first line is not what was written");
    else
        ok = journal_line_ours(journal->path, &about, errors) &&
             check_question(journal->path, &about, header, mode == JOURNAL_SOURCE, errors) &&
             read_units(&reading, &view, length + 1, errors);
    view_end(&view);
    view_end(&reading.spool);
    free(reading.values);
    return ok;
}

static char *spool_path(const char *path)
{
    struct text text = {0};
    text_format(&text, "%s.rows", path);
    char *copy = memory_text(text_string(&text));
    text_free(&text);
    return copy;
}

static void forget(struct journal *journal)
{
    if (journal->spool >= 0)
        close(journal->spool);
    if (journal->file >= 0)
        close(journal->file);
    free(journal->path);
    free(journal->spool_path);
    text_free(&journal->line);
    *journal = (struct journal){.file = -1, .spool = -1};
}

static bool open_files(struct journal *journal, const struct journal_header *header, enum journal_mode mode,
                       struct error_list *errors)
{
    int flags = mode == JOURNAL_SOURCE ? O_RDONLY : O_RDWR | O_CREAT;
    journal->file = open(journal->path, flags | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (journal->file < 0) {
        error_system(errors, journal->path, errno, "cannot be opened");
        return false;
    }
    if (mode != JOURNAL_SOURCE && flock(journal->file, LOCK_EX | LOCK_NB)) {
        error_system(errors, journal->path, 0,
                     "another run of tenk keeps its journal here; wait for it or give another -o");
        return false;
    }
    if (!strncmp(header->shape, "rows", 4)) {
        journal->spool = open(journal->spool_path, flags | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (journal->spool < 0 && (mode != JOURNAL_SOURCE || errno != ENOENT)) {
            error_system(errors, journal->spool_path, errno, "cannot be opened");
            return false;
        }
    }
    return true;
}

/* Cuts off what is torn; writes the first line where there is none. */
static bool make_ready(struct journal *journal, const struct journal_header *header, bool empty,
                       struct error_list *errors)
{
    if (empty)
        journal->end = journal->spool_end = 0;
    bool ok = !ftruncate(journal->file, journal->end) &&
              (journal->spool < 0 || !ftruncate(journal->spool, journal->spool_end));
    if (ok && empty) {
        journal_line_header(&journal->line, header);
        ok = append_line(journal);
    }
    if (!ok)
        error_system(errors, journal->path, errno, "cannot be written");
    return ok;
}

bool journal_open(struct journal *journal, const char *path, const struct journal_header *header,
                  enum journal_mode mode, int source, journal_take *take, void *context,
                  struct error_list *errors)
{
    *journal =
        (struct journal){.file = -1, .spool = -1, .source = source, .read_only = mode == JOURNAL_SOURCE};
    journal->path = memory_text(path);
    journal->spool_path = spool_path(path);
    bool empty = false;
    bool ok = open_files(journal, header, mode, errors) &&
              read_all(journal, header, mode, take, context, &empty, errors) &&
              (mode == JOURNAL_SOURCE || make_ready(journal, header, empty, errors));
    if (!ok)
        forget(journal);
    return ok;
}

/* The blocks of a unit with one call, so that little is paid for small ones; what is left of them one by one.
 */
static bool write_parts(struct journal *journal, const struct text *const *parts)
{
    struct iovec pieces[STORE_PARTS];
    int64_t at = journal->spool_end;
    for (int i = 0; i < STORE_PARTS; i++)
        pieces[i] = (struct iovec){.iov_base = parts[i]->bytes, .iov_len = parts[i]->length};
    ssize_t done = pwritev(journal->spool, pieces, STORE_PARTS, at);
    if (done < 0 && errno != EINTR)
        return false;
    size_t skip = done > 0 ? (size_t)done : 0;
    for (int i = 0; i < STORE_PARTS; i++) {
        size_t here = skip < parts[i]->length ? skip : parts[i]->length;
        size_t left = parts[i]->length - here;
        if (left && !write_all(journal->spool, parts[i]->bytes + here, left, at + (int64_t)here))
            return false;
        skip -= here;
        at += (int64_t)parts[i]->length;
    }
    return true;
}

static bool write_rows(struct journal *journal, struct store_rows *rows, const struct text *const *parts)
{
    int64_t end = journal->spool_end;
    *rows = (struct store_rows){.source = journal->source, .offset = end, .sum = HASH_START};
    for (int i = 0; i < STORE_PARTS; i++) {
        rows->length[i] = (int64_t)parts[i]->length;
        if (parts[i]->length)
            rows->sum = hash_bytes(rows->sum, parts[i]->bytes, parts[i]->length);
        end += rows->length[i];
    }
    if (end > journal->spool_end && !write_parts(journal, parts)) {
        int problem = errno;
        (void)!ftruncate(journal->spool, journal->spool_end);
        errno = problem;
        return false;
    }
    journal->spool_end = end;
    return true;
}

bool journal_add(struct journal *journal, struct journal_unit *unit, const struct text *const *parts)
{
    unit->has_rows = parts != NULL;
    if (parts && !write_rows(journal, &unit->rows, parts))
        return false;
    journal_line_unit(&journal->line, unit);
    if (!append_line(journal))
        return false;
    journal->units++;
    return true;
}

bool journal_rows(const struct journal *journal, const struct store_rows *rows,
                  struct text *parts[STORE_PARTS], struct error_list *errors)
{
    int64_t at = rows->offset;
    uint64_t sum = HASH_START;
    char buffer[1 << 16];
    for (int i = 0; i < STORE_PARTS; i++) {
        text_clear(parts[i]);
        for (int64_t left = rows->length[i]; left > 0;) {
            size_t wanted = left < (int64_t)sizeof buffer ? (size_t)left : sizeof buffer;
            ssize_t got = pread(journal->spool, buffer, wanted, at);
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0) {
                error_system(errors, journal->spool_path, got ? errno : 0, "cannot be read to its end");
                return false;
            }
            text_append(parts[i], buffer, (size_t)got);
            left -= got;
            at += got;
        }
        if (parts[i]->length)
            sum = hash_bytes(sum, parts[i]->bytes, parts[i]->length);
    }
    if (sum != rows->sum) {
        error_add(errors, ERROR_INPUT, journal->spool_path, 0, NULL,
                  "is damaged; --resume computes what is lost");
        return false;
    }
    return true;
}

void journal_close(struct journal *journal, bool remove)
{
    if (journal->file >= 0 && !journal->read_only && (remove || !journal->units)) {
        if (journal->spool >=
            0) /* first: a journal without it computes anew, a spool alone would be litter */
            unlink(journal->spool_path);
        unlink(journal->path);
    }
    forget(journal);
}
