/* parse.h - what the grammar offers: from text to tokens, and to statements. Implemented in grammar/net.y. */

#ifndef AST_PARSE_H
#define AST_PARSE_H

#include "base/diag.h"
#include "compiler/ast/ast.h"

/* Reads the whole text, whatever it holds: lines that make no statement are reported, and stand in
 * the tree as lost. Never NULL. */
const Syntax *parse(Arena *arena, const Source *source, Diagnostics *diagnostics);

/* Reports the first brace that does not go with the others, if there is one. */
void report_braces(const Syntax *syntax, Diagnostics *diagnostics);

/* ---- tokens, for who cares how a text is laid out ---- */

typedef enum {
    TOKEN_WORD,
    TOKEN_FUNCTION,             /* a word that touches its parenthesis */
    TOKEN_VALUE,                /* number, shape, text, name with dots */
    TOKEN_COLON,
    TOKEN_EQUALS,
    TOKEN_COMMA,
    TOKEN_SIGN,                 /* + - */
    TOKEN_FACTOR,               /* * / */
    TOKEN_BY,                   /* an x within parentheses */
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_BEGIN_BLOCK,
    TOKEN_END_BLOCK,
    TOKEN_NEWLINE,              /* one that ends a line; the last line has one, too */
    TOKEN_BAD,
} TokenKind;

typedef struct {
    TokenKind kind;
    Span span;
} Token;

typedef struct {
    Token *token;               /* in order; between two of them stand blanks, comments, and within
                                 * parentheses line breaks */
    int tokens, room;
} Tokens;

Tokens read_tokens(Arena *arena, const Source *source);

#endif
