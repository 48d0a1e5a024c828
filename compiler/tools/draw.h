/* draw.h - drawings of the model's graph. */

#ifndef TOOLS_DRAW_H
#define TOOLS_DRAW_H

#include <stdio.h>

#include "compiler/tools/graph_view.h"

enum { MOST_DRAWN = 4000 };     /* boxes: more of them nobody could look at */

/* For Graphviz. */
void draw_dot(FILE *out, Arena *arena, const GraphView *view);

/* An SVG of its own: what comes in above, each box below all that it takes. Readable on light and on dark. */
void draw_svg(FILE *out, Arena *arena, const GraphView *view);

#endif
