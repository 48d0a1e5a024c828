#include "compiler/tools/lsp_hover.h"

#include <string.h>

#include "base/text.h"
#include "compiler/check/read.h"
#include "compiler/check/takes.h"
#include "compiler/tools/layer_facts.h"

/* ---- where ---- */

static const Statement *find_statement(const Statement *statement, Section section, int offset, Section *found)
{
    for (; statement; statement = statement->next) {
        if (statement->span.from <= offset && offset <= statement->span.to) {
            *found = section;
            return statement->keyword ? statement : NULL;
        }
        bool within = statement->keyword && statement->span.to < offset &&
                      (!statement->next || offset < statement->next->span.from);
        if (within)
            return find_statement(statement->block, section_within(section, statement->keyword), offset, found);
    }
    return NULL;
}

const Statement *statement_at(const Syntax *syntax, int offset, Section *section)
{
    return find_statement(syntax->statements, SECTION_CARD, offset, section);
}

static const Argument *argument_at(const Statement *statement, int offset, int *place)
{
    *place = 0;
    for (const Argument *argument = statement->arguments; argument; argument = argument->next) {
        if (argument->name_span.from <= offset && offset <= argument->value->span.to)
            return argument;
        *place += !argument->name;
    }
    return NULL;
}

/* ---- rows ---- */

static const char *parameter_signature(Arena *arena, const ParameterRow *parameter)
{
    if (is_option(parameter))
        return arena_printf(arena, " %s=%s", parameter->name, parameter->standard);
    switch (parameter->occurrence) {
    case MAYBE:
        return arena_printf(arena, " [%s]", parameter->name);
    case SOME:
        return arena_printf(arena, " %s...", parameter->name);
    case ANY:
        return arena_printf(arena, " [%s...]", parameter->name);
    default:
        return arena_printf(arena, " %s", parameter->name);
    }
}

const char *row_signature(Arena *arena, const StatementRow *row)
{
    const char *text = row->keyword;
    for (int i = 0; i < parameters_of(row); i++)
        if (parameter_rows[row->first + i].state == BUILT)
            text = arena_printf(arena, "%s%s", text, parameter_signature(arena, &parameter_rows[row->first + i]));
    return row->braces == BLOCK ? arena_printf(arena, "%s { ... }", text) : text;
}

static const char *row_text(Arena *arena, const StatementRow *row)
{
    const char *more = row->state == PLANNED ? "\n\nPart of the language, but not built yet." : "";
    return arena_printf(arena, "```\n%s\n```\n%s%s\n", row_signature(arena, row), row->help, more);
}

static const char *parameter_text(Arena *arena, const StatementRow *row, const ParameterRow *parameter)
{
    const char *standard = *parameter->standard ? arena_printf(arena, "; `%s` unless told", parameter->standard) : "";
    const char *kinds = *parameter->kinds ? arena_printf(arena, " Of `%s`.", parameter->kinds) : "";
    return arena_printf(arena, "`%s` of `%s`: %s%s.%s\n", parameter->name, row->keyword, takes_text(arena, parameter),
                        standard, kinds);
}

/* ---- names ---- */

static const char *written(Arena *arena, Span span)
{
    return arena_copy(arena, span.source->text + span.from, (size_t)(span.to - span.from));
}

static const char *constant_value(Arena *arena, const Check *check, const Symbol *symbol)
{
    for (int i = 0; i < check->files; i++)
        for (const Name *name = check->file[i]->frame.newest; name; name = name->before)
            if (name->span.source == symbol->span.source && name->span.from == symbol->span.from &&
                name->datum.kind != DATUM_BAD)
                return arena_printf(arena, " = %s", datum_text(arena, &name->datum));
    return "";
}

/* The layers of a label, of a call, of a repeat: their names begin with its own. Only what stands in the model's own
 * braces has but one. */
static const char *line_facts(Arena *arena, const Check *check, const Statement *statement)
{
    const char *own = layer_facts(arena, check->card, statement->keyword_span, NULL);
    if (*own)
        return own;
    const Statement *model = check->section[SECTION_MODEL].statement;
    if (statement == model)
        return layer_facts(arena, check->card, statement->keyword_span, "");
    for (const Statement *line = model ? model->block : NULL; line; line = line->next)
        if (line == statement)
            return layer_facts(arena, check->card, statement->keyword_span,
                               line->label ? arena_printf(arena, "%s.", line->label)
                                           : arena_printf(arena, "%s%d.", line->keyword, line->ordinal));
    return "";
}

static const char *symbol_text(Arena *arena, const Check *check, const Symbol *symbol)
{
    const char *kind = name_kind_text(symbol->kind);
    switch (symbol->kind) {
    case NAME_CONSTANT:
        return arena_printf(arena, "%s `%s%s`\n", kind, symbol->text, constant_value(arena, check, symbol));
    case NAME_BLOCK:
        return arena_printf(arena, "```\nblock %s\n```\n", written(arena, symbol->head->span));
    case NAME_LABEL:
        return arena_printf(arena, "%s `%s`: `%s`\n\n%s", kind, symbol->text,
                            written(arena, symbol->statement->span), line_facts(arena, check, symbol->statement));
    case NAME_PARAMETER:
        break;
    }
    return arena_printf(arena, "%s `%s` of `%s`\n", kind, symbol->text,
                        written(arena, symbol->statement->arguments->value->span));
}

/* ---- both ---- */

const char *hover_text(Arena *arena, const Check *check, const Symbols *symbols, int offset, Span *span)
{
    const Syntax *syntax = check->file[0]->syntax;
    Section section = SECTION_CARD;
    const Statement *statement = statement_at(syntax, offset, &section);
    int symbol = symbol_at(symbols, syntax->source, offset, span);
    bool on_keyword = statement && statement->keyword_span.from <= offset && offset <= statement->keyword_span.to;
    const char *text = symbol >= 0 ? symbol_text(arena, check, &symbols->symbol[symbol]) : "";
    if (!statement || (symbol >= 0 && !on_keyword))
        return *text ? text : NULL;
    const StatementRow *row = statement_find(section, statement->keyword);
    int place;
    const Argument *argument = argument_at(statement, offset, &place);
    const ParameterRow *parameter = row && argument ? parameter_for(row, argument, place) : NULL;
    if (row && on_keyword)
        text = row_text(arena, row);
    else if (parameter)
        text = parameter_text(arena, row, parameter);
    *span = argument ? span_join(argument->name_span, argument->value->span) : statement->keyword_span;
    const char *facts = line_facts(arena, check, statement);
    text = arena_printf(arena, "%s%s%s", text, *text && *facts ? "\n" : "", facts);
    return *text ? text : NULL;
}
