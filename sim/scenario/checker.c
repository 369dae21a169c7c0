/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/checker.h"

#include "base/text.h"

#include <stdarg.h>
#include <string.h>

enum { PATH_BYTES = 240 };

static void join_path(char out[PATH_BYTES], const char *group, const char *key)
{
    snprintf(out, PATH_BYTES, "%.150s%s%.80s", group, *key && *group ? "." : "", key);
}

static void add(struct checker *checker, enum error_kind kind, const char *group, const char *key,
                const char *format, va_list args)
{
    char path[PATH_BYTES], message[400], file[SOURCE_NAME];
    int line;
    join_path(path, group, key);
    vsnprintf(message, sizeof message, format, args);
    source_locate(&checker->scenario->source, path, file, &line);
    error_add(checker->errors, kind, file, line, path, "%s", message);
}

void checker_say(struct checker *checker, const char *group, const char *key, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(checker, ERROR_INPUT, group, key, format, args);
    va_end(args);
}

void checker_warn(struct checker *checker, const char *group, const char *key, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(checker, ERROR_WARNING, group, key, format, args);
    va_end(args);
}

void checker_missing(struct checker *checker, const char *group, const char *key, const char *name,
                     const char *map_name, const struct schema_map *map, size_t entry_size)
{
    const char *names[64] = {0};
    int count = map->count < 64 ? map->count : 64;
    struct text all = {0};
    for (int i = 0; i < count; i++) {
        memcpy(&names[i], (const char *)map->entries + (size_t)i * entry_size, sizeof names[i]);
        text_format(&all, "%s%s", i ? ", " : "", names[i]);
    }
    int nearest = text_nearest(name, names, count);
    if (nearest >= 0)
        checker_say(checker, group, key, "\"%s\" is not among `%s`; did you mean '%s'?", name, map_name,
                    names[nearest]);
    else
        checker_say(checker, group, key, "\"%s\" is not among `%s`: %s", name, map_name,
                    count ? text_string(&all) : "it is empty; include its catalogue");
    text_free(&all);
}

bool checker_sound(const struct checker *checker, const char *group, const char *key)
{
    char path[PATH_BYTES];
    join_path(path, group, key);
    for (int i = 0; i < checker->errors->count; i++)
        if (!strcmp(checker->errors->items[i].path, path))
            return false;
    return true;
}

bool checker_in_horizon(const struct checker *checker, int64_t date)
{
    const struct scenario *scenario = checker->scenario;
    return !checker_sound(checker, "", "start") || !checker_sound(checker, "", "horizon") ||
           (date >= scenario->start && date < scenario->start + scenario->horizon);
}

void checker_ascending(struct checker *checker, const char *group, const char *key,
                       const struct schema_list *list)
{
    for (int i = 1; i < list->count; i++)
        if (list->values[i] <= list->values[i - 1]) {
            checker_say(checker, group, key, "must ascend, but item %d is not above item %d", i + 1, i);
            return;
        }
}

void checker_pair(struct checker *checker, const char *group, const char *key, const struct schema_list *a,
                  const char *other, const struct schema_list *b, int most)
{
    if (!checker_sound(checker, group, key) || !checker_sound(checker, group, other))
        return;
    if (a->count != b->count)
        checker_say(checker, group, key, "has %d items but %s has %d; they must pair up", a->count, other,
                    b->count);
    if (a->count > most)
        checker_say(checker, group, key, "has %d items; at most %d allowed", a->count, most);
}
