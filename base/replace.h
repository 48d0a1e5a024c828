/* replace.h - files that are written whole or not at all: into a new file beside the old one, then
 * renamed over it. Whoever reads the name finds the old file or the new one, complete. What is no
 * file (a pipe, a terminal, /dev/null) is written as it is, and a link stays one. */

#ifndef BASE_REPLACE_H
#define BASE_REPLACE_H

#include <stdbool.h>
#include <stdio.h>

#define REPLACE_SUFFIX ".tmp"   /* of the new file's name, NAME.1.tmp: what a kill leaves behind */

typedef struct {
    FILE *stream;               /* to write to */
    char *buffer;               /* the stream's */
    char *target;               /* what will be replaced, links resolved */
    char *temporary;            /* NULL where the target is written as it is */
} Replacement;

/* False, and errno, where the file cannot be written. */
bool replace_begin(Replacement *file, const char *path);

/* Puts what was written on the disk, so that it outlives the machine's fall. */
bool replace_sync(Replacement *file);

/* Closes the stream and renames the file, whose folder goes to the disk where `sync`. False, and
 * errno, where not all was written; nothing has changed then. */
bool replace_end(Replacement *file, bool sync);

/* Closes the stream and leaves the target as it was. Keeps errno. */
void replace_abandon(Replacement *file);

#endif
