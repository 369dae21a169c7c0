/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "scheduler/footprint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/sample_case.h"

static const struct locality_model model = {
    .count = 2, .scatter = {1, 2}, .factor = {1, 0.61}, .cross = {0.83, 0.97, 0.913}};

static struct footprint of_nodes(const struct topology *topology, const int32_t *nodes, int32_t count,
                                 int32_t cards)
{
    struct job_part parts[16];
    uint64_t marks[32] = {0}, clear[32] = {0};
    for (int32_t i = 0; i < count; i++) {
        parts[i] = (struct job_part){
            .node = nodes[i], .cards = cards < topology->cards_per_node ? cards : topology->cards_per_node};
        cards -= parts[i].cards;
    }
    assert_int_equal(cards, 0);
    struct footprint footprint = footprint_of(topology, parts, count, marks);
    assert_memory_equal(marks, clear, sizeof marks);
    assert_int_equal(footprint_span(topology, parts, count), footprint.span);
    return footprint;
}

/* 1,250 nodes of 8: super-nodes of 48, leaves of 96, pods of 480. */
static void test_crossings(void **state)
{
    (void)state;
    struct topology tree = topology_build(&(struct topology_shape){1250, 8, 0, 48, 96, 480});
    static const struct {
        int32_t nodes[4], count, cards;
        bool domain, leaf, pod;
        double factor;
    } cases[] = {
        {{47}, 1, 5, false, false, false, 1},
        {{47, 3, 20, 0}, 4, 31, false, false, false, 1},
        {{47, 48}, 2, 16, true, false, false, 0.83},
        {{95, 47, 96}, 3, 20, true, true, false, 0.83 * 0.97},
        {{479, 480}, 2, 16, true, true, true, 0.83 * 0.97 * 0.913},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct footprint got = of_nodes(&tree, cases[i].nodes, cases[i].count, cases[i].cards);
        assert_int_equal(got.servers, cases[i].count);
        assert_int_equal(got.fewest, cases[i].count);
        assert_int_equal(got.crossed[LOCALITY_DOMAIN], cases[i].domain);
        assert_int_equal(got.crossed[LOCALITY_LEAF], cases[i].leaf);
        assert_int_equal(got.crossed[LOCALITY_POD], cases[i].pod);
        sample_near(footprint_factor(&got, &model), cases[i].factor, 1e-15);
    }
}

/* What a gang of that size must cross anyway costs nothing here. */
static void test_unavoidable(void **state)
{
    (void)state;
    struct topology tree = topology_build(&(struct topology_shape){24, 8, 0, 2, 6, 12});
    static const int32_t near[] = {0, 1, 2}, far[] = {0, 6, 12};
    struct footprint got = of_nodes(&tree, near, 3, 24);
    assert_true(got.span == TOPOLOGY_LEAF && got.need == TOPOLOGY_LEAF);
    assert_true(footprint_factor(&got, &model) == 1); /* three nodes fit in no domain */
    got = of_nodes(&tree, far, 3, 24);
    assert_true(!got.crossed[LOCALITY_DOMAIN] && got.crossed[LOCALITY_LEAF] && got.crossed[LOCALITY_POD]);
    sample_near(footprint_factor(&got, &model), 0.97 * 0.913, 1e-15);
}

/* Levels that are not there cannot be crossed; half servers: a whole one is two nodes. */
static void test_half_servers(void **state)
{
    (void)state;
    struct topology tree = topology_build(&(struct topology_shape){16, 4, 2, 0, 8, 0});
    static const int32_t packed[] = {4, 5}, scattered[] = {4, 6}, apart[] = {7, 8, 9};
    struct footprint got = of_nodes(&tree, packed, 2, 8);
    assert_true(got.servers == 1 && got.fewest == 1 && footprint_factor(&got, &model) == 1);
    got = of_nodes(&tree, scattered, 2, 7);
    assert_true(got.servers == 2 && got.fewest == 1 && !got.crossed[LOCALITY_DOMAIN]);
    sample_near(footprint_factor(&got, &model), 0.61, 1e-15);
    got = of_nodes(&tree, apart, 3, 12); /* three halves need two servers and get them */
    assert_true(got.servers == 2 && got.fewest == 2 && got.crossed[LOCALITY_LEAF]);
    assert_true(!got.crossed[LOCALITY_POD]);
    sample_near(footprint_factor(&got, &model), 0.97, 1e-15);
}

/* Groups touched by random sets, against a count of the different numbers. */
static void test_groups(void **state)
{
    (void)state;
    struct topology tree = topology_build(&(struct topology_shape){1250, 8, 0, 5, 35, 350});
    struct dice dice = {1250};
    uint64_t marks[32] = {0};
    assert_int_equal(footprint_words(&tree, TOPOLOGY_NODE), 20);
    assert_int_equal(footprint_words(&tree, TOPOLOGY_POD), 1);
    for (int round = 0; round < 3000; round++) {
        struct job_part parts[40];
        int32_t count = (int32_t)dice_whole(&dice, 1, 40), around = (int32_t)dice_whole(&dice, 0, 1210);
        bool wide = dice_once_in(&dice, 2);
        for (int32_t i = 0; i < count; i++)
            parts[i].node = (int32_t)(wide ? dice_whole(&dice, 0, 1249) : around + dice_whole(&dice, 0, 39));
        for (enum topology_level level = TOPOLOGY_NODE; level < TOPOLOGY_LEVELS; level++) {
            int32_t groups = 0;
            for (int32_t i = 0; i < count; i++) {
                bool met = false;
                for (int32_t k = 0; k < i; k++)
                    met |= parts[k].node / tree.size[level] == parts[i].node / tree.size[level];
                groups += !met;
            }
            assert_int_equal(footprint_groups(&tree, level, parts, count, marks), groups);
            assert_int_equal(groups == 1, footprint_span(&tree, parts, count) <= level);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crossings),
        cmocka_unit_test(test_unavoidable),
        cmocka_unit_test(test_half_servers),
        cmocka_unit_test(test_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
