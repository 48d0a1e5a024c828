/* graph_view.h - the model as boxes and what each takes: layer by layer, or with each block and repeat as one box. */

#ifndef TOOLS_GRAPH_VIEW_H
#define TOOLS_GRAPH_VIEW_H

#include "compiler/ast/card.h"
#include "compiler/gen/gen.h"

typedef struct {
    const char *name, *text;    /* "conv1", "conv 32 3x3 relu"; of a block or repeat its line in the card */
    Shape shape;                /* of what it makes */
    long parameters, multiply_adds;
    int first, layers;          /* of the card's layers, those that it holds */
    int *input, inputs;         /* the boxes whose values it takes, each once, in order */
} Box;

typedef struct {
    const char *name;           /* of the network */
    Box *box;                   /* in the order in which they run; box[0] is what comes in */
    int boxes;
    bool chain;                 /* each box takes the one before it, and no other */
} GraphView;

GraphView graph_view(Arena *arena, const Card *card, const Generation *g, bool unfold);

/* What a box takes besides the box before it, or instead: "conv1, main"; "" where it takes that one alone. */
const char *box_takes(Arena *arena, const GraphView *view, int box);

#endif
