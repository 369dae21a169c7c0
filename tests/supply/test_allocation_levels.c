/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The allocation rules that fill buyers by level, against card after card. */
#include "base/number.h"
#include "supply/allocation_case.h"

#include <math.h>
#include <string.h>

/* A rule by level: where a buyer's next card stands when it has `granted`, as a fraction; smaller is served
 * first. False: a further card comes to it only when nobody has such a level. */
typedef bool level_function(const struct allocation_order *buyer, int64_t granted, int128 *above,
                            int128 *below);

static bool level_max_min(const struct allocation_order *buyer, int64_t granted, int128 *above, int128 *below)
{
    (void)buyer;
    *above = granted;
    *below = 1;
    return true;
}

static bool level_quota(const struct allocation_order *buyer, int64_t granted, int128 *above, int128 *below)
{
    *above = 2 * ((int128)buyer->received + granted) + 1;
    *below = llround(buyer->weight);
    return buyer->weight > 0;
}

static bool level_queue(const struct allocation_order *buyer, int64_t granted, int128 *above, int128 *below)
{
    *above = (int128)granted - buyer->queue;
    *below = 1;
    return granted < buyer->queue;
}

/* -1, 0, 1: the next card of a stands lower than, as high as, or higher than that of b. */
static int compare_levels(level_function *level, const struct allocation_order *a, int64_t a_granted,
                          const struct allocation_order *b, int64_t b_granted)
{
    int128 a_above, a_below, b_above, b_below;
    bool a_stands = level(a, a_granted, &a_above, &a_below),
         b_stands = level(b, b_granted, &b_above, &b_below);
    if (!a_stands || !b_stands)
        return b_stands - a_stands;
    int128 left = a_above * b_below, right = b_above * a_below;
    return (left > right) - (left < right);
}

/* Card after card to the buyer that stands lowest, of equal ones to that of the first order; then by date. */
static void card_by_card(level_function *level, struct allocation_case *division)
{
    int64_t granted[BUYERS] = {0};
    memset(division->grant, 0, (size_t)division->count * sizeof *division->grant);
    for (int64_t card = 0; card < division->stock && card < division->open; card++) {
        int32_t best = -1;
        for (int32_t i = 0; i < division->count; i++) {
            const struct allocation_order *order = &division->orders[i];
            int64_t has = granted[order->buyer];
            int128 above, below;
            /* an earlier order of the buyer may be full: its rank among ties is still that of its first one
             */
            if (division->grant[i] == order->open)
                continue;
            if (best < 0) {
                best = i;
                continue;
            }
            const struct allocation_order *other = &division->orders[best];
            int32_t first = 0, other_first = 0;
            while (division->orders[first].buyer != order->buyer)
                first++;
            while (division->orders[other_first].buyer != other->buyer)
                other_first++;
            int lower = compare_levels(level, order, has, other, granted[other->buyer]);
            if (lower < 0 || (!lower && first < other_first && level(order, has, &above, &below)))
                best = i;
        }
        division->grant[best]++;
        granted[division->orders[best].buyer]++;
    }
}

static void check_levels(const char *name, level_function *level, uint64_t seed)
{
    const struct allocation_rule *rule = allocation_rule_named(name);
    assert_non_null(rule);
    struct dice dice = {seed};
    int small = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct allocation_case division;
        allocation_case_draw(&division, &dice);
        allocation_case_divide(rule, &division);
        if (division.stock <= 400) {
            struct allocation_case reference = division;
            card_by_card(level, &reference);
            assert_memory_equal(division.grant, reference.grant, (size_t)division.count * sizeof(int64_t));
            small++;
        }
        /* of any size: no card would stand lower with another buyer */
        int64_t granted[BUYERS] = {0}, open[BUYERS] = {0};
        int32_t first[BUYERS];
        for (int32_t i = division.count - 1; i >= 0; i--) {
            granted[division.orders[i].buyer] += division.grant[i];
            open[division.orders[i].buyer] += division.orders[i].open;
            first[division.orders[i].buyer] = i;
        }
        for (int a = 0; a < BUYERS; a++)
            for (int b = 0; b < BUYERS; b++) {
                int128 above, below;
                if (a == b || !granted[a] || granted[b] == open[b] ||
                    !level(&division.orders[first[a]], granted[a] - 1, &above, &below))
                    continue;
                int lower = compare_levels(level, &division.orders[first[a]], granted[a] - 1,
                                           &division.orders[first[b]], granted[b]);
                assert_true(lower < 0 || (!lower && first[a] < first[b]));
            }
    }
    assert_true(small > ROUNDS / 5);
}

static void test_max_min(void **state)
{
    (void)state;
    check_levels("max-min", level_max_min, 1992);
}

static void test_quota(void **state)
{
    (void)state;
    check_levels("quota", level_quota, 1982);
}

static void test_longest_queue(void **state)
{
    (void)state;
    check_levels("longest-queue", level_queue, 1993);
}

/* A stock in two parts comes to the same as at once, when what was received is remembered. */
static void test_quota_remembers(void **state)
{
    (void)state;
    const struct allocation_rule *rule = allocation_rule_named("quota");
    struct dice dice = {36};
    for (int round = 0; round < ROUNDS; round++) {
        struct allocation_case once, part;
        allocation_case_draw(&once, &dice);
        for (int32_t i = 0; i < once.count;
             i++) { /* one order a buyer, and weights that are no whole numbers */
            once.orders[i].buyer = i;
            once.orders[i].weight = dice_once_in(&dice, 5) ? 0 : dice_gap(&dice) * 1e6;
        }
        allocation_case_divide(rule, &once);
        part = once;
        part.stock = dice_whole(&dice, 0, once.stock);
        allocation_case_divide(rule, &part);
        struct allocation_case rest = {.stock = once.stock - part.stock};
        int32_t at[MOST];
        for (int32_t i = 0; i < once.count; i++) {
            at[rest.count] = i;
            rest.orders[rest.count] = part.orders[i];
            rest.orders[rest.count].open -= part.grant[i];
            rest.orders[rest.count].received += part.grant[i];
            rest.count += rest.orders[rest.count].open > 0;
        }
        if (rest.count)
            allocation_case_divide(rule, &rest);
        int64_t sum[MOST];
        memcpy(sum, part.grant, sizeof sum);
        for (int32_t i = 0; i < rest.count; i++)
            sum[at[i]] += rest.grant[i];
        /* the scale follows the largest weight; while that one is not filled it is the same */
        int32_t largest = 0;
        for (int32_t i = 1; i < once.count; i++)
            if (once.orders[i].weight > once.orders[largest].weight)
                largest = i;
        if (part.grant[largest] < once.orders[largest].open)
            assert_memory_equal(sum, once.grant, (size_t)once.count * sizeof *sum);
    }
}

/* Weights far apart, and all of them tiny or huge. */
static void test_quota_scales(void **state)
{
    (void)state;
    const struct allocation_rule *rule = allocation_rule_named("quota");
    static const double scales[] = {1, 0x1p-1060, 3e-280, 0x1p1000, 1e290};
    for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
        struct allocation_case division = {.count = 3, .stock = 700};
        for (int32_t i = 0; i < 3; i++)
            division.orders[i] = (struct allocation_order){
                .buyer = i, .tier = 1, .date = i, .open = 1000, .weight = scales[s] * (i == 2 ? 4 : i + 1)};
        allocation_case_divide(rule, &division);
        assert_int_equal(division.grant[0], 100);
        assert_int_equal(division.grant[1], 200);
        assert_int_equal(division.grant[2], 400);
        division.orders[0].weight = scales[s] * 0x1p-40; /* less than a step counts as one */
        division.orders[1].weight = 0;
        allocation_case_divide(rule, &division);
        assert_int_equal(division.grant[0], 0);
        assert_int_equal(division.grant[1], 0);
        assert_int_equal(division.grant[2], 700);
        division.stock = 2500; /* the largest is filled, then the tiny weight, then none at all */
        allocation_case_divide(rule, &division);
        assert_int_equal(division.grant[0], 1000);
        assert_int_equal(division.grant[1], 500);
        assert_int_equal(division.grant[2], 1000);
    }
}

/* An order cut in parts gets its buyer no more. */
static void test_cutting_orders(void **state)
{
    (void)state;
    static const char *const names[] = {"max-min", "quota", "longest-queue"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct dice dice = {58};
        for (int round = 0; round < ROUNDS; round++) {
            struct allocation_case whole = {.count = (int32_t)dice_whole(&dice, 2, BUYERS)},
                                   cut = {.count = 0};
            struct allocation_order buyers[BUYERS];
            allocation_case_buyers(buyers, &dice, 900);
            for (int32_t b = 0; b < whole.count; b++) {
                whole.orders[b] = buyers[b];
                whole.orders[b].open = dice_whole(&dice, 1, 900);
                whole.open += whole.orders[b].open;
                whole.orders[b].weight +=
                    1; /* without a quota or a queue it is by date, for which parts matter */
                whole.orders[b].queue += 900;
                for (int64_t left = whole.orders[b].open, part; left > 0; left -= part) {
                    part = cut.count < 40 ? dice_whole(&dice, 1, left) : left;
                    cut.orders[cut.count] = whole.orders[b];
                    cut.orders[cut.count++].open = part;
                }
            }
            whole.stock = cut.stock = dice_whole(&dice, 1, whole.open);
            allocation_case_divide(allocation_rule_named(names[n]), &whole);
            allocation_case_divide(allocation_rule_named(names[n]), &cut);
            int64_t sum[BUYERS] = {0};
            for (int32_t i = 0; i < cut.count; i++)
                sum[cut.orders[i].buyer] += cut.grant[i];
            assert_memory_equal(sum, whole.grant, (size_t)whole.count * sizeof *sum);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_max_min),       cmocka_unit_test(test_quota),
        cmocka_unit_test(test_longest_queue), cmocka_unit_test(test_quota_remembers),
        cmocka_unit_test(test_quota_scales),  cmocka_unit_test(test_cutting_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
