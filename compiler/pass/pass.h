/* pass.h - from a sound card to the step's graph. Each pass says in its file what it requires and what
 * it leaves behind; graph_verify runs after each. */

#ifndef PASS_PASS_H
#define PASS_PASS_H

#include "compiler/ast/card.h"
#include "compiler/ir/ir.h"

/* The card's model as ops for one use: forward, with the loss. requires: a card that has a model and a
 * train section. */
Graph *lower(Arena *arena, const Card *card, UseKind use);

/* The same in a later phase than the first. */
Graph *lower_phase(Arena *arena, const Card *card, UseKind use, int phase);

typedef void Pass(Graph *graph);

Pass derive;    /* appends the backward pass, and to train the updates */
Pass fold;      /* norms behind convolutions become part of their weights, to predict with */
Pass fuse;      /* chains of ops that a kernel does in one go become one op */
Pass dead;      /* drops what nothing uses */

/* In order, for --dump=NAME and for running them; each knows which uses it has nothing to do with. */
typedef struct {
    const char *name;
    Pass *run;
} PassRow;

enum { PASSES = 4 };
extern const PassRow passes[PASSES];

#endif
