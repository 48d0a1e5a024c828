/* folder.h - the files below a folder, in an order of their own: how the system lists them does not
 * matter. */

#ifndef RUNTIME_FOLDER_H
#define RUNTIME_FOLDER_H

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

#endif
