/* build.c - the nodes of the tree, one function each. */

#include <string.h>

#include "compiler/ast/ast.h"

static Value *value_new(Arena *arena, ValueKind kind, Span span, const char *text)
{
    Value *value = arena_new(arena, Value);
    value->kind = kind;
    value->span = span;
    value->text = text;
    return value;
}

Value *value_number(Arena *arena, Span span, const char *text, Number number, Unit unit)
{
    Value *value = value_new(arena, VALUE_NUMBER, span, text);
    value->number = number;
    value->unit = unit;
    return value;
}

Value *value_shape(Arena *arena, Span span, const char *text, int extents, const long *extent)
{
    Value *value = value_new(arena, VALUE_SHAPE, span, text);
    value->extents = extents;
    memcpy(value->extent, extent, sizeof *extent * (size_t)extents);
    return value;
}

Value *value_word(Arena *arena, Span span, ValueKind kind, const char *text)
{
    return value_new(arena, kind, span, text);
}

static int deeper(int a, int b)
{
    return a > b ? a : b;
}

static int items_depth(const Argument *items)
{
    int depth = 0;
    for (; items; items = items->next)
        depth = deeper(depth, items->value->depth);
    return depth;
}

Value *value_operation(Arena *arena, char operator, Value *left, Value *right)
{
    Value *value = value_new(arena, VALUE_OPERATION, span_join(left->span, right->span), NULL);
    value->operator = operator;
    value->left = left;
    value->right = right;
    value->depth = 1 + deeper(left->depth, right->depth);
    return value;
}

Value *value_negative(Arena *arena, Span span, Value *right)
{
    Value *value = value_new(arena, VALUE_NEGATIVE, span, NULL);
    value->right = right;
    value->depth = right->depth;
    return value;
}

Value *value_list(Arena *arena, Span span, Argument *items)
{
    Value *value = value_new(arena, VALUE_LIST, span, NULL);
    value->items = items;
    value->depth = items_depth(items);
    return value;
}

Value *value_call(Arena *arena, Span span, const char *name, Argument *items)
{
    Value *value = value_new(arena, VALUE_CALL, span, name);
    value->items = items;
    value->depth = items_depth(items);
    return value;
}

Argument *argument_new(Arena *arena, Value *value)
{
    Argument *argument = arena_new(arena, Argument);
    argument->value = value;
    argument->name_span = value->span;
    return argument;
}

Argument *argument_named(Arena *arena, const char *name, Span name_span, Value *value)
{
    Argument *argument = argument_new(arena, value);
    argument->name = name;
    argument->name_span = name_span;
    return argument;
}

Statement *statement_new(Arena *arena, const char *keyword, Span keyword_span, Argument *arguments)
{
    Statement *statement = arena_new(arena, Statement);
    statement->keyword = keyword;
    statement->keyword_span = keyword_span;
    statement->arguments = arguments;
    statement->span = keyword_span;
    for (const Argument *argument = arguments; argument; argument = argument->next)
        statement->span.to = argument->value->span.to;
    return statement;
}

Statement *statement_lost(Arena *arena, Span span)
{
    Statement *statement = arena_new(arena, Statement);
    statement->span = span;
    return statement;
}
