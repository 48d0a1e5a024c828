#include "compiler/check/statement.h"

#include <string.h>

#include "compiler/check/bind.h"
#include "compiler/check/keyword.h"
#include "compiler/check/naming.h"
#include "compiler/check/read.h"

/* A '{' on a line of its own is what the line above lacks, and was reported. */
static bool brace_follows(const Statement *statement)
{
    const Statement *next = statement->next;
    return next && !next->keyword && next->span.source->text[next->span.from] == '{';
}

bool braces_fit(Check *check, const Statement *statement, Braces braces)
{
    if (braces == BLOCK && !statement->has_block) {
        if (!brace_follows(statement) && !check->walking->astray)
            diag_error(check->diagnostics, statement->keyword_span, NO_BRACES, statement->keyword);
        if (!strcmp(statement->keyword, statement_rows[STATEMENT_DATA_TRAIN].keyword))
            check->strayed |= 1u << SECTION_DATA;       /* the data's line of that name, perhaps */
        if (!check->walking->lacks_braces.source)
            check->walking->lacks_braces = statement->keyword_span;
        return false;
    }
    if (braces == NO_BLOCK && statement->has_block) {
        diag_error(check->diagnostics, statement->keyword_span, TAKES_NO_BLOCK, statement->keyword);
        return false;
    }
    return true;
}

static bool label_fits(Check *check, Section section, const Statement *statement,
                       const StatementRow *row)
{
    if (!statement->label || (section == SECTION_MODEL && !(row && row->id == STATEMENT_FROM)))
        return true;
    diag_error(check->diagnostics, statement->label_span, LABEL_PLACE);
    return false;
}

static bool stands_once(Check *check, Section section, Seen *seen, const Statement *statement,
                        const StatementRow *row)
{
    const Statement *first = seen->first[row->id];
    /* A line that opens a block, or its '{', is missing: more lines than these may be its. */
    if (seen->torn || (first && section != SECTION_CARD && check->walking->syntax->closes_nothing.source))
        return false;
    if (!first || row->times == REPEATS || row->times == PHASED_REPEATS) {
        seen->first[row->id] = statement;
        return true;
    }
    diag_error(check->diagnostics, statement->keyword_span, STATEMENT_TWICE, statement->keyword);
    diag_note(check->diagnostics, first->keyword_span, "the first '%s' is here",
              statement->keyword);
    return false;
}

/* The last byte that is its, or its block's. */
static int end_of(const Statement *statement)
{
    int end = statement->span.to;
    for (const Statement *inner = statement->block; inner; inner = inner->next)
        if (!inner->next)
            end = end_of(inner);
    return end;
}

void lose(Check *check, Statement *statement)
{
    Span span = statement->span;
    span.to = end_of(statement);
    names_lose_all(check->names, span);
    statement->unsound = true;
}

const StatementRow *known_row(Check *check, const Frame *frame, Section section, Seen *seen,
                              Statement *statement)
{
    const StatementRow *row = statement_find(section, statement->keyword);
    mark_arguments(check, frame, statement->arguments);
    if (!row)
        unknown_keyword(check, frame, section, statement);
    else {
        statement->misfit = !looks_like(check, frame, statement, row);
        bool formed = label_fits(check, section, statement, row) && braces_fit(check, statement, row->braces);
        bool alone = formed && statement->misfit && section != SECTION_MODEL;
        if (alone && section != SECTION_CARD)
            bind_arguments(check, frame, statement, row);
        else if (alone || (formed && stands_once(check, section, seen, statement, row)))
            return row;
        seen->torn |= section != SECTION_CARD && row->braces == BLOCK && !statement->has_block;
    }
    lose(check, statement);
    return NULL;
}
