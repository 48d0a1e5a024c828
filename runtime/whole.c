#include "runtime/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/fault.h"

enum { BUFFER = 1 << 16 };

static _Noreturn void give_up(WholeFile *file)
{
    int error = errno;
    unlink(file->temporary);
    fault("cannot write %s: %s", file->path, strerror(error));
}

char *path_join(const char *folder, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        fault("out of memory");
    return path;
}

static char *temporary_of(const char *path)
{
    char *temporary;
    if (asprintf(&temporary, "%s" WHOLE_SUFFIX, path) < 0)
        fault("out of memory");
    return temporary;
}

WholeFile whole_open(const char *path)
{
    WholeFile file = { .path = strdup(path), .temporary = temporary_of(path) };
    if (!file.path)
        fault("out of memory");
    file.stream = fopen(file.temporary, "wbe");
    if (!file.stream)
        fault("cannot write %s: %s", path, strerror(errno));
    setvbuf(file.stream, NULL, _IOFBF, BUFFER);
    return file;
}

void whole_write(WholeFile *file, const void *data, size_t bytes)
{
    if (fwrite(data, 1, bytes, file->stream) != bytes)
        give_up(file);
}

/* A rename is on the disk only when its folder is. Some file systems know no fsync of folders. */
static void sync_folder(WholeFile *file)
{
    char *copy = strdup(file->path);
    int folder = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(copy);
    if (folder < 0 || (fsync(folder) && errno != EINVAL))
        give_up(file);
    close(folder);
}

static void sync_content(WholeFile *file)
{
    if (fflush(file->stream) || ferror(file->stream) || fsync(fileno(file->stream)))
        give_up(file);
}

static void copy_content(WholeFile *file, const char *path)
{
    WholeFile copy = whole_open(path);
    FILE *from = fopen(file->temporary, "rbe");
    if (!from)
        give_up(&copy);
    char buffer[BUFFER];
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, from)) > 0; )
        whole_write(&copy, buffer, n);
    if (ferror(from))
        give_up(&copy);
    fclose(from);
    whole_publish(&copy);
}

void whole_publish_also(WholeFile *file, const char *path)
{
    sync_content(file);
    WholeFile second = { .path = (char *)path, .temporary = temporary_of(path) };
    unlink(second.temporary);
    if (!link(file->temporary, second.temporary)) {
        if (rename(second.temporary, path))
            give_up(&second);
        sync_folder(&second);
    } else {
        copy_content(file, path);       /* a file system without hard links */
    }
    free(second.temporary);
}

void whole_publish(WholeFile *file)
{
    sync_content(file);
    if (fclose(file->stream) || rename(file->temporary, file->path))
        give_up(file);
    sync_folder(file);
    free(file->path);
    free(file->temporary);
}
