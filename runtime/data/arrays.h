/* arrays.h - inputs and targets in two arrays: [rows][H][W][C] numbers, and what is to be answered for
 * each row. One channel may go without its dimension, and so may the height and width of a vector.
 * Targets, as the job's target says:
 *   CLASS    whole numbers [rows]
 *   MASK     whole numbers [rows][P][Q]
 *   SHARES   of labels: whole numbers [rows][C], 0 or 1; of classes that will be mixed: as CLASS or MASK
 *   NUMBERS  real numbers [rows][P][Q][C] */

#ifndef DATA_ARRAYS_H
#define DATA_ARRAYS_H

#include "base/arena.h"
#include "base/job.h"
#include "runtime/data/dataset.h"

/* Reads both files and checks that they belong together and fit the job: where the input is its own
 * target, `targets` is NULL. Three channels are put into the input's order. `classes` is what the network
 * tells apart. Returns NULL and in `reason` (in the arena) what is wrong with each of the two, with its
 * name, or NULL. */
Arrays *arrays_open(Arena *arena, const char *inputs, const char *targets, const Job *job, int classes,
                    const char *reason[2]);
void    arrays_close(Arrays *arrays);

long    arrays_rows(const Arrays *arrays);

/* Of a row, what Item has: its class, or NO_CLASS, and its target, or NULL. */
int32_t     arrays_class(const Arrays *arrays, long row);
const void *arrays_target(const Arrays *arrays, long row);

/* A row's values: bytes where the file holds bytes, else floats. At least ARRAY_SLACK bytes behind
 * them may be read. */
bool        arrays_are_bytes(const Arrays *arrays);
const void *arrays_row(const Arrays *arrays, long row);

#endif
