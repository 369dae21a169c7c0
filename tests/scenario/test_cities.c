/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does configs/cities.cfg say what docs/cities.md and its own head say, and is it a sound part of a scenario?
 *
 * Read twice: alone, by the table of sites, to hold each entry against the published figures (written here a
 * second time), the rules of the head and the table of the docs; and taken in by a scenario with all
 * catalogues, which must pass every check without a warning.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "engine/clock.h"
#include "scenario/scenario.h"
#include "scenario_case.h"

enum { EXIT_SKIPPED = 77, DAYS = 1826 };

struct cities {
    struct schema_map site;
};
static const struct schema_field cities_fields[] = {
    {.key = "site",
     .kind = SCHEMA_MAP,
     .offset = offsetof(struct cities, site),
     .sub = &scenario_site_schema},
};
static const struct schema cities_schema = {cities_fields, 1, sizeof(struct cities)};

static struct cities cities;
static struct source source;
static struct arena arena;

static int cities_read(void **state)
{
    char configs[1024];
    snprintf(configs, sizeof configs, "%s/configs", getenv("TENK_SOURCE"));
    if (case_begin(state) || symlink(configs, "configs") || mkdir("scenarios", 0700))
        return -1;
    struct error_list errors = {0};
    bool good = source_read_entries(&source, "configs/cities.cfg", "site", &errors) &&
                schema_read(&cities_schema, &source, &cities, &arena, &errors);
    error_print(&errors, 0, stderr);
    error_list_free(&errors);
    return good ? 0 : -1;
}

static int cities_free(void **state)
{
    source_free(&source);
    arena_free(&arena);
    return case_end(state);
}

static const struct scenario_site *city(const char *name)
{
    const struct scenario_site *site = schema_entry(&cities.site, &scenario_site_schema, name);
    if (!site)
        fail_msg("there is no city %s", name);
    return site;
}

static const struct scenario_site *city_at(int i)
{
    return (const struct scenario_site *)cities.site.entries + i;
}

static void put_thousands(struct text *text, int64_t value)
{
    if (value >= 1000) {
        put_thousands(text, value / 1000);
        text_format(text, ",%03d", (int)(value % 1000));
    } else {
        text_format(text, "%d", (int)value);
    }
}

static void expect_part(const char *where, const char *whole, struct text *part)
{
    if (!strstr(whole, text_string(part)))
        fail_msg("%s lacks: %s", where, text_string(part));
    text_free(part);
}

/* ---- what is published ---- */

/* PFLOPS over the FP16 peak of the part, to whole nodes of 8. Peaks as in the head of chips.cfg, which counts
 * BF16. */
static void test_cards_from_pflops(void **state)
{
    (void)state;
    static const struct {
        const char *name, *chip;
        double pflops, tflops;
    } table[] = {
        {"wuhan", "ascend-910a", 200, 256},
        {"xian", "ascend-910b-376t", 300, 376},
        {"chengdu", "ascend-910a", 300, 256},
        {"nanjing", "ascend-910b-376t", 800, 752}, /* INT8 on both sides */
        {"beijing-mentougou", "ascend-910b-376t", 1000, 376},
        {"beijing-cuihu", "ascend-910b-376t", 4000, 376},
        {"pengcheng-3", "ascend-910c", 16000, 752},
        {"shenzhen-4000p", "ascend-910b-376t", 4000, 376},
        {"jiujiang", "ascend-910b-376t", 300, 376},
        {"henan-konggang", "ascend-910b-376t", 10000, 376},
        {"wuhu", "ascend-910b-376t", 3000, 376},
        {"qingyang", "ascend-910b-376t", 5000, 376},
        {"hohhot", "ascend-910b-376t", 6700, 376},
        {"wuqing", "ascend-910b-376t", 5000, 376},
        {"wuhan-telecom", "ascend-910b-376t", 2000, 376},
        {"beijing-mobile", "ascend-910b-376t", 1000, 376},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct scenario_site *site = city(table[i].name);
        double cards = 8 * floor(table[i].pflops * 1000 / table[i].tflops / 8 + 0.5);
        assert_string_equal(site->chip, table[i].chip);
        if ((double)site->cards != cards)
            fail_msg("%s has %lld cards, not %.0f", site->name, (long long)site->cards, cards);
        struct text formula = {0}; /* the source says how */
        put_thousands(&formula, (int64_t)table[i].pflops);
        text_format(&formula, " P / %.0f T", table[i].tflops);
        expect_part(site->name, site->source, &formula);
    }
}

static void test_published_cards(void **state)
{
    (void)state;
    static const struct {
        const char *name, *chip;
        int64_t cards;
    } table[] = {
        {"pengcheng-2", "ascend-910a", 4096},
        {"shenzhen-ascend", "ascend-910c", 14000},
        {"jiaxing", "ascend-910b-376t", 4 * 1024},
        {"zhengzhou", "ascend-910b-280t", 30000},
        {"harbin", "ascend-910b-376t", 18000},
        {"lingang", "ascend-910b-376t", 10000},
        {"sanjiangyuan", "metax-c500", 4096},
        {"wuxi", "ascend-910b-376t", 10240}, /* the plan of scenarios/wuxi-10k.cfg */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_string_equal(city(table[i].name)->chip, table[i].chip);
        assert_int_equal(city(table[i].name)->cards, table[i].cards);
    }
    assert_int_equal(city("wuxi")->ordered, clock_days((struct clock_date){2025, 1, 1}) * CLOCK_DAY);
    assert_int_equal(city("city-clouds")->copies, 160);
}

/* ---- the rules of the head ---- */

static double expected_jobs(const struct scenario_site *site)
{
    /* Kalos' jobs on 10,240 cards, pretraining among them, the longer part of that; or a load of a tenth */
    double large = 539.0 / 10240 * 0.0272 * 0.49449;
    double small = 0.1 * 86400 / (32.58 * 30793);
    double firms = site->firms.end > 0 ? (site->firms.start + site->firms.end) / 2 / site->firms.start : 1;
    return (site->cards < 1024 ? small : large) * (double)site->cards / firms;
}

static void test_rules(void **state)
{
    (void)state;
    const int64_t first = clock_days((struct clock_date){2024, 1, 1}) * CLOCK_DAY;
    for (int i = 0; i < cities.site.count; i++) {
        const struct scenario_site *site = city_at(i);
        bool clouds = site->copies > 1, carrier = !strcmp(site->group, "carriers");
        bool standing = !strcmp(site->delivery, "at-once");
        if (!carrier && !clouds)
            assert_string_equal(site->group, "cities");
        assert_string_equal(site->report, clouds ? "group" : "brief");
        assert_int_equal(site->tier, carrier ? 2 : 3);
        assert_int_equal(site->cards % site->cards_per_node, 0);
        assert_true(site->weight == (double)site->cards);
        assert_true(site->ordered >= first);
        assert_true(site->state_funded && !site->gives_up);
        assert_int_equal(site->opens_at_cards, clouds ? 8 : site->cards / 10 / 8 * 8);
        assert_int_equal(*site->substitutes != 0, !standing);
        assert_string_not_equal(site->substitutes, site->chip);
        assert_int_equal(site->patience, standing ? 0 : (carrier ? 270 : 365) * CLOCK_DAY);
        assert_string_equal(site->workload, site->cards >= 8192   ? "runs-4096"
                                            : site->cards >= 1024 ? "runs-1024"
                                                                  : "runs-64");
        double jobs = expected_jobs(site); /* the file has two or three digits */
        if (fabs(site->jobs_per_day - jobs) > fmax(0.005, 0.005 * jobs))
            fail_msg("%s has %g jobs a day, not %g", site->name, site->jobs_per_day, jobs);
        assert_true(site->firms.end > 0 ? site->jobs_growth_per_year == 0
                                        : site->jobs_growth_per_year == 0.1);
        if (site->refresh.cards) {
            assert_true(site->refresh.cards <= site->cards / 4 && 2 * site->refresh.cards > site->cards / 4);
            assert_int_equal(site->refresh.cards & (site->refresh.cards - 1), 0);
            assert_true(*site->refresh.source != 0);
        }
        assert_true(site->energy.pue > 1 && site->energy.tariff > 0 && site->energy.carbon > 0);
        assert_true(site->energy.power_subsidy == 0 && site->energy.other_share > 0.49 &&
                    site->energy.other_share < 0.51);
    }
}

/* What was guessed says so, what is not guessed has an address. */
static void test_sources(void **state)
{
    (void)state;
    for (int i = 0; i < cities.site.count; i++) {
        const struct scenario_site *site = city_at(i);
        bool guess = !strcmp(site->confidence, "assumption");
        if (guess != !strncmp(site->source, "assumption:", 11))
            fail_msg("%s is \"%s\" by \"%s\"", site->name, site->confidence, site->source);
        if (!guess && !strstr(site->source, "http") && !strstr(site->source, "address not kept"))
            fail_msg("%s has no address: %s", site->name, site->source);
        if (!strstr(site->energy.source, "http"))
            fail_msg("the energy of %s has no address", site->name);
        assert_int_equal(!strcmp(site->energy.confidence, "assumption"),
                         strstr(site->energy.source, "assumption:") != 0);
    }
    assert_non_null(strstr(city("chengdu")->firms.source, "seed article only"));
    assert_non_null(strstr(city("shenzhen-4000p")->source, "seed article only"));
    assert_non_null(strstr(city("city-clouds")->source, "seed article only"));
}

/* Round trips between sites by rule 8, ms. */
static void test_delays(void **state)
{
    (void)state;
    assert_true(city("ulanqab")->delay_ms + city("guian")->delay_ms <= 20);
    assert_true(city("zhongwei")->delay_ms + city("wuxi")->delay_ms == 15);
    assert_true(city("wuhu")->delay_ms + city("wuxi")->delay_ms == 10);
    assert_true(city("hohhot")->delay_ms + city("beijing-cuihu")->delay_ms == 5);
    assert_true(city("wuqing")->delay_ms == 3);
}

/* ---- sums, and the page ---- */

static char *read_whole(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot read %s", path);
    struct text text = {0};
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
        text_append(&text, part, n);
    fclose(file);
    text_append(&text, "", 1);
    return text.bytes;
}

/* One row an entry, in the order of the file, and a last column that is the page's own. */
static void test_page(void **state)
{
    (void)state;
    char *page = read_whole(getenv("TENK_SOURCE"), "docs/cities.md");
    const char *at = strstr(page, "\n| entry | chip | cards |");
    assert_non_null(at);
    at = strchr(strchr(at + 1, '\n') + 1, '\n') + 1; /* past the line under the head */
    for (int i = 0; i < cities.site.count; i++) {
        const struct scenario_site *site = city_at(i);
        struct clock_date day = clock_civil(site->ordered / CLOCK_DAY);
        struct text row = {0};
        text_format(&row, "| %s | %s | ", site->name, site->chip);
        put_thousands(&row, site->cards);
        text_format(&row, " | %04d-%02d-%02d | %s | %s | %.3g | ", day.year, day.month, day.day,
                    site->delivery, site->workload, site->jobs_per_day);
        size_t length = strlen(text_string(&row));
        if (strncmp(at, text_string(&row), length) != 0)
            fail_msg("docs/cities.md should go on with: %s", text_string(&row));
        assert_true(strcspn(at + length, "|\n") > 4); /* says how the cards were found */
        at = strchr(at, '\n') + 1;
        text_free(&row);
    }
    assert_true(*at != '|'); /* no row of a city that is gone */
    free(page);
}

static void test_sums(void **state)
{
    (void)state;
    int64_t cards = 0;
    double jobs = 0, more = 0;
    for (int i = 0; i < cities.site.count; i++) {
        const struct scenario_site *site = city_at(i);
        double mean = exp(site->cards_sigma * site->cards_sigma / 2) * (double)site->copies;
        double rate = log1p(site->jobs_growth_per_year), years = 5;
        double growth = rate > 0 ? expm1(rate * years) / (rate * years) : 1;
        if (site->firms.end > 0)
            growth = (site->firms.start + site->firms.end) / 2 / site->firms.start;
        cards += site->cards * site->copies;
        more += (double)site->cards * (mean - (double)site->copies);
        jobs += site->jobs_per_day * mean * growth * DAYS;
    }
    assert_true(cards >= 250000 && cards <= 300000);
    assert_true(jobs > 0.9e6 && jobs < 1.1e6);
    char *page = read_whole(getenv("TENK_SOURCE"), "docs/cities.md");
    char *file = read_whole(getenv("TENK_SOURCE"), "configs/cities.cfg");
    char *texts[] = {page, file};
    for (int i = 0; i < 2; i++) {
        struct text said = {0};
        put_thousands(&said, cards);
        text_put(&said, " cards by their medians (the clouds' mean adds ");
        put_thousands(&said, (int64_t)llround(more));
        text_put(&said, "), ");
        put_thousands(&said, (int64_t)llround(jobs));
        text_put(&said, " jobs in five years");
        expect_part(i ? "configs/cities.cfg" : "docs/cities.md", texts[i], &said);
    }
    free(page);
    free(file);
}

/* ---- in a scenario ---- */

static bool setting_known(const char *key)
{
    for (int i = 0; i < scenario_schema.count; i++)
        if (!strcmp(scenario_schema.fields[i].key, key))
            return true;
    return false;
}

/* A catalogue that the build at hand can take in. */
static void put_catalogue(struct text *text, const char *key, const char *file)
{
    char path[200];
    snprintf(path, sizeof path, "configs/%s", file);
    if (setting_known(key) && !access(path, R_OK))
        text_format(text, "%s: {\n@include \"../%s\"\n};\n", key, path);
}

static void test_scenario(void **state)
{
    (void)state;
    struct text text = {0};
    text_put(&text, "title = \"cities\"; start = \"2024-01-01\"; horizon = \"1827d\";\n"
                    "supply: { line = \"ascend-910b\"; estimate = \"ft\"; };\n");
    static const char *const catalogues[][2] = {
        {"chips", "chips.cfg"},         {"lines", "suppliers.cfg"},     {"memories", "memories.cfg"},
        {"workloads", "workloads.cfg"}, {"localities", "locality.cfg"}, {"reliability", "reliability.cfg"},
        {"software", "software.cfg"},   {"site", "cities.cfg"},
    };
    for (size_t i = 0; i < sizeof catalogues / sizeof *catalogues; i++)
        put_catalogue(&text, catalogues[i][0], catalogues[i][1]);
    case_write("scenarios/country.cfg", text_string(&text));
    text_free(&text);
    /* One line serves this scenario, so who orders another chip has it at once; and centres whose chip may
       come without an MFU take one that has one. */
    static const char *const sets[] = {"site.pengcheng-3.delivery=at-once",
                                       "site.shenzhen-ascend.delivery=at-once",
                                       "site.guian.delivery=at-once",
                                       "site.wuhan.chip=ascend-910b-280t",
                                       "site.chengdu.chip=ascend-910b-280t",
                                       "site.pengcheng-2.chip=ascend-910b-280t",
                                       "site.sanjiangyuan.chip=ascend-910b-280t"};
    struct scenario scenario;
    struct error_list errors = {0};
    bool good = scenario_read(&scenario, "scenarios/country.cfg", sets, sizeof sets / sizeof *sets, &errors);
    case_count(&errors, 0); /* nor a warning: no workload asks for more cards than its centre has */
    assert_true(good);
    assert_int_equal(scenario.site.count, cities.site.count);
    for (int i = 0; i < cities.site.count; i++) {
        const struct scenario_site *site = city_at(i);
        assert_non_null(scenario_chip(&scenario, site->chip));
        assert_true(scenario_chip(&scenario, site->chip)->usable);
        assert_true(!*site->substitutes || scenario_chip(&scenario, site->substitutes));
        assert_string_equal(site->software, "cann-city");
    }
    scenario_free(&scenario);
    error_list_free(&errors);
}

int main(void)
{
    if (!getenv("TENK_SOURCE")) {
        fputs("TENK_SOURCE does not say where configs/ is\n", stderr);
        return EXIT_SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards_from_pflops),
        cmocka_unit_test(test_published_cards),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_delays),
        cmocka_unit_test(test_page),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_scenario),
    };
    return cmocka_run_group_tests(tests, cities_read, cities_free);
}
