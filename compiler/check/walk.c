#include "compiler/check/walk.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/check/bind.h"
#include "compiler/check/naming.h"
#include "compiler/check/statement.h"

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

void walk_section(Check *check, const Frame *frame, Section section, const Statement *container)
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

bool walk_inner(Check *check, const Frame *frame, Statement *statements)
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
    statement->misfit = !looks_like_call(check, frame, statement, block->block->arguments->value);
    return block->makes_layers;
}

/* "repeat 16 grow { growth }": a layer before the brace that it stands behind; true after a message. */
static bool swallows_layer(Check *check, const Frame *frame, Statement *repeat)
{
    const Argument *times = repeat->arguments, *layer = times && !times->name ? times->next : NULL;
    if (!layer || layer->name || layer->value->kind != VALUE_WORD)
        return false;
    const char *keyword = layer->value->text;
    const Name *block = name_find(check->names, frame, keyword);
    if (!statement_find(SECTION_MODEL, keyword) && !(block && block->kind == NAME_BLOCK))
        return false;
    diag_error(check->diagnostics, layer->value->span, TOO_MANY, repeat->keyword,
               arena_printf(check->arena, "; '%s' stands behind the '{'", keyword));
    lose(check, repeat);
    return true;
}

/* True where it makes a layer, or might. */
static bool walk_layer(Check *check, Frame *frame, Seen *seen, Statement *statement)
{
    const Name *block = name_find(check->names, frame, statement->keyword);
    if (block && block->kind == NAME_BLOCK)
        return walk_call(check, frame, statement, block);
    const StatementRow *row = known_row(check, frame, SECTION_MODEL, seen, statement);
    if (row && row->id == STATEMENT_REPEAT && swallows_layer(check, frame, statement))
        row = NULL;
    if (!row || row->id != STATEMENT_REPEAT)
        return !row || row->id != STATEMENT_FROM;
    bool makes_layers = walk_inner(check, frame, statement->block);
    if (!makes_layers) {
        diag_error(check->diagnostics, statement->keyword_span, MAKES_NOTHING, "repeat");
        statement->unsound = true;
    }
    return true;
}

bool walk_layers(Check *check, Frame *frame, Statement *statements)
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
