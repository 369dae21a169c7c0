/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/sets.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>

void sets_add(struct sets *sets, const char *assignment)
{
    sets->texts = memory_grow(sets->texts, (size_t)sets->count + 1, sizeof *sets->texts);
    sets->texts[sets->count++] = memory_text(assignment);
}

void sets_add_pair(struct sets *sets, const char *path, const char *value)
{
    struct text text = {0};
    text_format(&text, "%s=%s", path, value);
    sets_add(sets, text_string(&text));
    text_free(&text);
}

void sets_free(struct sets *sets)
{
    for (int i = 0; i < sets->count; i++)
        free(sets->texts[i]);
    free(sets->texts);
    *sets = (struct sets){0};
}
