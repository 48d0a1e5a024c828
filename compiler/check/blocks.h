/* blocks.h - layers of a card's own: what a `block` declares, and what stands in it. */

#ifndef CHECK_BLOCKS_H
#define CHECK_BLOCKS_H

#include "compiler/check/context.h"

void declare_block(Check *check, Frame *frame, Statement *block);

#endif
