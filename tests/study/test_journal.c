/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a journal keeps comes back bit by bit; torn ends are cut off wherever they are torn; anything else
 * that is not as it was written is refused, with a sentence that says what it is. */
#include "study_case.h"

#include "base/hash.h"
#include "engine/random.h"
#include "study/journal.h"
#include "tenk_version.h"

#include <errno.h>
#include <math.h>
#include <sys/resource.h>
#include <unistd.h>

enum { UNITS = 23, MOST_VALUES = 41 };

/* A unit made up from its number; high-entropy bits, with the special values between them. */
struct made {
    struct journal_unit unit;
    double values[MOST_VALUES];
    struct text parts[STORE_PARTS];
};

static struct made units[UNITS];

static void make_units(bool rows)
{
    static const double special[] = {0, -0.0, 1, -17, 4096, INFINITY, -INFINITY, NAN, 5e-324, 1.7e308};
    for (uint32_t i = 0; i < UNITS; i++) {
        struct random_stream dice = random_open(97, i, 0, RANDOM_TEST);
        struct made *made = &units[i];
        *made = (struct made){.unit = {.scenario = UINT64_C(0x9e3779b97f4a7c15) * (i % 3 + 1),
                                       .replication = (int32_t)(i * 977 % 8191) | (i % 5 ? 0 : STUDY_MIRROR),
                                       .events = INT64_C(123456789012) * i,
                                       .count = (int32_t)(i % MOST_VALUES),
                                       .values = made->values}};
        for (int v = 0; v < MOST_VALUES; v++) {
            uint64_t bits = (uint64_t)(random_uniform(&dice) * 0x1p52) << 12 ^ (uint64_t)v * 0x9e37;
            memcpy(&made->values[v], &bits, sizeof bits);
            if (v % 3 == 0)
                made->values[v] = special[(size_t)(v + (int)i) % (sizeof special / sizeof *special)];
        }
        for (int part = 0; rows && part < STORE_PARTS; part++)
            for (uint32_t k = 0; k < (i * 7 + (uint32_t)part * 3) % 50; k++)
                text_format(&made->parts[part], "%u,%d,%.17g\n", i, part, random_uniform(&dice));
    }
}

static void free_units(void)
{
    for (int i = 0; i < UNITS; i++)
        for (int part = 0; part < STORE_PARTS; part++)
            text_free(&units[i].parts[part]);
}

static struct journal_header header_of(bool rows)
{
    return (struct journal_header){.command = "run",
                                   .shape = rows ? "rows" : "values",
                                   .hash = UINT64_C(0x123456789abcdef0),
                                   .arguments = "a%20b -n 7 --set x=#1"};
}

/* Units that came back, by number. */
struct back {
    struct journal *journal;
    int count;
    int next; /* expected: units come in order */
    int skip; /* but this one; -1: none */
};

static bool take(void *context, const struct journal_unit *unit)
{
    struct back *back = context;
    if (back->next == back->skip)
        back->next++;
    const struct made *made = &units[back->next++];
    assert_true(unit->scenario == made->unit.scenario);
    assert_int_equal(unit->replication, made->unit.replication);
    assert_int_equal(unit->events, made->unit.events);
    assert_int_equal(unit->count, made->unit.count);
    if (unit->count)
        assert_memory_equal(unit->values, made->values, (size_t)unit->count * sizeof(double));
    if (unit->has_rows) {
        struct text texts[STORE_PARTS] = {0};
        struct text *parts[STORE_PARTS];
        struct error_list errors = {0};
        for (int i = 0; i < STORE_PARTS; i++)
            parts[i] = &texts[i];
        assert_true(journal_rows(back->journal, &unit->rows, parts, &errors));
        for (int i = 0; i < STORE_PARTS; i++) {
            assert_string_equal(text_string(parts[i]), text_string(&made->parts[i]));
            text_free(parts[i]);
        }
    }
    back->count++;
    return true;
}

/* Opens; false with the message in `told`. */
static bool open_it(struct journal *journal, const struct journal_header *header, enum journal_mode mode,
                    struct back *back, struct error_list *errors)
{
    back->journal = journal;
    error_list_free(errors);
    return journal_open(journal, case_path("journal"), header, mode, 0, take, back, errors);
}

static void write_units(bool rows, int count)
{
    struct journal_header header = header_of(rows);
    struct journal journal;
    struct error_list errors = {0};
    struct back back = {.skip = -1};
    make_units(rows);
    assert_true(open_it(&journal, &header, JOURNAL_NEW, &back, &errors));
    assert_int_equal(back.count, 0);
    for (int i = 0; i < count; i++) {
        const struct text *parts[STORE_PARTS];
        for (int part = 0; part < STORE_PARTS; part++)
            parts[part] = &units[i].parts[part];
        assert_true(journal_add(&journal, &units[i].unit, rows ? parts : NULL));
    }
    journal_close(&journal, false);
}

static char *read_file(const char *name, size_t *length)
{
    FILE *stream = fopen(case_path(name), "rb");
    assert_non_null(stream);
    static char bytes[1 << 20];
    *length = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    return bytes;
}

static void write_file(const char *name, const char *bytes, size_t length)
{
    FILE *stream = fopen(case_path(name), "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    fclose(stream);
}

static void test_comes_back(void **state)
{
    (void)state;
    for (int rows = 0; rows < 2; rows++) {
        write_units(rows, UNITS);
        struct journal_header header = header_of(rows);
        for (int mode = JOURNAL_CONTINUE; mode <= JOURNAL_SOURCE; mode++) {
            struct journal journal;
            struct error_list errors = {0};
            struct back back = {.skip = -1};
            assert_true(open_it(&journal, &header, (enum journal_mode)mode, &back, &errors));
            assert_int_equal(back.count, UNITS);
            assert_int_equal(journal.units, UNITS);
            journal_close(&journal, mode == JOURNAL_SOURCE); /* sources stay, whatever is said */
            assert_true(journal_exists(case_path("journal")));
        }
        struct journal_about about;
        struct error_list errors = {0};
        assert_true(journal_about(case_path("journal"), &about, &errors));
        assert_string_equal(about.command, "run");
        assert_string_equal(about.arguments, "a%20b -n 7 --set x=#1");
        free(about.command);
        free(about.arguments);
        free_units();
    }
}

/* Torn at every byte: the whole lines before come back, and writing goes on behind them. */
static void test_torn(void **state)
{
    (void)state;
    enum { SOME = 4 };
    static char whole[1 << 16];
    write_units(true, SOME);
    size_t length;
    memcpy(whole, read_file("journal", &length), sizeof whole);
    struct journal_header header = header_of(true);
    for (size_t cut = 0; cut <= length; cut++) {
        int lines = 0;
        for (size_t i = 0; i < cut; i++)
            lines += whole[i] == '\n';
        write_file("journal", whole, cut);
        struct journal journal;
        struct error_list errors = {0};
        struct back back = {.skip = -1};
        if (!open_it(&journal, &header, JOURNAL_CONTINUE, &back, &errors))
            fail_msg("torn at %zu: %s", cut, errors.items[0].message);
        assert_int_equal(back.count, lines > 1 ? lines - 1 : 0);
        for (int i = back.count; i < SOME; i++) {
            const struct text *parts[STORE_PARTS];
            for (int part = 0; part < STORE_PARTS; part++)
                parts[part] = &units[i].parts[part];
            assert_true(journal_add(&journal, &units[i].unit, parts));
        }
        journal_close(&journal, false);
        size_t again;
        const char *bytes = read_file("journal", &again);
        assert_int_equal(again, length);
        assert_memory_equal(bytes, whole, length);
    }
    free_units();
}

/* One bit of one byte: refused, but where it is the line feed of the last line, which is then torn. */
static void test_every_byte_counts(void **state)
{
    (void)state;
    static char whole[1 << 16];
    write_units(false, 5);
    size_t length;
    memcpy(whole, read_file("journal", &length), sizeof whole);
    struct journal_header header = header_of(false);
    for (size_t i = 0; i < length; i++) {
        whole[i] = (char)(whole[i] ^ 1 << (i % 7));
        write_file("journal", whole, length);
        whole[i] = (char)(whole[i] ^ 1 << (i % 7));
        struct journal journal;
        struct error_list errors = {0};
        struct back back = {.skip = -1};
        bool ok = open_it(&journal, &header, JOURNAL_SOURCE, &back, &errors);
        if (ok != (i + 1 == length))
            fail_msg("byte %zu of %zu changed: %s", i, length, ok ? "taken" : errors.items[0].message);
        if (ok)
            journal_close(&journal, false);
        else
            assert_int_equal(errors.inputs, 1);
        error_list_free(&errors);
    }
    free_units();
}

static void expect_refused(const struct journal_header *header, enum journal_mode mode, const char *part)
{
    struct journal journal;
    struct error_list errors = {0};
    struct back back = {.skip = -1};
    assert_false(open_it(&journal, header, mode, &back, &errors));
    assert_int_equal(errors.count, 1);
    if (!strstr(errors.items[0].message, part))
        fail_msg("\"%s\" does not say \"%s\"", errors.items[0].message, part);
    assert_non_null(strstr(errors.items[0].file, "journal"));
    error_list_free(&errors);
}

/* A header with a right checksum. */
static void write_header(const char *text)
{
    struct text line = {0};
    text_put(&line, text);
    text_format(&line, " #%016llx\n", (unsigned long long)hash_bytes(HASH_START, line.bytes, line.length));
    write_file("journal", line.bytes, line.length);
    text_free(&line);
}

static void test_foreign(void **state)
{
    (void)state;
    write_units(false, 3);
    struct journal_header header = header_of(false), other = header;
    for (int mode = JOURNAL_CONTINUE; mode <= JOURNAL_SOURCE; mode++) {
        enum journal_mode how = (enum journal_mode)mode;
        other = header;
        other.hash ^= 1;
        expect_refused(&other, how, "of another study");
        other = header;
        other.command = "sweep";
        expect_refused(&other, how, "is a journal of `tenk run`, not of `tenk sweep`");
        other = header;
        other.shape = "rows+jobs";
        expect_refused(&other, how, "keeps values of each future, and wanted is rows+jobs");
    }
    other = header;
    other.shard = 1;
    other.shards = 3;
    expect_refused(&other, JOURNAL_CONTINUE, "of another share");
    free_units();
    write_header("tenk-journal 1 0.0.9 " TENK_COMMIT " run values 123456789abcdef0 0/0 x");
    expect_refused(&header, JOURNAL_CONTINUE, "of tenk 0.0.9 (" TENK_COMMIT "), and this is " TENK_VERSION);
    write_header("tenk-journal 1 " TENK_VERSION " 0123456789ab run values 123456789abcdef0 0/0 x");
    expect_refused(&header, JOURNAL_CONTINUE, "(0123456789ab), and this is");
    write_header("tenk-journal 1 " TENK_VERSION " " TENK_COMMIT " run values 123456789abcdef 0/0 x");
    expect_refused(&header, JOURNAL_CONTINUE, "its first line is not what was written");
    write_header("tenk-journal 1 " TENK_VERSION " " TENK_COMMIT " run values 123456789abcdef0 7 x");
    expect_refused(&header, JOURNAL_CONTINUE, "its first line is not what was written");
    for (int mode = JOURNAL_NEW; mode <= JOURNAL_SOURCE; mode++) { /* somebody's file */
        write_file("journal", "dear diary\ntoday\n", 17);
        expect_refused(&header, (enum journal_mode)mode, "is no journal of a study");
        size_t length;
        assert_memory_equal(read_file("journal", &length), "dear diary\ntoday\n", 17);
    }
    struct journal_about about;
    struct error_list errors = {0};
    assert_false(journal_about(case_path("journal"), &about, &errors));
    assert_false(journal_about(case_path("nowhere"), &about, &errors));
    assert_int_equal(errors.inputs, 2);
    error_list_free(&errors);
    unlink(case_path("journal"));
    expect_refused(&header, JOURNAL_SOURCE, "cannot be opened");
}

/* A block that is not what was written costs its future and no other; a spool that is gone costs all. */
static void test_lost_rows(void **state)
{
    (void)state;
    write_units(true, UNITS);
    struct journal_header header = header_of(true);
    struct journal journal;
    struct error_list errors = {0};
    size_t length;
    char *spool = read_file("journal.rows", &length);
    spool[length - 1] = (char)(spool[length - 1] ^ 4);
    write_file("journal.rows", spool, length);
    struct back back = {.skip = UNITS - 1};
    assert_true(open_it(&journal, &header, JOURNAL_CONTINUE, &back, &errors));
    assert_int_equal(back.count, UNITS - 1);
    journal_close(&journal, false);
    write_file("journal.rows", "", 0);
    back = (struct back){.skip = 0}; /* unit 0 has rows of all parts but the first; none without any */
    assert_true(open_it(&journal, &header, JOURNAL_CONTINUE, &back, &errors));
    assert_true(back.count <= 1);
    journal_close(&journal, true);
    assert_false(journal_exists(case_path("journal")));
    assert_false(journal_exists(case_path("journal.rows")));
    error_list_free(&errors);
    free_units();
}

/* Locked: two runs do not share a journal. Its reader may come at any time. */
static void test_lock(void **state)
{
    (void)state;
    write_units(false, 2);
    struct journal_header header = header_of(false);
    struct journal journal, reader;
    struct error_list errors = {0};
    struct back back = {.skip = -1};
    assert_true(open_it(&journal, &header, JOURNAL_CONTINUE, &back, &errors));
    expect_refused(&header, JOURNAL_CONTINUE, "another run of tenk");
    expect_refused(&header, JOURNAL_NEW, "another run of tenk");
    back = (struct back){.skip = -1};
    assert_true(open_it(&reader, &header, JOURNAL_SOURCE, &back, &errors));
    assert_int_equal(back.count, 2);
    journal_close(&reader, false);
    journal_close(&journal, true);
    free_units();
}

/* A full disk, as a limit of file sizes: what is in the journal stays whole, and it goes on when there is
 * room. */
static void test_full(void **state)
{
    (void)state;
    struct journal_header header = header_of(true);
    struct journal journal;
    struct error_list errors = {0};
    struct back back = {.skip = -1};
    struct rlimit before;
    make_units(true);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    for (rlim_t room = 700; room < 12000; room += 611) {
        unlink(case_path("journal"));
        assert_true(open_it(&journal, &header, JOURNAL_NEW, &back, &errors));
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){room, before.rlim_max});
        int added = 0;
        const struct text *parts[STORE_PARTS];
        while (added < UNITS) {
            for (int part = 0; part < STORE_PARTS; part++)
                parts[part] = &units[added].parts[part];
            if (!journal_add(&journal, &units[added].unit, parts))
                break;
            added++;
        }
        assert_int_equal(errno, EFBIG);
        assert_true(added < UNITS);
        assert_int_equal(lseek(journal.file, 0, SEEK_END), journal.end);
        setrlimit(RLIMIT_FSIZE, &before);
        journal.units++; /* so that it stays though it may be empty */
        journal_close(&journal, false);
        back = (struct back){.skip = -1};
        assert_true(open_it(&journal, &header, JOURNAL_CONTINUE, &back, &errors));
        assert_int_equal(back.count, added);
        for (int i = added; i < UNITS; i++) {
            for (int part = 0; part < STORE_PARTS; part++)
                parts[part] = &units[i].parts[part];
            assert_true(journal_add(&journal, &units[i].unit, parts));
        }
        journal_close(&journal, false);
        back = (struct back){.skip = -1};
        assert_true(open_it(&journal, &header, JOURNAL_SOURCE, &back, &errors));
        assert_int_equal(back.count, UNITS);
        journal_close(&journal, false);
        back = (struct back){.skip = -1};
    }
    signal(SIGXFSZ, SIG_DFL);
    free_units();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_torn),
        cmocka_unit_test(test_every_byte_counts),
        cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_lost_rows),
        cmocka_unit_test(test_lock),
        cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests_name("journal", tests, case_folder_make, case_folder_remove);
}
