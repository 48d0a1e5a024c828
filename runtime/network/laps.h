/* laps.h - where the time of a step goes: each worker notes when its task began and when each call of it
 * ended. */

#ifndef NETWORK_LAPS_H
#define NETWORK_LAPS_H

#include "runtime/network/program.h"

/* For so many workers and calls; all times are 0. */
Laps  *laps_open(int workers, int calls);
void   laps_close(Laps *laps);

/* Seconds in each call, [calls], of all workers together, since they were last taken. No worker may be at
 * work. */
void   laps_take(Laps *laps, double *seconds);

void laps_begin(Laps *laps, int worker);
void laps_note(Laps *laps, int worker, int call);

/* What runs a step does so where a task begins and behind each call; without a profile that is one branch. */
static inline void lap_begin(const Step *step, int worker)
{
    if (__builtin_expect(step->laps != NULL, 0))
        laps_begin(step->laps, worker);
}

static inline void lap(const Step *step, int worker, int call)
{
    if (__builtin_expect(step->laps != NULL, 0))
        laps_note(step->laps, worker, call);
}

#endif
