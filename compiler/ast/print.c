/* print.c - the tree back to a card. */

#include <stdlib.h>

#include "compiler/ast/ast.h"

static void print_inner(FILE *out, const Value *value);

static void print_items(FILE *out, const Argument *items)
{
    for (const Argument *item = items; item; item = item->next) {
        if (item->name)
            fprintf(out, "%s=", item->name);
        print_inner(out, item->value);
        if (item->next)
            fputs(", ", out);
    }
}

/* Within parentheses. */
static void print_inner(FILE *out, const Value *value)
{
    switch (value->kind) {
    case VALUE_NUMBER:
    case VALUE_SHAPE:
    case VALUE_WORD:
    case VALUE_PATH:
        fputs(value->text, out);
        break;
    case VALUE_TEXT:
        fprintf(out, "\"%s\"", value->text);
        break;
    case VALUE_OPERATION:
        putc('(', out);
        print_inner(out, value->left);
        fprintf(out, " %c ", value->operator);
        print_inner(out, value->right);
        putc(')', out);
        break;
    case VALUE_NEGATIVE:
        fputs(value->right->kind == VALUE_NEGATIVE ? "-(" : "-", out);
        print_inner(out, value->right);
        fputs(value->right->kind == VALUE_NEGATIVE ? ")" : "", out);
        break;
    case VALUE_LIST:
        putc('(', out);
        print_items(out, value->items);
        putc(')', out);
        break;
    case VALUE_CALL:
        fprintf(out, "%s(", value->text);
        print_items(out, value->items);
        putc(')', out);
        break;
    }
}

/* Outside of them a minus stands before a literal alone. */
void value_print(FILE *out, const Value *value)
{
    bool enclosed = value->kind == VALUE_NEGATIVE && value->right->kind != VALUE_NUMBER;
    fputs(enclosed ? "(" : "", out);
    print_inner(out, value);
    fputs(enclosed ? ")" : "", out);
}

static void print_statements(FILE *out, const Statement *statements, int level)
{
    for (const Statement *statement = statements; statement; statement = statement->next) {
        if (!statement->keyword)
            continue;
        fprintf(out, "%*s", 4 * level, "");
        if (statement->label)
            fprintf(out, "%s: ", statement->label);
        fputs(statement->keyword, out);
        for (const Argument *argument = statement->arguments; argument; argument = argument->next) {
            putc(' ', out);
            if (argument->name)
                fprintf(out, "%s=", argument->name);
            value_print(out, argument->value);
        }
        if (statement->has_block) {
            fputs(" {\n", out);
            print_statements(out, statement->block, level + 1);
            fprintf(out, "%*s}", 4 * level, "");
        }
        putc('\n', out);
    }
}

const char *statement_text(Arena *arena, const Statement *statement)
{
    Statement bare = *statement;
    bare.label = NULL;
    bare.next = NULL;
    bare.has_block = false;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    print_statements(out, &bare, 0);
    fclose(out);
    const char *copy = arena_copy(arena, text, length - 1);
    free(text);
    return copy;
}

void ast_print(FILE *out, const Statement *statements)
{
    print_statements(out, statements, 0);
}
