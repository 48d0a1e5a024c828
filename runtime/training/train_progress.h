/* train_progress.h - the lines that move while a training runs: where it is, how well it does, what validation said. */

#ifndef TRAINING_TRAIN_PROGRESS_H
#define TRAINING_TRAIN_PROGRESS_H

#include "runtime/training/training.h"

/* What an epoch took, from its start or the resume. */
typedef struct {
    double begun, stepping;     /* seconds; stepping: within steps alone */
    long images;
} Tempo;

/* Behind a step. */
void show_training(Training *training, const Tempo *tempo);

/* How far it is with what was held out: a ReadingProgress on a Training, in the place of the lines of an epoch. */
void show_measuring(void *training, long done, long total);

#endif
