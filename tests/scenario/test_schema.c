/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables: what a small one of our own reads, refuses and prints, and what holds of every row of the real
 * ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "scenario/override.h"
#include "scenario/scenario.h"
#include "scenario/schema_value.h"
#include "scenario_case.h"

#define DAY INT64_C(86400000000)

struct wheel {
    const char *name;
    double size;
};

struct engine {
    int64_t cylinders;
};

struct car {
    const char *title, *colour;
    int64_t doors, range, built;
    double price;
    bool used;
    struct schema_list gears;
    struct engine engine;
    struct schema_map wheels;
};

static const char *colours(int index)
{
    static const char *const names[] = {"red", "green", "blue"};
    return index >= 0 && index < 3 ? names[index] : NULL;
}

#define AT(structure, member) .key = #member, .offset = offsetof(struct structure, member)

static const struct schema_field wheel_fields[] = {
    {AT(wheel, size), .kind = SCHEMA_REAL, .min = 1, .max = 100, .unit = "cm", .help = "the size"},
};
static const struct schema wheel_schema = {wheel_fields, 1, sizeof(struct wheel)};
static const struct schema_field engine_fields[] = {
    {AT(engine, cylinders), .kind = SCHEMA_WHOLE, .min = 1, .max = 16, .fallback = "4", .help = "how many"},
};
static const struct schema engine_schema = {engine_fields, 1, sizeof(struct engine)};
static const struct schema_field car_fields[] = {
    {AT(car, title), .kind = SCHEMA_TEXT, .help = "its name"},
    {AT(car, colour), .kind = SCHEMA_CHOICE, .choice = colours, .fallback = "green", .help = "its colour"},
    {AT(car, doors), .kind = SCHEMA_WHOLE, .min = 2, .max = 5, .fallback = "5", .help = "its doors"},
    {AT(car, range), .kind = SCHEMA_DURATION, .min = 0.5, .max = 30, .fallback = "7d", .help = "its range"},
    {AT(car, built), .kind = SCHEMA_DATE, .fallback = "2025-01-31", .help = "its date"},
    {AT(car, price), .kind = SCHEMA_REAL, .min = -10, .max = 10, .fallback = "0.1", .unit = "CNY",
     .help = "x"},
    {AT(car, used), .kind = SCHEMA_FLAG, .fallback = "false", .help = "whether used"},
    {AT(car, gears), .kind = SCHEMA_REALS, .min = 0, .max = 9, .fallback = "", .help = "its gears"},
    {AT(car, engine), .kind = SCHEMA_GROUP, .sub = &engine_schema, .help = "its engine"},
    {AT(car, wheels), .kind = SCHEMA_MAP, .sub = &wheel_schema, .fallback = "", .help = "its wheels"},
};
static const struct schema car_schema = {car_fields, 10, sizeof(struct car)};

struct read_car {
    struct source source;
    struct arena arena;
    struct error_list errors;
    struct car car;
    bool good;
};

static void car_read(struct read_car *read, const char *text)
{
    memset(read, 0, sizeof *read);
    case_write("car.cfg", text);
    assert_true(source_read(&read->source, "car.cfg", &read->errors));
    read->good = schema_read(&car_schema, &read->source, &read->car, &read->arena, &read->errors);
    assert_int_equal(read->good, read->errors.count == 0);
}

static void car_done(struct read_car *read)
{
    source_free(&read->source);
    arena_free(&read->arena);
    error_list_free(&read->errors);
}

static void test_fallbacks(void **state)
{
    (void)state;
    struct read_car read;
    car_read(&read, "title = \"a\";");
    assert_true(read.good);
    assert_string_equal(read.car.title, "a");
    assert_string_equal(read.car.colour, "green");
    assert_int_equal(read.car.doors, 5);
    assert_int_equal(read.car.range, 7 * DAY);
    assert_int_equal(read.car.built, 20119 * DAY); /* 2025-01-31 */
    assert_true(read.car.price == 0.1);
    assert_false(read.car.used);
    assert_int_equal(read.car.gears.count, 0);
    assert_int_equal(read.car.engine.cylinders, 4);
    assert_int_equal(read.car.wheels.count, 0);
    car_done(&read);
}

static void test_given(void **state)
{
    (void)state;
    struct read_car read;
    car_read(&read, "title = \"b\"; colour = \"red\"; doors = 3; range = \"36h\"; built = \"1999-12-31\";\n"
                    "price = \"-2.5 CNY\"; used = true; gears = [1, 2, 9]; engine: { cylinders = 16L; };\n"
                    "wheels: { left: { size = 30; }; right: { size = \"31.5cm\"; }; };\n");
    assert_true(read.good);
    assert_string_equal(read.car.colour, "red");
    assert_int_equal(read.car.doors, 3);
    assert_int_equal(read.car.range, DAY + DAY / 2);
    assert_int_equal(read.car.built, 10956 * DAY);
    assert_true(read.car.price == -2.5);
    assert_true(read.car.used);
    assert_int_equal(read.car.gears.count, 3);
    assert_true(read.car.gears.values[2] == 9);
    assert_int_equal(read.car.engine.cylinders, 16);
    assert_int_equal(read.car.wheels.count, 2);
    const struct wheel *right = schema_entry(&read.car.wheels, &wheel_schema, "right");
    assert_non_null(right);
    assert_string_equal(right->name, "right");
    assert_true(right->size == 31.5);
    assert_null(schema_entry(&read.car.wheels, &wheel_schema, "righ"));
    assert_null(schema_entry(&read.car.wheels, &wheel_schema, "rights"));
    car_done(&read);
    /* whole numbers where reals are wanted, reals that are whole where whole numbers are, bounds included */
    car_read(&read, "title = \"c\"; doors = 2.0; price = 10; gears = (0, 9.0, 4.5); range = \"30d\";");
    assert_true(read.good);
    assert_int_equal(read.car.doors, 2);
    assert_true(read.car.price == 10);
    assert_true(read.car.gears.values[2] == 4.5);
    car_done(&read);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *path, *part;
    } cases[] = {
        {"", 0, "title", "missing; it is its name"},
        {"title = 5;", 1, "title", "must be a text in \"quotes\" (its name)"},
        {"title = true;", 1, "title", "must be a text"},
        {"title = [1];", 1, "title", "must be a single value"},
        {"title = \"a\";\ncolour = \"grean\";", 2, "colour",
         "\"grean\" is not one of: red, green, blue; did you mean 'green'?"},
        {"title = \"a\";\ncolour = \"white\";", 2, "colour", "\"white\" is not one of: red, green, blue"},
        {"title = \"a\";\ncolour = 1;", 2, "colour", "is not one of: red, green, blue"},
        {"title = \"a\";\ndoors = 6;", 2, "doors", "out of range: 2 to 5 allowed (its doors)"},
        {"title = \"a\";\ndoors = 1;", 2, "doors", "out of range: 2 to 5"},
        {"title = \"a\";\ndoors = 2.5;", 2, "doors", "must be a whole number"},
        {"title = \"a\";\ndoors = \"two\";", 2, "doors", "must be a number"},
        {"title = \"a\";\ndoors = true;", 2, "doors", "must be a number"},
        {"title = \"a\";\nprice = \"1 USD\";", 2, "price", "must be a number in CNY"},
        {"title = \"a\";\nprice = 10.001;", 2, "price", "out of range: -10 to 10 CNY allowed"},
        {"title = \"a\";\nprice = 1e999;", 2, "price", "out of range"},
        {"title = \"a\";\nrange = 7;", 2, "range", "must be a duration with a unit in quotes"},
        {"title = \"a\";\nrange = \"31d\";", 2, "range", "out of range: 0.5 to 30 days allowed"},
        {"title = \"a\";\nrange = \"1h\";", 2, "range", "out of range"},
        {"title = \"a\";\nbuilt = \"2025-02-29\";", 2, "built", "must be a date in quotes"},
        {"title = \"a\";\nbuilt = 2025;", 2, "built", "must be a date in quotes"},
        {"title = \"a\";\nused = 1;", 2, "used", "must be true or false"},
        {"title = \"a\";\nused = \"false\";", 2, "used", "must be true or false"},
        {"title = \"a\";\ngears = 3;", 2, "gears", "must be a list of numbers"},
        {"title = \"a\";\ngears = [1, 10];", 2, "gears", "item 2 of the list"},
        {"title = \"a\";\ngears = (1, 2, \"x\");", 2, "gears", "item 3 of the list"},
        {"title = \"a\";\nengine = 4;", 2, "engine", "must be a group: engine: { ... };"},
        {"title = \"a\";\nengine: { cylindres = 4; };", 2, "engine.cylindres",
         "unknown setting; did you mean 'cylinders'?"},
        {"title = \"a\";\nengine: {\n  x = 4; };", 3, "engine.x", "unknown setting; known here: cylinders"},
        {"title = \"a\";\nwheels = [1];", 2, "wheels", "must be a group"},
        {"title = \"a\";\nwheels: { left = 30; };", 2, "wheels.left", "must be a group: left: { ... };"},
        {"title = \"a\";\nwheels: {\n left: { };\n};", 3, "wheels.left.size", "missing; it is the size"},
        {"title = \"a\";\nwheels: {\n left: { size = 0; };\n};", 3, "wheels.left.size",
         "out of range: 1 to 100 cm"},
        {"title = \"a\";\ndoor = 3;", 2, "door", "unknown setting; did you mean 'doors'?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct read_car read;
        car_read(&read, cases[i].text);
        if (read.good)
            fail_msg("%s is taken", cases[i].text);
        case_said(&read.errors, "car.cfg", cases[i].line, cases[i].path, cases[i].part);
        case_count(&read.errors, 1);
        car_done(&read);
    }
    struct read_car read; /* all mistakes in one go */
    car_read(&read, "colour = 1; doors = 9; nonsense = 1; wheels: { a: { size = 0; }; b = 1; };");
    case_count(&read.errors, 6);
    car_done(&read);
}

struct seen {
    struct text text;
    const struct schema *schema;
    struct source *again;
    struct error_list *errors;
};

static void see(void *context, const char *path, const struct schema_field *field, const char *value)
{
    struct seen *seen = context;
    text_format(&seen->text, "%s=%s;", path, value);
    if (!seen->again)
        return;
    struct text assignment = {0};
    bool quoted = field->kind == SCHEMA_TEXT || field->kind == SCHEMA_CHOICE;
    text_format(&assignment, quoted ? "%s=\"%s\"" : "%s=%s", path, value);
    if (!override_apply(seen->again, seen->schema, text_string(&assignment), seen->errors))
        fail_msg("%s is refused", text_string(&assignment));
    text_free(&assignment);
}

static void test_visit(void **state)
{
    (void)state;
    struct read_car read;
    struct seen seen = {0};
    car_read(
        &read,
        "wheels: { left: { size = 30.25; }; right: { size = 1e2; }; }; gears = (3, 1.5); range = \"36h\";"
        "title = \"a b\"; price = 0.30000000000000004; used = true;");
    schema_visit(&car_schema, &read.car, see, &seen);
    assert_string_equal(
        text_string(&seen.text),
        "title=a b;colour=green;doors=5;range=36h;built=2025-01-31;price=0.30000000000000004;"
        "used=true;gears=[3.0, 1.5];engine.cylinders=4;wheels.left.size=30.25;wheels.right.size=100;");
    text_free(&seen.text);
    car_done(&read);
}

/* Rows of a table and of the tables below it. */
static void check_table(const struct schema *schema, const char *where, int *rows)
{
    for (int i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        char path[300];
        snprintf(path, sizeof path, "%s.%s", where, field->key);
        (*rows)++;
        if (!field->help || strlen(field->help) < 4)
            fail_msg("%s has no help", path);
        if (field->offset >= schema->size)
            fail_msg("%s lies outside of its struct", path);
        for (int j = 0; j < i; j++)
            if (!strcmp(schema->fields[j].key, field->key))
                fail_msg("%s is there twice", path);
        bool number = field->kind == SCHEMA_WHOLE || field->kind == SCHEMA_REAL ||
                      field->kind == SCHEMA_DURATION || field->kind == SCHEMA_REALS;
        if (number && !(field->min < field->max))
            fail_msg("%s has no range", path);
        if ((field->kind == SCHEMA_CHOICE) != (field->choice != NULL))
            fail_msg("%s: a choice has names, and nothing else has", path);
        bool below = field->kind == SCHEMA_GROUP || field->kind == SCHEMA_MAP;
        if (below != (field->sub != NULL))
            fail_msg("%s: groups and maps have tables, and nothing else has", path);
        if (below) {
            check_table(field->sub, path, rows);
        } else if (field->fallback && field->kind != SCHEMA_REALS) {
            union {
                const char *text;
                int64_t whole;
                double real;
                bool flag;
            } value;
            schema_value_fallback(field, &value); /* asserts that it is a value */
        }
    }
}

static void test_real_tables(void **state)
{
    (void)state;
    int rows = 0;
    check_table(&scenario_schema, "scenario", &rows);
    assert_in_range(rows, 80, 400);
}

/* Any two scenarios that print the same settings are the same: each printed value reads back as itself. */
static void test_print_and_set_again(void **state)
{
    (void)state;
    const char *source_folder = getenv("TENK_SOURCE");
    char path[600];
    snprintf(path, sizeof path, "%s/scenarios/wuxi-10k.cfg",
             source_folder && *source_folder ? source_folder : ".");
    if (access(path, R_OK)) {
        print_message("skipped: there is no %s (TENK_SOURCE names the tree)\n", path);
        skip();
    }
    struct scenario first;
    struct error_list errors = {0};
    bool good = scenario_read(&first, path, NULL, 0, &errors);
    error_print(&errors, 0, stderr);
    assert_true(good);
    struct source again;
    assert_true(source_read(&again, path, &errors));
    struct seen one = {.schema = &scenario_schema, .again = &again, .errors = &errors}, two = {0};
    schema_visit(&scenario_schema, &first, see, &one);
    struct scenario second = {0};
    assert_true(schema_read(&scenario_schema, &again, &second, &second.arena, &errors));
    schema_visit(&scenario_schema, &second, see, &two);
    assert_true(one.text.length > 10000);
    assert_string_equal(text_string(&one.text), text_string(&two.text));
    assert_true(scenario_hash(&first) == scenario_hash(&second));
    text_free(&one.text);
    text_free(&two.text);
    source_free(&again);
    arena_free(&second.arena);
    scenario_free(&first);
    error_list_free(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fallbacks),   cmocka_unit_test(test_given),
        cmocka_unit_test(test_refused),     cmocka_unit_test(test_visit),
        cmocka_unit_test(test_real_tables), cmocka_unit_test(test_print_and_set_again),
    };
    return cmocka_run_group_tests(tests, case_begin, case_end);
}
