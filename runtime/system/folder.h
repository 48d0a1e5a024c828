/* folder.h - the files below a folder, in an order of their own: how the system lists them does not
 * matter. */

#ifndef SYSTEM_FOLDER_H
#define SYSTEM_FOLDER_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct {
    const char **file;          /* relative paths, in byte order; links are followed */
    int files;
    const char **folder;        /* names of the folders directly below, in byte order */
    int folders;
    long passed_over;           /* hidden files, Thumbs.db, desktop.ini, pipes and devices */
} FolderList;

/* Lists all below `path`, however deep. Everything is in the arena. Returns NULL, or in words what
 * could not be listed and why. */
const char *folder_list(Arena *arena, const char *path, FolderList *list);

/* True where a path names a folder; "-", standard input, names none. */
bool folder_is(const char *path);

/* "folder/file", whatever slashes `folder` ends with; in the arena. */
const char *folder_join(Arena *arena, const char *folder, const char *file);

/* The same, to be freed. */
char *path_join(const char *folder, const char *name);

/* The bytes that may still be written where `path` is; infinite where the system cannot tell. */
double folder_room(const char *path);

/* Makes a folder; false where its name was taken already. Failures are faults. */
bool make_folder(const char *path);

#endif
