/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loader of policies from outside, and what a scheduler shows them and takes from them. The shared
 * objects are those of tests/command/plugins, built here with the compiler at hand; without one the test is
 * skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/number.h"
#include "scheduler/outside.h"

enum { SKIPPED = 77 };

static char folder[64];
static const char *compiler, *source;

/* folder/NAME.so from plugins/FILE.c; the path holds until the next call. */
static const char *build(const char *file, const char *name, const char *options)
{
    static char path[128];
    char command[1024];
    snprintf(path, sizeof path, "%s/%s.so", folder, name);
    snprintf(command, sizeof command,
             "%s -std=c17 -O1 -shared -fPIC -I '%s/include' %s -o '%s' '%s/tests/command/plugins/%s.c'",
             compiler, source, options, path, source, file);
    assert_int_equal(system(command), 0);
    return path;
}

static const struct order_policy *load(struct order_plugins *plugins, const char *path)
{
    char problem[400] = "";
    const struct order_policy *policy = order_plugins_load(plugins, path, path, problem, sizeof problem);
    if (!policy)
        fail_msg("%s", problem);
    return policy;
}

static void words_that_are_files(void **state)
{
    (void)state;
    static const char *const files[] = {"./a.so", "/a.so", "a/b.so", "../x/./a.b.so", "//.so"};
    static const char *const names[] = {"a.so", "sjf", "", ".so", "./a", "./a.so.1", "a/", "./a.sO", "so/"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_true(order_plugin_path(files[i]));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_false(order_plugin_path(names[i]));
    for (int i = 0; order_policy_at(i); i++)
        assert_null(order_plugin_of(order_policy_at(i)));
    assert_null(order_plugin_of(NULL));
}

static void loads_once(void **state)
{
    (void)state;
    struct order_plugins plugins = {0};
    const char *path = build("shortest", "one", "");
    const struct order_policy *first = load(&plugins, path);
    assert_ptr_equal(load(&plugins, path), first);
    assert_int_equal(plugins.count, 1);
    assert_string_equal(first->name, "shortest");
    assert_string_equal(first->summary, "planned length");
    assert_false(first->changes);
    assert_false(first->picks);
    assert_false(first->preempts);
    assert_null(first->tenant_rank);
    const struct order_plugin *plugin = order_plugin_of(first);
    assert_string_equal(plugin->given, path);
    uint64_t hash = HASH_START;
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    for (int byte; (byte = fgetc(stream)) != EOF;) {
        unsigned char one = (unsigned char)byte;
        hash = hash_bytes(hash, &one, 1);
    }
    fclose(stream);
    assert_int_equal(plugin->hash, hash);
    /* another file, and the same file under another name given by the user */
    const struct order_policy *second = load(&plugins, build("waited", "two", ""));
    assert_true(second->changes);
    char problem[400], other[128];
    snprintf(other, sizeof other, "%s/one.so", folder);
    const struct order_policy *third =
        order_plugins_load(&plugins, "policies/one.so", other, problem, sizeof problem);
    assert_non_null(third);
    assert_true(third != first);
    assert_string_equal(order_plugin_of(third)->given, "policies/one.so");
    assert_int_equal(order_plugin_of(third)->hash, hash);
    assert_true(order_plugin_of(second)->hash != hash);
    assert_true(load(&plugins, build("in_order", "three", ""))->picks);
    assert_int_equal(plugins.count, 4);
    order_plugins_free(&plugins);
    assert_int_equal(plugins.count, 0);
}

static void refuse(struct order_plugins *plugins, const char *path, const char *part)
{
    char problem[400] = "";
    assert_null(order_plugins_load(plugins, path, path, problem, sizeof problem));
    if (!strstr(problem, part))
        fail_msg("\"%s\" lacks \"%s\"", problem, part);
    assert_int_equal(plugins->count, 0);
    /* a small buffer is filled and no more */
    char little[24];
    memset(little, 7, sizeof little);
    assert_null(order_plugins_load(plugins, path, path, little, sizeof little - 1));
    assert_non_null(memchr(little, 0, sizeof little - 1));
    assert_int_equal(little[sizeof little - 1], 7);
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *options, *part;
    } cases[] = {
        {"-DWITHOUT", "exports no tenk_order_policy"},
        {"-DABI=-7", "version -7 of tenk/order.h, this tenk loads version 1"},
        {"-DNAME=NULL", "name is missing"},
        {"'-DNAME=\"\"'", "name is empty"},
        {"'-DNAME=\"a/b\"'", "name is not one"},
        {"'-DNAME=\"round-robin\"'", "'round-robin' is that of an order that tenk has"},
        {"-DSUMMARY=NULL", "summary is missing"},
        {"'-DSUMMARY=\"\"'", "summary is empty"},
        {"-DSCORE=NULL", "neither scores nor picks"},
        {"-DLIMIT=-2147483647", ".pick_limit is -2147483647"},
        {"-DSTATE=SIZE_MAX", ".state_size is 18446744073709551615"},
    };
    struct order_plugins plugins = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[32];
        snprintf(name, sizeof name, "broken%zu", i);
        refuse(&plugins, build("broken", name, cases[i].options), cases[i].part);
    }
    char path[128];
    snprintf(path, sizeof path, "%s/none.so", folder);
    refuse(&plugins, path, "there is no such file");
    refuse(&plugins, folder, "is no file");
    /* cut anywhere, a whole file is refused and never loaded half */
    const char *whole = build("shortest", "whole", "");
    FILE *from = fopen(whole, "rb");
    assert_non_null(from);
    static unsigned char bytes[1 << 20];
    size_t length = fread(bytes, 1, sizeof bytes, from);
    fclose(from);
    assert_true(length > 4096 && length < sizeof bytes);
    for (size_t cut = 0; cut < 4096; cut = cut * 3 / 2 + 13) {
        snprintf(path, sizeof path, "%s/cut%zu.so", folder, cut);
        FILE *to = fopen(path, "wb");
        assert_non_null(to);
        assert_int_equal(fwrite(bytes, 1, cut, to), cut);
        assert_int_equal(fclose(to), 0);
        refuse(&plugins, path, "a shared object is expected");
    }
    order_plugins_free(&plugins);
}

struct machine {
    struct arena arena;
    struct job_table jobs;
    struct scheduler scheduler;
    int64_t submitted;
};

static void open_machine(struct machine *m, const struct scheduler_config *config, int32_t nodes)
{
    memset(m, 0, sizeof *m);
    job_table_init(&m->jobs, &m->arena, true);
    scheduler_init(&m->scheduler, config, &m->jobs, &m->arena, nodes, 8);
    for (int32_t node = 0; node < nodes; node++)
        scheduler_node_up(&m->scheduler, node);
}

static struct job *submit(struct machine *m, int32_t cards, int64_t planned, int64_t now)
{
    int32_t index = job_create(&m->jobs);
    struct job *job = job_at(&m->jobs, index);
    job->order = m->submitted++;
    job->submit = now - 3;
    job->cards = cards;
    job->work = 7919;
    job->planned = planned;
    job->detail->ready = now;
    job->detail->wanted = job->detail->least = job->detail->most = cards;
    return job;
}

static void enqueue(struct machine *m, const struct job *job, int64_t now)
{
    for (int32_t i = 0; i < m->jobs.used; i++)
        if (job_at(&m->jobs, i) == job)
            scheduler_submit(&m->scheduler, i, now);
}

/* Every value that a policy is shown, by what it makes of it. */
static void shows_values(void **state)
{
    (void)state;
    struct order_plugins plugins = {0};
    const struct order_policy *probe = load(&plugins, build("probe", "probe", ""));
    int *inits = dlsym(order_plugin_of(probe)->handle, "probe_inits");
    int *finis = dlsym(order_plugin_of(probe)->handle, "probe_finis");
    int *faults = dlsym(order_plugin_of(probe)->handle, "probe_faults");
    static const struct tenant_terms terms[] = {
        {.limit = INT64_MAX, .weight = 1}, {.limit = 29, .weight = 1}, {.limit = INT64_MAX, .weight = 1}};
    const struct scheduler_config config = {.order = probe,
                                            .candidates = probe,
                                            .place = place_policy_named("first-fit"),
                                            .tenant_count = 3,
                                            .tenants = terms,
                                            .salt = 0xfeedfacecafe1234u};
    struct machine m;
    open_machine(&m, &config, 6);
    assert_int_equal(*inits, 1); /* order and candidates are one */
    /* 13 cards of tenant 1 run, on two nodes: 35 are free, 4 whole nodes and 3 cards on one more */
    struct job *running = submit(&m, 13, 1000, 100);
    running->tenant = 1;
    enqueue(&m, running, 100);
    assert_int_equal(scheduler_pass(&m.scheduler, 100), 1);
    struct job *asked[18];
    for (int which = 0; which < 18; which++) {
        asked[which] = submit(&m, 41 + which, which == 3 || which == 4 ? CLOCK_NEVER : 5077, 211);
        asked[which]->priority = (int16_t)which;
        asked[which]->tenant = which == 6 ? 1 : 2;
        asked[which]->detail->attained = 424243;
        asked[which]->detail->restarts = 19;
        asked[which]->detail->done = 17;
        enqueue(&m, asked[which], 211);
    }
    assert_int_equal(asked[13]->key, number_real_key(35));
    assert_int_equal(asked[16]->key, number_real_key(16)); /* as it enters: those before it */
    assert_int_equal(asked[2]->key, number_real_key(0));
    assert_int_equal(scheduler_pass(&m.scheduler, 977), 0);
    const double expected[] = {
        1,  208, 977 - 211, (double)INT64_MAX, 7919 - 17, 424243, 29 - 13, 48, 2, 9, 19, 977, 48, 35,
        35, 1,   18};
    for (int which = 0; which < 17; which++)
        assert_int_equal(asked[which]->key, number_real_key(expected[which]));
    assert_int_equal(asked[17]->key, number_real_key((double)(place_mix(config.salt) >> 11)));
    assert_string_equal(m.scheduler.problem, "");
    scheduler_end(&m.scheduler);
    assert_int_equal(*finis, 1);
    assert_int_equal(*faults, 0);
    /* two schedulers at once have a state each, another seed each */
    struct machine other;
    struct scheduler_config salted = config;
    salted.salt++;
    open_machine(&other, &salted, 6);
    struct job *seed = submit(&other, 1, 1, 0);
    seed->priority = 17;
    enqueue(&other, seed, 0);
    assert_int_equal(seed->key, number_real_key((double)(place_mix(config.salt + 1) >> 11)));
    assert_int_equal(*inits, 2);
    scheduler_end(&other.scheduler);
    assert_int_equal(*finis, 2);
    assert_int_equal(*faults, 0);
    arena_free(&m.arena);
    arena_free(&other.arena);
    order_plugins_free(&plugins);
}

/* Nothing of a wrong answer is done, and the first one is told. */
static void is_not_obeyed(void **state)
{
    (void)state;
    static const struct {
        const char *how, *part;
        int64_t job;
    } cases[] = {
        {"-DHOW=1", "its score of job 3 (3 cards; 16 of 16 cards are free) is not a number", 3},
        {"-DHOW=3", "it picks job 6 of the 6 that it was shown (0 to 5 are allowed; 16 of 16 cards are free)",
         -1},
        {"-DHOW=4", "it picks job -1 of the 6", -1},
        {"-DHOW=5", "it picks job 0 (3 cards; 13 cards are free) twice", 0},
        {"-DHOW=7",
         "it picks job 5, which needs 3 cards, but 1 are free (of 16, 15 are for jobs that it picks before)",
         5},
        {"-DHOW=8",
         "it picks job 0, which needs 3 cards, but its tenant 0 may take 1 more (13 cards are free)", 0},
        {"-DHOW=9", "it picks 7 jobs of the 6 that it was shown (16 of 16 cards are free)", -1},
        {"-DHOW=10", "it picks -1 jobs of the 6", -1},
    };
    static const struct tenant_terms terms[] = {{.limit = 4, .weight = 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct order_plugins plugins = {0};
        char name[32];
        snprintf(name, sizeof name, "wrong%zu", i);
        bool limited = !strcmp(cases[i].how, "-DHOW=8");
        const struct scheduler_config config = {.order = load(&plugins, build("wrong", name, cases[i].how)),
                                                .candidates = order_policy_named("fcfs"),
                                                .place = place_policy_named("first-fit"),
                                                .tenant_count = limited,
                                                .tenants = limited ? terms : NULL};
        struct machine m;
        open_machine(&m, &config, 2);
        for (int k = 0; k < 6; k++)
            enqueue(&m, submit(&m, 3, 1000, 5), 5);
        assert_int_equal(scheduler_pass(&m.scheduler, 1500000), 0);
        assert_int_equal(m.scheduler.running_count, 0);
        assert_int_equal(m.scheduler.free_now.free_cards, 16);
        assert_int_equal(m.scheduler.queue.count, 6);
        if (!strstr(m.scheduler.problem, cases[i].part))
            fail_msg("\"%s\" lacks \"%s\"", m.scheduler.problem, cases[i].part);
        assert_non_null(strstr(m.scheduler.problem, " (policy wrong) at "));
        assert_int_equal(m.scheduler.problem_job, cases[i].job);
        char first[sizeof m.scheduler.problem];
        memcpy(first, m.scheduler.problem, sizeof first);
        assert_int_equal(scheduler_pass(&m.scheduler, 1600000), 0);
        assert_string_equal(m.scheduler.problem, first);
        scheduler_end(&m.scheduler);
        arena_free(&m.arena);
        order_plugins_free(&plugins);
    }
}

static void conflicts(void **state)
{
    (void)state;
    struct order_plugins plugins = {0};
    const struct order_policy *fcfs = order_policy_named("fcfs"), *srpt = order_policy_named("srpt");
    const struct order_policy *picks = load(&plugins, build("in_order", "picks", ""));
    const struct order_policy *scores = load(&plugins, build("shortest", "scores", ""));
    const struct {
        struct scheduler_config config;
        bool fine;
    } cases[] = {
        {{.order = picks, .candidates = fcfs}, true},
        {{.order = picks, .candidates = scores}, true},
        {{.order = picks, .candidates = picks}, false},
        {{.order = fcfs, .candidates = picks}, false},
        {{.order = picks, .candidates = fcfs, .depth = SCHEDULER_EASY}, false},
        {{.order = picks, .candidates = fcfs, .depth = SCHEDULER_HOLD}, false},
        {{.order = picks, .candidates = fcfs, .preempt = PREEMPT_SLICE}, false},
        {{.order = picks, .candidates = fcfs, .reclaim = true}, false},
        {{.order = scores, .candidates = scores, .depth = SCHEDULER_CONSERVATIVE}, true},
        {{.order = scores, .candidates = fcfs, .depth = SCHEDULER_EASY, .preempt = PREEMPT_SLICE}, true},
        {{.order = srpt, .candidates = fcfs, .depth = SCHEDULER_EASY}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(outside_conflict(&cases[i].config) == NULL, cases[i].fine);
    order_plugins_free(&plugins);
}

int main(void)
{
    source = getenv("TENK_SOURCE") ? getenv("TENK_SOURCE") : ".";
    compiler = getenv("CC") ? getenv("CC") : "cc";
    char command[256];
    snprintf(command, sizeof command, "command -v %.200s >/dev/null", compiler);
    if (system(command)) {
        printf("skipped: there is no compiler %s\n", compiler);
        return SKIPPED;
    }
    snprintf(folder, sizeof folder, "/tmp/tenk-plugins-XXXXXX");
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_are_files), cmocka_unit_test(loads_once),    cmocka_unit_test(refuses),
        cmocka_unit_test(shows_values),         cmocka_unit_test(is_not_obeyed), cmocka_unit_test(conflicts),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) || failed;
}
