/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every registered order x backfilling x placement x rule of preemption on small random workloads: no card is
 * used twice, the books are right after every pass (case_audit), nobody is stopped twice in an instant, all
 * jobs that fit end, and a run repeats exactly.
 */
#include "scheduler_case.h"

static struct case_work work;
static struct case_run runs[2];

/* What is being run, for whoever reads of a failure. */
static const struct scheduler_config *current;
static unsigned current_with;
static uint64_t current_seed;

static void twice(const struct scheduler_config *config)
{
    for (int again = 0; again < 2; again++) {
        case_open(&runs[again], &work, config);
        case_simulate(&runs[again]);
    }
    assert_memory_equal(runs[0].start, runs[1].start, sizeof runs[0].start);
    assert_memory_equal(runs[0].end, runs[1].end, sizeof runs[0].end);
    assert_memory_equal(runs[0].places, runs[1].places, sizeof runs[0].places);
    assert_int_equal(runs[0].stop_count, runs[1].stop_count);
}

/* What a random workload of that number has, beside the plain jobs, is spelled by the bits of `with`. */
enum { TENANTS = 1, LIMITS = 2, ELASTIC = 4, WINDOWS = 8, WRITING = 16 };

static void draw(uint64_t seed, unsigned with)
{
    case_draw(&work, seed, seed % 4, seed % 3 == 0);
    if (with & TENANTS)
        case_draw_tenants(&work, seed, with & LIMITS);
    if (with & ELASTIC)
        case_draw_elastic(&work, seed);
    if (with & WINDOWS)
        case_draw_windows(&work, seed);
    if (with & WRITING)
        work.writing = 1 + (int64_t)(seed % 3);
}

static void each(int seeds, unsigned with)
{
    static struct scheduler_config config;
    config = (struct scheduler_config){.slice = 4, .half_life = 50, .resize_every = 3};
    uint64_t seed = 1;
    for (int o = 0; (config.order = order_policy_at(o)); o++)
        for (int p = 0; (config.place = place_policy_at(p)); p++)
            for (config.depth = 0; config.depth <= SCHEDULER_CONSERVATIVE; config.depth++)
                for (config.preempt = 0; scheduler_preempt_name(config.preempt); config.preempt++)
                    for (int i = 0; i < seeds; i++, seed++) {
                        bool bound = with & TENANTS;
                        config.candidates = order_policy_at((int)(seed % 5));
                        config.reservations = seed % 3 ? 0 : (int32_t)(seed % 7);
                        config.examine = seed % 4 ? 0 : (int32_t)(seed % 5);
                        config.reclaim = bound && seed % 2;
                        config.salt = seed;
                        unsigned now_with = with;
                        if (config.depth == SCHEDULER_CONSERVATIVE) /* limits are refused for scenarios */
                            now_with &= ~(unsigned)LIMITS;
                        draw(seed, now_with);
                        current = &config;
                        current_seed = seed;
                        current_with = now_with;
                        twice(&config);
                    }
    current = NULL;
}

static int tell(void **state)
{
    (void)state;
    if (current)
        print_message("order %s, place %s, depth %d, preempt %d, candidates %s, reservations %d, examine %d, "
                      "reclaim %d, with %u, seed %d\n",
                      current->order->name, current->place->name, current->depth, current->preempt,
                      current->candidates->name, (int)current->reservations, (int)current->examine,
                      current->reclaim, current_with, (int)current_seed);
    current = NULL;
    return 0;
}

static void test_plain(void **state)
{
    (void)state;
    each(12, 0);
}

static void test_writing(void **state)
{
    (void)state;
    each(8, WRITING);
}

static void test_tenants(void **state)
{
    (void)state;
    each(8, TENANTS);
    each(8, TENANTS | LIMITS | WRITING);
}

static void test_elastic(void **state)
{
    (void)state;
    each(8, ELASTIC);
    each(8, ELASTIC | TENANTS | LIMITS | WRITING);
}

static void test_windows(void **state)
{
    (void)state;
    each(8, WINDOWS);
    each(8, WINDOWS | TENANTS | WRITING);
    each(8, WINDOWS | ELASTIC | TENANTS | LIMITS);
}

static int free_arenas(void **state)
{
    (void)state;
    arena_free(&runs[0].arena);
    arena_free(&runs[1].arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_plain, tell),   cmocka_unit_test_teardown(test_writing, tell),
        cmocka_unit_test_teardown(test_tenants, tell), cmocka_unit_test_teardown(test_elastic, tell),
        cmocka_unit_test_teardown(test_windows, tell),
    };
    return cmocka_run_group_tests_name("scheduler combinations", tests, NULL, free_arenas);
}
