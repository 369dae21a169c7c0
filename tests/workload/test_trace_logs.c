/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real logs, with counts found by an independent script, and thousands of logs damaged at random: whatever
 * a file holds, reading it ends, counts every line once and leaves jobs within the promised ranges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace_case.h"

#include <zlib.h>

/* Name of a real log in path; false, with a line that says so, where there are none. */
static bool real_log(char *path, size_t size, const char *name)
{
    const char *folder = getenv("TENK_TRACES"), *source = getenv("TENK_SOURCE");
    if (folder && *folder)
        snprintf(path, size, "%s/%s", folder, name);
    else
        snprintf(path, size, "%s/../shared/traces/%s", source && *source ? source : ".", name);
    if (access(path, R_OK) == 0)
        return true;
    print_message("skipped: no real log %s (TENK_TRACES names their folder)\n", path);
    return false;
}

static void test_real_swf(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct trace expected;
        int64_t last;         /* submission, s */
        int64_t card_seconds; /* of all jobs */
    } cases[] = {
        {"kth-sp2/input.swf.gz", {.count = 28481, .max_cards = 100}, 29363618, 2013209080},
        {"sdsc-sp2/input.swf.gz", {.count = 54006, .max_cards = 128}, 63582293, 6656350775},
        {"sdsc-sp2/archive.swf.gz",
         {.count = 54044, .max_cards = 128, .no_run = 5671, .no_request = 35},
         63582293,
         6727555216},
        {"llnl-atlas/input.swf.gz",
         {.count = 39207, .max_cards = 9216, .no_cards = 4571, .no_request = 6294},
         19951051,
         108249345064},
        {"lublin/lublin-256.swf.gz",
         {.count = 10000, .max_cards = 256, .no_request = 10000},
         7711701,
         2092781168},
        {"gang-10k/input.swf.gz", {.count = 10000, .max_cards = 1250}, 1526943, 1723304339},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trace_case c;
        char path[1024];
        if (!real_log(path, sizeof path, cases[i].name))
            skip();
        const struct trace *expected = &cases[i].expected, *trace = &c.trace;
        case_file(&c, path, &(struct trace_options){.strict = true});
        assert_true(c.good);
        assert_int_equal(c.errors.count, 0);
        assert_int_equal(trace->count, expected->count);
        assert_int_equal(trace->max_cards, expected->max_cards);
        assert_int_equal(trace->no_run, expected->no_run);
        assert_int_equal(trace->no_cards, expected->no_cards);
        assert_int_equal(trace->no_request, expected->no_request);
        assert_int_equal(trace->damaged + trace->outside + trace->out_of_order + trace->duplicate_ids, 0);
        assert_int_equal(trace->jobs[trace->count - 1].submit, cases[i].last * SECOND);
        int64_t card_seconds = 0;
        for (int64_t j = 0; j < trace->count; j++)
            card_seconds += trace->jobs[j].run / SECOND * trace->jobs[j].cards;
        assert_int_equal(card_seconds, cases[i].card_seconds);
        case_done(&c);
    }
}

static void test_real_philly(void **state)
{
    (void)state;
    static const struct {
        struct trace_options options;
        int64_t count;
    } cases[] = {
        {{.strict = true}, 82247},
        {{.cluster = "2869ce", .from = "2017-10-01", .to = "2017-12-01"}, 315},
        {{.cluster = "e13805", .from = "2017-10-01", .to = "2017-12-01"}, 264},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trace_case c;
        char path[1024];
        if (!real_log(path, sizeof path, "philly/jobs.csv.gz"))
            skip();
        case_file(&c, path, &cases[i].options);
        assert_true(c.good);
        assert_int_equal(c.errors.count, 0);
        assert_int_equal(c.trace.count, cases[i].count);
        assert_int_equal(c.trace.count + c.trace.outside, 82247);
        if (i == 0) /* 2017-09-04 10:30:41 from midnight */
            assert_int_equal(c.trace.jobs[0].submit, (10 * 3600 + 30 * 60 + 41) * SECOND);
        case_done(&c);
    }
}

/* Every job that a published schedule lists, with its number, submission, run time and cards. */
static void test_real_philly_schedule(void **state)
{
    (void)state;
    char path[1024];
    struct trace_case c;
    if (!real_log(path, sizeof path, "philly/jobs.csv.gz"))
        skip();
    case_file(&c, path,
              &(struct trace_options){.cluster = "2869ce", .from = "2017-10-01", .to = "2017-12-01"});
    assert_true(real_log(path, sizeof path, "philly/expected.2869ce_n5_fifo.csv"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char line[256];
    assert_non_null(fgets(line, sizeof line, file));
    int64_t seen = 0;
    while (fgets(line, sizeof line, file)) {
        long long id, submit, run, cards;
        assert_int_equal(sscanf(line, "%lld,%lld,%lld,%lld", &id, &submit, &run, &cards), 4);
        assert_in_range(id, 0, (uintmax_t)c.trace.count - 1);
        const struct trace_job *job = &c.trace.jobs[id];
        assert_int_equal(job->id, id);
        assert_int_equal(job->submit, submit * SECOND);
        assert_int_equal(job->run, run * SECOND);
        assert_int_equal(job->cards, cards);
        seen++;
    }
    fclose(file);
    assert_int_equal(seen, c.trace.count);
    case_done(&c);
}

/* Marsaglia's xorshift64: the same damage on every machine. */
static uint64_t dice(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

enum { FUZZ_BYTES = 8192, FUZZ_ROUNDS = 2000 };

static size_t line_start(const char *bytes, size_t at)
{
    while (at && bytes[at - 1] != '\n')
        at--;
    return at;
}

/* Flips a bit, sets a byte, cuts the end, doubles a piece, swaps two lines. */
static size_t damage(char *bytes, size_t length, uint64_t *seed)
{
    static const char liked[] = "0019-.eE+;,\"\r\n \t\xff";
    if (!length)
        return length;
    size_t at = dice(seed) % length, other = dice(seed) % length;
    switch (dice(seed) % 6) {
    case 0:
        bytes[at] = (char)(bytes[at] ^ (1 << dice(seed) % 8));
        return length;
    case 1:
    case 2:
        bytes[at] = liked[dice(seed) % sizeof liked]; /* NUL among them */
        return length;
    case 3:
        return dice(seed) % 8 ? length : at;
    case 4: {
        size_t n = other % 40;
        if (length + n > FUZZ_BYTES || at + n > length)
            return length;
        memmove(bytes + at + n, bytes + at, length - at);
        return length + n;
    }
    default: {
        size_t a = line_start(bytes, at), b = line_start(bytes, other);
        size_t n = length - (a > b ? a : b);
        n = n < 30 ? n : 30;
        for (size_t i = 0; i < n; i++) {
            char kept = bytes[a + i];
            bytes[a + i] = bytes[b + i];
            bytes[b + i] = kept;
        }
        return length;
    }
    }
}

static void check_promises(const struct trace_case *c)
{
    const struct trace *trace = &c->trace;
    assert_int_equal(c->good, trace->count > 0);
    assert_true(c->good || c->errors.inputs > 0);
    assert_int_equal(c->errors.systems, 0);
    for (int64_t i = 0; i < trace->count; i++) {
        const struct trace_job *job = &trace->jobs[i];
        assert_true(job->submit >= 0 && job->run >= 0 && job->cards > 0 && job->line > 0);
        assert_true(job->request == -1 || job->request > 0);
        if (i) {
            assert_true(job[-1].submit <= job->submit);
            assert_true(job[-1].submit < job->submit || job[-1].id <= job->id);
        }
    }
    assert_true(trace->duplicate_ids <= trace->count && trace->out_of_order <= trace->count);
    assert_int_equal(trace->duplicate_ids > 0, trace->first_duplicate_line > 0);
}

/* Line ends within, plus a last line without one. */
static int64_t count_lines(const char *bytes, size_t length)
{
    int64_t lines = 0;
    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    return lines + (length && bytes[length - 1] != '\n');
}

static void fuzz(const char *sound, const char *ending, uint64_t seed)
{
    static const struct trace_options options[] = {
        {0}, {.strict = true}, {.from = "2017-10-09 00:30", .to = "2017-10-10"}, {.cluster = "6214e9"}};
    char bytes[FUZZ_BYTES];
    int64_t good = 0;
    for (int round = 0; round < FUZZ_ROUNDS; round++) {
        size_t length = strlen(sound);
        memcpy(bytes, sound, length);
        for (uint64_t hits = 1 + dice(&seed) % 12; hits; hits--)
            length = damage(bytes, length, &seed);
        int choice = round % 8 < 5 ? 0 : round % 8 - 4;
        if (choice == 3 && strcmp(ending, ".csv") != 0)
            choice = 0;
        struct trace_case c;
        case_bytes(&c, ending, bytes, length, &options[choice]);
        check_promises(&c);
        if (c.good) {
            const struct trace *t = &c.trace;
            assert_true(t->count + t->damaged + t->no_run + t->no_cards + t->outside <=
                        count_lines(bytes, length));
            good++;
        }
        case_done(&c);
    }
    assert_in_range(good, FUZZ_ROUNDS / 4, FUZZ_ROUNDS); /* else the damage hides what it should test */
}

static void test_fuzz_swf(void **state)
{
    (void)state;
    char text[FUZZ_BYTES / 2] = "; MaxProcs: 128\n; UnixStartTime: 1507507200\n"; /* 2017-10-09 */
    for (int i = 0; i < 20; i++) {
        char id[16], submit[16], run[16];
        snprintf(id, sizeof id, "%d", 31 + i * 7);
        snprintf(submit, sizeof submit, "%d.%d", i * i * 311 % 9001, i % 3);
        snprintf(run, sizeof run, "%d", i * 977 % 1009 - 50);
        strcat(text, case_swf(id, submit, run, i % 4 ? "13" : "-1", i % 5 ? "-1" : "16", "3600"));
    }
    fuzz(text, ".swf", UINT64_C(0x9E3779B97F4A7C15));
}

static void test_fuzz_philly(void **state)
{
    (void)state;
    char text[FUZZ_BYTES / 2];
    size_t n = (size_t)sprintf(text, "timestamp,duration,num_gpus,gpu_time,cluster\n");
    for (int i = 0; i < 40; i++)
        n += (size_t)sprintf(text + n, "2017-10-%02d %02d:%02d:%02d,%d.5,%d,\"%d\",%s\n", 9 + i % 2,
                             i * 7 % 24, i * 11 % 60, i * 13 % 60, i * 977 % 1009 - 50, 1 << i % 5, i,
                             i % 3 ? "6214e9" : "11cb48");
    fuzz(text, ".csv", UINT64_C(0xD1B54A32D192ED03));
}

/* Damage of the compressed bytes: cut short and flipped. */
static void test_fuzz_gzip(void **state)
{
    (void)state;
    char text[FUZZ_BYTES] = "";
    for (int i = 0; i < 60; i++) {
        char id[16], submit[16];
        snprintf(id, sizeof id, "%d", i);
        snprintf(submit, sizeof submit, "%d", i * 977 % 5003);
        strcat(text, case_swf(id, submit, "17", "19", "-1", "23"));
    }
    char path[512];
    case_path(path, sizeof path, ".swf.gz");
    gzFile out = gzopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(gzwrite(out, text, (unsigned)strlen(text)), strlen(text));
    assert_int_equal(gzclose(out), Z_OK);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char packed[FUZZ_BYTES];
    size_t length = fread(packed, 1, sizeof packed, file);
    fclose(file);
    unlink(path);

    int64_t kept_before = 0;
    for (size_t cut = 24; cut <= length; cut++) {
        struct trace_case c;
        case_bytes(&c, ".swf.gz", packed, cut, NULL);
        check_promises(&c);
        if (c.good) {
            assert_true(c.trace.count >= kept_before);
            assert_int_equal(c.trace.damaged, cut < length);
            kept_before = c.trace.count;
            if (cut < length) {
                char part[80];
                snprintf(part, sizeof part, "the compressed data end early after line %d",
                         (int)c.trace.count);
                case_item(&c, 0, ERROR_WARNING, (int)c.trace.count + 1, part);
            }
        }
        case_done(&c);
    }
    assert_int_equal(kept_before, 60);
    struct trace_case c;
    case_bytes(&c, ".swf.gz", packed, length - 5, &(struct trace_options){.strict = true});
    assert_false(c.good);
    case_item(&c, 0, ERROR_INPUT, 61, "the compressed data end early after line 60");
    case_done(&c);

    uint64_t seed = UINT64_C(0xA0761D6478BD642F);
    for (int round = 0; round < FUZZ_ROUNDS; round++) {
        char broken[FUZZ_BYTES];
        memcpy(broken, packed, length);
        broken[10 + dice(&seed) % (length - 10)] ^= (char)(1 << dice(&seed) % 7);
        case_bytes(&c, ".swf.gz", broken, length, NULL);
        check_promises(&c);
        assert_true(!c.good || c.trace.damaged > 0); /* the check sum finds what the lines do not show */
        case_done(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_real_swf),
        cmocka_unit_test(test_real_philly),
        cmocka_unit_test(test_real_philly_schedule),
        cmocka_unit_test(test_fuzz_swf),
        cmocka_unit_test(test_fuzz_philly),
        cmocka_unit_test(test_fuzz_gzip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
