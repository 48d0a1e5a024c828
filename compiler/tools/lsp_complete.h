/* lsp_complete.h - what could stand at a place of a card that is being written: from the tables and the names in
 * sight. */

#ifndef TOOLS_LSP_COMPLETE_H
#define TOOLS_LSP_COMPLETE_H

#include <jansson.h>

#include "compiler/tools/symbols.h"

/* A list of LSP's completion items; empty within comments and texts. */
json_t *complete(Arena *arena, const Source *source, const Symbols *symbols, int offset);

#endif
