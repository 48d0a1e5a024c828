/* model.h - the model, expanded: repeats and blocks become the layers that they make. */

#ifndef CHECK_MODEL_H
#define CHECK_MODEL_H

#include "compiler/check/context.h"

/* Carries out the model's lines from top to bottom and fills card->layer and check->answer.
 * requires: check_structure, and the input's shape in card->job (0 where it is unknown). */
Sound check_model(Check *check);

/* Carries out each block of a library, with arguments and an input that are not known: what does not depend on them is
 * judged. */
Sound check_library(Check *check);

#endif
