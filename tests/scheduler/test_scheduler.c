/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Schedules worked out by hand. Jobs are letters, times and lengths whole numbers; EXPECT a pass by the
 * letters that start, in order, and a place by "node:cards" pairs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/clock.h"
#include "scheduler/scheduler.h"

struct machine {
    struct arena arena;
    struct job_table jobs;
    struct scheduler scheduler;
    int32_t index[128]; /* of a letter */
    int64_t submitted;
    char names[128]; /* by order of submission */
    int64_t now;     /* of the last submission or pass */
};

static const struct scheduler_config easy_count = {.depth = SCHEDULER_EASY};

/* The defaults of a config are fcfs, fcfs, count. By node, all nodes are down at first. */
static void machine_open(struct machine *m, struct scheduler_config config, const char *place, int32_t nodes,
                         int32_t cards_per_node)
{
    memset(m, 0, sizeof *m);
    if (!config.order)
        config.order = order_policy_named("fcfs");
    if (!config.candidates)
        config.candidates = config.order;
    config.place = place_policy_named(place);
    job_table_init(&m->jobs, &m->arena, true);
    scheduler_init(&m->scheduler, &config, &m->jobs, &m->arena, nodes, cards_per_node);
}

static void counting_machine(struct machine *m, struct scheduler_config config, int64_t cards)
{
    machine_open(m, config, "count", 0, 8);
    scheduler_add_cards(&m->scheduler, cards);
}

static void node_machine(struct machine *m, struct scheduler_config config, const char *place, int32_t nodes,
                         int32_t cards_per_node)
{
    machine_open(m, config, place, nodes, cards_per_node);
    for (int32_t node = 0; node < nodes; node++)
        scheduler_node_up(&m->scheduler, node);
}

static struct job *job_of(struct machine *m, char name)
{
    return job_at(&m->jobs, m->index[(int)name]);
}

static void submit(struct machine *m, char name, int64_t now, int32_t cards, int64_t planned)
{
    int32_t index = job_create(&m->jobs);
    m->now = now;
    m->index[(int)name] = index;
    struct job *job = job_at(&m->jobs, index);
    m->names[m->submitted] = name;
    job->order = m->submitted++;
    job->submit = job->detail->ready = now;
    job->detail->wanted = job->detail->least = job->detail->most = cards;
    job->cards = cards;
    job->planned = planned;
    job->work = planned == CLOCK_NEVER ? 1 : planned;
    job->end = CLOCK_NEVER;
    scheduler_submit(&m->scheduler, index, now);
}

static void leave(struct machine *m, char name)
{
    scheduler_release(&m->scheduler, m->index[(int)name], m->now);
}

static void expect_pass(struct machine *m, int64_t now, const char *expected)
{
    char names[64] = "";
    m->now = now;
    int32_t started = scheduler_pass(&m->scheduler, now);
    assert_true(started < (int32_t)sizeof names);
    for (int32_t i = 0; i < started; i++) {
        const struct job *job = job_at(&m->jobs, m->scheduler.started[i]);
        names[i] = m->names[job->order];
        assert_int_equal(job->started, now);
        assert_int_equal(job->state, JOB_RUNNING);
    }
    assert_string_equal(names, expected);
}

static void expect_nodes(struct machine *m, char name, const char *expected)
{
    char text[256] = "";
    size_t length = 0;
    const struct job *job = job_of(m, name);
    for (int32_t i = 0; i < job->part_count; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%d:%d", i ? " " : "",
                                   (int)job->parts[i].node, (int)job->parts[i].cards);
    assert_string_equal(text, expected);
}

static void expect_free(const struct machine *m, int64_t cards)
{
    assert_int_equal(m->scheduler.free_now.free_cards, cards);
}

static void done(struct machine *m)
{
    arena_free(&m->arena);
}

static void test_the_head_blocks_without_backfilling(void **state)
{
    (void)state;
    struct machine m;
    counting_machine(&m, (struct scheduler_config){.depth = SCHEDULER_NONE}, 4);
    submit(&m, 'A', 0, 3, 10);
    submit(&m, 'B', 0, 2, 1);
    submit(&m, 'C', 0, 1, 1);
    expect_pass(&m, 0, "A");
    expect_pass(&m, 5, "");
    leave(&m, 'A');
    expect_pass(&m, 10, "BC");
    expect_free(&m, 1);
    assert_int_equal(m.scheduler.queue.cards, 0);
    done(&m);
}

/* 10 cards; A holds 6 until 10. B (8 cards) is promised 10 and leaves 2 over then. */
static void test_easy(void **state)
{
    (void)state;
    struct machine m;
    counting_machine(&m, easy_count, 10);
    submit(&m, 'A', 0, 6, 10);
    expect_pass(&m, 0, "A");
    submit(&m, 'B', 1, 8, 5);
    expect_pass(&m, 1, "");
    submit(&m, 'C', 2, 4, 9); /* until 11, on 4 cards: would delay B */
    submit(&m, 'D', 2, 1, 100);
    submit(&m, 'E', 2, 2, 100); /* after D there is 1 card left over */
    submit(&m, 'F', 2, 3, 8);   /* until 10: in time */
    submit(&m, 'G', 2, 1, 1);   /* no card is free */
    expect_pass(&m, 2, "DF");
    expect_free(&m, 0);
    leave(&m, 'F');
    expect_pass(&m, 4, "G"); /* C would end at 13, E at 104 */
    leave(&m, 'G');
    expect_pass(&m, 5, "");
    submit(&m, 'H', 6, 1, 1000); /* the last card that B leaves over */
    expect_pass(&m, 6, "H");
    leave(&m, 'A');
    expect_pass(&m, 10, "B");
    expect_free(&m, 0);
    done(&m);
}

static void test_ends_before_the_plan(void **state)
{
    (void)state;
    struct machine m;
    counting_machine(&m, easy_count, 10);
    submit(&m, 'A', 0, 4, 10);
    submit(&m, 'B', 0, 4, 20);
    submit(&m, 'H', 0, 8, 5); /* promised 20: free 2 + 4 + 4 */
    submit(&m, 'C', 0, 2, 15);
    submit(&m, 'D', 0, 1, 10);
    expect_pass(&m, 0, "ABC"); /* C ends at 15, before 20 */
    leave(&m, 'A');            /* at 5 instead of 10: B still holds H until 20 */
    submit(&m, 'E', 5, 2, 15); /* until 20 */
    submit(&m, 'F', 5, 2, 16); /* until 21 on the 2 cards left over; D before took 1 in time */
    expect_pass(&m, 5, "DE");
    leave(&m, 'B'); /* at 6: H waits for C and D at 15 only, and leaves nothing over then */
    expect_pass(&m, 6, "");
    leave(&m, 'E');
    submit(&m, 'G', 6, 2, 9); /* until 15 */
    expect_pass(&m, 6, "FG"); /* E's 2 cards are over at 15 now */
    leave(&m, 'G');
    leave(&m, 'D');
    leave(&m, 'C');
    expect_pass(&m, 7, "H");
    done(&m);
}

/* Several jobs end at the promised instant: all of them count for what is left over. */
static void test_equal_planned_ends(void **state)
{
    (void)state;
    struct machine m;
    counting_machine(&m, easy_count, 9);
    submit(&m, 'A', 0, 2, 10);
    submit(&m, 'B', 0, 3, 20);
    submit(&m, 'C', 0, 3, 20);
    submit(&m, 'D', 0, 1, 30);
    submit(&m, 'H', 0, 4, 5); /* at 20: 2 + 3 + 3 free, 4 over */
    expect_pass(&m, 0, "ABCD");
    leave(&m, 'D');
    submit(&m, 'E', 1, 1, 1000);
    expect_pass(&m, 1, "E");
    leave(&m, 'A');
    submit(&m, 'F', 2, 2, 1000);
    expect_pass(&m, 2, "F"); /* 3 + 3 at 20, 2 over: F takes both */
    leave(&m, 'E');
    submit(&m, 'G', 3, 1, 1000);
    expect_pass(&m, 3, "G"); /* E's card was never counted on */
    leave(&m, 'B');
    leave(&m, 'C');
    expect_pass(&m, 20, "H");
    expect_free(&m, 2);
    done(&m);
}

/*
 * Two nodes of 4. A holds 3 of node 0 until 10, B 3 of node 1 until 20. H wants a whole node: node 0 at 10.
 * One card is left over then, but it is the one of node 1.
 */
static void test_reservation_by_node(void **state)
{
    (void)state;
    const char *const places[] = {"consolidate", "first-fit"};
    for (int p = 0; p < 2; p++) {
        struct machine m;
        node_machine(&m, easy_count, places[p], 2, 4);
        submit(&m, 'A', 0, 3, 10);
        submit(&m, 'B', 0, 3, 20);
        submit(&m, 'H', 0, 4, 5);
        expect_pass(&m, 0, "AB");
        expect_nodes(&m, 'A', "0:3");
        expect_nodes(&m, 'B', "1:3");
        submit(&m, 'C', 1, 1, 100); /* may not take node 0, the lower one */
        expect_pass(&m, 1, "C");
        expect_nodes(&m, 'C', "1:1");
        submit(&m, 'D', 2, 1, 100); /* one card is free, but H will need it */
        expect_pass(&m, 2, "");
        submit(&m, 'E', 3, 1, 7); /* until 10 it may have it */
        expect_pass(&m, 3, "E");
        expect_nodes(&m, 'E', "0:1");
        leave(&m, 'A');
        leave(&m, 'E');
        expect_pass(&m, 10, "H");
        expect_nodes(&m, 'H', "0:4");
        expect_free(&m, 0);
        leave(&m, 'B');
        expect_pass(&m, 11, "D");
        expect_nodes(&m, 'D', "1:1");
        done(&m);
    }
}

/* H fits when A has ended; but B ends then too, so all of node 1 but one card is left over. */
static void test_equal_planned_ends_by_node(void **state)
{
    (void)state;
    const char *const places[] = {"consolidate", "first-fit"};
    for (int p = 0; p < 2; p++) {
        struct machine m;
        node_machine(&m, easy_count, places[p], 2, 4);
        submit(&m, 'A', 0, 3, 10);
        submit(&m, 'B', 0, 3, 10);
        submit(&m, 'H', 0, 5, 5);
        submit(&m, 'C', 0, 1, 100);
        submit(&m, 'D', 0, 1, 100);
        expect_pass(&m, 0, "ABC");
        expect_nodes(&m, 'C', "1:1");
        leave(&m, 'A');
        leave(&m, 'B');
        expect_pass(&m, 10, "HD");
        expect_nodes(&m, 'H', "0:4 1:1");
        done(&m);
    }
}

/* By count 8 cards would be free at 10; whole nodes only at 20. */
static void test_fragments_do_not_make_a_gang(void **state)
{
    (void)state;
    struct machine m;
    node_machine(&m, easy_count, "first-fit", 3, 4);
    submit(&m, 'A', 0, 4, 20);
    submit(&m, 'B', 0, 3, 10);
    submit(&m, 'C', 0, 2, 30);
    submit(&m, 'H', 0, 8, 5); /* 0 at 20 and 1 at 10; node 2 has 2 left over for good */
    expect_pass(&m, 0, "ABC");
    expect_nodes(&m, 'C', "2:2");
    leave(&m, 'B');
    expect_pass(&m, 5, ""); /* 4 + 2 free */
    submit(&m, 'D', 6, 3, 14);
    submit(&m, 'E', 6, 3, 15);
    submit(&m, 'F', 6, 2, 500);
    submit(&m, 'G', 6, 1, 500);
    expect_pass(&m, 6, "DF");
    expect_nodes(&m, 'D', "1:3");
    expect_nodes(&m, 'F', "2:2");
    leave(&m, 'A');
    leave(&m, 'D');
    expect_pass(&m, 20, "H");
    expect_nodes(&m, 'H', "0:4 1:4");
    done(&m);
}

static void test_places(void **state)
{
    (void)state;
    const struct scheduler_config none = {.depth = SCHEDULER_NONE};
    struct machine m;
    node_machine(&m, none, "consolidate", 4, 8);
    submit(&m, 'A', 0, 5, 10);
    submit(&m, 'B', 0, 2, 10);  /* where least is left behind */
    submit(&m, 'C', 0, 12, 10); /* two whole nodes to go: 8 on one, the rest on the next free one */
    submit(&m, 'D', 0, 1, 10);
    submit(&m, 'E', 0, 4, 10);
    expect_pass(&m, 0, "ABCDE");
    expect_nodes(&m, 'A', "0:5");
    expect_nodes(&m, 'B', "0:2");
    expect_nodes(&m, 'C', "1:8 2:4");
    expect_nodes(&m, 'D', "0:1");
    expect_nodes(&m, 'E', "2:4");
    done(&m);

    node_machine(&m, none, "first-fit", 4, 8);
    submit(&m, 'A', 0, 5, 10);
    submit(&m, 'B', 0, 4, 10);
    submit(&m, 'C', 0, 12, 10); /* a whole node, then the lowest other one with room for 4 */
    submit(&m, 'D', 0, 3, 10);
    submit(&m, 'E', 0, 8, 10);
    expect_pass(&m, 0, "ABCDE");
    expect_nodes(&m, 'A', "0:5");
    expect_nodes(&m, 'B', "1:4");
    expect_nodes(&m, 'C', "2:8 1:4");
    expect_nodes(&m, 'D', "0:3");
    expect_nodes(&m, 'E', "3:8");
    done(&m);
}

/* A should have ended at 10 and runs on: it is planned to end now, at every pass anew. */
static void test_overrunning_job(void **state)
{
    (void)state;
    struct machine m;
    counting_machine(&m, easy_count, 10);
    submit(&m, 'A', 0, 6, 10);
    submit(&m, 'H', 0, 8, 5);
    expect_pass(&m, 0, "A");
    submit(&m, 'C', 12, 4, 1);   /* would end at 13 */
    submit(&m, 'D', 12, 2, 100); /* left over */
    expect_pass(&m, 12, "D");
    submit(&m, 'E', 13, 1, 1);
    submit(&m, 'F', 13, 1, 0); /* ends now */
    expect_pass(&m, 13, "F");
    leave(&m, 'F');
    expect_pass(&m, 13, "");
    leave(&m, 'A');
    expect_pass(&m, 20, "H");
    leave(&m, 'H');
    expect_pass(&m, 25, "CE");
    done(&m);
}

/* Two jobs are past their plans, the head needs but one of them: both are planned to end now. */
static void test_two_overrunning_jobs(void **state)
{
    (void)state;
    struct machine m;
    counting_machine(&m, easy_count, 10);
    submit(&m, 'A', 0, 3, 5);
    submit(&m, 'B', 0, 5, 8);
    submit(&m, 'H', 0, 5, 5);
    expect_pass(&m, 0, "AB");
    submit(&m, 'C', 6, 2, 100);
    expect_pass(&m, 6, "");   /* A is planned to end now, B at 8: 2 + 3 - 5 cards are left over */
    expect_pass(&m, 10, "C"); /* both are planned to end now: 2 + 3 + 5 - 5 */
    done(&m);
}

static void test_two_overrunning_jobs_by_node(void **state)
{
    (void)state;
    const char *const places[] = {"consolidate", "first-fit"};
    for (int p = 0; p < 2; p++) {
        struct machine m;
        node_machine(&m, easy_count, places[p], 2, 4);
        submit(&m, 'A', 0, 3, 5);
        submit(&m, 'B', 0, 3, 8);
        submit(&m, 'H', 0, 5, 5);
        expect_pass(&m, 0, "AB");
        submit(&m, 'C', 6, 1, 100);
        expect_pass(&m, 6, "");   /* H gets node 0 and the free card of node 1 */
        expect_pass(&m, 10, "C"); /* H gets node 0 and one of 4 cards of node 1 */
        expect_nodes(&m, 'C', "1:1");
        done(&m);
    }
}

/* The head is larger than the nodes that are up: nothing to protect, until there are enough. */
static void test_open_reservation(void **state)
{
    (void)state;
    struct machine m;
    machine_open(&m, easy_count, "consolidate", 2, 4);
    scheduler_node_up(&m.scheduler, 0);
    submit(&m, 'H', 0, 8, 5);
    submit(&m, 'C', 0, 3, 100);
    submit(&m, 'D', 0, 1, CLOCK_NEVER); /* without a planned end */
    submit(&m, 'E', 0, 1, 1);
    expect_pass(&m, 0, "CD");
    leave(&m, 'D');
    expect_pass(&m, 1, "E");
    scheduler_node_up(&m.scheduler, 1);
    submit(&m, 'F', 2, 4, 99); /* now H is promised 100 */
    submit(&m, 'G', 2, 4, 98);
    expect_pass(&m, 2, "G");
    expect_nodes(&m, 'G', "1:4");
    leave(&m, 'C');
    leave(&m, 'E');
    leave(&m, 'G');
    expect_pass(&m, 50, "H");
    done(&m);

    counting_machine(&m, easy_count, 4);
    submit(&m, 'H', 0, 8, 5);
    submit(&m, 'C', 0, 4, 100);
    expect_pass(&m, 0, "C");
    scheduler_add_cards(&m.scheduler, 4);
    submit(&m, 'D', 1, 1, 100);
    expect_pass(&m, 1, ""); /* H is promised 100, D would end at 101 */
    submit(&m, 'E', 2, 1, 98);
    expect_pass(&m, 2, "E");
    done(&m);
}

/* A running job without a planned end holds what the head needs: nobody may pass. */
static void test_closed_reservation(void **state)
{
    (void)state;
    struct machine m;
    counting_machine(&m, easy_count, 10);
    submit(&m, 'A', 0, 6, CLOCK_NEVER);
    submit(&m, 'H', 0, 8, 5);
    submit(&m, 'C', 0, 1, 1);
    submit(&m, 'D', 0, 4, 0);
    expect_pass(&m, 0, "A");
    expect_pass(&m, 100, "");
    leave(&m, 'A');
    expect_pass(&m, 101, "HC");
    done(&m);

    /* not when the head does not need its cards */
    counting_machine(&m, easy_count, 10);
    submit(&m, 'A', 0, 2, CLOCK_NEVER);
    submit(&m, 'B', 0, 5, 10);
    submit(&m, 'H', 0, 6, 5); /* promised 10: 3 + 5 free, 2 over */
    submit(&m, 'C', 0, 3, CLOCK_NEVER);
    submit(&m, 'D', 0, 2, CLOCK_NEVER);
    submit(&m, 'E', 0, 1, 10);
    expect_pass(&m, 0, "ABDE");
    leave(&m, 'B');
    leave(&m, 'E');
    expect_pass(&m, 10, "H");
    done(&m);
}

static void test_shortest_first(void **state)
{
    (void)state;
    struct machine m;
    counting_machine(
        &m, (struct scheduler_config){.order = order_policy_named("sjf"), .depth = SCHEDULER_NONE}, 4);
    submit(&m, 'A', 0, 4, 10);
    expect_pass(&m, 0, "A");
    submit(&m, 'B', 1, 4, 9);
    submit(&m, 'C', 2, 1, 7);
    submit(&m, 'D', 3, 2, 7); /* as long as C, later */
    submit(&m, 'E', 4, 1, CLOCK_NEVER);
    job_of(&m, 'E')->work = 1; /* ranked by what it will really take */
    submit(&m, 'F', 5, 1, 8);  /* no card is left for it, and B must wait behind it */
    leave(&m, 'A');
    expect_pass(&m, 10, "ECD");
    leave(&m, 'E');
    expect_pass(&m, 11, "F");
    done(&m);
}

/* A shorter job takes the head's place in the queue: the promise is then its own. */
static void test_new_head(void **state)
{
    (void)state;
    struct machine m;
    counting_machine(
        &m, (struct scheduler_config){.order = order_policy_named("sjf"), .depth = SCHEDULER_EASY}, 10);
    submit(&m, 'A', 0, 5, 10);
    submit(&m, 'B', 0, 4, 20);
    expect_pass(&m, 0, "AB");
    submit(&m, 'H', 1, 6, 50);  /* promised 10: 1 + 5, nothing over */
    submit(&m, 'C', 1, 1, 100); /* would delay it */
    expect_pass(&m, 1, "");
    submit(&m, 'I', 2, 5, 5); /* the new head, promised 10: 1 over */
    expect_pass(&m, 2, "C");
    leave(&m, 'A');
    expect_pass(&m, 10, "I");
    done(&m);
}

static void test_shortest_candidate_first(void **state)
{
    (void)state;
    struct machine m;
    for (int second = 0; second < 2; second++) {
        const char *names[] = {"fcfs", "sjf"};
        counting_machine(&m,
                         (struct scheduler_config){.order = order_policy_named("fcfs"),
                                                   .candidates = order_policy_named(names[second]),
                                                   .depth = SCHEDULER_EASY},
                         10);
        submit(&m, 'A', 0, 7, 10);
        submit(&m, 'H', 0, 9, 5); /* promised 10, 1 over */
        submit(&m, 'I', 0, 9, 1); /* short, but never a candidate: it does not fit */
        submit(&m, 'C', 0, 2, 9);
        submit(&m, 'D', 0, 1, 500);
        submit(&m, 'E', 0, 2, 3);
        submit(&m, 'F', 0, 1, 4);
        expect_pass(&m, 0, second ? "AEF" : "ACD");
        leave(&m, 'A');
        leave(&m, second ? 'E' : 'C');
        if (second)
            leave(&m, 'F');
        expect_pass(&m, 9, second ? "HD" : "H"); /* in queue order again */
        done(&m);
    }
}

/* PYSS: a job whose planned and actual end have come is gone for every pass of that instant. */
static void test_event_passes(void **state)
{
    (void)state;
    struct machine m;
    struct scheduler_config config = {.depth = SCHEDULER_EASY, .event_pass = true};
    counting_machine(&m, config, 10);
    submit(&m, 'A', 0, 6, 10);
    submit(&m, 'B', 0, 2, 20);
    submit(&m, 'D', 0, 2, 8);
    expect_pass(&m, 0, "ABD");
    job_of(&m, 'A')->end = 10; /* as planned */
    job_of(&m, 'B')->end = 10; /* earlier than planned */
    job_of(&m, 'D')->end = 12; /* later than planned */
    submit(&m, 'H', 5, 8, 5);
    submit(&m, 'C', 10, 6, 1);
    expect_pass(&m, 10,
                ""); /* A is gone: 6 free. H is promised "now" because D is past its plan; C ends at 11 */
    expect_free(&m, 6);
    leave(&m, 'A'); /* nothing more to give */
    expect_free(&m, 6);
    leave(&m, 'B'); /* its completion is handled: now it is gone too */
    expect_pass(&m, 10, "H");
    job_of(&m, 'H')->end = 15;
    leave(&m, 'D');
    expect_pass(&m, 12, "");
    submit(&m, 'E', 15, 2, 1);
    expect_pass(&m, 15, "CE");
    leave(&m, 'H');
    expect_free(&m, 2);
    done(&m);
}

/* A node fails under A: it comes back to the front, with a new plan, and is promised its cards first. */
static void test_interrupted_job(void **state)
{
    (void)state;
    struct machine m;
    node_machine(&m, easy_count, "consolidate", 3, 4);
    submit(&m, 'A', 0, 8, 100);
    submit(&m, 'B', 1, 4, 50);
    submit(&m, 'C', 2, 4, 40);
    submit(&m, 'D', 3, 8, 30);
    expect_pass(&m, 3, "AB");
    expect_nodes(&m, 'A', "0:4 1:4");
    leave(&m, 'A'); /* at 20 */
    scheduler_node_down(&m.scheduler, 0);
    job_of(&m, 'A')->planned = 90;
    job_of(&m, 'A')->detail->ready = 20;
    scheduler_submit(&m.scheduler, m.index['A'], 20);
    /* A waits for B (53) to have nodes 1 and 2; C would end at 60 */
    expect_pass(&m, 20, "");
    submit(&m, 'E', 21, 4, 32); /* until 53 */
    expect_pass(&m, 21, "E");
    expect_nodes(&m, 'E', "1:4");
    scheduler_node_up(&m.scheduler, 0);
    expect_pass(&m, 30, ""); /* A is promised 53, C would end at 70, D at 60 */
    submit(&m, 'F', 31, 4, 22);
    expect_pass(&m, 31, "F");
    leave(&m, 'F');
    leave(&m, 'E');
    expect_pass(&m, 40, "A");
    assert_int_equal(job_of(&m, 'A')->start, 3); /* of the first start */
    assert_int_equal(job_plan_end(job_of(&m, 'A')), 130);
    leave(&m, 'B');
    expect_pass(&m, 53, "C");
    leave(&m, 'A');
    expect_pass(&m, 54, "D");
    expect_free(&m, 0);
    done(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_head_blocks_without_backfilling),
        cmocka_unit_test(test_easy),
        cmocka_unit_test(test_ends_before_the_plan),
        cmocka_unit_test(test_equal_planned_ends),
        cmocka_unit_test(test_reservation_by_node),
        cmocka_unit_test(test_equal_planned_ends_by_node),
        cmocka_unit_test(test_fragments_do_not_make_a_gang),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_overrunning_job),
        cmocka_unit_test(test_two_overrunning_jobs),
        cmocka_unit_test(test_two_overrunning_jobs_by_node),
        cmocka_unit_test(test_open_reservation),
        cmocka_unit_test(test_closed_reservation),
        cmocka_unit_test(test_shortest_first),
        cmocka_unit_test(test_new_head),
        cmocka_unit_test(test_shortest_candidate_first),
        cmocka_unit_test(test_event_passes),
        cmocka_unit_test(test_interrupted_job),
    };
    return cmocka_run_group_tests_name("scheduler", tests, NULL, NULL);
}
