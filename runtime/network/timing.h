/* timing.h - what `netc build --tune` runs: kernels with the cuts that would do for them, timed on this
 * machine. The program is generated, and this is its main. */

#ifndef NETWORK_TIMING_H
#define NETWORK_TIMING_H

#include "runtime/network/schedule.h"

typedef enum { TIMED_ZEROS, TIMED_FLOATS, TIMED_WINNERS } TimedElement;

/* Memory that a call reads or writes: zeros, noise, or places in a pool's window, half of them dead. Of 0
 * bytes, NULL. */
typedef struct {
    TimedElement element;
    long bytes;
} TimedArray;

/* A call, and its cuts. */
typedef struct {
    const TimedArray *array;    /* [MOST_ARRAYS] */
    int images;                 /* of the batch */
    int tasks;                  /* which are taken in turns; of an image, 1 */
    int rows;                   /* Turn.to */
    TurnFunction *const *run;
    int runs;
} TimedCall;

/* Prints a line "CALL CUT SECONDS" for each, numbered from 0. Returns the exit code. */
int timing_main(const TimedCall *call, int calls);

#endif
