/* structure.c - one walk over the tree as it is written, before anything is expanded.
 * requires: the card is read.  fills: see structure.h. */

#include "compiler/check/structure.h"

#include <string.h>

#include "compiler/ast/parse.h"
#include "compiler/check/bind.h"
#include "compiler/check/blocks.h"
#include "compiler/check/constants.h"
#include "compiler/check/keyword.h"
#include "compiler/check/naming.h"
#include "compiler/check/statement.h"
#include "compiler/check/walk.h"

static void walk_file(Check *check, CardFile *file);

/* What a file names is named here, too; what comes by two ways is one thing. */
static void import(Check *check, Frame *frame, const Frame *from, Span span)
{
    Name **names = arena_array(check->arena, Name *, from->count);
    int count = 0;
    for (Name *name = from->newest; name; name = name->before)
        names[count++] = name;
    while (count--) {
        Name *original = names[count]->original;
        const Name *known = name_find(check->names, frame, original->text);
        if (known && known->original == original)
            continue;
        Name *name = declare(check, frame, original->text, original->kind, span);
        if (!name)
            continue;
        name->datum = original->datum;
        name->block = original->block;
        name->makes_layers = original->makes_layers;
        name->original = original;
    }
}

static void include(Check *check, CardFile *file, const Statement *statement,
                    const StatementRow *row)
{
    Binding binding = bind_arguments(check, &file->frame, statement, row);
    if (!is_sound(&binding, PARAMETER_INCLUDE_PATH) || binding.uncertain) {
        check->names_missing = true;
        check->card_is_whole = false;
        return;
    }
    const Datum *path = bound_to(&binding, PARAMETER_INCLUDE_PATH)->datum;
    int known = check->files;
    CardFile *included = read_include(check, file, path->text, path->span);
    if (!included)
        return;
    if (included->open) {
        diag_error(check->diagnostics, path->span, INCLUDE_CIRCLE, path->text);
        return;
    }
    if (known < check->files) {
        if (check->include_depth == MOST_NESTING) {
            diag_error(check->diagnostics, path->span, NESTING, MOST_NESTING);
            return;
        }
        Span before = check->including;
        check->including = path->span;
        check->include_depth++;
        walk_file(check, included);
        check->include_depth--;
        check->including = before;
    }
    *arena_push(check->arena, check->inclusion, check->inclusions, check->inclusion_room) =
        (Inclusion){path->span, included};
    if (included->is_card)
        check->names_missing = true;    /* what it names may stand in the card, too */
    else
        import(check, &file->frame, &included->frame, path->span);
}

static bool is_card(const Check *check, const CardFile *file)
{
    return file == check->file[0];
}

/* The section that a statement outside of all braces opens. */
static Section section_of(const StatementRow *row)
{
    int section = 0;
    while (strcmp(section_rows[section].keyword, row->keyword))
        section++;
    return section;
}

/* A line whose keyword may be wrong is told; what another one would have said is not known. */
static void tell_misfit(Check *check, CardFile *file, Statement *statement, const StatementRow *row)
{
    if (parameters_of(row))
        bind_arguments(check, &file->frame, statement, row);
    else
        diag_error(check->diagnostics, statement->arguments->value->span, TOO_MANY, row->keyword, "");
    lose(check, statement);
    check->names_missing = true;
    check->card_is_whole = false;
}

/* One of the lines of which a card has one. */
static void walk_found(Check *check, CardFile *file, Statement *statement, const StatementRow *row)
{
    const Found found = {statement, frame_within(&file->frame)};
    if (row->id == STATEMENT_NETWORK) {
        check->network = found;
        return;
    }
    if (row->id == STATEMENT_INPUT) {
        check->input = found;
        return;
    }
    const Section section = section_of(row);
    check->section[section] = found;
    if (statement->arguments && !parameters_of(row))
        diag_error(check->diagnostics, statement->arguments->value->span, TOO_MANY, row->keyword, "");
    if (section == SECTION_MODEL)
        walk_inner(check, &file->frame, statement->block);
    else
        walk_section(check, &file->frame, section, statement);
}

static void walk_statement(Check *check, CardFile *file, Statement *statement,
                           const StatementRow *row)
{
    switch (row->id) {
    case STATEMENT_LET:
        declare_constants(check, &file->frame, statement);
        return;
    case STATEMENT_SWEEP:
        declare_sweep(check, &file->frame, statement);
        return;
    case STATEMENT_BLOCK:
        declare_block(check, &file->frame, statement);
        return;
    case STATEMENT_INCLUDE:
        include(check, file, statement, row);
        return;
    default:
        break;
    }
    if (statement->misfit)
        tell_misfit(check, file, statement, row);
    else
        walk_found(check, file, statement, row);
}

static bool names_things(StatementId id)
{
    return id == STATEMENT_LET || id == STATEMENT_BLOCK || id == STATEMENT_INCLUDE;
}

/* Of a line whose keyword may be wrong. */
static bool may_name_things(Check *check, const Frame *frame, const Statement *statement)
{
    for (int id = 0; id < STATEMENT_COUNT; id++)
        if (names_things(id) && could_be(check, frame, statement, &statement_rows[id]))
            return true;
    return false;
}

/* Where a '{' is missing and its '}' therefore closes nothing, what stands between them seems to
 * stand outside. */
static bool is_astray(const CardFile *file, const Statement *statement)
{
    Span closes = file->syntax->closes_nothing;
    return file->lacks_braces.source && closes.source &&
           statement->span.from > file->lacks_braces.from && statement->span.from < closes.from;
}

/* Of braces that do not go together, one message: where there is another, that tells the cause. */
static void judge_braces(Check *check, const CardFile *file)
{
    if (!file->lacks_braces.source && !file->astray && !file->syntax->garbled)
        report_braces(file->syntax, check->diagnostics);
}

/* The file that has the blocks which this one uses; NULL: it includes none. */
static const char *first_include(const CardFile *file)
{
    const Statement *statement = file->syntax->statements;
    while (statement && !(statement->keyword && !strcmp(statement->keyword, "include")))
        statement = statement->next;
    const Argument *path = statement ? statement->arguments : NULL;
    return path && path->value->kind == VALUE_TEXT ? path->value->text : NULL;
}

/* One mistake, however many lines of the file are those of a card. */
static void not_included(Check *check, CardFile *file, const Statement *statement)
{
    const char *blocks = first_include(file);
    if (file->is_card)
        return;
    file->is_card = true;
    diag_error(check->diagnostics, check->including, NOT_INCLUDED,
               blocks ? arena_printf(check->arena, "include \"%s\", which it takes its blocks from", blocks)
                      : "begin with a copy of it");
    diag_note(check->diagnostics, statement->keyword_span, "its '%s' is here", statement->keyword);
}

static void walk_statements(Check *check, CardFile *file)
{
    Seen seen = {0};
    for (Statement *statement = file->syntax->statements; statement; statement = statement->next) {
        const StatementRow *row = NULL;
        Section meant = statement->keyword ? misnamed(check, &file->frame, statement) : SECTION_COUNT;
        if (is_astray(file, statement)) {
            lose(check, statement);
        } else if (meant != SECTION_COUNT) {
            diag_error(check->diagnostics, statement->keyword_span, OTHER_SECTION, statement->keyword,
                       section_rows[meant].keyword, section_rows[meant].keyword);
            check->strayed |= 1u << meant;
            lose(check, statement);
        }
        else if (statement->keyword)
            row = known_row(check, &file->frame, SECTION_CARD, &seen, statement);
        if (!row) {
            check->card_is_whole = false;
            check->names_missing |= statement->keyword && may_name_things(check, &file->frame, statement);
            continue;
        }
        if (is_card(check, file) || names_things(row->id))
            walk_statement(check, file, statement, row);
        else
            not_included(check, file, statement);
    }
}

static void walk_file(Check *check, CardFile *file)
{
    CardFile *before = check->walking;
    check->walking = file;
    file->open = true;
    if (file->syntax->unclosed)
        check->names_missing = true;
    else
        walk_statements(check, file);
    file->open = false;
    check->walking = before;
    judge_braces(check, file);
}

/* A card may lack what only a program needs, but not everything. */
static void judge_emptiness(Check *check, const Syntax *syntax)
{
    Span begin = {syntax->source, 0, 0};
    if (!syntax->statements && !diag_count(check->diagnostics))
        diag_error(check->diagnostics, begin, EMPTY_CARD);
}

/* Lines that name constants and blocks alone, for whoever includes the file. */
static bool is_library(const Statement *first)
{
    for (const Statement *statement = first; statement; statement = statement->next) {
        const StatementRow *row = statement->keyword ? statement_find(SECTION_CARD, statement->keyword) : NULL;
        if (!row || !names_things(row->id))
            return false;
    }
    return first;
}

Sound check_structure(Check *check)
{
    check->card_is_whole = true;
    check->card->is_library = is_library(check->file[0]->syntax->statements);
    walk_file(check, check->file[0]);
    judge_emptiness(check, check->file[0]->syntax);
    return check->file[0]->syntax->unclosed ? SOUND_NONE : SOUND_STRUCTURE;
}
