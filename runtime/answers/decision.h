/* decision.h - how what a network answers becomes a class or labels: a temperature that makes its
 * probabilities honest (runtime/answers/temperature.h), and thresholds from which on it is yes
 * (runtime/answers/threshold.h). Both are chosen on what is held out for validation, and kept in the metadata of the
 * checkpoint. */

#ifndef ANSWERS_DECISION_H
#define ANSWERS_DECISION_H

#include "runtime/network/answer.h"
#include "runtime/runs/checkpoint.h"

typedef struct Decision {
    const Program *program;
    double temperature;         /* 1: probabilities are as the network gives them */
    float *threshold;           /* [output.c]; a half where none was chosen */
    bool chosen;                /* some are not a half */
} Decision;

/* Probabilities of one output are each on their own: of the second class of two, or of labels. Else those of
 * all are one together. */
bool decision_has_thresholds(const Program *program);

/* As the network answers. */
Decision decision_plain(const Program *program);

/* As the checkpoint has it; one that makes no sense is a fault. Of a file that is none of ours, or of
 * another kind of output, plain. */
Decision decision_read(const Program *program, const Checkpoint *checkpoint);
void     decision_free(Decision *decision);

/* All thresholds become that one. */
void decision_set_threshold(Decision *decision, double threshold);

/* Writes it into the metadata of a checkpoint, which is replaced whole. Failures are faults. */
void decision_write(const Decision *decision, const char *path);

/* Applies the temperature to a picture's output [C], or a mask's [P][Q][C]. */
void decision_temper(const Decision *decision, float *output);

/* What that output says: of a class or a pixel, and whether it has a label. The probability is of the class
 * named. */
Answer decision_answer(const Decision *decision, const float *output);
static inline bool decision_has_label(const Decision *decision, const float *output, int label)
{
    return output[label] > decision->threshold[label];
}

#endif
