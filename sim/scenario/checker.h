/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * checker: what the checks of a scenario share.
 *
 * A check says nothing about what follows from a setting that could not be read: one slip, one
 * message. It asks checker_sound for the settings that it builds on.
 */
#ifndef TENK_SCENARIO_CHECKER_H
#define TENK_SCENARIO_CHECKER_H

#include "scenario/scenario.h"

struct checker {
    const struct scenario *scenario;
    struct error_list *errors;
};

/* Adds an input error about the setting `key` of `group` ("" for the group itself). */
void checker_say(struct checker *checker, const char *group, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same as a warning. */
void checker_warn(struct checker *checker, const char *group, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Says that a name is not in a map, with the nearest that is, or all. */
void checker_missing(struct checker *checker, const char *group, const char *key, const char *name,
                     const char *map_name, const struct schema_map *map, size_t entry_size);

/* False when a message about this setting has been given already. O(messages). */
bool checker_sound(const struct checker *checker, const char *group, const char *key);

void checker_ascending(struct checker *checker, const char *group, const char *key,
                       const struct schema_list *list);

/* Two lists that belong together: same length, not more than the model holds. */
void checker_pair(struct checker *checker, const char *group, const char *key, const struct schema_list *a,
                  const char *other, const struct schema_list *b, int most);

/* Every item must be a whole number of something (check_catalogue.c). */
void checker_whole(struct checker *checker, const char *group, const char *key,
                   const struct schema_list *list, const char *of);

/* The line, among those that serve, that makes the chip; NULL: none (check_supply.c). */
const struct scenario_line *checker_line_of(const struct scenario *scenario, const char *chip);

/* A chip that is used must be usable and know how fast the kinds of work run on it (check_site.c). */
void checker_chip(struct checker *checker, const char *group, const char *key,
                  const struct scenario_chip *chip, const struct scenario_workload *workload);

/* The date is one of the simulated ones, or that cannot be told. */
bool checker_in_horizon(const struct checker *checker, int64_t date);

/*
 * The most cards of which a job of the mix cannot do with less, over all classes with a share; `which` (may
 * be NULL) becomes the class. Elastic jobs count with their least.
 */
double checker_least_cards(const struct scenario_workload *workload, const struct scenario_class **which);

/* A list of names must be of chips that there are, each once. */
void check_chip_names(struct checker *checker, const char *group, const char *key, const char *names);

/* check_catalogue.c, check_site.c, check_supply.c, check_country.c, check_sharing.c and check_pools.c */
/* check_reliability.c */
void check_reliability(struct checker *checker, const struct scenario_reliability *row);
void check_risks(struct checker *checker, const char *group, const struct scenario_site *site);

void check_supply(struct checker *checker);
void check_country(struct checker *checker);
void check_catalogues(struct checker *checker);
void check_sites(struct checker *checker);
void check_sharing(struct checker *checker, const char *group, const struct scenario_site *site,
                   const struct scenario_workload *workload);
void check_pools(struct checker *checker, const char *group, const struct scenario_site *site,
                 const struct scenario_workload *workload);

#endif
