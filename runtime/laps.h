/* laps.h - where the time of a step goes: each worker notes when its task began and when each call of it
 * ended. Generated code calls laps_begin and laps_note (runtime/program.h). */

#ifndef RUNTIME_LAPS_H
#define RUNTIME_LAPS_H

#include "runtime/program.h"

/* For so many workers and calls; all times are 0. */
Laps  *laps_open(int workers, int calls);
void   laps_close(Laps *laps);

/* Seconds in each call, [calls], of all workers together, since they were last taken. No worker may be at
 * work. */
void   laps_take(Laps *laps, double *seconds);

#endif
