/* passes.c - the passes over a graph, in their order. */

#include "compiler/pass/pass.h"

const PassRow passes[PASSES] = {
    { "derive", derive, true },
    { "fold", fold, false },
    { "fuse", fuse, false },
    { "dead", dead, false },
};
