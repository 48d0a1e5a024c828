/* output.h - a file that netc makes: it takes its place when it is whole, or not at all. It can be made again, so
 * nothing waits for the disk. */

#ifndef COMPILER_OUTPUT_H
#define COMPILER_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/replace.h"

typedef struct {
    FILE *out;                  /* NULL: could not be opened, which has been said */
    const char *path;
    Replacement file;           /* where it is not standard output */
} Output;

/* Opens a file beside `path` that will take its place; "-" is standard output. */
Output output_open(const char *path);

/* Puts it in its place. Returns false, having said why and removed it, where not all could be written. */
bool output_close(Output *file);

#endif
