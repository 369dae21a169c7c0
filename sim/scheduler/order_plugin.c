/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scheduler/order_plugin.h"

#include "base/hash.h"
#include "base/memory.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_MOST = 40, PICK_MOST = 65536 };

static const size_t state_most = (size_t)1 << 30;

bool order_plugin_path(const char *word)
{
    size_t length = strlen(word), ending = strlen(ORDER_PLUGIN_ENDING);
    return strchr(word, '/') && length > ending && !strcmp(word + length - ending, ORDER_PLUGIN_ENDING);
}

#define EXPECTED "a shared object is expected: cc -shared -fPIC -I include -o mine.so mine.c"

/* True for an object of which a piece that would be loaded is not there: dlopen would die of it (SIGBUS).
 * What is no object at all dlopen tells by itself. */
static bool is_cut(FILE *stream, int64_t length)
{
    ElfW(Ehdr) head;
    rewind(stream);
    if (fread(&head, sizeof head, 1, stream) != 1 || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_phentsize != sizeof(ElfW(Phdr)))
        return false;
    if (head.e_phoff > (uint64_t)length || fseek(stream, (long)head.e_phoff, SEEK_SET))
        return true;
    for (int i = 0; i < head.e_phnum; i++) {
        ElfW(Phdr) piece;
        if (fread(&piece, sizeof piece, 1, stream) != 1)
            return true;
        if (piece.p_type == PT_LOAD &&
            (piece.p_offset > (uint64_t)length || piece.p_filesz > (uint64_t)length - piece.p_offset))
            return true;
    }
    return false;
}

/* The file is there and whole; takes its hash. */
static bool look_at_file(const char *file, uint64_t *hash, char *problem, size_t size)
{
    struct stat about;
    if (stat(file, &about)) {
        snprintf(problem, size, "%s: %s", file, errno == ENOENT ? "there is no such file" : strerror(errno));
        return false;
    }
    if (!S_ISREG(about.st_mode)) {
        snprintf(problem, size, "%s: is no file", file);
        return false;
    }
    FILE *stream = fopen(file, "rb");
    if (!stream) {
        snprintf(problem, size, "%s: cannot be read: %s", file, strerror(errno));
        return false;
    }
    char bytes[1 << 14];
    *hash = HASH_START;
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, stream)) > 0;)
        *hash = hash_bytes(*hash, bytes, got);
    bool whole = !ferror(stream);
    if (!whole)
        snprintf(problem, size, "%s: cannot be read to its end", file);
    bool cut = whole && is_cut(stream, about.st_size);
    if (cut)
        snprintf(problem, size, "%s: is cut off; " EXPECTED, file);
    fclose(stream);
    return whole && !cut;
}

/* Names stand in tables, messages and files. */
static bool is_name(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
            return false;
    return length > 0 && length <= NAME_MOST;
}

/* What is wrong with the members; NULL when nothing is. The members behind `abi` are read only when it is
 * ours. */
static bool members_fit(const struct tenk_order *tenk, char *problem, size_t size)
{
    if (tenk->abi != TENK_ORDER_ABI)
        snprintf(problem, size,
                 "is built against version %d of tenk/order.h, this tenk loads version %d: build it anew",
                 (int)tenk->abi, TENK_ORDER_ABI);
    else if (!tenk->name || !is_name(tenk->name))
        snprintf(problem, size,
                 "its name is %s: 1 to %d letters, digits, '-', '_' and '.' are expected in .name",
                 !tenk->name   ? "missing"
                 : *tenk->name ? "not one"
                               : "empty",
                 NAME_MOST);
    else if (order_policy_named(tenk->name))
        snprintf(problem, size, "its name '%s' is that of an order that tenk has: choose another .name",
                 tenk->name);
    else if (!tenk->summary || !*tenk->summary)
        snprintf(problem, size, "its summary is %s: one line is expected in .summary",
                 tenk->summary ? "empty" : "missing");
    else if (!tenk->score && !tenk->pick)
        snprintf(problem, size, "neither scores nor picks: a function is expected in .score or in .pick");
    else if (tenk->pick_limit < 0 || tenk->pick_limit > PICK_MOST)
        snprintf(problem, size, "its .pick_limit is %d: 0 to %d are expected", (int)tenk->pick_limit,
                 PICK_MOST);
    else if (tenk->state_size > state_most)
        snprintf(problem, size, "its .state_size is %zu bytes: at most %zu are expected", tenk->state_size,
                 state_most);
    else
        return true;
    return false;
}

static bool open_plugin(struct order_plugin *plugin, char *problem, size_t size)
{
    plugin->handle = dlopen(plugin->file, RTLD_NOW | RTLD_LOCAL);
    if (!plugin->handle) {
        snprintf(problem, size, "%s; " EXPECTED, dlerror());
        return false;
    }
    plugin->tenk = dlsym(plugin->handle, "tenk_order_policy");
    if (!plugin->tenk) {
        snprintf(
            problem, size,
            "%s: exports no tenk_order_policy; `const struct tenk_order tenk_order_policy = { ... };` is "
            "expected (tenk/order.h)",
            plugin->file);
        return false;
    }
    int used = snprintf(problem, size, "%s: ", plugin->file);
    size_t at = (size_t)used < size ? (size_t)used : size - 1;
    return members_fit(plugin->tenk, problem + at, size - at);
}

static void free_plugin(struct order_plugin *plugin)
{
    if (plugin->handle)
        dlclose(plugin->handle);
    free(plugin->given);
    free(plugin->file);
    free(plugin);
}

const struct order_policy *order_plugins_load(struct order_plugins *plugins, const char *given,
                                              const char *file, char *problem, size_t size)
{
    for (int i = 0; i < plugins->count; i++)
        if (!strcmp(plugins->items[i]->file, file) && !strcmp(plugins->items[i]->given, given))
            return &plugins->items[i]->policy;
    struct order_plugin *plugin = memory_alloc(1, sizeof *plugin);
    plugin->given = memory_text(given);
    plugin->file = memory_text(file);
    if (!look_at_file(file, &plugin->hash, problem, size) || !open_plugin(plugin, problem, size)) {
        free_plugin(plugin);
        return NULL;
    }
    plugin->policy = (struct order_policy){.name = plugin->tenk->name,
                                           .summary = plugin->tenk->summary,
                                           .formula = "see its file",
                                           .changes = plugin->tenk->changes && plugin->tenk->score,
                                           .picks = plugin->tenk->pick,
                                           .self = plugin};
    plugins->items = memory_grow(plugins->items, (size_t)plugins->count + 1, sizeof *plugins->items);
    plugins->items[plugins->count++] = plugin;
    return &plugin->policy;
}

const struct order_plugin *order_plugin_of(const struct order_policy *policy)
{
    return policy ? policy->self : NULL;
}

void order_plugins_free(struct order_plugins *plugins)
{
    for (int i = 0; i < plugins->count; i++)
        free_plugin(plugins->items[i]);
    free(plugins->items);
    *plugins = (struct order_plugins){0};
}
