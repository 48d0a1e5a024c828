/* train_report.h - what a training says in lines that stay: where it goes on, the line an epoch leaves, the end. Each is an
 * event in the run's log.jsonl, too, and with --json that is what is printed. */

#ifndef TRAINING_TRAIN_REPORT_H
#define TRAINING_TRAIN_REPORT_H

#include "runtime/training/train_log.h"

/* Which run, and from where it goes on. */
void say_which(const Training *training);

void say_result(Training *training, const Result *result, uint64_t epochs, bool best);

/* What a phase does: its optimizer, its rate, and all that acts beside them. A card without phases has none of which
 * anything would have to be told, unless it says more than an optimizer. */
void say_phase(Training *training);

/* That nothing got better for long enough: the rate was lowered; a phase, that of `stopped`, has ended early. */
void say_drop(const Training *training);
void say_stop(const Training *training, const Standing *stopped);

/* How fast it went, and the best of all; that alone is said where quiet was asked for. */
void say_end(const Training *training, const Speed *speed);

#endif
