#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS = 40, NAMES = 10000, BUFFER = 1 << 16, ANYBODY = 0666, RIGHTS = 0777 };

/* ---- which file ---- */

/* Where a link leads, one step; NULL where `path` is none. */
static char *follow(const char *path)
{
    char to[PATH_MAX], *next = NULL, *copy = strdup(path);
    ssize_t length = readlink(path, to, sizeof to - 1);
    if (length > 0 && copy) {
        to[length] = '\0';
        if (to[0] == '/')
            next = strdup(to);
        else if (asprintf(&next, "%s/%s", dirname(copy), to) < 0)
            next = NULL;
    }
    free(copy);
    return next;
}

/* The name of the file that writing to `path` would change or make. */
static char *resolve(const char *path)
{
    char *real = realpath(path, NULL), *next;
    if (real)
        return real;
    real = strdup(path);        /* there is no file yet, perhaps behind a link */
    for (int i = 0; i < LINKS && real && (next = follow(real)); i++) {
        free(real);
        real = next;
    }
    return real;
}

/* ---- beginning ---- */

static bool write_as_it_is(Replacement *file, const char *path)
{
    file->stream = fopen(path, "wbe");
    return file->stream;
}

/* Takes the first free name beside the target, which is nobody else's. */
static bool write_beside(Replacement *file)
{
    int descriptor = -1;
    for (int i = 1; descriptor < 0 && i < NAMES; i++) {
        free(file->temporary);
        if (asprintf(&file->temporary, "%s.%d" REPLACE_SUFFIX, file->target, i) < 0) {
            file->temporary = NULL;
            return false;
        }
        descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, ANYBODY);
        if (descriptor < 0 && errno != EEXIST)
            break;
    }
    if (descriptor < 0) {
        free(file->temporary);          /* it is not ours to remove */
        file->temporary = NULL;
        return false;
    }
    file->stream = fdopen(descriptor, "wb");
    if (!file->stream) {
        close(descriptor);
        return false;
    }
    file->buffer = malloc(BUFFER);      /* ours, since glibc takes no size without a buffer */
    return file->buffer && setvbuf(file->stream, file->buffer, _IOFBF, BUFFER) == 0;
}

bool replace_begin(Replacement *file, const char *path)
{
    struct stat status;
    bool there = stat(path, &status) == 0;
    *file = (Replacement){ .target = resolve(path) };
    bool begun;
    if (!file->target)
        begun = false;
    else if (there && !S_ISREG(status.st_mode))
        begun = write_as_it_is(file, path);
    else if (there && access(path, W_OK) != 0)
        begun = false;
    else
        begun = write_beside(file) &&
                (!there || fchmod(fileno(file->stream), status.st_mode & RIGHTS) == 0);
    if (!begun)
        replace_abandon(file);
    return begun;
}

/* ---- ending ---- */

static bool written(Replacement *file)
{
    return fflush(file->stream) == 0 && !ferror(file->stream);
}

bool replace_sync(Replacement *file)
{
    return written(file) && (!file->temporary || fsync(fileno(file->stream)) == 0);
}

/* A rename is on the disk only when its folder is. Some file systems know no fsync of folders. */
static bool sync_folder(const char *path)
{
    char *copy = strdup(path);
    int folder = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool synced = folder >= 0 && (fsync(folder) == 0 || errno == EINVAL);
    free(copy);
    if (folder >= 0)
        close(folder);
    return synced;
}

static void forget(Replacement *file)
{
    free(file->buffer);
    free(file->target);
    free(file->temporary);
    *file = (Replacement){ 0 };
}

bool replace_end(Replacement *file, bool sync)
{
    bool good = sync ? replace_sync(file) : written(file);
    if (!good) {
        replace_abandon(file);
        return false;
    }
    good = fclose(file->stream) == 0;
    file->stream = NULL;
    if (file->temporary)
        good = good && rename(file->temporary, file->target) == 0;
    if (!good) {
        replace_abandon(file);
        return false;
    }
    good = !sync || !file->temporary || sync_folder(file->target);
    forget(file);
    return good;
}

void replace_abandon(Replacement *file)
{
    int error = errno;
    if (file->stream)
        fclose(file->stream);
    if (file->temporary)
        unlink(file->temporary);
    forget(file);
    errno = error;
}
