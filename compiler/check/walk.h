/* walk.h - what stands within braces: each statement is known and stands where it may, its names are declared. */

#ifndef CHECK_WALK_H
#define CHECK_WALK_H

#include "compiler/check/context.h"

/* The lines of data, augment, train or load, which `container` holds, with the braces among them. */
void walk_section(Check *check, const Frame *frame, Section section, const Statement *container);

/* The layers of a model or a `repeat`, in a frame of their own with its `input`; or those of a block's body, whose
 * frame is there. True where there is a layer among them. */
bool walk_inner(Check *check, const Frame *frame, Statement *statements);
bool walk_layers(Check *check, Frame *frame, Statement *statements);

#endif
