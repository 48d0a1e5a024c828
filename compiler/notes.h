/* notes.h - what reports and generated tables say of each layer. */

#ifndef COMPILER_NOTES_H
#define COMPILER_NOTES_H

#include "compiler/ast/card.h"
#include "compiler/gen/gen.h"

/* One for each of the card's layers but the input, in order, in the arena. */
LayerNote *layer_notes(Arena *arena, const Card *card);

#endif
