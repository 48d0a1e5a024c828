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

/* NULL where there is none, or it cannot be read: then `why` says so, to be freed. */
static json_t *read_record(const char *folder, char **why)
{
    json_error_t error;
    char *path = path_join(folder, "run.json");
    bool there = !access(path, F_OK);
    json_t *json = there ? json_load_file(path, 0, &error) : NULL;
    *why = NULL;
    if (there && !json && asprintf(why, "cannot read %s: line %d: %s", path, error.line, error.text) < 0)
        fault("out of memory");
    free(path);
    return json;
}

json_t *run_json(const char *folder)
{
    char *why;
    json_t *json = read_record(folder, &why);
    if (why)
        fault("%s", why);
    return json;
}

json_t *run_json_if_sound(const char *folder)
{
    char *why;
    json_t *json = read_record(folder, &why);
    free(why);
    return json;
}

/* The list is read more than once by some commands; what is broken is told the first time. */
static void warn_of(const char *name, const char *why)
{
    fprintf(stderr, "%s: warning: %s; %s\n", program_invocation_short_name, why,
            run_number(name) ? "its number stands for when it began" : "goes on without this run");
}

/* Where a run stands among the others of the card; 0: it is none. */
static int order_of(const char *folder, const char *name, bool told)
{
    char *path = path_join(folder, name), *why;
    json_t *json = read_record(path, &why);
    int order = (int)json_integer_value(json_object_get(json, "number"));
    if (why && !told)
        warn_of(name, why);
    json_decref(json);
    free(why);
    free(path);
    return order > 0 ? order : run_number(name);
}

static int newest_first(const void *left, const void *right)
{
    const RunEntry *a = left, *b = right;
    return a->order != b->order ? (a->order < b->order) - (a->order > b->order) : strcmp(b->name, a->name);
}

RunEntry *runs_list(Arena *arena, const char *folder, int *count)
{
    static bool told;
    RunEntry *list = NULL;
    int room = 0;
    *count = 0;
    DIR *directory = opendir(folder);
    if (!directory && errno != ENOENT)
        fault("cannot read %s: %s", folder, strerror(errno));
    for (struct dirent *entry; directory && (entry = readdir(directory)); ) {
        const char *name = entry->d_name;
        int order = *name == '.' ? 0 : order_of(folder, name, told);
        if (order)
            *arena_push(arena, list, *count, room) = (RunEntry){ arena_copy(arena, name, strlen(name)), order };
    }
    told = true;
    if (directory)
        closedir(directory);
    if (*count)
        qsort(list, (size_t)*count, sizeof *list, newest_first);
    return list;
}

void run_check(const char *folder, const char *name)
{
    char *path = path_join(folder, name);
    json_decref(run_json(path));
    free(path);
}

bool run_find(const Program *program, const char *name, const char *file, RunFits *fits, const void *context,
              Run *run, int *others)
{
    int count;
    Arena *arena = arena_open();
    char *folder = runs_folder(program);
    if (name)
        run_check(folder, name);
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
                *run = (Run){ .folder = strdup(candidate), .order = entry[i].order, .lock = -1 };
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

/* The next number, which another process may take meanwhile: named runs use up none. */
static void make_numbered(Run *run, const char *folder, const RunEntry *entry, int count)
{
    int number = 1;
    bool made = false;
    for (int i = 0; i < count; i++)
        if (run_number(entry[i].name) >= number)
            number = run_number(entry[i].name) + 1;
    while (!made) {
        free(run->folder);
        if (asprintf(&run->folder, "%s/%d", folder, number++) < 0)
            fault("out of memory");
        made = make_folder(run->folder);
    }
}

/* A folder in which no run has begun may be there: one was killed before. */
static void make_named(Run *run, const char *folder, const char *name)
{
    run->folder = path_join(folder, name);
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
    run.order = count ? entry[0].order + 1 : 1;
    if (name)
        make_named(&run, folder, name);
    else
        make_numbered(&run, folder, entry, count);
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

static int open_folder(const char *folder)
{
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int need_folder(const char *folder)
{
    int descriptor = open_folder(folder);
    if (descriptor < 0)
        fault("cannot open the folder %s: %s", folder, strerror(errno));
    return descriptor;
}

/* True where another process has a lock that keeps this one out. A file system without locks keeps nobody out: go on. */
static bool is_kept_out(int descriptor, int lock)
{
    return flock(descriptor, lock | LOCK_NB) && errno == EWOULDBLOCK;
}

bool run_is_locked(const char *folder)
{
    int descriptor = open_folder(folder);
    bool locked = descriptor >= 0 && is_kept_out(descriptor, LOCK_SH);
    if (descriptor >= 0)
        close(descriptor);
    return locked;
}

void run_tidy(const Run *run)
{
    int descriptor = open_folder(run->folder);
    if (descriptor >= 0 && !is_kept_out(descriptor, LOCK_EX))
        clear_temporaries(run);
    if (descriptor >= 0)
        close(descriptor);
}

void run_lock(Run *run)
{
    run->lock = need_folder(run->folder);
    if (is_kept_out(run->lock, LOCK_EX))
        fault("%s is being trained or calibrated by another process; `%s` starts a run beside it", run->folder,
              call_text("train --new"));
    clear_temporaries(run);
}

int run_hold(const char *folder)
{
    int descriptor = need_folder(folder);
    if (is_kept_out(descriptor, LOCK_SH))
        fault("%s is being trained by another process, which may replace its weights: wait until it has ended", folder);
    return descriptor;
}

void run_close(Run *run)
{
    if (run->lock >= 0)
        close(run->lock);
    free(run->folder);
}
