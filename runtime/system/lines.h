/* lines.h - the whole lines of a file that something writes behind: one that a kill tore is none. */

#ifndef SYSTEM_LINES_H
#define SYSTEM_LINES_H

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    FILE *stream;               /* NULL: there are no lines */
    char *line;
    size_t room;
} Lines;

/* A file that is not there has no lines. False, and errno, where it cannot be read; then it has none, too. */
bool lines_open(Lines *lines, const char *path);
void lines_close(Lines *lines);

/* The next one without its newline, to be changed at will until the next call; NULL behind the last. */
char *lines_next(Lines *lines);

#endif
