/* ast.h - a card as it is written: statements of arguments and blocks of statements. The tree knows
 * no keyword; which ones there are is said in statements.def and judged by check. */

#ifndef AST_AST_H
#define AST_AST_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/source.h"

enum { MOST_EXTENTS = 3, MOST_NESTING = 64, MOST_OPERATIONS = 1000, MOST_NAME = 100, MOST_TEXT = 4095 };

typedef enum { UNIT_NONE, UNIT_PERCENT, UNIT_DEGREE, UNIT_RADIAN, UNIT_PIXEL } Unit;

typedef enum {
    VALUE_NUMBER,               /* 32  1e-4  1/255  20%  40deg  4px */
    VALUE_SHAPE,                /* 3x3  150x150x3 */
    VALUE_TEXT,                 /* "data/train" */
    VALUE_WORD,                 /* relu, or the name of a constant, a parameter, a label */
    VALUE_PATH,                 /* input.channels  stage1.3.conv2 */
    VALUE_LIST,                 /* (0.5, 0.4, 0.4) */
    VALUE_OPERATION,            /* left + right */
    VALUE_NEGATIVE,             /* -right */
    VALUE_CALL,                 /* round(32*width, 8); a block's head, too */
} ValueKind;

typedef struct Value Value;
typedef struct Argument Argument;
typedef struct Statement Statement;

struct Value {
    ValueKind kind;
    Span span;
    const char *text;           /* as written, texts without quotes; a call's name alone */
    Number number;              /* as written: 20 for 20% */
    Unit unit;
    int extents;
    long extent[MOST_EXTENTS];  /* of a shape */
    char operator;              /* + - * / x */
    Value *left, *right;
    Argument *items;            /* of a list and a call */
    int depth;                  /* of the operations within: a walker needs that much stack */
};

/* One value, and its name where it has one: name=value. */
struct Argument {
    const char *name;           /* NULL: an argument by its place */
    Span name_span;
    Value *value;
    Argument *next;
};

struct Statement {
    const char *label;          /* NULL: none */
    Span label_span;
    const char *keyword;        /* NULL: the line could not be read, and what it said is unknown */
    Span keyword_span;
    Argument *arguments;
    bool has_block;
    Statement *block;
    Span span;                  /* from its label to its last argument, or what of it was lost */
    Statement *next;

    /* Filled by check. */
    int ordinal;                /* among those of its keyword within its braces, from 1 */
    bool misfit;                /* what follows the keyword looks like no such line: another one may be meant */
    bool unsound;               /* a mistake in it was reported; do not trust what it says */
};

/* One file's text, read. */
typedef struct {
    const Source *source;
    Statement *statements;
    const Span *lost;           /* the lines that could not be read: a name may stand there */
    int losts;
    bool garbled;               /* there are messages about lines that could not be read */

    /* Where braces do not go together; source NULL: they do. Only who knows which statement takes a
     * block can say why, so it is not reported. */
    bool unclosed;              /* what stands in the tree may belong elsewhere */
    Span never_closed;          /* the innermost '{' that is never closed */
    Span closes_nothing;        /* the first '}' that closes nothing */
    Span misplaced;             /* the first brace that should stand on another line */
} Syntax;

/* ---- builders: each makes one node ---- */

Value *value_number(Arena *arena, Span span, const char *text, Number number, Unit unit);
Value *value_shape(Arena *arena, Span span, const char *text, int extents, const long *extent);
Value *value_word(Arena *arena, Span span, ValueKind kind, const char *text); /* text, word, path */
Value *value_operation(Arena *arena, char operator, Value * left, Value *right);
Value *value_negative(Arena *arena, Span span, Value *right);
Value *value_list(Arena *arena, Span span, Argument *items);
Value *value_call(Arena *arena, Span span, const char *name, Argument *items);

Argument *argument_new(Arena *arena, Value *value);
Argument *argument_named(Arena *arena, const char *name, Span name_span, Value *value);

Statement *statement_new(Arena *arena, const char *keyword, Span keyword_span, Argument *arguments);
Statement *statement_lost(Arena *arena, Span span);

/* ---- printer ---- */

/* Prints statements as a card that reads the same: four blanks for each level, one between words.
 * Lines that could not be read are left out. */
void ast_print(FILE *out, const Statement *statements);

/* The statement's line alone, without its label and its block. */
const char *statement_text(Arena *arena, const Statement *statement);

/* One value as it would stand in a card. */
void value_print(FILE *out, const Value *value);

#endif
