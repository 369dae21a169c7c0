/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

double progress_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void progress_start(struct progress *progress, const char *what, bool wanted)
{
    *progress = (struct progress){.shown = wanted && isatty(STDERR_FILENO), .what = what, .before = -1};
    progress->started = progress->last = progress_now();
}

static void write_span(char *out, size_t size, double seconds)
{
    long whole = (long)(seconds + 0.5);
    if (whole >= 3600)
        snprintf(out, size, "%ld h %02ld min", whole / 3600, whole / 60 % 60);
    else if (whole >= 60)
        snprintf(out, size, "%ld min %02ld s", whole / 60, whole % 60);
    else
        snprintf(out, size, "%ld s", whole);
}

void progress_update(struct progress *progress, int64_t done, int64_t total)
{
    double now = progress_now();
    if (progress->before < 0)
        progress->before = done - 1;
    if (!progress->shown || (now - progress->last < 0.1 && done < total))
        return;
    progress->last = now;
    double elapsed = now - progress->started;
    char left[32] = "unknown";
    int64_t here = done - progress->before;
    if (here > 0)
        write_span(left, sizeof left, elapsed / (double)here * (double)(total - done));
    fprintf(stderr, "\r\033[K%s %lld of %lld (%lld%%), %.1f a second, %s left", progress->what,
            (long long)done, (long long)total, (long long)(100 * done / (total ? total : 1)),
            elapsed > 0 ? (double)here / elapsed : 0, left);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
