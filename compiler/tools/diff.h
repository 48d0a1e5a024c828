/* diff.h - netc diff: what an edit of a card changes. */

#ifndef TOOLS_DIFF_H
#define TOOLS_DIFF_H

#include <stdio.h>

#include "compiler/ast/card.h"
#include "compiler/gen/gen.h"

typedef struct {
    const Card *card;
    const Generation *g;
} Version;

/* Prints the layers, the totals and the settings that differ, and which weights of the old one the new one's trainer
 * would keep; of cards that mean the same, one line. */
void diff(FILE *out, Arena *arena, Version old, Version new);

#endif
