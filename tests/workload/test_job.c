/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/dice_case.h"
#include "workload/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 3000, STEPS = 40000 };

static void check_fresh(const struct job *job, bool detailed)
{
    assert_true(job->alive);
    assert_int_equal(job->start, -1);
    assert_int_equal(job->state, JOB_QUEUED);
    assert_int_equal(job->end_event.slot, CALENDAR_NONE.slot);
    assert_int_equal(job->end_event.generation, CALENDAR_NONE.generation);
    assert_int_equal(job->order | job->submit | job->started | job->end | job->work | job->planned, 0);
    assert_int_equal(job->key | job->slot | job->part_count | job->cards | job->class_index, 0);
    assert_int_equal(job->priority | job->tenant | job->released | job->reserved | job->claims, 0);
    assert_int_equal(job->detail != NULL, detailed);
    if (!detailed)
        return;
    const struct job_detail *detail = job->detail;
    assert_true(detail->speed == 1 && detail->estimate == 1 && detail->rate == 0 && detail->area == 0);
    assert_int_equal(detail->ready | detail->done | detail->lost | detail->attained, 0);
    assert_int_equal(detail->interval | detail->since | detail->resized, 0);
    assert_int_equal(detail->wanted | detail->least | detail->most, 0);
    assert_int_equal(detail->restarts | detail->preemptions | detail->saves, 0);
}

/* Makes every field of the job follow from its number. */
static void fill(struct job *job, int64_t number)
{
    struct calendar_handle event = {(int32_t)(number % 977), (uint32_t)number};
    *job = (struct job){.order = 3 * number,
                        .submit = number + 17,
                        .start = 7 * number,
                        .started = 11,
                        .end = 13,
                        .work = 17,
                        .planned = 29,
                        .key = -31,
                        .slot = 37,
                        .detail = job->detail,
                        .parts = job->parts,
                        .part_count = job->part_count,
                        .part_capacity = job->part_capacity,
                        .end_event = event,
                        .cards = (int32_t)(number % 1031),
                        .class_index = 5,
                        .priority = -7,
                        .tenant = 3,
                        .state = JOB_STOPPING,
                        .alive = true,
                        .released = true,
                        .reserved = true,
                        .claims = true};
    if (job->detail)
        *job->detail = (struct job_detail){.ready = 5,
                                           .done = 19 * number,
                                           .lost = 23,
                                           .attained = 41,
                                           .interval = 43,
                                           .since = 47,
                                           .resized = 53,
                                           .rate = 2.385,
                                           .estimate = 1.7,
                                           .area = 59,
                                           .speed = 0.61,
                                           .wanted = 67,
                                           .least = 71,
                                           .most = 73,
                                           .restarts = 79,
                                           .preemptions = (int32_t)(number % 1021),
                                           .saves = true};
}

static void check_filled(const struct job *job, int64_t number)
{
    assert_int_equal(job->order, 3 * number);
    assert_int_equal(job->start, 7 * number);
    assert_int_equal(job->cards, number % 1031);
    assert_int_equal(job->end_event.generation, (uint32_t)number);
    assert_true(job->alive && job->claims);
    if (job->detail) {
        assert_int_equal(job->detail->done, 19 * number);
        assert_int_equal(job->detail->preemptions, number % 1021);
    }
    for (int32_t i = 0; i < job->part_count; i++) {
        assert_int_equal(job->parts[i].node, number + i);
        assert_int_equal(job->parts[i].cards, number % 64);
    }
}

/* Jobs come and go at random; those that live keep their index, their data and their parts. */
static void check_pool(bool detailed)
{
    struct arena arena = {0};
    struct job_table table;
    job_table_init(&table, &arena, detailed);
    struct dice dice = {4242};
    static int32_t living[MOST];
    static int64_t numbers[MOST];
    int count = 0, peak = 0;
    for (int64_t step = 0; step < STEPS; step++) {
        bool grow = step / 8000 % 2 == 0;
        if (count < MOST && dice_whole(&dice, 0, 9) < (grow ? 6 : 4)) {
            int32_t index = job_create(&table);
            assert_true(index >= 0 && index < table.used);
            for (int i = 0; i < count; i += count / 16 + 1)
                assert_int_not_equal(living[i], index);
            struct job *job = job_at(&table, index);
            check_fresh(job, detailed);
            int32_t parts = (int32_t)dice_whole(&dice, 0, dice_once_in(&dice, 20) ? 700 : 3);
            job_reserve_parts(&table, job, parts);
            assert_true(job->part_capacity >= parts);
            for (int32_t i = 0; i < parts; i++)
                job->parts[i] = (struct job_part){(int32_t)step + i, (int32_t)(step % 64)};
            job->part_count = parts;
            fill(job, step);
            living[count] = index;
            numbers[count++] = step;
            peak = count > peak ? count : peak;
        } else if (count) {
            int at = (int)dice_whole(&dice, 0, count - 1);
            int32_t index = living[at];
            check_filled(job_at(&table, index), numbers[at]);
            job_release(&table, index);
            assert_false(job_at(&table, index)->alive);
            assert_int_equal(job_at(&table, index)->order, 3 * numbers[at]); /* may still be read */
            living[at] = living[--count];
            numbers[at] = numbers[count];
        }
        if (step % 500 == 0)
            for (int i = 0; i < count; i++)
                check_filled(job_at(&table, living[i]), numbers[i]);
        assert_int_equal(table.used - table.free_count, count);
    }
    assert_int_equal(table.used, peak); /* no more slots than ever lived at once */
    assert_true(peak > 600);
    arena_free(&arena);
}

static void test_pool(void **state)
{
    (void)state;
    check_pool(true);
    check_pool(false);
}

/* What schedulers ask of a job, with and without a detail, waiting, running and being stopped. */
static void test_questions(void **state)
{
    (void)state;
    struct dice dice = {977};
    for (int i = 0; i < 20000; i++) {
        struct job_detail detail = {.ready = dice_whole(&dice, 0, CLOCK_DAY),
                                    .done = dice_whole(&dice, 0, CLOCK_DAY),
                                    .attained = dice_whole(&dice, 0, 1000 * CLOCK_DAY),
                                    .restarts = (int32_t)dice_whole(&dice, 0, 7)};
        struct job job = {.submit = dice_whole(&dice, 0, CLOCK_DAY),
                          .started = dice_whole(&dice, 0, CLOCK_DAY),
                          .work = dice_whole(&dice, CLOCK_DAY, 2 * CLOCK_DAY),
                          .planned = dice_once_in(&dice, 3) ? CLOCK_NEVER : dice_whole(&dice, 0, CLOCK_DAY),
                          .cards = (int32_t)dice_whole(&dice, 1, 4096),
                          .state = (uint8_t)dice_whole(&dice, JOB_QUEUED, JOB_STOPPING),
                          .detail = dice_once_in(&dice, 2) ? &detail : NULL};
        int64_t now = job.started + dice_whole(&dice, 0, 2 * CLOCK_DAY);
        bool held = job.state != JOB_QUEUED;
        assert_int_equal(job_holds_cards(&job), held);
        assert_int_equal(job_done(&job), job.detail ? detail.done : 0);
        assert_int_equal(job_ready(&job), job.detail ? detail.ready : job.submit);
        assert_int_equal(job_restarts(&job), job.detail ? detail.restarts : 0);
        int64_t served = (job.detail ? detail.attained : 0) + (held ? job.cards * (now - job.started) : 0);
        assert_int_equal(job_attained(&job, now), served);
        int64_t whole = job.planned < CLOCK_NEVER ? job.planned : job.work - job_done(&job);
        int64_t left = held ? whole - (now - job.started) : whole;
        assert_int_equal(job_remaining(&job, now), left < 0 ? 0 : left);
        assert_int_equal(job_plan_end(&job),
                         job.planned < CLOCK_NEVER ? job.started + job.planned : CLOCK_NEVER);
    }
}

/* A long run with few jobs at a time takes no more memory than a short one. */
static void test_memory_follows_the_living(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct job_table table;
    job_table_init(&table, &arena, true);
    size_t used = 0;
    for (int step = 0; step < 30000; step++) {
        int32_t indices[7];
        for (int i = 0; i < 7; i++) {
            indices[i] = job_create(&table);
            job_reserve_parts(&table, job_at(&table, indices[i]), 128);
        }
        for (int i = 0; i < 7; i++)
            job_release(&table, indices[(i + step) % 7]);
        if (step == 10)
            used = arena.used;
    }
    assert_int_equal(arena.used, used);
    assert_int_equal(table.used, 7);
    assert_int_equal(table.free_count, 7);
    arena_free(&arena);
}

static void test_parts(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct job_table table;
    job_table_init(&table, &arena, true);
    struct job *job = job_at(&table, job_create(&table));
    assert_null(job->parts);
    job_reserve_parts(&table, job, 0);
    assert_int_equal(job->part_capacity, 0);
    job_reserve_parts(&table, job, 5);
    assert_true(job->part_capacity >= 5);
    struct job_part *kept = job->parts;
    job_reserve_parts(&table, job, 3); /* there is room already */
    assert_ptr_equal(job->parts, kept);
    job_reserve_parts(&table, job, 1281);
    assert_true(job->part_capacity >= 1281);
    memset(job->parts, 0x77, 1281 * sizeof *job->parts);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pool),
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_memory_follows_the_living),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
