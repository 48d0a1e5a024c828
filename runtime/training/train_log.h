/* train_log.h - what happens to a training, as events of its run's log.jsonl: docs/formats.md lists them. */

#ifndef TRAINING_TRAIN_LOG_H
#define TRAINING_TRAIN_LOG_H

#include "runtime/answers/results.h"
#include "runtime/training/training.h"

/* What the epochs that ended in this program took together. */
typedef struct {
    double seconds, stepping, waiting;          /* of training; within it: of steps alone, for pictures */
    double validating, saving, reporting;       /* beside it */
    long images;
} Speed;

/* It begins, or goes on. */
void note_start(const Training *training);

/* Of `epochs` that were wanted when it ended. */
void note_result(const Training *training, const Result *result, uint64_t epochs, bool best);

/* The phase at hand begins, or goes on; the rate was lowered; a phase has ended early. */
void note_phase(const Training *training);
void note_drop(const Training *training);
void note_stop(const Training *training);

/* It ended before its end, and why: "signal", "pictures lost", "not finite". */
void note_break(const Training *training, const char *why);

void note_end(const Training *training, const Speed *speed);

#endif
