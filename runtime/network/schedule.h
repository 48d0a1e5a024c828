/* schedule.h - the order of a program's calls, as tables: where each array lies, which function takes which
 * arrays, and between which of them the threads wait for each other. A generated program holds a schedule for
 * each of its uses; so that a layer more is some rows more, and no code.
 *
 * Functions have one form: they take a Turn and hand what they need of it to a kernel. */

#ifndef NETWORK_SCHEDULE_H
#define NETWORK_SCHEDULE_H

#include "runtime/network/program.h"

enum { MOST_ARRAYS = 12 };      /* that a call takes */

typedef enum { NOWHERE, IN_BLOCK, IN_SCRATCH, IN_INPUT, IN_TARGET, BASES } Base;

/* Bytes from the base to the array, and from an image's to the next image's. What is added up over images has
 * one for each shard, and is cleared before the first image of each. */
typedef struct {
    Base base;
    size_t place, image, shard;
} ArrayRow;

/* What a function is called with. */
typedef struct {
    void *at[MOST_ARRAYS];      /* the arrays of the call, in the order of the kernel's parameters */
    const Step *step;
    const void *rates;          /* as the program reckons them from the step */
    int image, task;
    int from, to;               /* of the rows that are to be made */
    int number;                 /* the call's own */
} Turn;

typedef void TurnFunction(const Turn *turn);

/* All the rows, in shares for tasks: of `parts` parts of `each` rows; the last goes on to the end. */
typedef struct { int all, parts, each; } ShareRow;

typedef struct {
    TurnFunction *run;
    int array[MOST_ARRAYS];     /* numbers in Schedule.array; 0, which lies nowhere, is NULL */
    int tasks;                  /* in a segment of the batch */
    ShareRow share;             /* of a function that takes from and to */
    int number;
} ScheduleRow;

/* Calls between two barriers: all of them for one image after another, or each of them once for each task. */
typedef enum { OF_IMAGES, OF_BATCH } SegmentKind;
typedef struct {
    SegmentKind kind;
    int calls;
} SegmentRow;

typedef struct {
    const ArrayRow *array;
    const ScheduleRow *call;    /* of all segments, one after another: laps count by them */
    const SegmentRow *segment;
    int segments;
    int shards;                 /* image i of n belongs to shard i * shards / n */
} Schedule;

/* Runs the segments but for the first `done`, all threads of the step's pool at once within one. */
void schedule_run(const Schedule *schedule, const Step *step, const void *rates, int done);

#endif
