/* constants.h - what `let` and `sweep` name. */

#ifndef CHECK_CONSTANTS_H
#define CHECK_CONSTANTS_H

#include "compiler/check/context.h"

void declare_constants(Check *check, Frame *frame, Statement *let);

/* A constant, of which one of the values is taken; all must be values. Adds it to the card's sweeps. */
void declare_sweep(Check *check, Frame *frame, Statement *sweep);

#endif
