/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * distribute: who computes the units of a study.
 *
 * Chosen when linking: distribute_local.c (threads of OpenMP; build/tenk and the tests) or distribute_mpi.c
 * (the threads of several processes; build/tenk-mpi). Both hand each unit to whoever is free and take results
 * in as they come; study_take puts them into slots by index, so the outcome is the same.
 */
#ifndef TENK_STUDY_DISTRIBUTE_H
#define TENK_STUDY_DISTRIBUTE_H

#include <stdbool.h>

struct study;

/*
 * First thing of main. True: this process runs the command. False: it computed units for another one until
 * that was done; main returns 0.
 */
bool distribute_start(char **argv);

/* Last thing of a main that ran the command. */
void distribute_end(void);

/* Computes study->units (study_internal.h) until done, stopped or spoilt. */
void distribute_units(struct study *study);

/* Forgets what other processes know of the study. */
void distribute_forget(struct study *study);

#endif
