#include "runtime/system/lines.h"

#include <errno.h>
#include <stdlib.h>

bool lines_open(Lines *lines, const char *path)
{
    *lines = (Lines){ .stream = fopen(path, "rbe") };
    return lines->stream || errno == ENOENT || errno == EISDIR;
}

void lines_close(Lines *lines)
{
    if (lines->stream)
        fclose(lines->stream);
    free(lines->line);
}

char *lines_next(Lines *lines)
{
    ssize_t length = lines->stream ? getline(&lines->line, &lines->room, lines->stream) : -1;
    if (length <= 0 || lines->line[length - 1] != '\n')
        return NULL;
    lines->line[length - 1] = '\0';
    return lines->line;
}
