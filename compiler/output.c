#include "compiler/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool refused(const char *path)
{
    fprintf(stderr, "netc: %s: %s\n", strcmp(path, "-") ? path : "standard output", strerror(errno));
    return false;
}

Output output_open(Arena *arena, const char *path)
{
    Output file = { .path = path };
    if (!strcmp(path, "-")) {
        file.out = stdout;
        return file;
    }
    file.temporary = arena_printf(arena, "%s.%ld~", path, (long)getpid());
    file.out = fopen(file.temporary, "w");
    if (!file.out)
        refused(path);
    return file;
}

bool output_close(Output *file)
{
    bool good = !ferror(file->out);
    if (file->out == stdout)
        return (!fflush(stdout) && good) || refused(file->path);
    good = !fclose(file->out) && good && !rename(file->temporary, file->path);
    if (!good) {
        refused(file->path);
        remove(file->temporary);
    }
    return good;
}
