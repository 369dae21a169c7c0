/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Jobs of a country: none runs before its code does, maturity slows by its factor, a withdrawn family sends
 * everybody training again, porting times that change; and where dispatch sends jobs.
 */
#include "country_case.h"

/* Sites `east` and `west`, both there at once. */
static void open_sites(struct country *c, const char *east, const char *west, const char *more)
{
    struct text text = {0};
    text_format(&text,
                "title = \"jobs\"; start = \"2024-01-01\"; horizon = \"1y\"; sample = \"30d\"; seed = 77;\n"
                "site: { east: { chip = \"a\"; ordered = \"2024-01-01\"; delivery = \"at-once\"; %s };\n"
                "  west: { chip = \"a\"; ordered = \"2024-01-01\"; delivery = \"at-once\"; %s }; };\n%s",
                east, west, more);
    country_open(c, text_string(&text));
    text_free(&text);
    country_run(c, 4);
}

static const char busy[] = "cards = 640; workload = \"mix\"; jobs_per_day = 9.0;";

static void open_software(struct country *c, const char *software, const char *more)
{
    char east[300];
    snprintf(east, sizeof east, "%s%s", busy, software);
    open_sites(c, east, busy, more);
}

/* Jobs of a class at a site submitted from a day on and before another. */
static int submitted(const struct country *c, const char *site, const char *class, double from, double to)
{
    int count = 0;
    FOR_ROWS(row, c->result.jobs)
    {
        double day = row_number(row, JOB_SUBMIT) / 86400;
        count += row_is(row, JOB_SITE, site) && row_is(row, JOB_CLASS, class) && day >= from && day < to;
    }
    return count;
}

static void test_porting(void **state)
{
    (void)state;
    struct country plain, ported, native;
    open_software(&plain, "", "");
    open_software(&ported, " software = \"stranger\";", "");
    open_software(&native, " software = \"native\";", "");
    int early_tune = submitted(&plain, "east", "tune", 0, 31),
        early_train = submitted(&plain, "east", "train", 0, 101);
    assert_true(early_tune > 100 && early_train > 80);
    assert_int_equal(submitted(&ported, "east", "tune", 0, 31), 0);
    assert_int_equal(submitted(&ported, "east", "train", 0, 101), 0);
    assert_int_equal(submitted(&ported, "east", "tune", 31, 365), submitted(&plain, "east", "tune", 31, 365));
    assert_int_equal(submitted(&ported, "east", "train", 101, 365),
                     submitted(&plain, "east", "train", 101, 365));
    assert_int_equal((int)country_value(&ported, "east", METRIC_JOBS_UNPORTED), early_tune + early_train);
    country_same(&plain, &native, "native code starts at once and runs at full speed");
    country_close(&plain);
    country_close(&ported);
    country_close(&native);
}

/* Half the speed is twice the time, to the microsecond or the last digit that is written. */
static void test_maturity(void **state)
{
    (void)state;
    struct country plain, half;
    open_software(&plain, "", "");
    open_software(&half, " software = \"half\";", "");
    int compared = 0;
    const char *slow = text_string(&half.result.jobs);
    FOR_ROWS(row, plain.result.jobs)
    {
        char id[64];
        row_field(row, 1, id);
        if (!row_is(row, JOB_SITE, "east") || row_is(row, JOB_RUN, ""))
            continue;
        for (slow = text_string(&half.result.jobs); *slow; slow = strchr(slow, '\n') + 1)
            if (row_is(slow, 1, id) && row_is(slow, JOB_SITE, "east"))
                break;
        if (!*slow || row_is(slow, JOB_RUN, ""))
            continue;
        compared++;
        assert_true(fabs(row_number(slow, JOB_RUN) - 2 * row_number(row, JOB_RUN)) < 1e-4);
    }
    assert_true(compared > 1000);
    assert_true(fabs(country_value(&half, "east", METRIC_IMMATURE_SHARE) - 50) < 1e-9);
    country_close(&plain);
    country_close(&half);
}

static void test_withdrawal(void **state)
{
    (void)state;
    struct country c;
    open_software(&c, " software = \"stranger\"; firms: { start = 23.0; };",
                  "events: { gone: { at = \"2024-08-01\"; set = \"software.*.family_open=false\"; }; };\n");
    int again = 0;
    double day = country_month(8) / 86400 + 13;
    FOR_ROWS(row, c.result.jobs)
    again += row_is(row, JOB_SITE, "east") && row_number(row, JOB_SUBMIT) == day * 86400;
    assert_int_equal(again, 23); /* one a firm, when it has changed over */
    assert_int_equal(submitted(&c, "east", "tune", day - 13, day), 0);
    assert_int_equal(submitted(&c, "east", "train", day - 13, day), 0);
    assert_true(submitted(&c, "east", "tune", day, day + 13) > 40);
    assert_true(submitted(&c, "west", "tune", day - 13, day) > 40);
    country_close(&c);
}

/* Firms done with porting stay done; those under way go on by the new time, but not back before it. */
static void test_porting_changes(void **state)
{
    (void)state;
    struct country c;
    open_software(
        &c, " software = \"stranger\";",
        "events: { slow: { at = \"2024-03-01\"; set = \"software.stranger.port_fine_median=200d; "
        "software.*.port_large_median=150d\"; };\n"
        "  quick: { at = \"2024-05-10\"; set = \"software.stranger.port_large_median=90d\"; }; };\n");
    assert_int_equal(submitted(&c, "east", "tune", 0, 31), 0);
    assert_true(submitted(&c, "east", "tune", 60, 90) > 100); /* done on January 31 */
    assert_true(submitted(&c, "east", "tune", 130, 190) > 200);
    assert_int_equal(submitted(&c, "east", "train", 0, 130),
                     0); /* not by 101 d, but at the second change, by 90 */
    assert_true(submitted(&c, "east", "train", 130, 150) > 10);
    country_close(&c);
}

static void test_home_only(void **state)
{
    (void)state;
    static const char switched_off[] =
        "dispatch: { rule = \"preference\"; };\n"
        "events: { none: { at = \"2024-01-01\"; set = \"dispatch.rule=home\"; }; };\n";
    static const char *const limits[] = {"dispatch: { rule = \"least-wait\"; resident_share = 1.0; };\n",
                                         "dispatch: { rule = \"least-wait\"; home_share = 1.0; };\n",
                                         "dispatch: { rule = \"least-wait\"; max_delay_ms = 19.0; };\n",
                                         "dispatch: { rule = \"least-wait\"; patience = \"3650d\"; };\n",
                                         switched_off};
    static const char east[] = "cards = 64; workload = \"mix\"; jobs_per_day = 9.0; delay_ms = 9.0;";
    static const char west[] = "cards = 640; workload = \"mix\"; jobs_per_day = 2.0; delay_ms = 11.0;";
    struct country home, away;
    open_sites(&home, east, west, "");
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        open_sites(&away, east, west, limits[i]);
        country_same(&home, &away, limits[i]);
        assert_true(country_value(&away, "east", METRIC_JOBS_SENT) == 0);
        country_close(&away);
    }
    open_sites(&away, east, west, "dispatch: { rule = \"least-wait\"; max_delay_ms = 20.0; };\n");
    double sent = country_value(&away, "east", METRIC_JOBS_SENT),
           took = country_value(&away, "west", METRIC_JOBS_RECEIVED);
    assert_true(sent > 100 && sent == took && country_value(&away, "west", METRIC_JOBS_SENT) == 0);
    assert_true(country_value(&away, "east", METRIC_WAIT_MEAN_ALL) <
                country_value(&home, "east", METRIC_WAIT_MEAN_ALL) / 3);
    assert_true(country_value(&away, "east", METRIC_JOBS_SUBMITTED) + sent ==
                country_value(&home, "east", METRIC_JOBS_SUBMITTED));
    assert_true(country_value(&away, "west", METRIC_JOBS_SUBMITTED) - took ==
                country_value(&home, "west", METRIC_JOBS_SUBMITTED));
    country_close(&away);
    open_sites(&away, east, west, "dispatch: { rule = \"least-wait\"; resident_share = 0.6; };\n");
    assert_true(country_value(&away, "east", METRIC_JOBS_SENT) > 50 &&
                country_value(&away, "east", METRIC_JOBS_SENT) < sent);
    country_close(&away);
    country_close(&home);
}

/* The cheaper site has room and so has home: only who may leave at any time goes there, and then every job
 * goes. */
static void test_anytime(void **state)
{
    (void)state;
    static const char dear[] =
        "cards = 640; workload = \"mix\"; jobs_per_day = 2.3; energy: { tariff = 0.57; };";
    static const char cheap[] =
        "cards = 2048; workload = \"mix\"; jobs_per_day = 1.7; energy: { tariff = 0.4; };";
    struct country patient, anytime;
    open_sites(&patient, dear, cheap, "dispatch: { rule = \"cheapest\"; };\n");
    open_sites(&anytime, dear, cheap,
               "dispatch: { rule = \"cheapest\"; anytime = true; patience = \"9d\"; };\n");
    double jobs = country_value(&patient, "east", METRIC_JOBS_SUBMITTED) +
                  country_value(&patient, "east", METRIC_JOBS_SENT);
    assert_true(jobs > 700 && country_value(&patient, "east", METRIC_JOBS_SENT) < jobs / 20);
    assert_true(country_value(&anytime, "east", METRIC_JOBS_SENT) > 0.95 * jobs);
    assert_true(country_value(&anytime, "west", METRIC_JOBS_SENT) == 0);
    country_close(&patient);
    country_close(&anytime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_porting),    cmocka_unit_test(test_maturity),
        cmocka_unit_test(test_withdrawal), cmocka_unit_test(test_porting_changes),
        cmocka_unit_test(test_home_only),  cmocka_unit_test(test_anytime),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
