/* format_files.h - netc fmt: files laid out anew, or named. */

#ifndef TOOLS_FORMAT_FILES_H
#define TOOLS_FORMAT_FILES_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct {
    bool only_check;            /* change nothing; tell which files would change */
    bool json;                  /* mistakes as JSON */
} FormatOrder;

/* Lays each file out where it lies, whole or not at all, and names those that changed; "-" is standard input, which
 * goes to standard output. A file with mistakes in its grammar stays as it is. Returns netc's exit code: 1 where
 * there were mistakes or, with only_check, a file that would change; 3 where a file cannot be read or written. */
int format_files(Arena *arena, const char *const *path, int paths, FormatOrder order);

#endif
