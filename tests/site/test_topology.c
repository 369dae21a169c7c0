/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "site/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_NODES = 700 };

static struct topology built(int32_t nodes, int32_t cards, int32_t server, int32_t domain, int32_t leaf,
                             int32_t pod)
{
    struct topology_shape shape = {nodes, cards, server, domain, leaf, pod};
    char text[128];
    for (enum topology_level level = TOPOLOGY_SERVER; level < TOPOLOGY_SITE; level++)
        assert_false(topology_problem(&shape, level, text, sizeof text));
    return topology_build(&shape);
}

/* The group of each level by counting off nodes one by one. */
static void number(const struct topology_shape *shape, int32_t group[TOPOLOGY_LEVELS][MOST_NODES])
{
    int32_t sizes[TOPOLOGY_LEVELS] = {1, shape->units_per_server, shape->domain, shape->leaf, shape->pod, 0};
    for (int level = 0; level < TOPOLOGY_LEVELS; level++) {
        int32_t in_group = 0, current = 0;
        for (int32_t node = 0; node < shape->nodes; node++) {
            if (level < TOPOLOGY_SITE && !sizes[level]) {
                group[level][node] = group[level - 1][node];
                continue;
            }
            if (level < TOPOLOGY_SITE && in_group == sizes[level]) {
                in_group = 0;
                current++;
            }
            group[level][node] = current;
            in_group++;
        }
    }
}

static void test_groups(void **state)
{
    (void)state;
    static int32_t group[TOPOLOGY_LEVELS][MOST_NODES];
    struct dice dice = {384};
    for (int round = 0; round < 400; round++) {
        struct topology_shape shape = {0};
        int32_t size = 1;
        int32_t *levels[] = {&shape.units_per_server, &shape.domain, &shape.leaf, &shape.pod};
        for (int i = 0; i < 4; i++)
            if (dice_once_in(&dice, 2))
                *levels[i] = size *= (int32_t)dice_whole(&dice, 1, 5);
        int32_t server = shape.units_per_server ? shape.units_per_server : 1;
        shape.nodes = (int32_t)dice_whole(&dice, 1, MOST_NODES / server) * server;
        shape.cards_per_node = 8;
        number(&shape, group);
        struct topology tree = topology_build(&shape);
        uint64_t marks[MOST_NODES / 64 + 1] = {0}, clear[MOST_NODES / 64 + 1] = {0};
        for (enum topology_level level = TOPOLOGY_NODE; level < TOPOLOGY_LEVELS; level++) {
            for (int32_t node = 0; node < shape.nodes; node++)
                assert_int_equal(topology_group(&tree, level, node), group[level][node]);
            assert_int_equal(topology_groups(&tree, level), group[level][shape.nodes - 1] + 1);
            bool differs = level > 0 && tree.size[level] != tree.size[level - 1];
            assert_int_equal(topology_has(&tree, level), differs);
        }
        for (int i = 0; i < 50; i++) {
            int32_t set[8], count = (int32_t)dice_whole(&dice, 1, 8), first = MOST_NODES, last = -1;
            int32_t near = (int32_t)dice_whole(&dice, 0, shape.nodes - 1);
            for (int k = 0; k < count; k++) {
                set[k] = dice_once_in(&dice, 3) ? (int32_t)dice_whole(&dice, 0, shape.nodes - 1) : near;
                first = set[k] < first ? set[k] : first;
                last = set[k] > last ? set[k] : last;
            }
            int span = TOPOLOGY_SITE;
            for (int level = TOPOLOGY_SITE; level >= 0; level--) {
                bool one = true;
                int32_t touched = 0, marked = 0;
                for (int k = 0; k < count; k++) {
                    bool met = false;
                    for (int j = 0; j < k; j++)
                        met |= group[level][set[j]] == group[level][set[k]];
                    touched += !met;
                    one &= group[level][set[k]] == group[level][set[0]];
                    marked += topology_mark(&tree, (enum topology_level)level, set[k], marks);
                }
                span = one ? level : span;
                assert_int_equal(marked, touched);
                for (int k = 0; k < count; k++)
                    topology_unmark(&tree, (enum topology_level)level, set[k], marks);
                assert_memory_equal(marks, clear, sizeof marks);
            }
            assert_int_equal(topology_span(&tree, first, last), span);
        }
    }
}

/* High-bandwidth domains of 4, 8, 16 and 384 cards. */
static void test_domains(void **state)
{
    (void)state;
    struct topology half = built(2 * 625, 4, 2, 0, 64, 0);
    assert_int_equal(half.units_per_server, 2);
    assert_int_equal(topology_span(&half, 6, 7), TOPOLOGY_SERVER);
    assert_int_equal(topology_span(&half, 5, 6), TOPOLOGY_LEAF);
    assert_false(topology_has(&half, TOPOLOGY_DOMAIN)); /* the node itself */
    assert_int_equal(topology_need(&half, 2), TOPOLOGY_SERVER);
    struct topology eight = built(1250, 8, 0, 0, 0, 0);
    assert_int_equal(eight.units_per_server, 1);
    assert_int_equal(topology_span(&eight, 17, 17), TOPOLOGY_NODE);
    assert_int_equal(topology_span(&eight, 17, 18), TOPOLOGY_SITE);
    struct topology sixteen = built(1250, 8, 1, 2, 0, 0);
    assert_int_equal(topology_span(&sixteen, 18, 19), TOPOLOGY_DOMAIN);
    assert_int_equal(topology_need(&sixteen, 2), TOPOLOGY_DOMAIN);
    assert_int_equal(topology_need(&sixteen, 3), TOPOLOGY_SITE);
    struct topology super = built(1250, 8, 0, 48, 0, 480);
    assert_int_equal(super.size[TOPOLOGY_DOMAIN] * 8, 384);
    assert_int_equal(topology_groups(&super, TOPOLOGY_DOMAIN), 27); /* 26 whole ones and 2 nodes */
    assert_int_equal(topology_span(&super, 47, 48), TOPOLOGY_POD);
    assert_int_equal(topology_span(&super, 479, 480), TOPOLOGY_SITE);
    assert_int_equal(topology_need(&super, 1), TOPOLOGY_NODE);
    assert_int_equal(topology_need(&super, 48), TOPOLOGY_DOMAIN);
    assert_int_equal(topology_need(&super, 49), TOPOLOGY_POD);
    assert_int_equal(topology_need(&super, 481), TOPOLOGY_SITE);
    struct topology small = built(37, 8, 0, 48, 96, 960); /* a site that is not a whole domain */
    assert_int_equal(topology_groups(&small, TOPOLOGY_SITE), 1);
    assert_int_equal(topology_span(&small, 0, 36), TOPOLOGY_DOMAIN);
}

static void expect_problem(struct topology_shape shape, enum topology_level level, const char *part)
{
    char text[128] = "untouched";
    for (enum topology_level other = TOPOLOGY_SERVER; other < TOPOLOGY_SITE; other++) {
        bool wrong = topology_problem(&shape, other, text, sizeof text);
        assert_int_equal(wrong, other == level);
        if (other == level)
            assert_non_null(strstr(text, part));
        else
            assert_string_equal(text, "");
    }
}

static void test_problems(void **state)
{
    (void)state;
    expect_problem((struct topology_shape){1250, 8, 0, 48, 100, 0}, TOPOLOGY_LEAF,
                   "is 100 nodes; must be a multiple of the domain's 48");
    expect_problem((struct topology_shape){1250, 4, 2, 3, 0, 6}, TOPOLOGY_DOMAIN, "the server's 2");
    expect_problem((struct topology_shape){1250, 8, 0, 4, 0, 6}, TOPOLOGY_POD, "the domain's 4");
    expect_problem((struct topology_shape){1250, 8, 0, 4, 64, 32}, TOPOLOGY_POD, "the leaf's 64");
    expect_problem((struct topology_shape){1250, 8, 0, -1, 7, 21}, TOPOLOGY_DOMAIN, "at least 0");
    expect_problem((struct topology_shape){1251, 4, 2, 0, 64, 0}, TOPOLOGY_SERVER, "whole number of servers");
    struct topology_shape both = {1250, 8, 0, 4, 6, 9};
    char text[16];
    assert_true(topology_problem(&both, TOPOLOGY_LEAF, text, sizeof text)); /* a short text is cut */
    assert_int_equal(strlen(text), sizeof text - 1);
    assert_true(topology_problem(&both, TOPOLOGY_POD, text, sizeof text));
    assert_string_equal(topology_level_name(TOPOLOGY_DOMAIN), "domain");
    assert_string_equal(topology_level_name(TOPOLOGY_SITE), "site");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_domains),
        cmocka_unit_test(test_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
