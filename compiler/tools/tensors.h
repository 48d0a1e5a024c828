/* tensors.h - the tensors of a card's network, as files have them, before there is a program. */

#ifndef TOOLS_TENSORS_H
#define TOOLS_TENSORS_H

#include "base/fit.h"
#include "compiler/ast/card.h"
#include "compiler/gen/gen.h"

/* In order, of a card that can be trained; the notes are the card's, with their channels. In the arena. */
FitTensor *tensors_of(Arena *arena, const Card *card, const Generation *g, int *count);

#endif
