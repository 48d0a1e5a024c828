/* lsp_outline.h - a card's parts and layers, as an editor lists them. */

#ifndef TOOLS_LSP_OUTLINE_H
#define TOOLS_LSP_OUTLINE_H

#include <jansson.h>

#include "compiler/ast/ast.h"

/* A list of LSP's document symbols, with what stands in braces as their children. */
json_t *outline(Arena *arena, const Syntax *syntax);

#endif
