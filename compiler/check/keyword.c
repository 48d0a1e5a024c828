#include "compiler/check/keyword.h"

#include <string.h>

#include "compiler/ast/foreign.h"
#include "compiler/check/hint.h"
#include "compiler/check/read.h"
#include "compiler/check/value.h"

static Section other_section(Section section, const char *keyword)
{
    for (int other = 0; other < SECTION_COUNT; other++)
        if (other != (int)section && statement_find(other, keyword))
            return other;
    return SECTION_COUNT;
}

static void try_block(void *hint, const Name *name)
{
    if (name->kind == NAME_BLOCK)
        hint_try(hint, name->text, BUILT);
}

/* "loss: crossentropy", as others write it, reads as a label and a keyword. */
static const char *colon_text(Arena *arena, Section section, const Statement *statement)
{
    if (!statement->label || !statement_find(section, statement->label))
        return NULL;
    return arena_printf(arena, "; did you mean '%s %s'?", statement->label, statement->keyword);
}

/* A word of a line in the place of its keyword, what needs no line here, and "cat "cat.*"" in data; NULL: none of
 * these. */
static const char *other_line_text(Arena *arena, Section section, const Statement *statement, bool near)
{
    const char *keyword = statement->keyword, *needless = needless_text(keyword);
    const Argument *first = statement->arguments;
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        const StatementRow *row = &statement_rows[i];
        if (row->section == section && parameters_of(row) && word_find(parameter_rows[row->first].words, keyword))
            return arena_printf(arena, "; did you mean '%s %s'?", row->keyword, keyword);
    }
    if (needless)
        return arena_printf(arena, "; %s", needless);
    if (section == SECTION_DATA && !near && first && !first->name && first->value->kind == VALUE_TEXT)
        return arena_printf(arena, "; did you mean 'class %s'?", keyword);
    return NULL;
}

/* Outside of all braces, because a '}' too many has closed them before: that is told once. */
static bool first_astray(CardFile *file)
{
    bool first = !file->astray && !file->syntax->garbled;
    file->astray = file->syntax->closes_nothing.source;
    return first || !file->astray;
}

/* "data { arrays" and more lines: that a line begins behind the brace is told. */
static bool follows_brace(const CardFile *file, const Statement *statement)
{
    Span brace = file->syntax->misplaced;
    const char *between = brace.source ? brace.source->text + brace.to : NULL;
    bool alone = !file->lacks_braces.source && !file->astray && !file->syntax->garbled;
    return between && alone && *(between + strspn(between, " \t")) &&
           brace.to + (int)strspn(between, " \t") == statement->span.from;
}

void unknown_keyword(Check *check, const Frame *frame, Section section, const Statement *statement)
{
    const char *keyword = statement->keyword;
    if (follows_brace(check->walking, statement))
        return;
    const Name *name = name_find(check->names, frame, keyword);
    Section other = name && name->kind == NAME_BLOCK ? SECTION_MODEL : other_section(section, keyword);
    const Argument *first = statement->arguments;
    if (section == SECTION_CARD && first && !first->name && first->value->kind == VALUE_TEXT)
        check->names_missing = true;            /* an 'include', perhaps */
    if (other != SECTION_COUNT && other != SECTION_CARD) {
        check->strayed |= 1u << other;
        check->names_missing |= section == SECTION_MODEL && statement->label;   /* perhaps with a part of the keyword in it */
        if (section == SECTION_CARD && other == SECTION_MODEL)
            check->names_missing = true;        /* the block may be, whose they are */
        if (section == SECTION_CARD && !first_astray(check->walking))
            return;
        diag_error(check->diagnostics, statement->keyword_span, WRONG_SECTION, keyword,
                   section_rows[other].keyword);
        return;
    }
    if (other == SECTION_CARD) {
        diag_error(check->diagnostics, statement->keyword_span, WITHIN_BRACES, keyword);
        return;
    }
    Span span = statement->keyword_span;
    if (section == SECTION_MODEL && (names_tell_too(check->names, check->diagnostics, keyword, span) ||
                                     check->names_missing || names_lost(check->names, keyword)))
        return;
    check->names_missing |= name && name->kind != NAME_BLOCK;   /* the line's own label may be another, too */
    Hint hint = hint_begin(check->arena, keyword);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (statement_rows[i].section == section)
            hint_try(&hint, statement_rows[i].keyword, statement_rows[i].state);
    if (section == SECTION_MODEL)
        names_in_sight(frame, try_block, &hint);
    if (hint.guess.nearest)
        names_lose(check->names, hint.guess.nearest);
    const char *meant = colon_text(check->arena, section, statement);
    if (!meant && !hint.ours)
        meant = other_line_text(check->arena, section, statement, hint_is_near(&hint));
    const Span below = section == SECTION_MODEL ? name_below(check, span, keyword, false) : (Span){0};
    if (below.source)
        meant = "";
    const char *file = section == SECTION_MODEL && !meant && !hint.ours ? file_with_block(check, keyword) : NULL;
    if (file)
        meant = arena_printf(check->arena, "; 'include \"%s\"' brings a block of that name", file);
    diag_error(check->diagnostics, span, UNKNOWN_KEYWORD, section_rows[section].noun, keyword,
               meant ? meant : hint_text(&hint));
    if (below.source)
        diag_note(check->diagnostics, below, "it is declared here, below its use");
    if (section == SECTION_MODEL)
        names_tell(check->names, check->diagnostics, keyword, span);
}

/* A statement of the section, or a call of a block in sight. */
static bool stands_in(const Check *check, const Frame *frame, Section section, const char *keyword)
{
    const Name *name = section == SECTION_MODEL ? name_find(check->names, frame, keyword) : NULL;
    return statement_find(section, keyword) || (name && name->kind == NAME_BLOCK);
}

Section misnamed(const Check *check, const Frame *frame, const Statement *statement)
{
    Section section = 0;
    while (section < SECTION_COUNT && strcmp(section_rows[section].keyword, statement->keyword))
        section++;
    Section found = SECTION_COUNT;
    if (section == SECTION_COUNT || !statement->block)
        return SECTION_COUNT;
    for (const Statement *line = statement->block; line; line = line->next)
        if (line->keyword && statement_find(section, line->keyword))
            return SECTION_COUNT;
    for (Section other = SECTION_DATA; other < SECTION_COUNT; other++) {
        bool all = other != section && other != SECTION_LOAD;
        for (const Statement *line = statement->block; line && all; line = line->next)
            all = line->keyword && stands_in(check, frame, other, line->keyword);
        found = all ? other : found;
    }
    return found;
}
