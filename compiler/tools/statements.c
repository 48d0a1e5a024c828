#include "compiler/tools/statements.h"

#include "compiler/ast/ast.h"
#include "compiler/ast/parse.h"

void statements_print(FILE *out, Arena *arena, const Source *source)
{
    ast_print(out, parse(arena, source, diag_open(arena))->statements);
}
