/* activation.h - the activations: what a card may name, and what an op can be. */

#ifndef BASE_ACTIVATION_H
#define BASE_ACTIVATION_H

typedef enum {
    ACTIVATION_NONE,
#define X(id, ...) ACTIVATION_##id,
#include "base/activations.def"
#undef X
    ACTIVATION_SOFTMAX          /* over channels: no function of one number */
} ActivationKind;

enum { ACTIVATIONS = ACTIVATION_SOFTMAX };      /* a table of activations.def, NONE's row included */

#endif
