#include "runtime/runs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "runtime/called.h"
#include "runtime/fault.h"
#include "runtime/folder.h"

char *card_name(const Program *program)
{
    const char *slash = strrchr(program->card, '/'), *name = slash ? slash + 1 : program->card;
    size_t length = strlen(name);
    if (length > 4 && !strcmp(name + length - 4, ".net"))
        length -= 4;
    char *copy = strndup(name, length);
    if (!copy)
        fault("out of memory");
    return copy;
}

char *runs_folder(const Program *program)
{
    char *name = card_name(program), *folder = path_join("runs", name);
    free(name);
    return folder;
}

static char *run_folder(const char *folder, int number)
{
    char *path;
    if (asprintf(&path, "%s/%d", folder, number) < 0)
        fault("out of memory");
    return path;
}

/* The number that a folder's name is, or 0. */
static int run_number(const char *name)
{
    int number = 0;
    for (const char *c = name; *c; c++)
        if (!isdigit((unsigned char)*c) || number > INT_MAX / 10 - 1)
            return 0;
        else
            number = 10 * number + *c - '0';
    return name[0] == '0' ? 0 : number;
}

static int descending(const void *left, const void *right)
{
    int a = *(const int *)left, b = *(const int *)right;
    return (a < b) - (a > b);
}

/* The runs' numbers, the newest first. */
static int *run_numbers(Arena *arena, const char *folder, int *count)
{
    int *number = NULL, room = 0;
    *count = 0;
    DIR *directory = opendir(folder);
    if (!directory && errno != ENOENT)
        fault("cannot read %s: %s", folder, strerror(errno));
    for (struct dirent *entry; directory && (entry = readdir(directory)); )
        if (run_number(entry->d_name))
            *arena_push(arena, number, *count, room) = run_number(entry->d_name);
    if (directory)
        closedir(directory);
    if (*count)
        qsort(number, (size_t)*count, sizeof *number, descending);
    return number;
}

Run run_create(const Program *program)
{
    int count;
    Arena *arena = arena_open();
    Run run = { .lock = -1 };
    char *folder = runs_folder(program);
    make_folder("runs");
    make_folder(folder);
    int *number = run_numbers(arena, folder, &count), next = count ? number[0] : 0;
    do {                        /* another process may have taken the number */
        free(run.folder);
        run.folder = run_folder(folder, ++next);
    } while (!make_folder(run.folder));
    arena_close(arena);
    free(folder);
    run_lock(&run);
    return run;
}

bool run_find(const Program *program, const char *file, RunFits *fits, const void *context,
              Run *run, int *others)
{
    int count;
    Arena *arena = arena_open();
    char *folder = runs_folder(program), *found = NULL;
    int *number = run_numbers(arena, folder, &count);
    *others = 0;
    for (int i = 0; i < count && !found; i++) {
        char *candidate = run_folder(folder, number[i]), *path = path_join(candidate, file);
        if (!access(path, F_OK)) {
            Checkpoint *checkpoint = checkpoint_open(path);
            bool ours = checkpoint_is_of(checkpoint, program);
            *others += !ours;
            if (ours && (!fits || fits(checkpoint, context)))
                found = strdup(candidate);
            checkpoint_close(checkpoint);
        }
        free(path);
        free(candidate);
    }
    arena_close(arena);
    free(folder);
    *run = (Run){ .folder = found, .lock = -1 };
    return found;
}

static int number_of(const Run *run)
{
    return run_number(strrchr(run->folder, '/') + 1);
}

bool run_is_newer(const Run *run, const Run *other)
{
    return number_of(run) > number_of(other);
}

static bool is_temporary(const char *name)
{
    size_t length = strlen(name), suffix = strlen(REPLACE_SUFFIX);
    return length > suffix && !strcmp(name + length - suffix, REPLACE_SUFFIX);
}

static void clear_temporaries(const Run *run)
{
    DIR *directory = opendir(run->folder);
    for (struct dirent *entry; directory && (entry = readdir(directory)); )
        if (is_temporary(entry->d_name))
            unlinkat(dirfd(directory), entry->d_name, 0);
    if (directory)
        closedir(directory);
}

void run_lock(Run *run)
{
    run->lock = open(run->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (run->lock < 0)
        fault("cannot open the folder %s: %s", run->folder, strerror(errno));
    if (flock(run->lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
        fault("%s is being trained by another process; `%s` starts a run beside it", run->folder,
              call_text("train --new"));
    clear_temporaries(run);     /* a file system without locks: go on without */
}

void run_close(Run *run)
{
    if (run->lock >= 0)
        close(run->lock);
    free(run->folder);
}
