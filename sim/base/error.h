/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * error: mistakes as values.
 *
 * A planner who wrote a scenario with five mistakes wants to hear of five, each with its place and
 * its remedy, and wants nothing written. So whatever reads input adds to a list and goes on where
 * it can; the command prints the list and picks the exit status. Nothing below main.c ends the
 * program. Assertions are for our own bugs only.
 *
 * Ownership: the list owns its items; error_list_free releases them. An item keeps copies of all
 * texts. Adding is O(1) amortised. A list that cannot grow keeps counting and drops the text.
 */
#ifndef TENK_BASE_ERROR_H
#define TENK_BASE_ERROR_H

#include <stdbool.h>
#include <stdio.h>

enum error_kind {
    ERROR_WARNING, /* worth a line, changes nothing */
    ERROR_INPUT,   /* the user's input is at fault: exit status 2 */
    ERROR_SYSTEM   /* the machine is at fault (disk, memory, rights): exit status 1 */
};

struct error_item {
    enum error_kind kind;
    int line;          /* 1-based, 0 when a line makes no sense */
    char file[256];    /* empty when no file is concerned */
    char path[160];    /* setting path such as site.wuxi.cards; may be empty */
    char message[512]; /* what is wrong and what is allowed */
};

struct error_list {
    struct error_item *items;
    int count;
    int capacity;
    int inputs;  /* number of ERROR_INPUT */
    int systems; /* number of ERROR_SYSTEM */
};

/* Adds one item; file and path may be NULL. */
void error_add(struct error_list *list, enum error_kind kind, const char *file, int line, const char *path,
               const char *format, ...) __attribute__((format(printf, 6, 7)));

/* An ERROR_INPUT without a place: for command lines. */
void error_input(struct error_list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An ERROR_SYSTEM about a file; appends the text of errno when errno_value is not 0. */
void error_system(struct error_list *list, const char *file, int errno_value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* True when the list holds anything worse than a warning. */
bool error_any(const struct error_list *list);

/* 0 without errors, 1 when the machine was at fault, 2 when the input was. */
int error_exit_status(const struct error_list *list);

/* Writes the items from index `from` on, one line each: `file:line: path: message`. */
void error_print(const struct error_list *list, int from, FILE *stream);

void error_list_free(struct error_list *list);

#endif
