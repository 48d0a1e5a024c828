/* whole.h - a file that is written whole or not at all. */

#ifndef COMPILER_WHOLE_H
#define COMPILER_WHOLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"

typedef struct {
    FILE *out;                  /* NULL: could not be opened, which has been said */
    const char *path, *temporary;
} WholeFile;

/* Opens a file beside `path` that will take its place; "-" is standard output. */
WholeFile whole_open(Arena *arena, const char *path);

/* Puts it in its place. Returns false, having said why and removed it, where not all could be written. */
bool whole_close(WholeFile *file);

#endif
