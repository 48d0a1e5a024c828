#include "runtime/system/whole.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/system/fault.h"

enum { BUFFER = 1 << 16 };

static _Noreturn void give_up(WholeFile *file)
{
    replace_abandon(&file->file);
    fault("cannot write %s: %s", file->path, strerror(errno));
}

WholeFile whole_open(const char *path)
{
    WholeFile file = { .path = strdup(path) };
    if (!file.path)
        fault("out of memory");
    if (!replace_begin(&file.file, path))
        give_up(&file);
    file.stream = file.file.stream;
    return file;
}

void whole_write(WholeFile *file, const void *data, size_t bytes)
{
    if (fwrite(data, 1, bytes, file->stream) != bytes)
        give_up(file);
}

static void copy_content(const WholeFile *file, WholeFile *copy)
{
    char buffer[BUFFER];
    FILE *from = fopen(file->file.temporary, "rbe");
    if (!from)
        give_up(copy);
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, from)) > 0; )
        whole_write(copy, buffer, n);
    if (ferror(from))
        give_up(copy);
    fclose(from);
}

/* Gives what is written a second name instead of a copy. Some file systems cannot, and what is no file
 * has no name to give. */
static bool share_content(const WholeFile *file, const WholeFile *copy)
{
    const char *from = file->file.temporary, *to = copy->file.temporary;
    char *name;
    if (!from || !to)
        return false;
    if (asprintf(&name, "%s" REPLACE_SUFFIX, to) < 0)
        fault("out of memory");
    bool shared = link(from, name) == 0 && rename(name, to) == 0;
    free(name);
    return shared;
}

void whole_publish_also(WholeFile *file, const char *path)
{
    if (!replace_sync(&file->file))
        give_up(file);
    WholeFile second = whole_open(path);
    if (!share_content(file, &second))
        copy_content(file, &second);
    whole_publish(&second);
}

void whole_abandon(WholeFile *file)
{
    replace_abandon(&file->file);
    free(file->path);
}

void whole_publish(WholeFile *file)
{
    if (!replace_end(&file->file, true))
        give_up(file);
    free(file->path);
}

void whole_file(const char *path, const void *data, size_t bytes)
{
    WholeFile file = whole_open(path);
    whole_write(&file, data, bytes);
    whole_publish(&file);
}
