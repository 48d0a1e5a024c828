/* telling.h - what a network's answer to one input says, as numbers and as JSON: what `predict` prints, and
 * a server sends. `input` [H][W][C] and `output` [P][Q][C] are the network's, the output tempered. */

#ifndef TRAINING_TELLING_H
#define TRAINING_TELLING_H

#include <jansson.h>

#include "runtime/training/trained.h"

/* So many digits of a probability or a float are true. */
enum { PROBABILITY_DIGITS = 6, FLOAT_DIGITS = 7 };

typedef struct { int class; double probability; } Likely;

/* All classes or labels, the likeliest first; to be freed. */
Likely *telling_ranking(const Trained *trained, const float *output);

static inline bool telling_has_label(const Trained *trained, const float *output, int label)
{
    return decision_has_label(&trained->decision, output, label);
}

/* The class of each pixel, [P][Q] classes, and how many pixels each class has, [classes]; both to be freed.
 * */
typedef struct {
    int *class;
    long *count, pixels;
} MaskTold;
MaskTold telling_mask(const Trained *trained, const float *output);

/* A number in the unit of the table that it was learned from; of arrays as it is. */
double telling_number(const Trained *trained, const float *output, long index);

/* The mean squared difference from an input that is to be given back. */
double telling_error(const Trained *trained, const float *input, const float *output);

/* Puts it into an object: of a class `class`, its `probability`, the `threshold` of the second of two where
 * that is no half, and the `probabilities` of all by name; of labels those
 * it has in `labels`, and `probabilities`; with `top` above 0 the likeliest in `top`; of a mask the `shares`
 * of its classes; of numbers `numbers`, by column where a table names them; of the input its `mse`. Returns
 * to how many digits it is to be written. */
int telling_put(const Trained *trained, int top, const float *input, const float *output, json_t *object);

#endif
