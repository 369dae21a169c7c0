/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hash: FNV-1a, 64 bits, to name a scenario's resolved settings in manifest.json.
 *
 * It tells whether two result folders answer the same question; it is no protection against
 * somebody who wants a collision. Constants: Fowler, Noll, Vo (draft-eastlake-fnv).
 */
#ifndef TENK_BASE_HASH_H
#define TENK_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    return hash;
}

#endif
