#include "runtime/runs/runs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "runtime/system/called.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"

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

/* ---- which there are ---- */

json_t *run_json(const char *folder)
{
    json_error_t error;
    char *path = path_join(folder, "run.json");
    json_t *json = access(path, F_OK) ? NULL : json_load_file(path, 0, &error);
    if (!json && !access(path, F_OK))
        fault("cannot read %s: line %d: %s", path, error.line, error.text);
    free(path);
    return json;
}

/* Of a run with a name; 0: it is none. */
static int number_within(const char *folder, const char *name)
{
    char *path = path_join(folder, name);
    json_t *json = run_json(path);
    int number = (int)json_integer_value(json_object_get(json, "number"));
    json_decref(json);
    free(path);
    return number;
}

static int newest_first(const void *left, const void *right)
{
    const RunEntry *a = left, *b = right;
    return a->number != b->number ? (a->number < b->number) - (a->number > b->number) : strcmp(b->name, a->name);
}

RunEntry *runs_list(Arena *arena, const char *folder, int *count)
{
    RunEntry *list = NULL;
    int room = 0;
    *count = 0;
    DIR *directory = opendir(folder);
    if (!directory && errno != ENOENT)
        fault("cannot read %s: %s", folder, strerror(errno));
    for (struct dirent *entry; directory && (entry = readdir(directory)); ) {
        const char *name = entry->d_name;
        int number = *name == '.' ? 0 : run_number(name) ? run_number(name) : number_within(folder, name);
        if (number)
            *arena_push(arena, list, *count, room) = (RunEntry){ arena_copy(arena, name, strlen(name)), number };
    }
    if (directory)
        closedir(directory);
    if (*count)
        qsort(list, (size_t)*count, sizeof *list, newest_first);
    return list;
}

bool run_find(const Program *program, const char *name, const char *file, RunFits *fits, const void *context,
              Run *run, int *others)
{
    int count;
    Arena *arena = arena_open();
    char *folder = runs_folder(program);
    const RunEntry *entry = runs_list(arena, folder, &count);
    *run = (Run){ .lock = -1 };
    *others = 0;
    for (int i = 0; i < count && !run->folder; i++) {
        char *candidate = path_join(folder, entry[i].name), *path = path_join(candidate, file);
        if ((!name || !strcmp(name, entry[i].name)) && !access(path, F_OK)) {
            Checkpoint *checkpoint = checkpoint_open(path);
            bool ours = checkpoint_is_of(checkpoint, program);
            *others += !ours;
            if (ours && (!fits || fits(checkpoint, context)))
                *run = (Run){ .folder = strdup(candidate), .number = entry[i].number, .lock = -1 };
            checkpoint_close(checkpoint);
        }
        free(path);
        free(candidate);
    }
    arena_close(arena);
    free(folder);
    return run->folder;
}

/* ---- a new one ---- */

/* The number may have been taken by another process meanwhile. */
static void make_numbered(Run *run, const char *folder)
{
    bool made = false;
    while (!made) {
        free(run->folder);
        if (asprintf(&run->folder, "%s/%d", folder, run->number) < 0)
            fault("out of memory");
        made = make_folder(run->folder);
        run->number += !made;
    }
}

/* A folder in which no run has begun may be there: one was killed before. */
static void make_named(Run *run, const char *folder, const char *name)
{
    run->folder = path_join(folder, name);
    run->number = run_number(name) ? run_number(name) : run->number;
    char *last = path_join(run->folder, "last.safetensors");
    if (!make_folder(run->folder) && !access(last, F_OK))
        fault("%s is a run already; another name begins a new one", run->folder);
    free(last);
}

Run run_create(const Program *program, const char *name)
{
    int count;
    Arena *arena = arena_open();
    Run run = { .lock = -1 };
    char *folder = runs_folder(program);
    make_folder("runs");
    make_folder(folder);
    const RunEntry *entry = runs_list(arena, folder, &count);
    run.number = count ? entry[0].number + 1 : 1;
    if (name)
        make_named(&run, folder, name);
    else
        make_numbered(&run, folder);
    arena_close(arena);
    free(folder);
    run_lock(&run);
    return run;
}

/* ---- its lock ---- */

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

bool run_is_locked(const char *folder)
{
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool locked = descriptor >= 0 && flock(descriptor, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
    if (descriptor >= 0)
        close(descriptor);
    return locked;
}

void run_tidy(const Run *run)
{
    if (!run_is_locked(run->folder))
        clear_temporaries(run);
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
