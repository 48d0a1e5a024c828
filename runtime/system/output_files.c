#include "runtime/system/output_files.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"

OutputFiles output_files_open(const char *folder)
{
    make_folder(folder);
    return (OutputFiles){ .folder = folder };
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* False where another has it. */
static bool take(OutputFiles *files, char *path)
{
    char **node = tsearch(path, &files->taken, by_bytes);
    if (!node)
        fault("out of memory");
    return *node == path;
}

/* The number-th path for the name; of 1 it has no number. */
static char *path_for(const OutputFiles *files, const char *name, int number)
{
    char *file, *path;
    int length = number == 1 ? asprintf(&file, "%s.png", name) : asprintf(&file, "%s-%d.png", name, number);
    if (length < 0)
        fault("out of memory");
    for (char *at = file; *at; at++)
        if (*at == '/')
            *at = '_';
    path = path_join(files->folder, file);
    free(file);
    return path;
}

const char *output_files_path(OutputFiles *files, const char *name)
{
    int number = 1;
    char *path = path_for(files, name, number);
    while (!take(files, path)) {
        free(path);
        path = path_for(files, name, ++number);
    }
    files->replaced += !access(path, F_OK);
    return path;
}

void output_files_close(OutputFiles *files)
{
    if (files->replaced)
        fprintf(stderr, "%s: %ld file%s of %s %s there before, and %s replaced\n", program_invocation_short_name,
                files->replaced, plural(files->replaced), files->folder, files->replaced == 1 ? "was" : "were",
                files->replaced == 1 ? "is" : "are");
    tdestroy(files->taken, free);
}
