/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/folder.h"

#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every file that tenk ever writes into a result folder; --force removes no other. */
static const char *const result_files[] = {
    "summary.csv",   "replications.csv", "timeline.csv",  "jobs.csv",      "deliveries.csv", "failures.csv",
    "lots.csv",      "market.csv",       "events.csv",    "manifest.json", "run_info.json",  "fit.csv",
    "quantiles.csv", "km.csv",           "catalogue.cfg", "curve.csv",     "compare.csv",    "best.csv",
    "sweep.csv",     "sensitivity.csv",  "size.csv",
};

enum { RESULT_FILES = sizeof result_files / sizeof *result_files };

static char *joined(const char *a, const char *between, const char *b)
{
    size_t size = strlen(a) + strlen(between) + strlen(b) + 1;
    char *text = memory_alloc(size, 1);
    snprintf(text, size, "%s%s%s", a, between, b);
    return text;
}

static bool is_result(const char *name)
{
    for (int i = 0; i < RESULT_FILES; i++)
        if (!strcmp(name, result_files[i]))
            return true;
    return false;
}

/* Number of entries of a folder, -1 when it cannot be read; *stranger gets the first that is not tenk's. */
static int entries(const char *path, char *stranger, size_t size)
{
    stranger[0] = 0;
    DIR *directory = opendir(path);
    if (!directory)
        return -1;
    int count = 0;
    const struct dirent *entry;
    while ((entry = readdir(directory))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        count++;
        struct stat status;
        bool file = !fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) &&
                    S_ISREG(status.st_mode);
        if (!(file && is_result(entry->d_name)) && !stranger[0])
            snprintf(stranger, size, "%s", entry->d_name);
    }
    closedir(directory);
    return count;
}

static void remove_results(const char *path)
{
    for (int i = 0; i < RESULT_FILES; i++) {
        char *file = joined(path, "/", result_files[i]);
        unlink(file);
        free(file);
    }
    rmdir(path);
}

static bool check_target(const char *path, bool force, struct error_list *errors)
{
    struct stat status;
    char stranger[256];
    if (lstat(path, &status)) {
        if (errno == ENOENT)
            return true;
        error_system(errors, path, errno, "cannot be looked at");
        return false;
    }
    int count = S_ISDIR(status.st_mode) ? entries(path, stranger, sizeof stranger) : -1;
    if (count < 0) {
        error_add(errors, ERROR_INPUT, path, 0, NULL,
                  "is not a folder that can be read; give another one with -o");
        return false;
    }
    if (count && !force) {
        error_add(errors, ERROR_INPUT, path, 0, NULL,
                  "holds results or other files already; give another folder with -o, or --force to replace "
                  "results");
        return false;
    }
    if (count && stranger[0]) {
        error_add(errors, ERROR_INPUT, path, 0, NULL,
                  "holds %s, which tenk did not write: not replaced, not even with --force", stranger);
        return false;
    }
    return true;
}

bool folder_parents(const char *path, struct error_list *errors)
{
    char *copy = memory_text(path);
    bool ok = true;
    for (char *slash = strchr(copy + 1, '/'); slash && ok; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(copy, 0777) && errno != EEXIST) {
            error_system(errors, copy, errno, "cannot be made");
            ok = false;
        }
        *slash = '/';
    }
    free(copy);
    return ok;
}

static bool open_partial(struct folder *folder, struct error_list *errors)
{
    if (mkdir(folder->partial, 0777) && errno != EEXIST) {
        error_system(errors, folder->partial, errno, "cannot be made");
        return false;
    }
    folder->lock = open(folder->partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (folder->lock < 0) {
        error_system(errors, folder->partial, errno, "cannot be opened as a folder");
        return false;
    }
    char stranger[256];
    if (flock(folder->lock, LOCK_EX | LOCK_NB)) {
        error_system(errors, folder->partial, 0,
                     "another run of tenk is writing here; wait for it or give another -o");
    } else if (entries(folder->partial, stranger, sizeof stranger) && stranger[0]) {
        error_system(errors, folder->partial, 0, "holds %s, which tenk did not write; move it away",
                     stranger);
    } else {
        for (int i = 0; i < RESULT_FILES; i++) /* left over from a run that was killed */
            unlinkat(folder->lock, result_files[i], 0);
        return true;
    }
    close(folder->lock);
    folder->lock = -1;
    return false;
}

static void forget(struct folder *folder)
{
    free(folder->path);
    free(folder->partial);
    memset(folder, 0, sizeof *folder);
    folder->lock = -1;
}

bool folder_open(struct folder *folder, const char *path, bool force, struct error_list *errors)
{
    memset(folder, 0, sizeof *folder);
    folder->lock = -1;
    folder->path = memory_text(path);
    size_t length = strlen(folder->path);
    while (length > 1 && folder->path[length - 1] == '/')
        folder->path[--length] = 0;
    const char *slash = strrchr(folder->path, '/');
    const char *last = slash ? slash + 1 : folder->path;
    if (!*last || !strcmp(last, ".") || !strcmp(last, "..")) {
        error_add(errors, ERROR_INPUT, path, 0, NULL,
                  "cannot be a result folder; give one of its own with -o");
        forget(folder);
        return false;
    }
    folder->partial = joined(folder->path, ".partial", "");
    if (!check_target(folder->path, force, errors) || !folder_parents(folder->path, errors) ||
        !open_partial(folder, errors)) {
        forget(folder);
        return false;
    }
    return true;
}

void folder_create(const struct folder *folder, struct folder_file *file, const char *name)
{
    memset(file, 0, sizeof *file);
    file->name = name;
    file->path = joined(folder->partial, "/", name);
    file->stream = fopen(file->path, "wb");
    if (!file->stream) {
        file->failed = true;
        file->problem = errno;
    }
}

void folder_write(struct folder_file *file, const struct text *text)
{
    if (file->failed || !text->length)
        return;
    if (fwrite(text->bytes, 1, text->length, file->stream) != text->length) {
        file->failed = true;
        file->problem = errno;
    }
}

bool folder_close(struct folder_file *file, struct error_list *errors)
{
    if (file->stream) {
        if (!file->failed && (fflush(file->stream) || fsync(fileno(file->stream)))) {
            file->failed = true;
            file->problem = errno;
        }
        if (fclose(file->stream) && !file->failed) {
            file->failed = true;
            file->problem = errno;
        }
    }
    if (file->failed)
        error_system(errors, file->path, file->problem, "cannot be written");
    free(file->path);
    bool ok = !file->failed;
    memset(file, 0, sizeof *file);
    return ok;
}

bool folder_put(const struct folder *folder, const char *name, const struct text *text,
                struct error_list *errors)
{
    struct folder_file file;
    folder_create(folder, &file, name);
    folder_write(&file, text);
    return folder_close(&file, errors);
}

static void sync_parent(const char *path)
{
    char *parent = memory_text(path);
    char *slash = strrchr(parent, '/');
    if (slash)
        slash[slash == parent] = 0;
    int descriptor = open(slash ? parent : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        (void)fsync(descriptor); /* some file systems cannot; the rename is atomic all the same */
        close(descriptor);
    }
    free(parent);
}

/* Puts partial in the place of path, which may exist; what stood there is in partial afterwards. */
static bool swap_in(const struct folder *folder)
{
    if (!rename(folder->partial, folder->path))
        return true; /* there was none, or an empty one */
    if (errno != ENOTEMPTY && errno != EEXIST)
        return false;
    if (!renameat2(AT_FDCWD, folder->partial, AT_FDCWD, folder->path, RENAME_EXCHANGE)) {
        remove_results(folder->partial);
        return true;
    }
    /* a file system without exchange: the old results step aside first */
    char *aside = joined(folder->path, ".replaced", "");
    bool ok = !rename(folder->path, aside) && !rename(folder->partial, folder->path);
    if (ok)
        remove_results(aside);
    free(aside);
    return ok;
}

bool folder_commit(struct folder *folder, struct error_list *errors)
{
    (void)fsync(folder->lock);
    if (!swap_in(folder)) {
        error_system(errors, folder->path, errno, "cannot be put in place; the results are in %s",
                     folder->partial);
        close(folder->lock);
        forget(folder);
        return false;
    }
    sync_parent(folder->path);
    close(folder->lock);
    forget(folder);
    return true;
}

void folder_discard(struct folder *folder)
{
    if (!folder->path)
        return;
    remove_results(folder->partial);
    if (folder->lock >= 0)
        close(folder->lock);
    forget(folder);
}
