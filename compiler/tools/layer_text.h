/* layer_text.h - a layer as its card would say it, every number resolved: what explain, a trainer's
 * summary and the generated file show. */

#ifndef TOOLS_LAYER_TEXT_H
#define TOOLS_LAYER_TEXT_H

#include "compiler/ast/card.h"

/* "conv 32 3x3 relu stride=2", of letters, digits and the signs of a card alone; in the arena. */
const char *layer_text(Arena *arena, const Layer *layer);

#endif
