/* symbols.h - what a card names and where each name is in sight, so that an editor can find, complete and rename it.
 * It reads the tree as it is written, mistakes and all, and knows less than the checks do: what it does not know it
 * leaves alone. */

#ifndef TOOLS_SYMBOLS_H
#define TOOLS_SYMBOLS_H

#include "compiler/ast/rows.h"
#include "compiler/check/context.h"

typedef struct {
    const char *text;
    NameKind kind;
    Span span;                  /* where it is declared */
    Span whole;                 /* the statement that does so, and its block */
    const Statement *statement;
    const Value *head;          /* of a block: NAME(parameter, ...) */
} Symbol;

/* A part of a text where a symbol can be used. */
typedef struct {
    int symbol;
    Span span;
} Sight;

/* A word that may name something. */
typedef struct {
    const char *text;
    Span span;
    const char *block;          /* of an option in a block's call: the block; else NULL */
} Use;

typedef struct {
    Arena *arena;
    Symbol *symbol;
    Sight *sight;
    Use *use;
    int symbols, sights, uses;
    int symbol_room, sight_room, use_room;
} Symbols;

/* All names of the files that a check has read. */
Symbols *symbols_read(Arena *arena, const Check *check);

/* The symbol that the word at an offset declares or uses, -1: none; *span becomes the word's. */
int symbol_at(const Symbols *symbols, const Source *source, int offset, Span *span);

/* The symbol of that text in sight there, or -1. */
int symbol_find(const Symbols *symbols, const Source *source, int offset, const char *text);

/* Where its name stands: the declaration first, then each use. In the arena. */
Span *symbol_places(const Symbols *symbols, int symbol, int *count);

/* Where a statement ends with its block, which is at most where `to`, the next one, begins. */
int whole_end(const Statement *statement, int to);

/* The section whose statements stand in a statement's braces, which stand in `outer`. */
Section section_within(Section outer, const char *keyword);

/* The parameter that an argument is for: an option by its name, else one of those in order that know the word; NULL
 * where that cannot be told. `place` counts the arguments before it. */
const ParameterRow *parameter_for(const StatementRow *row, const Argument *argument, int place);

#endif
