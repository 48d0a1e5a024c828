#include "compiler/tools/lsp_outline.h"

#include <string.h>

#include "compiler/tools/lsp_wire.h"
#include "compiler/tools/symbols.h"

/* As the protocol numbers them. */
typedef enum { PART_MODULE = 2, PART_CLASS = 5, PART_FIELD = 8, PART_CONSTANT = 14, PART_PROPERTY = 7 } Part;

static Part part_of(Section section, const Statement *statement)
{
    if (section == SECTION_MODEL)
        return PART_FIELD;
    if (section != SECTION_CARD)
        return PART_PROPERTY;
    return !strcmp(statement->keyword, "let") ? PART_CONSTANT : !strcmp(statement->keyword, "block") ? PART_CLASS
         : statement->has_block ? PART_MODULE : PART_PROPERTY;
}

/* A block and constants are called by what they name, other lines by what they say. */
static Span title_of(const Statement *statement)
{
    bool names = !strcmp(statement->keyword, "block") || !strcmp(statement->keyword, "let");
    return names && statement->arguments ? span_join(statement->arguments->name_span, statement->span) : statement->span;
}

static json_t *list_of(Arena *arena, Section section, const Statement *statement, int to);

static json_t *symbol_of(Arena *arena, Section section, const Statement *statement, int to)
{
    Span title = title_of(statement), whole = statement->span;
    whole.to = whole_end(statement, to);
    json_t *children = list_of(arena, section_within(section, statement->keyword), statement->block, to);
    return json_pack("{s:o, s:i, s:o, s:o, s:o}", "name",
                     wire_text(title.source->text + title.from, (size_t)(title.to - title.from)), "kind",
                     (int)part_of(section, statement), "range", wire_range(whole), "selectionRange", wire_range(title),
                     "children", children);
}

static json_t *list_of(Arena *arena, Section section, const Statement *statement, int to)
{
    json_t *list = json_array();
    for (; statement; statement = statement->next)
        if (statement->keyword)
            json_array_append_new(list, symbol_of(arena, section, statement,
                                                  statement->next ? statement->next->span.from : to));
    return list;
}

json_t *outline(Arena *arena, const Syntax *syntax)
{
    return list_of(arena, SECTION_CARD, syntax->statements, (int)syntax->source->length);
}
