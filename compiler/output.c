#include "compiler/output.h"

#include <errno.h>
#include <string.h>

static bool refused(const char *path)
{
    fprintf(stderr, "netc: %s: %s\n", strcmp(path, "-") ? path : "standard output", strerror(errno));
    return false;
}

Output output_open(const char *path)
{
    Output file = { .path = path };
    if (!strcmp(path, "-"))
        file.out = stdout;
    else if (replace_begin(&file.file, path))
        file.out = file.file.stream;
    else
        refused(path);
    return file;
}

bool output_close(Output *file)
{
    bool good = file->out == stdout ? !fflush(stdout) && !ferror(stdout) : replace_end(&file->file, false);
    return good || refused(file->path);
}
