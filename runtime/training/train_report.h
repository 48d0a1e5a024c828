/* train_report.h - what a training says: the lines that move, the line an epoch leaves, the end. Each is an event in
 * the run's log.jsonl, too, and with --json that is what is printed. */

#ifndef TRAINING_TRAIN_REPORT_H
#define TRAINING_TRAIN_REPORT_H

#include "runtime/answers/results.h"
#include "runtime/training/training.h"

/* What an epoch took, from its start or the resume. */
typedef struct {
    double begun, stepping;     /* seconds; stepping: within steps alone */
    long images;
} Tempo;

/* What the epochs that ended in this program took together. */
typedef struct {
    double seconds, stepping, waiting;          /* of training; within it: of steps alone, for pictures */
    double validating, saving, reporting;       /* beside it */
    long images;
} Speed;

/* Which run, and from where it goes on. */
void say_which(const Training *training);

void say_progress(Training *training, const Tempo *tempo);
/* How far it is with what was held out: a ReadingProgress on a Training, in the place of the lines of an epoch. */
void show_measuring(void *training, long done, long total);

void say_result(Training *training, const Result *result, uint64_t epochs, bool best);

/* What a phase does: its optimizer, its rate, and all that acts beside them. A card without phases has none of which
 * anything would have to be told, unless it says more than an optimizer. */
void say_phase(Training *training);

/* That nothing got better for long enough: the rate was lowered; a phase, that of `stopped`, has ended early. */
void say_drop(const Training *training);
void say_stop(const Training *training, const Standing *stopped);

/* That it ended before its end, and why: "signal", "pictures lost", "not finite". Noted alone, not said. */
void note_break(const Training *training, const char *why);

/* How fast it went, and the best of all; that alone is said where quiet was asked for. */
void say_end(const Training *training, const Speed *speed);

/* Loss or accuracy of the epoch at hand, from its sum. */
double so_far(const Standing *standing, double sum);

#endif
