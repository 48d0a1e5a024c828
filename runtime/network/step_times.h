/* step_times.h - where the time of a training's steps goes: of every so many, one is timed call by call. */

#ifndef NETWORK_STEP_TIMES_H
#define NETWORK_STEP_TIMES_H

#include "runtime/network/laps.h"

enum { STEP_TIMES_EVERY = 16 };

/* Begins empty: all 0. */
typedef struct {
    const Use *use;             /* of the steps; those of an earlier phase are forgotten */
    int threads;
    Laps *laps;
    double *call;               /* [use->calls] seconds of the timed steps, of all threads together */
    long begun, timed;          /* steps of the use; of them */
} StepTimes;

/* A step of a use begins: what its `laps` are to be. Nothing is allocated but for a use's first step. */
Laps *step_times_next(StepTimes *times, const Use *use, int threads);

/* Brings `call` up to date; no step may be at work. */
void step_times_take(StepTimes *times);
void step_times_close(StepTimes *times);

#endif
