/* explain_memory.h - the memory that a trainer will take, before there is one. */

#ifndef TOOLS_EXPLAIN_MEMORY_H
#define TOOLS_EXPLAIN_MEMORY_H

#include "compiler/gen/gen.h"

/* The blocks of training and predicting, to the byte; then what a whole training holds at most, by parts. All
 * uses have plans. */
void explain_memory(FILE *out, const Generation *g);

#endif
