/* structure.c - one walk over the tree as it is written, before anything is expanded.
 * requires: the card is read.  fills: see structure.h. */

#include "compiler/check/structure.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/ast/parse.h"
#include "compiler/check/bind.h"
#include "compiler/check/keyword.h"
#include "compiler/check/value.h"

/* ---- names ---- */

/* Whoever stands in a value is used, if it is a name at all. */
static void mark_used(Check *check, const Frame *frame, const char *text)
{
    Name *name = name_find(check->names, frame, text);
    if (name)
        name->original->used = true;
}

static void mark_values(Check *check, const Frame *frame, const Value *value);

static void mark_arguments(Check *check, const Frame *frame, const Argument *arguments)
{
    for (; arguments; arguments = arguments->next)
        mark_values(check, frame, arguments->value);
}

static void mark_values(Check *check, const Frame *frame, const Value *value)
{
    switch (value->kind) {
    case VALUE_WORD:
        mark_used(check, frame, value->text);
        break;
    case VALUE_PATH:
        mark_used(check, frame, arena_copy(check->arena, value->text, strcspn(value->text, ".")));
        break;
    case VALUE_LIST:
    case VALUE_CALL:
        mark_arguments(check, frame, value->items);
        break;
    case VALUE_OPERATION:
        mark_values(check, frame, value->left);
        mark_values(check, frame, value->right);
        break;
    case VALUE_NEGATIVE:
        mark_values(check, frame, value->right);
        break;
    case VALUE_NUMBER:
    case VALUE_SHAPE:
    case VALUE_TEXT:
        break;
    }
}

static bool is_reserved(NameKind kind, const char *text)
{
    return !strcmp(text, "input") || (kind == NAME_BLOCK && statement_find(SECTION_MODEL, text));
}

/* NULL, and a message, where the name is taken. */
static Name *declare(Check *check, Frame *frame, const char *text, NameKind kind, Span span)
{
    if (is_reserved(kind, text)) {
        diag_error(check->diagnostics, span, NAME_RESERVED, text);
        check->names_missing |= kind == NAME_BLOCK;     /* those that call it have its true name */
        return NULL;
    }
    Name *other = name_find(check->names, frame, text);
    if (!other)
        return name_declare(check->names, frame, text, kind, span);
    diag_error(check->diagnostics, span, NAME_TWICE, text, name_kind_text(other->kind));
    diag_note(check->diagnostics, other->original->span, "the first '%s' is here", text);
    other->original->used = true;
    return NULL;
}

/* ---- the form of one statement ---- */

/* A '{' on a line of its own is what the line above lacks, and was reported. */
static bool brace_follows(const Statement *statement)
{
    const Statement *next = statement->next;
    return next && !next->keyword && next->span.source->text[next->span.from] == '{';
}

static bool braces_fit(Check *check, const Statement *statement, Braces braces)
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

/* Of statements that stand once within their braces: the first of each. */
typedef struct {
    const Statement *first[STATEMENT_COUNT];
    bool torn;                  /* a block among them has no braces */
} Seen;

static bool stands_once(Check *check, Section section, Seen *seen, const Statement *statement,
                        const StatementRow *row)
{
    const Statement *first = seen->first[row->id];
    /* A line that opens a block, or its '{', is missing: more lines than these may be its. */
    if (seen->torn || (first && section != SECTION_CARD && check->walking->syntax->closes_nothing.source))
        return false;
    if (!first || first->misfit || row->times == REPEATS || row->times == PHASED_REPEATS) {
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

/* What it says is not to be trusted, but its words are words. */
static void lose(Check *check, Statement *statement)
{
    Span span = statement->span;
    span.to = end_of(statement);
    names_lose_all(check->names, span);
    statement->unsound = true;
}

/* The row of a known, built statement that stands where it may; NULL after a message. */
static const StatementRow *known_row(Check *check, const Frame *frame, Section section, Seen *seen,
                                     Statement *statement)
{
    const StatementRow *row = statement_find(section, statement->keyword);
    mark_arguments(check, frame, statement->arguments);
    if (!row)
        unknown_keyword(check, frame, section, statement);
    else {
        statement->misfit = !looks_like(check, frame, statement, row);
        if (label_fits(check, section, statement, row) && braces_fit(check, statement, row->braces) &&
            stands_once(check, section, seen, statement, row))
            return row;
        seen->torn |= section != SECTION_CARD && row->braces == BLOCK && !statement->has_block;
    }
    lose(check, statement);
    return NULL;
}

/* ---- data, augment, train ---- */

/* A phase holds what may differ from phase to phase. */
static void walk_phase(Check *check, const Frame *frame, const Statement *phase)
{
    Seen seen = {0};
    for (Statement *statement = phase->block; statement; statement = statement->next) {
        if (!statement->keyword)
            continue;
        const StatementRow *row = known_row(check, frame, SECTION_TRAIN, &seen, statement);
        if (!row || row->times == PHASED || row->times == PHASED_REPEATS)
            continue;
        diag_error(check->diagnostics, statement->keyword_span, NOT_IN_PHASE, statement->keyword);
        lose(check, statement);
    }
}

static void walk_section(Check *check, const Frame *frame, Section section,
                         const Statement *container)
{
    Seen seen = {0};
    for (Statement *statement = container->block; statement; statement = statement->next) {
        const StatementRow *row = NULL;
        if (statement->keyword)
            row = known_row(check, frame, section, &seen, statement);
        if (row && row->id == STATEMENT_PHASE)
            walk_phase(check, frame, statement);
        else if (row && row->id == STATEMENT_LOAD)
            walk_section(check, frame, SECTION_LOAD, statement);
    }
}

/* ---- model, block, repeat ---- */

/* How often each keyword stands within these braces, so far. */
typedef struct Tally {
    const char *keyword;
    int count;
    struct Tally *next;
} Tally;

static int count_up(Check *check, Tally **tallies, const char *keyword)
{
    Tally *tally = *tallies;
    while (tally && strcmp(tally->keyword, keyword))
        tally = tally->next;
    if (!tally) {
        tally = arena_new(check->arena, Tally);
        *tally = (Tally){keyword, 0, *tallies};
        *tallies = tally;
    }
    return ++tally->count;
}

/* "conv2" where there are two convs or more is the second one's name, not a label. */
static void judge_label(Check *check, const Tally *tallies, const Statement *statement)
{
    const char *label = statement->label;
    size_t length = strlen(label);
    while (length && label[length - 1] >= '0' && label[length - 1] <= '9')
        length--;
    if (!length || !label[length] || label[length] == '0' || strlen(label + length) > 6)
        return;
    int ordinal = atoi(label + length);
    for (; tallies; tallies = tallies->next)
        if (strlen(tallies->keyword) == length && !memcmp(tallies->keyword, label, length) &&
            ordinal <= tallies->count)
            diag_error(check->diagnostics, statement->label_span, COUNTED_NAME, label,
                       tallies->keyword, ordinal);
}

static bool walk_layers(Check *check, Frame *frame, Statement *statements);

static bool walk_inner(Check *check, const Frame *frame, Statement *statements)
{
    Frame inner = frame_within(frame);
    name_declare(check->names, &inner, "input", NAME_LABEL, (Span){0});
    bool makes_layers = walk_layers(check, &inner, statements);
    frame_leave(check->names, &inner);
    return makes_layers;
}

/* The call of a block: true where it makes a layer. */
static bool walk_call(Check *check, const Frame *frame, Statement *statement, const Name *block)
{
    block->original->used = true;
    mark_arguments(check, frame, statement->arguments);
    statement->unsound = !braces_fit(check, statement, NO_BLOCK);
    return block->makes_layers;
}

/* True where it makes a layer, or might. */
static bool walk_layer(Check *check, Frame *frame, Seen *seen, Statement *statement)
{
    const Name *block = name_find(check->names, frame, statement->keyword);
    if (block && block->kind == NAME_BLOCK)
        return walk_call(check, frame, statement, block);
    const StatementRow *row = known_row(check, frame, SECTION_MODEL, seen, statement);
    if (!row || row->id != STATEMENT_REPEAT)
        return !row || row->id != STATEMENT_FROM;
    bool makes_layers = walk_inner(check, frame, statement->block);
    if (!makes_layers) {
        diag_error(check->diagnostics, statement->keyword_span, MAKES_NOTHING, "repeat");
        statement->unsound = true;
    }
    return true;
}

/* True where there is a layer among them. */
static bool walk_layers(Check *check, Frame *frame, Statement *statements)
{
    Seen seen = {0};
    Tally *tallies = NULL;
    bool makes_layers = false;
    for (Statement *statement = statements; statement; statement = statement->next) {
        if (!statement->keyword) {
            makes_layers = true;
            continue;
        }
        makes_layers |= walk_layer(check, frame, &seen, statement);
        if (!statement->unsound)
            statement->ordinal = count_up(check, &tallies, statement->keyword);
        /* Which of two it would be that others mean, nobody knows. */
        if (statement->label && !declare(check, frame, statement->label, NAME_LABEL, statement->label_span))
            statement->unsound = true;
    }
    for (const Statement *statement = statements; statement; statement = statement->next)
        if (statement->label)
            judge_label(check, tallies, statement);
    return makes_layers;
}

/* ---- outside all braces ---- */

/* "let width 8" as it was meant; "": nobody knows. */
static const char *let_text(Arena *arena, const Statement *statement)
{
    const Argument *name = statement->arguments, *value = name ? name->next : NULL;
    if (!value || value->next || name->name || value->name || name->value->kind != VALUE_WORD)
        return "";
    return arena_printf(arena, "; did you mean 'let %s=%s'?", name->value->text, span_text(arena, value->value->span));
}

static void declare_constants(Check *check, Frame *frame, Statement *statement)
{
    bool named = statement->arguments;
    for (const Argument *argument = statement->arguments; argument; argument = argument->next)
        named = named && argument->name;
    if (!named) {
        diag_error(check->diagnostics, statement->keyword_span, LET_FORM, let_text(check->arena, statement));
        lose(check, statement);
        check->names_missing = true;
        check->card_is_whole = false;
    }
    for (const Argument *argument = statement->arguments; argument; argument = argument->next) {
        if (!argument->name)
            continue;
        Datum datum = evaluate(check, frame, argument->value);
        Name *name = declare(check, frame, argument->name, NAME_CONSTANT, argument->name_span);
        if (name)
            name->datum = datum;
    }
}

/* True where the command line's text is this value: as it is written, or the same number. */
static bool is_value(const char *text, const char *as_written, const Datum *datum)
{
    Number number;
    return !strcmp(text, as_written) ||
           (datum->kind == DATUM_NUMBER && datum->unit == UNIT_NONE && *text &&
            number_parse(text, strlen(text), &number) && !number_compare(number, datum->number));
}

/* Takes what the command line says of the sweep; -1: it says a value that is none of them. */
static int chosen_value(const Check *check, const CardSweep *sweep, const Datum *datum)
{
    int chosen = 0;
    size_t length = strlen(sweep->name);
    for (int i = 0; i < check->settings; i++) {
        const char *setting = check->setting[i];
        if (strncmp(setting, sweep->name, length) || setting[length] != '=')
            continue;
        chosen = sweep->values - 1;
        while (chosen >= 0 && !is_value(setting + length + 1, sweep->value[chosen], &datum[chosen]))
            chosen--;
    }
    return chosen;
}

/* The line as it was meant: without '=', and with values in a row; "": nobody knows. */
static const char *sweep_text(Arena *arena, const Statement *statement)
{
    const Argument *first = statement->arguments;
    if (!first || (!first->name && first->value->kind != VALUE_WORD))
        return "";
    const char *name = first->name ? first->name : first->value->text, *text = "";
    for (const Argument *at = first->name ? first : first->next; at; at = at->next) {
        bool list = at->value->kind == VALUE_LIST;
        for (const Argument *item = list ? at->value->items : at; item; item = list ? item->next : NULL)
            text = arena_printf(arena, "%s %s", text, span_text(arena, item->value->span));
    }
    return *text ? arena_printf(arena, "; did you mean 'sweep %s%s'?", name, text) : "";
}

/* A value that stands there twice would be trained twice. */
static void judge_twice(Check *check, const Argument *name, const char *const *text, const Datum *datum)
{
    int at = 0;
    for (const Argument *argument = name->next; argument; argument = argument->next, at++)
        for (int before = 0; before < at; before++)
            if (is_value(text[at], text[before], &datum[before])) {
                diag_error(check->diagnostics, argument->value->span, SWEEP_TWICE, name->value->text, text[at]);
                return;
            }
}

/* A constant, of which one of the values is taken; all must be values. */
static void declare_sweep(Check *check, Frame *frame, Statement *statement)
{
    const Argument *first = statement->arguments;
    bool sound = first && first->next && !first->name && first->value->kind == VALUE_WORD;
    int values = 0;
    for (const Argument *argument = sound ? first->next : NULL; argument; argument = argument->next, values++)
        sound = sound && !argument->name;
    bool listed = sound && values == 1 && first->next->value->kind == VALUE_LIST;
    if (!sound || listed) {
        diag_error(check->diagnostics, statement->keyword_span, SWEEP_FORM, sweep_text(check->arena, statement));
        lose(check, statement);
        if (listed)
            declare(check, frame, first->value->text, NAME_CONSTANT, first->value->span);
        return;
    }
    Datum *datum = arena_array(check->arena, Datum, values);
    const char **text = arena_array(check->arena, const char *, values);
    int count = 0;
    for (const Argument *argument = first->next; argument; argument = argument->next) {
        datum[count] = evaluate(check, frame, argument->value);
        text[count++] = span_text(check->arena, argument->value->span);
    }
    judge_twice(check, first, text, datum);
    CardSweep sweep = {.name = first->value->text, .value = text, .values = values};
    sweep.chosen = chosen_value(check, &sweep, datum);
    Card *card = check->card;
    *arena_push(check->arena, card->sweep, card->sweeps, card->sweep_room) = sweep;
    Name *name = declare(check, frame, sweep.name, NAME_CONSTANT, first->value->span);
    if (name)
        name->datum = datum[sweep.chosen < 0 ? 0 : sweep.chosen];
}

/* block NAME(parameter, ..., option=default, ...): the call that is its head, or NULL. */
static const Value *block_head(Check *check, const Statement *statement)
{
    const Argument *head = statement->arguments;
    bool sound = head && !head->name && !head->next && head->value->kind == VALUE_CALL;
    for (const Argument *item = sound ? head->value->items : NULL; item; item = item->next)
        sound = sound && (item->name || item->value->kind == VALUE_WORD);
    if (sound)
        return head->value;
    diag_error(check->diagnostics, statement->keyword_span, BLOCK_FORM);
    return NULL;
}

/* The parameters as names of the body, to see that each is used, and none twice. */
static void declare_parameters(Check *check, Frame *body, const Value *head)
{
    for (const Argument *item = head->items; item; item = item->next) {
        if (item->name)
            mark_values(check, body, item->value);
        declare(check, body, item->name ? item->name : item->value->text, NAME_PARAMETER,
                item->name_span);
    }
}

static void keep_unused(Check *check, const Frame *body)
{
    for (const Name *name = body->newest; name; name = name->before)
        if (name->kind == NAME_PARAMETER && !name->used)
            *arena_push(check->arena, check->unused, check->unuseds, check->unused_room) = name;
}

static void declare_block(Check *check, Frame *frame, Statement *statement)
{
    const Value *head = block_head(check, statement);
    if (!head) {
        lose(check, statement);
        check->names_missing = true;
        return;
    }
    Frame body = frame_within(frame);
    name_declare(check->names, &body, "input", NAME_LABEL, (Span){0});
    declare_parameters(check, &body, head);
    bool makes_layers = walk_layers(check, &body, statement->block);
    keep_unused(check, &body);
    frame_leave(check->names, &body);
    if (!makes_layers)
        diag_error(check->diagnostics, statement->keyword_span, MAKES_NOTHING, head->text);

    Span span = head->span;
    span.to = span.from + (int)strlen(head->text);
    Name *name = declare(check, frame, head->text, NAME_BLOCK, span);
    if (name) {
        name->block = statement;
        name->makes_layers = makes_layers;
    }
}

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
    if (!is_sound(&binding, PARAMETER_INCLUDE_PATH)) {
        check->names_missing = true;
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

static void walk_statement(Check *check, CardFile *file, Statement *statement,
                           const StatementRow *row)
{
    Found found = {statement, frame_within(&file->frame)};
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
    case STATEMENT_NETWORK:
        check->network = found;
        return;
    case STATEMENT_INPUT:
        check->input = found;
        return;
    default:
        break;
    }
    Section section = section_of(row);
    check->section[section] = found;
    if (statement->arguments && !parameters_of(row))
        diag_error(check->diagnostics, statement->arguments->value->span, TOO_MANY, row->keyword, "");
    if (section == SECTION_MODEL)
        walk_inner(check, &file->frame, statement->block);
    else
        walk_section(check, &file->frame, section, statement);
}

static bool names_things(StatementId id)
{
    return id == STATEMENT_LET || id == STATEMENT_BLOCK || id == STATEMENT_INCLUDE;
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
        Section meant = statement->keyword ? misnamed(statement) : SECTION_COUNT;
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

static bool all_sound(const Statement *statement)
{
    for (; statement; statement = statement->next)
        if (!statement->keyword || statement->unsound || !all_sound(statement->block))
            return false;
    return true;
}

/* A card may lack what only a program needs, but not everything. */
static void judge_emptiness(Check *check, const Syntax *syntax)
{
    Span begin = {syntax->source, 0, 0};
    if (!syntax->statements && !diag_count(check->diagnostics))
        diag_error(check->diagnostics, begin, EMPTY_CARD);
}

Sound check_structure(Check *check)
{
    check->card_is_whole = true;
    walk_file(check, check->file[0]);
    judge_emptiness(check, check->file[0]->syntax);
    /* Nothing is passed over in silence. */
    assert(diag_count(check->diagnostics) || all_sound(check->file[0]->syntax->statements));
    return check->file[0]->syntax->unclosed ? SOUND_NONE : SOUND_STRUCTURE;
}
