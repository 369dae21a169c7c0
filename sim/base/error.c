/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static struct error_item *list_extend(struct error_list *list, enum error_kind kind)
{
    if (kind == ERROR_INPUT)
        list->inputs++;
    if (kind == ERROR_SYSTEM)
        list->systems++;
    if (list->count == list->capacity) {
        int capacity = list->capacity ? 2 * list->capacity : 8;
        struct error_item *items = realloc(list->items, (size_t)capacity * sizeof *items);
        if (!items)
            return NULL; /* the counts above still turn the exit status */
        list->items = items;
        list->capacity = capacity;
    }
    struct error_item *item = &list->items[list->count++];
    memset(item, 0, sizeof *item);
    item->kind = kind;
    return item;
}

static void item_place(struct error_item *item, const char *file, int line, const char *path)
{
    item->line = line;
    if (file)
        snprintf(item->file, sizeof item->file, "%s", file);
    if (path)
        snprintf(item->path, sizeof item->path, "%s", path);
}

void error_add(struct error_list *list, enum error_kind kind, const char *file, int line, const char *path,
               const char *format, ...)
{
    struct error_item *item = list_extend(list, kind);
    if (!item)
        return;
    item_place(item, file, line, path);
    va_list args;
    va_start(args, format);
    vsnprintf(item->message, sizeof item->message, format, args);
    va_end(args);
}

void error_input(struct error_list *list, const char *format, ...)
{
    struct error_item *item = list_extend(list, ERROR_INPUT);
    if (!item)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(item->message, sizeof item->message, format, args);
    va_end(args);
}

void error_system(struct error_list *list, const char *file, int errno_value, const char *format, ...)
{
    struct error_item *item = list_extend(list, ERROR_SYSTEM);
    if (!item)
        return;
    item_place(item, file, 0, NULL);
    va_list args;
    va_start(args, format);
    int used = vsnprintf(item->message, sizeof item->message, format, args);
    va_end(args);
    if (errno_value && used >= 0 && (size_t)used < sizeof item->message)
        snprintf(item->message + used, sizeof item->message - (size_t)used, ": %s", strerror(errno_value));
}

bool error_any(const struct error_list *list)
{
    return list->inputs + list->systems > 0;
}

int error_exit_status(const struct error_list *list)
{
    if (list->inputs)
        return 2;
    return list->systems ? 1 : 0;
}

/* Terminal control bytes in hostile input must not reach the terminal. */
static void print_clean(const char *text, FILE *stream)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        fputc(*c < 0x20 || *c == 0x7f ? '?' : *c, stream);
}

void error_print(const struct error_list *list, int from, FILE *stream)
{
    for (int i = from; i < list->count; i++) {
        const struct error_item *item = &list->items[i];
        if (item->file[0]) {
            print_clean(item->file, stream);
            if (item->line)
                fprintf(stream, ":%d", item->line);
            fputs(": ", stream);
        } else {
            fputs("tenk: ", stream);
        }
        if (item->kind == ERROR_WARNING)
            fputs("warning: ", stream);
        if (item->path[0]) {
            print_clean(item->path, stream);
            fputs(": ", stream);
        }
        print_clean(item->message, stream);
        fputc('\n', stream);
    }
}

void error_list_free(struct error_list *list)
{
    free(list->items);
    memset(list, 0, sizeof *list);
}
