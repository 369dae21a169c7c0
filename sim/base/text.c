/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include "base/memory.h"
#include "base/number.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *text_room(struct text *text, size_t more)
{
    if (text->length + more + 1 > text->capacity) {
        size_t capacity = text->capacity ? 2 * text->capacity : 256;
        while (capacity < text->length + more + 1)
            capacity *= 2;
        text->bytes = memory_grow(text->bytes, capacity, 1);
        text->capacity = capacity;
    }
    return text->bytes + text->length;
}

void text_append(struct text *text, const char *bytes, size_t length)
{
    char *end = text_room(text, length);
    memcpy(end, bytes, length);
    end[length] = 0;
    text->length += length;
}

void text_put(struct text *text, const char *string)
{
    text_append(text, string, strlen(string));
}

void text_char(struct text *text, char c)
{
    text_append(text, &c, 1);
}

void text_int(struct text *text, int64_t value)
{
    text->length += (size_t)number_write_int(text_room(text, NUMBER_TEXT), value);
}

void text_real(struct text *text, double value)
{
    text->length += (size_t)number_write_real(text_room(text, NUMBER_TEXT), value);
}

void text_seconds(struct text *text, int64_t microseconds)
{
    text->length += (size_t)number_write_seconds(text_room(text, NUMBER_TEXT), microseconds);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int needed = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (needed > 0) {
        vsnprintf(text_room(text, (size_t)needed), (size_t)needed + 1, format, again);
        text->length += (size_t)needed;
    }
    va_end(again);
}

const char *text_string(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}

void text_clear(struct text *text)
{
    text->length = 0;
    if (text->bytes)
        text->bytes[0] = 0;
}

void text_free(struct text *text)
{
    free(text->bytes);
    memset(text, 0, sizeof *text);
}

enum { NEAREST_LETTERS = 63 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int distance(const char *a, const char *b)
{
    int rows[3][NEAREST_LETTERS + 2];
    int n = (int)strlen(a), m = (int)strlen(b);
    if (n > NEAREST_LETTERS || m > NEAREST_LETTERS)
        return INT_MAX; /* no name that we know is so long */
    for (int j = 0; j <= m; j++)
        rows[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = rows[i % 3];
        const int *before = rows[(i - 1) % 3];
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int cost = a[i - 1] != b[j - 1];
            now[j] = least(least(before[j] + 1, now[j - 1] + 1), before[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

int text_nearest(const char *word, const char *const *candidates, int count)
{
    int best = -1;
    int limit = (int)strlen(word) / 3;
    if (limit < 2)
        limit = 2;
    for (int i = 0; i < count; i++) {
        int d = distance(word, candidates[i]);
        if (d <= limit && d < (int)strlen(candidates[i])) {
            limit = d - 1;
            best = i;
        }
    }
    return best;
}
