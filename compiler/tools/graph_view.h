/* graph_view.h - a card's model as boxes: layer by layer, or with each block and repeat as one box. */

#ifndef TOOLS_GRAPH_VIEW_H
#define TOOLS_GRAPH_VIEW_H

#include "base/graph_view.h"
#include "compiler/ast/card.h"
#include "compiler/gen/gen.h"

GraphView graph_view(Arena *arena, const Card *card, const Generation *g, bool unfold);

#endif
