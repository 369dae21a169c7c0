/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main: picks a command. */
#include "command/command.h"
#include "study/distribute.h"
#include "tenk_version.h"

#include <argp.h>
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_help(FILE *stream)
{
    fputs(
        "tenk simulates the capacity of ten-thousand-card AI clusters: chip supply, build-out, scheduling,\n"
        "failures and training, in many possible futures.\n\n"
        "Usage: tenk COMMAND [OPTION...]\n\n",
        stream);
    for (int i = 0; command_at(i); i++)
        fprintf(stream, "  %-11s %s\n", command_at(i)->name, command_at(i)->summary);
    fputs("\n`tenk COMMAND --help` teaches each of them. To begin: tenk run scenarios/wuxi-10k.cfg\n",
          stream);
}

static int run_command(int argc, char **argv)
{
    argp_err_exit_status = 2;    /* as every other mistake of the user */
    gsl_set_error_handler_off(); /* it would abort; we check what we pass */
    if (argc < 2) {
        print_help(stderr);
        return 2;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        print_help(stdout);
        return 0;
    }
    if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
        printf("tenk %s (%s)\n", TENK_VERSION, TENK_COMMIT);
        return 0;
    }
    for (int i = 0; command_at(i); i++) {
        if (strcmp(argv[1], command_at(i)->name))
            continue;
        char name[64];
        snprintf(name, sizeof name, "tenk %s", argv[1]);
        argv[1] = name;
        int status = command_at(i)->run(argc - 1, argv + 1);
        if (fflush(stdout)) {
            perror("tenk: standard output");
            return status ? status : 1;
        }
        return status;
    }
    fprintf(stderr, "tenk: there is no command \"%s\"\n\n", argv[1]);
    print_help(stderr);
    return 2;
}

int main(int argc, char **argv)
{
    if (!distribute_start(argv))
        return 0;
    int status = run_command(argc, argv);
    distribute_end();
    return status;
}
