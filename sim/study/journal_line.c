/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study/journal_line.h"

#include "base/hash.h"
#include "base/memory.h"
#include "study/study.h"
#include "tenk_version.h"

#include <inttypes.h>
#include <string.h>

static const char magic[] = "tenk-journal 1 ";

enum { SUM_LENGTH = 18 }; /* " #" and 16 digits */

static void put_hex(struct text *text, uint64_t number)
{
    char digits[17];
    for (int i = 15; i >= 0; i--, number >>= 4)
        digits[i] = "0123456789abcdef"[number & 15];
    text_append(text, digits, 16);
}

/* Counts and marks have zeros at the end of their bits, which say nothing. */
static void put_value(struct text *text, double value)
{
    uint64_t bits;
    char digits[17];
    int length = 0;
    memcpy(&bits, &value, sizeof bits);
    digits[length++] = ' ';
    do {
        digits[length++] = "0123456789abcdef"[bits >> 60];
        bits <<= 4;
    } while (bits);
    text_append(text, digits, (size_t)length);
}

static void end_line(struct text *line)
{
    uint64_t sum = hash_bytes(HASH_START, line->bytes, line->length);
    text_put(line, " #");
    put_hex(line, sum);
    text_char(line, '\n');
}

void journal_line_header(struct text *line, const struct journal_header *header)
{
    text_clear(line);
    text_format(line, "%s%s %s %s %s %016" PRIx64 " %d/%d %s", magic, TENK_VERSION, TENK_COMMIT,
                header->command, header->shape, header->hash, header->shard, header->shards,
                header->arguments);
    end_line(line);
}

void journal_line_unit(struct text *line, const struct journal_unit *unit)
{
    text_clear(line);
    text_put(line, "u ");
    put_hex(line, unit->scenario);
    text_char(line, ' ');
    text_int(line, unit->replication);
    text_char(line, ' ');
    text_int(line, unit->events);
    text_char(line, ' ');
    text_int(line, unit->count);
    for (int32_t i = 0; i < unit->count; i++)
        put_value(line, unit->values[i]);
    if (unit->has_rows) {
        text_put(line, " r ");
        text_int(line, unit->rows.offset);
        for (int i = 0; i < STORE_PARTS; i++) {
            text_char(line, ' ');
            text_int(line, unit->rows.length[i]);
        }
        text_char(line, ' ');
        put_hex(line, unit->rows.sum);
    }
    end_line(line);
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Where the reading is; words are separated by one blank. */
struct cursor {
    const char *at, *end;
    bool failed;
};

static struct journal_line_piece next_word(struct cursor *cursor)
{
    struct journal_line_piece word = {.at = cursor->at};
    while (cursor->at < cursor->end && *cursor->at != ' ')
        cursor->at++;
    word.length = (size_t)(cursor->at - word.at);
    if (cursor->at < cursor->end)
        cursor->at++;
    cursor->failed = cursor->failed || !word.length;
    return word;
}

static uint64_t next_hex(struct cursor *cursor, bool short_of_zeros)
{
    struct journal_line_piece word = next_word(cursor);
    uint64_t number = 0;
    if (word.length > 16 || (word.length < 16 && !short_of_zeros))
        cursor->failed = true;
    for (size_t i = 0; i < 16; i++) {
        int digit = i < word.length ? digit_of(word.at[i]) : 0;
        cursor->failed = cursor->failed || digit < 0;
        number = number << 4 | (uint64_t)(digit & 15);
    }
    return number;
}

static int64_t next_int(struct cursor *cursor, int64_t most)
{
    struct journal_line_piece word = next_word(cursor);
    int64_t number = 0;
    if (word.length > 18)
        cursor->failed = true;
    for (size_t i = 0; i < word.length && !cursor->failed; i++) {
        cursor->failed = word.at[i] < '0' || word.at[i] > '9';
        number = 10 * number + (word.at[i] - '0');
    }
    if (number > most)
        cursor->failed = true;
    return cursor->failed ? 0 : number;
}

/* Length of the line without its checksum, 0 when that is wrong. */
static size_t checked_length(const char *line, size_t length)
{
    if (length <= SUM_LENGTH)
        return 0;
    size_t covered = length - SUM_LENGTH;
    struct cursor cursor = {.at = line + covered + 2, .end = line + length};
    uint64_t sum = next_hex(&cursor, false);
    bool good = line[covered] == ' ' && line[covered + 1] == '#' && !cursor.failed;
    return good && sum == hash_bytes(HASH_START, line, covered) ? covered : 0;
}

bool journal_line_is(struct journal_line_piece piece, const char *text)
{
    return piece.length == strlen(text) && !memcmp(piece.at, text, piece.length);
}

enum journal_line_kind journal_line_read_header(const char *line, size_t length,
                                                struct journal_line_about *about)
{
    size_t start = strlen(magic);
    if (length < start || memcmp(line, magic, start))
        return JOURNAL_LINE_FOREIGN;
    size_t covered = checked_length(line, length);
    if (!covered)
        return JOURNAL_LINE_DAMAGED;
    struct cursor cursor = {.at = line + start, .end = line + covered};
    about->version = next_word(&cursor);
    about->commit = next_word(&cursor);
    about->command = next_word(&cursor);
    about->shape = next_word(&cursor);
    about->hash = next_hex(&cursor, false);
    struct journal_line_piece shard = next_word(&cursor);
    const char *slash = memchr(shard.at, '/', shard.length);
    if (!slash)
        return JOURNAL_LINE_DAMAGED;
    struct cursor first = {.at = shard.at, .end = slash};
    struct cursor second = {.at = slash + 1, .end = shard.at + shard.length};
    about->shard = (int)next_int(&first, 1 << 24);
    about->shards = (int)next_int(&second, 1 << 24);
    about->arguments = (struct journal_line_piece){cursor.at, (size_t)(cursor.end - cursor.at)};
    bool failed = cursor.failed || first.failed || second.failed;
    return failed ? JOURNAL_LINE_DAMAGED : JOURNAL_LINE_GOOD;
}

static void read_rows(struct cursor *cursor, struct store_rows *rows)
{
    rows->offset = next_int(cursor, INT64_MAX);
    for (int i = 0; i < STORE_PARTS; i++)
        rows->length[i] = next_int(cursor, INT64_C(1) << 48);
    rows->sum = next_hex(cursor, false);
}

bool journal_line_read_unit(const char *line, size_t length, struct journal_unit *unit, double **values,
                            size_t *capacity)
{
    size_t covered = checked_length(line, length);
    if (covered < 2 || line[0] != 'u' || line[1] != ' ')
        return false;
    struct cursor cursor = {.at = line + 2, .end = line + covered};
    *unit = (struct journal_unit){.scenario = next_hex(&cursor, false)};
    unit->replication = (int32_t)next_int(&cursor, INT32_MAX);
    unit->events = next_int(&cursor, INT64_MAX);
    unit->count = (int32_t)next_int(&cursor, (int64_t)covered);
    if (cursor.failed || (unit->replication & ~STUDY_MIRROR) >= STUDY_REPLICATIONS)
        return false;
    if ((size_t)unit->count > *capacity) {
        *capacity = (size_t)unit->count;
        *values = memory_grow(*values, *capacity, sizeof **values);
    }
    for (int32_t i = 0; i < unit->count && !cursor.failed; i++) {
        uint64_t bits = next_hex(&cursor, true);
        memcpy(*values + i, &bits, sizeof bits);
    }
    unit->values = *values;
    if (cursor.at < cursor.end) {
        cursor.failed = cursor.failed || !journal_line_is(next_word(&cursor), "r");
        unit->has_rows = true;
        read_rows(&cursor, &unit->rows);
    }
    return !cursor.failed && cursor.at == cursor.end;
}

bool journal_line_ours(const char *path, const struct journal_line_about *about, struct error_list *errors)
{
    if (journal_line_is(about->version, TENK_VERSION) && journal_line_is(about->commit, TENK_COMMIT))
        return true;
    error_add(errors, ERROR_INPUT, path, 0, NULL,
              "is a journal of tenk %.*s (%.*s), and this is %s (%s), whose results may differ: finish it "
              "with that "
              "version, or begin anew",
              (int)about->version.length, about->version.at, (int)about->commit.length, about->commit.at,
              TENK_VERSION, TENK_COMMIT);
    return false;
}
