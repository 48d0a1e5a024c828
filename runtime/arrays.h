/* arrays.h - pictures and their classes in two arrays: [rows][H][W][C] numbers, and [rows] whole
 * ones. One channel may go without its dimension, and so may the height and width of a vector. */

#ifndef RUNTIME_ARRAYS_H
#define RUNTIME_ARRAYS_H

#include "base/arena.h"
#include "base/job.h"
#include "runtime/dataset.h"

/* Reads both files and checks that they belong together and fit the input. Three channels are
 * put into the input's order. Returns NULL and in `reason` (in the arena) what is wrong with each of the
 * two, with its name, or NULL. */
Arrays *arrays_open(Arena *arena, const char *pictures, const char *classes, const JobInput *input,
                    const char *reason[2]);
void    arrays_close(Arrays *arrays);

long    arrays_rows(const Arrays *arrays);
int32_t arrays_class(const Arrays *arrays, long row);

/* A row's values: bytes where the file holds bytes, else floats. At least ARRAY_SLACK bytes behind
 * them may be read. */
bool        arrays_are_bytes(const Arrays *arrays);
const void *arrays_row(const Arrays *arrays, long row);

#endif
