/* rows.h - what comes in where it is no picture: the rows of a table or of an array, outside of any data
 * set. */

#ifndef DATA_ROWS_H
#define DATA_ROWS_H

#include "base/arena.h"
#include "base/job.h"

typedef struct {
    const char *name;           /* "houses.csv:2", the line; "x.npy:0", the row */
    const float *values;        /* [h][w][c] as the file has them, then 16 bytes that may be read */
    const char *problem;        /* why it has none, a line that names the file; else NULL */
} Row;

typedef struct {
    Row *row;
    long rows;
} RowList;

/* True where a file is to hold rows: of a card whose rows are vectors, and of one whose data are arrays of
 * pictures where the file is an array, too. */
bool rows_are_in(const Job *job, const char *path);

/* All rows of a file, in the arena. Of a table the columns that the job knows by name, whatever their places; where it
 * knows none, those that the card does not name, in the table's order. A file that does not fit is one row, with its
 * problem. */
RowList rows_read(Arena *arena, const Job *job, const char *path);

#endif
