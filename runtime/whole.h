/* whole.h - files that are written whole or not at all: into a temporary beside the file, to the
 * disk, then renamed over it. Whoever reads the name finds the old file or the new one, complete.
 * Every failure is a fault that names the file, and takes the temporary away. */

#ifndef RUNTIME_WHOLE_H
#define RUNTIME_WHOLE_H

#include <stdio.h>

#define WHOLE_SUFFIX ".tmp"     /* of the temporaries: what a kill leaves behind */

typedef struct {
    char *path, *temporary;
    FILE *stream;               /* to write to; errors are found at whole_publish at the latest */
} WholeFile;

WholeFile whole_open(const char *path);
void whole_write(WholeFile *file, const void *data, size_t bytes);

/* Before whole_publish: gives `path`, in the same folder, the same content, as whole. */
void whole_publish_also(WholeFile *file, const char *path);
/* Puts the file in its place and frees what `file` holds. */
void whole_publish(WholeFile *file);

/* "folder/name", to be freed. */
char *path_join(const char *folder, const char *name);

#endif
