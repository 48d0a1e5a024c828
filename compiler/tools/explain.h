/* explain.h - netc explain: the model as people know it from Keras. */

#ifndef TOOLS_EXPLAIN_H
#define TOOLS_EXPLAIN_H

#include "compiler/tools/graph_view.h"

/* A table of the layers, or of what they are folded to, and totals; what takes other values than that of the line above
 * says which. Where there are plans, the memory that training and predicting will
 * take, too. */
void explain(FILE *out, Arena *arena, const Generation *g, const GraphView *view);

/* The values that the card would try, and which of them all this is about. */
void explain_sweeps(FILE *out, const Card *card);

#endif
