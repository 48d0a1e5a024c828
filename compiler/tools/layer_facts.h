/* layer_facts.h - what a line of the model comes to: shapes, parameters, multiply-adds, bytes. */

#ifndef TOOLS_LAYER_FACTS_H
#define TOOLS_LAYER_FACTS_H

#include "compiler/ast/card.h"

/* Of the layers that the line with this keyword made, however often, or where `within` is given, of all whose names
 * begin with it: a line in Markdown for each of the first few, and the sum of several. "" where there are none. The
 * card may be one with mistakes. */
const char *layer_facts(Arena *arena, const Card *card, Span keyword, const char *within);

#endif
