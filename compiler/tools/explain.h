/* explain.h - netc explain: the model as people know it from Keras. */

#ifndef TOOLS_EXPLAIN_H
#define TOOLS_EXPLAIN_H

#include "compiler/gen/gen.h"

/* A table of the layers, totals, and the memory that training and predicting will take. */
void explain(FILE *out, const Generation *g);

#endif
