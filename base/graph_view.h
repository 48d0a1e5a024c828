/* graph_view.h - the model as boxes and what each takes, and its drawing. */

#ifndef BASE_GRAPH_VIEW_H
#define BASE_GRAPH_VIEW_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/shape.h"

typedef struct {
    const char *name, *text;    /* "conv1", "conv 32 3x3 relu"; of a block or repeat its line in the card */
    Shape shape;                /* of what it makes */
    long parameters, multiply_adds;
    int first, layers;          /* of the card's layers, those that it holds; layer 0 is what comes in */
    int *input, inputs;         /* the boxes whose values it takes, each once, in order */
} Box;

typedef struct {
    const char *name;           /* of the network */
    const Box *box;             /* in the order in which they run; box[0] is what comes in */
    int boxes;
    bool chain;                 /* each box takes the one before it, and no other */
} GraphView;

/* What a box takes besides the box before it, or instead: "conv1, main"; "" where it takes that one alone. */
const char *box_takes(Arena *arena, const GraphView *view, int box);

/* An SVG of its own: what comes in above, each box below all that it takes. Readable on light and on dark. */
void draw_svg(FILE *out, Arena *arena, const GraphView *view);

#endif
