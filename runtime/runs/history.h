/* history.h - results.csv read back: the learning curve of all epochs that a run has done, a column for each name. */

#ifndef RUNS_HISTORY_H
#define RUNS_HISTORY_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct {
    const char **name;          /* [columns] */
    double **value;             /* [columns][epochs]; NaN where a field is empty or no number */
    int columns, epochs;
} History;

/* All is in the arena. Where there is no such file, it has no columns; a line that was torn is left out. False, and errno,
 * where it cannot be read; then it has no columns, either. */
bool history_read(Arena *arena, const char *folder, History *history);

/* [epochs]; NULL where there is no such column. */
const double *history_column(const History *history, const char *name);

/* The row of an epoch by its number; -1: there is none. */
int history_row(const History *history, double epoch);

#endif
