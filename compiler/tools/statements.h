/* statements.h - a card as the grammar reads it, for --dump=ast. */

#ifndef TOOLS_STATEMENTS_H
#define TOOLS_STATEMENTS_H

#include <stdio.h>

#include "base/source.h"

/* Prints the statements of a text without mistakes back as a card, comments and layout gone. */
void statements_print(FILE *out, Arena *arena, const Source *source);

#endif
