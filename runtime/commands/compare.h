/* compare.h - runs beside each other. */

#ifndef COMMANDS_COMPARE_H
#define COMMANDS_COMPARE_H

#include <stdio.h>

#include "runtime/runs/run_summary.h"

/* A table with a line for each: where it stands, what its best epoch came to, how long it took, and how its
 * loss went, drawn on one scale for all. The best value of each column has an asterisk. `columns`: a terminal's,
 * which the table fits by leaving out the curves and more; 0: any. `utf8`: curves may be drawn with blocks. */
void compare_table(FILE *out, Arena *arena, const RunSummary *run, int runs, int columns, bool utf8);

/* What not all of them have in common: of each what it has that another has not. */
void compare_facts(FILE *out, Arena *arena, const RunSummary *run, int runs);

/* An object of JSON a line for each, with all that the two above tell. */
void compare_json(FILE *out, Arena *arena, const RunSummary *run, int runs);

#endif
