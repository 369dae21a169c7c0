/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supply/allocation/shares.h"

#include <assert.h>
#include <stdlib.h>

/* Ends in the index of an order, so that qsort, which need not be stable, has no choice. */
static int by_key(const void *a, const void *b)
{
    const struct allocation_share *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static int by_level(const void *a, const void *b)
{
    const struct allocation_share *x = a, *y = b;
    int128 left = x->key * y->weight, right = y->key * x->weight;
    if (left != right)
        return left < right ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void sort_shares(struct allocation_share *shares, int32_t count)
{
    qsort(shares, (size_t)count, sizeof *shares, by_key);
}

void shares_of_orders(const struct allocation_order *orders, int32_t count, struct allocation_share *shares)
{
    for (int32_t i = 0; i < count; i++)
        shares[i] = (struct allocation_share){
            .weight = 1, .most = orders[i].open, .buyer = orders[i].buyer, .order = i};
}

int32_t shares_of_buyers(const struct allocation_order *orders, int32_t count,
                         struct allocation_share *shares)
{
    shares_of_orders(orders, count, shares);
    for (int32_t i = 0; i < count; i++)
        shares[i].key = shares[i].buyer;
    sort_shares(shares, count);
    int32_t buyers = 0;
    for (int32_t i = 0; i < count; i++) {
        if (buyers && shares[buyers - 1].buyer == shares[i].buyer)
            shares[buyers - 1].most += shares[i].most;
        else
            shares[buyers++] = shares[i];
    }
    for (int32_t i = 0; i < buyers; i++)
        shares[i].key = 0;
    sort_shares(shares, buyers);
    return buyers;
}

/* All they want, where there is enough. */
static bool fill_all(struct allocation_share *shares, int32_t count, int64_t stock)
{
    int64_t total = 0;
    for (int32_t i = 0; i < count; i++)
        total += shares[i].most;
    for (int32_t i = 0; i < count && total <= stock; i++)
        shares[i].grant = shares[i].most;
    return total <= stock;
}

void shares_pro_rata(struct allocation_share *shares, int32_t count, int64_t stock)
{
    if (fill_all(shares, count, stock))
        return;
    int64_t total = 0, left = stock;
    for (int32_t i = 0; i < count; i++)
        total += shares[i].most;
    for (int32_t i = 0; i < count; i++) {
        shares[i].grant = (int64_t)((int128)shares[i].most * stock / total);
        shares[i].key = (int128)shares[i].grant * total - (int128)shares[i].most * stock;
        left -= shares[i].grant;
    }
    if (!left)
        return;
    sort_shares(shares, count);
    for (int32_t i = 0; i < left;
         i++) /* as many cards as remainders add up to, so fewer than there are of them */
        shares[i].grant++;
}

/* Cards of a share up to a level in units of 2^-bits. step is 1 or 2, so the division is a shift. */
static int64_t reached(const struct allocation_share *share, int128 level, int step, int bits)
{
    int128 above = level * share->weight - (int128)share->start * ((int128)1 << bits);
    if (above < 0)
        return 0;
    int128 cards = (above >> (bits + step - 1)) + 1;
    return cards < share->most ? (int64_t)cards : share->most;
}

/* The highest level up to which the stock is enough, below that of the last card of all. */
static int128 find_level(const struct allocation_share *shares, int32_t count, int64_t stock, int step,
                         int bits)
{
    int128 unit = (int128)1 << bits, low = 0, high = 0;
    for (int32_t i = 0; i < count; i++) {
        const struct allocation_share *share = &shares[i];
        int128 below = share->start * unit / share->weight - 2;
        int128 above = (share->start + (int128)step * share->most) * unit / share->weight + 2;
        low = i && low < below ? low : below;
        high = i && high > above ? high : above;
    }
    while (high - low > 1) { /* up to `low` the stock is enough, up to `high` it is not */
        int128 middle = low + (high - low) / 2, cards = 0;
        for (int32_t i = 0; i < count; i++)
            cards += reached(&shares[i], middle, step, bits);
        if (cards <= stock)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void shares_fill(struct allocation_share *shares, int32_t count, int64_t stock, int step, int bits)
{
    assert((step == 1 || step == 2) && bits >= 0 && bits <= SHARES_WEIGHT_BITS);
    if (fill_all(shares, count, stock))
        return;
    int128 level = find_level(shares, count, stock, step, bits);
    int64_t left = stock;
    int32_t next = 0; /* shares with one more card before the next level are swapped to the front */
    for (int32_t i = 0; i < count; i++) {
        struct allocation_share share = shares[i];
        share.grant = reached(&share, level, step, bits);
        left -= share.grant;
        bool more = reached(&share, level + 1, step, bits) > share.grant;
        share.key = share.start + (int128)step * share.grant; /* of that card */
        shares[i] = share;
        if (more) {
            shares[i] = shares[next];
            shares[next++] = share;
        }
    }
    assert(left >= 0 && left < next);
    qsort(shares, (size_t)next, sizeof *shares, by_level);
    for (int32_t i = 0; i < left; i++)
        shares[i].grant++;
}

static struct allocation_share *share_of(struct allocation_share *shares, int32_t count, int32_t buyer)
{
    int32_t low = 0, high = count - 1;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (shares[middle].buyer < buyer)
            low = middle + 1;
        else
            high = middle;
    }
    return &shares[low];
}

void shares_to_orders(struct allocation_share *shares, int32_t share_count,
                      const struct allocation_order *orders, int32_t count, int64_t *grant)
{
    for (int32_t i = 0; i < share_count; i++)
        shares[i].key = shares[i].buyer;
    sort_shares(shares, share_count);
    for (int32_t i = 0; i < count; i++) {
        struct allocation_share *share = share_of(shares, share_count, orders[i].buyer);
        grant[i] = share->grant < orders[i].open ? share->grant : orders[i].open;
        share->grant -= grant[i];
    }
}

void shares_rest(const struct allocation_order *orders, int32_t count, int64_t stock, int64_t *grant)
{
    for (int32_t i = 0; i < count; i++)
        stock -= grant[i];
    for (int32_t i = 0; i < count && stock > 0; i++) {
        int64_t more = orders[i].open - grant[i] < stock ? orders[i].open - grant[i] : stock;
        grant[i] += more;
        stock -= more;
    }
}
