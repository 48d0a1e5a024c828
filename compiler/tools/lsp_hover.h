/* lsp_hover.h - what a word of a card means, as an editor shows it beside the word. */

#ifndef TOOLS_LSP_HOVER_H
#define TOOLS_LSP_HOVER_H

#include "compiler/tools/symbols.h"

/* "conv filters window [activation] stride=1 ...": a statement and all that it takes. */
const char *row_signature(Arena *arena, const StatementRow *row);

/* The statement that an offset is in, and the section that it stands in; NULL: none. */
const Statement *statement_at(const Syntax *syntax, int offset, Section *section);

/* In Markdown, with the text that it speaks of in *span; NULL where there is nothing to say. */
const char *hover_text(Arena *arena, const Check *check, const Symbols *symbols, int offset, Span *span);

#endif
