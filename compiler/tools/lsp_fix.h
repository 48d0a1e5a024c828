/* lsp_fix.h - what a message proposes, as edits that an editor can make. The message is read, since it says in its own
 * words what was meant: so a person and an editor are told the same. */

#ifndef TOOLS_LSP_FIX_H
#define TOOLS_LSP_FIX_H

#include "base/diag.h"

typedef struct {
    const char *title;          /* as an editor lists it; edits of one title are ways to do one thing, the likeliest first */
    Span span;                  /* what is replaced */
    const char *text;           /* by what */
} Fix;

typedef struct {
    Fix *fix;
    int fixes, room;
} Fixes;

/* What a mistake's message proposes; an edit need not do, so try it. In the arena. */
Fixes fixes_of(Arena *arena, const Mistake *mistake);

#endif
