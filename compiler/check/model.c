#include "compiler/check/model.h"

#include <string.h>

#include "compiler/check/binder.h"
#include "compiler/check/hint.h"
#include "compiler/check/layers.h"
#include "compiler/check/read.h"
#include "compiler/check/value.h"

enum { MOST_LAYERS = 100000, MOST_LINES = 1000000 };

typedef struct {
    Check *check;
    Layer *above;               /* the cursor: what the next line takes */
    Layer *unknown;             /* stands for every value that a mistake hides */
    int depth;                  /* of repeats and calls that are being carried out */
    int lines;                  /* carried out so far, and their values */
    bool whole;                 /* no value was ever unknown */
    bool full;                  /* a limit was reported; nothing more is made */
} Model;

static void carry_out(Model *model, Frame *frame, const Statement *statements, const char *prefix);

static void lose_sight(Model *model)
{
    model->above = model->unknown;
    model->whole = false;
}

/* ---- names ---- */

/* "main", or "conv2", within the braces that `prefix` names. */
static const char *layer_name(Model *model, const Statement *statement, const char *prefix)
{
    Arena *arena = model->check->arena;
    if (statement->label)
        return arena_printf(arena, "%s%s", prefix, statement->label);
    return arena_printf(arena, "%s%s%d", prefix, statement->keyword, statement->ordinal);
}

static Datum layer_datum(Layer *layer)
{
    return (Datum){.kind = DATUM_LAYER, .layer = layer};
}

static void declare_label(Model *model, Frame *frame, const char *text, Span span)
{
    Names *names = model->check->names;
    Name *known = name_find(names, frame, text);
    if (!known)
        known = name_declare(names, frame, text, NAME_LABEL, span);
    if (known->frame == frame && known->kind == NAME_LABEL)
        known->datum = layer_datum(model->above);
}

/* What `input` is within these braces. */
static void declare_input(Model *model, Frame *frame)
{
    Name *name = name_declare(model->check->names, frame, "input", NAME_LABEL, model->above->span);
    name->datum = layer_datum(model->above);
}

/* ---- limits ---- */

/* A line is carried out as often as its braces are, and each of its values takes memory then. */
static bool within_limits(Model *model, const Statement *statement)
{
    Diagnostics *diagnostics = model->check->diagnostics;
    Span span = statement->span;
    if (model->full)
        return false;
    model->full = true;
    model->lines++;
    for (const Argument *argument = statement->arguments; argument; argument = argument->next)
        model->lines++;
    if (model->check->card->layers > MOST_LAYERS)
        diag_error(diagnostics, span, TOO_MANY_LAYERS, MOST_LAYERS);
    else if (model->lines > MOST_LINES)
        diag_error(diagnostics, span, TOO_MANY_LINES, MOST_LINES);
    else if (model->depth > MOST_NESTING)
        diag_error(diagnostics, span, NESTING, MOST_NESTING);
    else
        model->full = false;
    return !model->full;
}

/* ---- repeat ---- */

static void carry_out_round(Model *model, const Frame *frame, const Statement *statement,
                            const char *name, long round)
{
    Check *check = model->check;
    Frame inner = frame_within(frame);
    if (round > 1)
        diag_enter(check->diagnostics, statement->keyword_span, "in round %ld of this 'repeat'",
                   round);
    declare_input(model, &inner);
    carry_out(model, &inner, statement->block, arena_printf(check->arena, "%s.%ld.", name, round));
    frame_leave(check->names, &inner);
    if (round > 1)
        diag_leave(check->diagnostics);
}

/* After a round with a mistake there is no other: it would only repeat it. */
static void carry_out_repeat(Model *model, const Frame *frame, const Statement *statement,
                             const StatementRow *row, const char *prefix)
{
    Check *check = model->check;
    Binding binding = bind_arguments(check, frame, statement, row);
    bool sound = is_sound(&binding, PARAMETER_REPEAT_TIMES);
    long times = sound ? whole_of(&binding, PARAMETER_REPEAT_TIMES) : 1;
    const char *name = layer_name(model, statement, prefix);
    Shape before = model->above->shape;
    int mistakes = diag_count(check->diagnostics);
    long round = 0;
    while (round < times && diag_count(check->diagnostics) == mistakes)
        carry_out_round(model, frame, statement, name, ++round);
    bool all = sound && round == times;
    if (!all && !shape_equal(model->above->shape, before))
        lose_sight(model);
}

/* ---- blocks ---- */

static const Argument *next_positional(const Argument *argument)
{
    while (argument && argument->name)
        argument = argument->next;
    return argument;
}

static const Argument *find_option(const Argument *argument, const char *name)
{
    while (argument && !(argument->name && !strcmp(argument->name, name)))
        argument = argument->next;
    return argument;
}

static void unknown_option(Check *check, const Statement *call, const Value *head,
                           const Argument *argument)
{
    /* The body may speak of an option that the block does not have. */
    if (names_tell_too(check->names, check->diagnostics, argument->name, argument->name_span))
        return;
    Hint hint = hint_begin(check->arena, argument->name);
    const char *unnamed = NULL;
    for (const Argument *item = head->items; item; item = item->next)
        if (item->name)
            hint_try(&hint, item->name, BUILT);
        else if (!strcmp(item->value->text, argument->name))
            unnamed = unnamed_text(check->arena, argument->name);
    diag_error(check->diagnostics, argument->name_span, UNKNOWN_OPTION, call->keyword, argument->name,
               unnamed ? unnamed : hint_text(&hint));
}

static void judge_option(Check *check, const Statement *call, const Value *head,
                         const Argument *argument)
{
    const Argument *first = find_option(call->arguments, argument->name);
    if (!find_option(head->items, argument->name)) {
        unknown_option(check, call, head, argument);
    } else if (first != argument) {
        diag_error(check->diagnostics, argument->name_span, OPTION_TWICE, argument->name);
        diag_note(check->diagnostics, first->name_span, "it is given here");
    }
}

/* True where the call gives one of the block's arguments with a name, which was reported. */
static bool names_arguments(const Statement *call, const Value *head)
{
    for (const Argument *item = head->items; item; item = item->next)
        if (!item->name && find_option(call->arguments, item->value->text))
            return true;
    return false;
}

/* That is told of it. */
static bool is_behind_option(const Statement *call, const Argument *argument)
{
    const Argument *at = call->arguments;
    while (at != argument && !at->name)
        at = at->next;
    return at != argument;
}

/* An argument too many, as a layer or as the first option that is not given: "; did you mean 'stride=2'?" */
static const char *meant_by(Check *check, const Statement *call, const Value *head, const Argument *argument)
{
    const Value *value = argument->value;
    const char *line = value->kind == VALUE_WORD ? meant_line(check->arena, SECTION_MODEL, value->text) : "";
    if (*line)
        return line;
    for (const Argument *item = head->items; item; item = item->next)
        if (item->name && !find_option(call->arguments, item->name))
            return arena_printf(check->arena, "; did you mean '%s=%s'?", item->name, span_text(check->arena, value->span));
    return "";
}

static int unnamed(const Argument *arguments)
{
    int count = 0;
    for (; arguments; arguments = arguments->next)
        count += !arguments->name;
    return count;
}

/* The argument number `count`, from 0, of those without a name; NULL: there are not so many. */
static const Argument *positional(const Statement *call, int count)
{
    const Argument *argument = next_positional(call->arguments);
    while (argument && count--)
        argument = next_positional(argument->next);
    return argument;
}

/* Parameters that no argument is there for; one that means nothing to the body may be another's name. */
static void judge_missing(Check *check, const Statement *call, const Value *head)
{
    int count = 0;
    for (const Argument *item = head->items; item && !names_arguments(call, head); item = item->next) {
        if (item->name || positional(call, count++))
            continue;
        if (!names_lost(check->names, item->value->text))
            diag_error(check->diagnostics, call->keyword_span, MISSING_ARGUMENT, call->keyword, item->value->text);
    }
}

/* An unknown name may be the parameter that it is for. */
static void judge_surplus(Check *check, const Statement *call, const Value *head)
{
    const Argument *over = positional(call, unnamed(head->items));
    bool unknown = diag_has(check->diagnostics, DIAG_UNKNOWN_NAME) || diag_has(check->diagnostics, DIAG_UNKNOWN_WORD);
    if (over && !is_behind_option(call, over) && !unknown)
        diag_error(check->diagnostics, over->value->span, TOO_MANY, call->keyword, meant_by(check, call, head, over));
}

/* Of a call that may be another layer's line the first mistake is enough. */
static void judge_call(Check *check, const Statement *call, const Value *head)
{
    const Argument *option = NULL;
    const int mistakes = diag_count(check->diagnostics);
    for (const Argument *argument = call->arguments; argument; argument = argument->next) {
        if (call->misfit && diag_count(check->diagnostics) > mistakes)
            return;
        if (argument->name) {
            option = option ? option : argument;
            judge_option(check, call, head, argument);
        } else if (option) {
            diag_error(check->diagnostics, argument->value->span, ARGUMENT_ORDER, option->name, "");
        }
    }
    if (call->misfit && diag_count(check->diagnostics) > mistakes)
        return;
    judge_missing(check, call, head);
    judge_surplus(check, call, head);
}

/* Gives each parameter its value as a name of the body's frame. What the caller does not give is
 * evaluated where the block is declared. */
static void give_parameters(Model *model, const Frame *caller, Frame *body, const Statement *call,
                            const Value *head)
{
    Check *check = model->check;
    const Argument *next = next_positional(call->arguments);
    bool counted = unnamed(call->arguments) == unnamed(head->items);    /* else nobody knows which is which */
    for (const Argument *item = head->items; item; item = item->next) {
        const Argument *given = item->name ? find_option(call->arguments, item->name) : next;
        Datum datum = {0};
        if (given && (counted || item->name))
            datum = evaluate(check, caller, given->value);
        else if (item->name)
            datum = evaluate(check, body, item->value);
        if (!item->name && next)
            next = next_positional(next->next);
        const char *name = item->name ? item->name : item->value->text;
        if (!name_find(check->names, body, name))
            name_declare(check->names, body, name, NAME_PARAMETER, item->name_span)->datum = datum;
    }
}

/* The call is judged behind the body, which may speak of a parameter that the block lacks. */
static void carry_out_call(Model *model, const Frame *frame, const Statement *call,
                           const Name *block, const char *prefix)
{
    Check *check = model->check;
    const Value *head = block->block->arguments->value;
    if (call->misfit)
        judge_call(check, call, head);
    if (call->misfit || block->block->unsound) {
        lose_sight(model);      /* which layers were meant, or what the body speaks of, nobody knows */
        return;
    }
    Frame body = frame_of_block(block);
    give_parameters(model, frame, &body, call, head);
    declare_input(model, &body);
    diag_enter(check->diagnostics, call->keyword_span, "in this '%s'", call->keyword);
    carry_out(model, &body, block->block->block,
              arena_printf(check->arena, "%s.", layer_name(model, call, prefix)));
    diag_leave(check->diagnostics);
    frame_leave(check->names, &body);
    judge_call(check, call, head);
}

/* ---- lines ---- */

static void move_cursor(Model *model, const Frame *frame, const Statement *statement,
                        const StatementRow *row)
{
    Binding binding = bind_arguments(model->check, frame, statement, row);
    bool sound = is_sound(&binding, PARAMETER_FROM_LABEL);
    if (sound)
        model->above = bound_to(&binding, PARAMETER_FROM_LABEL)->datum->layer;
    else
        lose_sight(model);
}

static void add_layer(Model *model, const Frame *frame, const Statement *statement,
                      const StatementRow *row, const char *prefix)
{
    Check *check = model->check;
    Layer *layer = make_layer(check, frame, statement, row, model->above);
    if (!layer) {
        lose_sight(model);
        return;
    }
    model->above = layer;
    layer->name = layer_name(model, statement, prefix);
    *arena_push(check->arena, check->card->layer, check->card->layers, check->layer_room) = layer;
}

static void carry_out_line(Model *model, Frame *frame, const Statement *statement,
                           const char *prefix)
{
    if (!statement->keyword || statement->unsound) {
        lose_sight(model);
        return;
    }
    const Name *block = name_find(model->check->names, frame, statement->keyword);
    if (block && block->kind == NAME_BLOCK) {
        carry_out_call(model, frame, statement, block, prefix);
        return;
    }
    const StatementRow *row = statement_find(SECTION_MODEL, statement->keyword);
    if (row->id == STATEMENT_REPEAT)
        carry_out_repeat(model, frame, statement, row, prefix);
    else if (row->id == STATEMENT_FROM)
        move_cursor(model, frame, statement, row);
    else
        add_layer(model, frame, statement, row, prefix);
}

static void carry_out(Model *model, Frame *frame, const Statement *statements, const char *prefix)
{
    model->depth++;
    for (const Statement *statement = statements; statement; statement = statement->next) {
        if (!within_limits(model, statement))
            break;
        carry_out_line(model, frame, statement, prefix);
        if (statement->label)
            declare_label(model, frame, statement->label, statement->label_span);
    }
    model->depth--;
}

static Layer *make_input(Check *check)
{
    Made *made = arena_new(check->arena, Made);
    made->statement = check->input.statement;
    made->misplaced = check->input_doubted;
    made->layer = (Layer){.kind = LAYER_INPUT,
                          .name = "input",
                          .shape = check->card->job.input.shape,
                          .span = check->input.statement->keyword_span,
                          .line = check->input.statement->span};
    *arena_push(check->arena, check->card->layer, check->card->layers, check->layer_room) =
        &made->layer;
    return &made->layer;
}

static Model model_of(Check *check, const Statement *statement)
{
    Model model = {.check = check, .unknown = &arena_new(check->arena, Made)->layer};
    model.unknown->span = statement->keyword_span;
    model.above = model.unknown;
    return model;
}

/* As if it were called with nothing. */
static void carry_out_block(Check *check, const Name *block)
{
    Model model = model_of(check, block->block);
    const Statement call = {.keyword = block->text, .keyword_span = block->span};
    Frame body = frame_of_block(block);
    give_parameters(&model, &body, &body, &call, block->block->arguments->value);
    declare_input(&model, &body);
    carry_out(&model, &body, block->block->block, "");
    frame_leave(check->names, &body);
}

Sound check_library(Check *check)
{
    const Name *name = check->card->is_library ? check->file[0]->frame.newest : NULL;
    for (; name; name = name->before)
        if (name->kind == NAME_BLOCK && name->original == name)
            carry_out_block(check, name);
    return SOUND_NONE;
}

Sound check_model(Check *check)
{
    const Statement *statement = check->section[SECTION_MODEL].statement;
    if (!statement)
        return SOUND_NONE;
    if (!check->input.statement && check->card_is_whole)
        diag_error(check->diagnostics, statement->keyword_span, NO_INPUT);

    Model model = model_of(check, statement);
    if (check->input.statement)
        model.above = make_input(check);
    model.whole = is_known(model.above) && !check->input_doubted;
    if (has_strayed(check, SECTION_MODEL))
        lose_sight(&model);     /* of which line, nobody knows */
    Frame frame = check->section[SECTION_MODEL].sight;
    declare_input(&model, &frame);
    int mistakes = diag_count(check->diagnostics);
    carry_out(&model, &frame, statement->block, "");
    frame_leave(check->names, &frame);
    if (!statement->block)
        diag_error(check->diagnostics, statement->keyword_span, MAKES_NOTHING, "model");
    check->answer = model.above;
    return model.whole && !model.full && diag_count(check->diagnostics) == mistakes &&
                   statement->block
               ? SOUND_MODEL
               : SOUND_NONE;
}
