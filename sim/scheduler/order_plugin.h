/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order_plugin: orders that come as shared objects against include/tenk/order.h.
 *
 * Problem: an order in order/ asks for tenk to be built anew. Choice: a word with a slash that ends in .so
 * names a file instead of a registered order; it is loaded once, before anything runs, and everything that
 * can be wrong with it is an input error with its remedy. A set belongs to whoever reads the input (a
 * scenario, a replay) and is only read while threads run; what one site of one replication needs is in
 * outside.h.
 *
 * Loading a file runs its code with the rights of the user: a policy is trusted as the program is.
 * Ownership: order_plugins_free closes the files; their policies, and all names in them, end with it.
 * Complexity: O(bytes of the file), for the hash.
 */
#ifndef TENK_SCHEDULER_ORDER_PLUGIN_H
#define TENK_SCHEDULER_ORDER_PLUGIN_H

#include "scheduler/order.h"

#include <stddef.h>
#include <tenk/order.h>

#define ORDER_PLUGIN_ENDING ".so"

enum { ORDER_PLUGIN_PICK_LIMIT = 256 }; /* when the policy does not say */

struct order_plugin {
    char *given;   /* as the user wrote it */
    char *file;    /* what was opened */
    uint64_t hash; /* FNV-1a of the file's bytes */
    void *handle;
    const struct tenk_order *tenk;
    struct order_policy policy; /* its key is outside.h's, once a scheduler has taken it */
};

struct order_plugins {
    struct order_plugin **items;
    int count;
};

/* True when the word names a file. */
bool order_plugin_path(const char *word);

/*
 * The policy in `file`, which the user calls `given`; loaded at the first call, the same one again later.
 * NULL with a sentence in problem: what is wrong and what is expected.
 */
const struct order_policy *order_plugins_load(struct order_plugins *plugins, const char *given,
                                              const char *file, char *problem, size_t size);

/* Of a policy from order_plugins_load; NULL for registered ones. */
const struct order_plugin *order_plugin_of(const struct order_policy *policy);

void order_plugins_free(struct order_plugins *plugins);

#endif
