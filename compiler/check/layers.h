/* layers.h - from one line of a model to one layer: its numbers, its shape. */

#ifndef CHECK_LAYERS_H
#define CHECK_LAYERS_H

#include "compiler/check/context.h"

/* The layer that a statement makes of the value above it, without its name; NULL where a mistake
 * hides its shape. Reports what is wrong with it. What it takes is marked as used. */
Layer *make_layer(Check *check, const Frame *frame, const Statement *statement,
                  const StatementRow *row, Layer *above);

/* "; did you mean 28x28x1?" of 784 numbers that may be a square picture; else "". */
const char *picture_hint(Arena *arena, int numbers);

/* True where training may change something of it. */
static inline bool has_weights(const Layer *layer)
{
    return layer->kind == LAYER_CONV || layer->kind == LAYER_DECONV || layer->kind == LAYER_DENSE ||
           layer->kind == LAYER_NORM;
}

#endif
