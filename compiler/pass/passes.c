/* passes.c - the passes over a graph, in their order. */

#include "compiler/pass/pass.h"

const PassRow passes[PASSES] = {
    { "derive", derive },
    { "fold", fold },
    { "fuse", fuse },
    { "dead", dead },
};
