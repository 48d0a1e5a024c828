/* draw.h - drawings of the model's graph. */

#ifndef TOOLS_DRAW_H
#define TOOLS_DRAW_H

#include <stdio.h>

#include "compiler/tools/graph_view.h"

enum { MOST_DRAWN = 4000 };     /* boxes: more of them nobody could look at */

/* For Graphviz. */
void draw_dot(FILE *out, Arena *arena, const GraphView *view);

#endif
