/* whole.h - files that replace others whole or not at all (base/replace.h), and are on the disk when
 * whole_publish returns. Every failure is a fault that names the file, and takes the new one away. */

#ifndef SYSTEM_WHOLE_H
#define SYSTEM_WHOLE_H

#include <stdio.h>

#include "base/replace.h"

typedef struct {
    FILE *stream;               /* to write to; errors are found at whole_publish at the latest */
    char *path;                 /* as the caller names it */
    Replacement file;
} WholeFile;

WholeFile whole_open(const char *path);
void whole_write(WholeFile *file, const void *data, size_t bytes);

/* The whole of a file at once. */
void whole_file(const char *path, const void *data, size_t bytes);

/* Before whole_publish: gives `path`, in the same folder, the same content, as whole. */
void whole_publish_also(WholeFile *file, const char *path);
/* Takes the new file away; what it would have replaced is as it was. */
void whole_abandon(WholeFile *file);

/* Puts the file in its place and frees what `file` holds. */
void whole_publish(WholeFile *file);

#endif
