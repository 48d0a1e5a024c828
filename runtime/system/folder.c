#include "runtime/system/folder.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "runtime/system/fault.h"

typedef struct {
    Arena *arena;
    FolderList *list;
    int room_files, room_folders;
    const char *failure;
} Walk;

/* A folder that is being listed, and the one it is in. */
typedef struct Visit {
    const struct Visit *above;
    dev_t device;
    ino_t inode;
} Visit;

/* What systems leave behind in folders of pictures. */
static bool is_litter(const char *name)
{
    return name[0] == '.' || !strcasecmp(name, "Thumbs.db") ||
           !strcasecmp(name, "desktop.ini");
}

static bool is_itself(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

/* A link may lead to a folder that we are in. */
static bool is_inside(const Visit *visit, const struct stat *status)
{
    for (; visit; visit = visit->above)
        if (visit->device == status->st_dev && visit->inode == status->st_ino)
            return true;
    return false;
}

static void visit_folder(Walk *walk, const char *path, const char *relative, const Visit *above);

static void visit_entry(Walk *walk, const char *path, const char *relative, const Visit *visit)
{
    FolderList *list = walk->list;
    struct stat status;
    if (stat(path, &status) != 0 || S_ISREG(status.st_mode)) {
        /* a link to nowhere too: whoever reads it will tell */
        *arena_push(walk->arena, list->file, list->files, walk->room_files) = relative;
    } else if (!S_ISDIR(status.st_mode) || is_inside(visit, &status)) {
        list->passed_over++;
    } else {
        if (!strchr(relative, '/'))
            *arena_push(walk->arena, list->folder, list->folders, walk->room_folders) = relative;
        visit_folder(walk, path, relative, visit);
    }
}

static void visit_folder(Walk *walk, const char *path, const char *relative, const Visit *above)
{
    struct stat status;
    DIR *folder = opendir(path);
    if (!folder || fstat(dirfd(folder), &status) != 0) {
        walk->failure = arena_printf(walk->arena, "cannot open folder '%s': %s", path,
                                     strerror(errno));
        if (folder)
            closedir(folder);
        return;
    }
    Visit visit = { above, status.st_dev, status.st_ino };
    const struct dirent *entry;
    while (!walk->failure && (errno = 0, entry = readdir(folder))) {
        if (is_itself(entry->d_name))
            continue;
        if (is_litter(entry->d_name)) {
            walk->list->passed_over++;
            continue;
        }
        const char *below = arena_printf(walk->arena, "%s%s%s", relative, *relative ? "/" : "",
                                         entry->d_name);
        visit_entry(walk, arena_printf(walk->arena, "%s/%s", path, entry->d_name), below, &visit);
    }
    if (!walk->failure && errno)
        walk->failure = arena_printf(walk->arena, "cannot list folder '%s': %s", path,
                                     strerror(errno));
    closedir(folder);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *folder_list(Arena *arena, const char *path, FolderList *list)
{
    *list = (FolderList){ 0 };
    Walk walk = { .arena = arena, .list = list };
    visit_folder(&walk, path, "", NULL);
    if (list->files)
        qsort(list->file, (size_t)list->files, sizeof *list->file, by_bytes);
    if (list->folders)
        qsort(list->folder, (size_t)list->folders, sizeof *list->folder, by_bytes);
    return walk.failure;
}

bool folder_is(const char *path)
{
    struct stat status;
    return strcmp(path, "-") && !stat(path, &status) && S_ISDIR(status.st_mode);
}

const char *folder_join(Arena *arena, const char *folder, const char *file)
{
    size_t length = strlen(folder);
    while (length && folder[length - 1] == '/')
        length--;
    return arena_printf(arena, "%.*s/%s", (int)length, folder, file);
}

double folder_room(const char *path)
{
    struct statvfs system;
    if (statvfs(path, &system) || !system.f_blocks)
        return INFINITY;
    return (double)system.f_bavail * (double)system.f_frsize;
}

bool make_folder(const char *path)
{
    if (!mkdir(path, 0777))
        return true;
    if (errno != EEXIST)
        fault("cannot make the folder %s: %s", path, strerror(errno));
    return false;
}

char *path_join(const char *folder, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        fault("out of memory");
    return path;
}
