/* parse.h - what the grammar offers: from text to statements. Implemented in grammar/net.y. */

#ifndef AST_PARSE_H
#define AST_PARSE_H

#include "base/diag.h"
#include "compiler/ast/ast.h"

/* Reads the whole text, whatever it holds: lines that make no statement are reported, and stand in
 * the tree as lost. Never NULL. */
const Syntax *parse(Arena *arena, const Source *source, Diagnostics *diagnostics);

#endif
