/* explain.h - netc explain: the model as people know it from Keras. */

#ifndef TOOLS_EXPLAIN_H
#define TOOLS_EXPLAIN_H

#include "compiler/gen/gen.h"

/* A table of the layers and totals; where there are plans, the memory that training and predicting will
 * take, too. */
void explain(FILE *out, Arena *arena, const Generation *g);

#endif
