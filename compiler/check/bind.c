#include "compiler/check/bind.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "compiler/check/blame.h"
#include "compiler/check/hint.h"
#include "compiler/check/takes.h"
#include "compiler/check/value.h"

/* One statement while it is bound. */
typedef struct {
    Check *check;
    const Frame *frame;
    const Statement *statement;
    Binding binding;
    const Argument *argument;   /* that is bound at the moment; NULL: an option */
    bool may_pass;              /* its place may stay empty: it may be meant for another */
    bool wrong;                 /* a wrong value was reported */
    bool crowded;               /* an argument found no place */
    int mistakes;               /* that were reported before it */
} Binder;

/* ---- mistakes ---- */

static bool has_mistake(const Binder *binder)
{
    return binder->wrong || diag_count(binder->check->diagnostics) > binder->mistakes;
}

/* Of a line whose keyword may be wrong, what does not fit it is one mistake. */
static bool is_enough(const Binder *binder)
{
    return binder->statement->misfit && has_mistake(binder);
}

static void note_other_place(Binder *binder, const Datum *datum)
{
    if (datum->other.source)
        diag_note(binder->check->diagnostics, datum->other, "%s", datum->other_note);
}

/* Who takes a value: the option, or the statement. */
static const char *taker(const Binder *binder, const ParameterRow *parameter)
{
    return is_option(parameter) ? parameter->name : binder->statement->keyword;
}

static const char *as_option(const Binder *binder, const Argument *argument);
static const char *written(Arena *arena, Span span);
static const char *word_before(const Binder *binder, const ParameterRow *parameter);
static bool is_meant_for(const Binder *binder, const ParameterRow *parameter, const Value *value);

/* What was meant by a value that does not fit its place, or what it is. */
static const char *meant_text(const Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    Arena *arena = binder->check->arena;
    const char *instead = instead_text(arena, parameter, datum);
    const char *option = binder->may_pass && *instead == ',' ? as_option(binder, binder->argument) : "";
    if (!*option && binder->binding.row->id == STATEMENT_RATE && datum->kind == DATUM_NUMBER)
        option = arena_printf(arena, "; the rate of all layers stands in 'optimizer', as rate=%s", datum_text(arena, datum));
    if (!*option && *instead == ',')
        option = word_before(binder, parameter);
    return *option ? option : instead;
}

static bool is_of_its_kind(const ParameterRow *parameter, const Datum *datum);

static void wrong_value(Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    Check *check = binder->check;
    const char *takes = takes_text(check->arena, parameter);
    if (binder->wrong || is_enough(binder))
        return;
    binder->wrong = true;
    if (is_blamed(check, datum, takes, !is_of_its_kind(parameter, datum)))
        return;
    diag_error(check->diagnostics, datum->span, WRONG_VALUE, taker(binder, parameter), takes,
               meant_text(binder, parameter, datum));
    note_other_place(binder, datum);
}

/* "stride2": an option without its '='. */
static bool begins_with_option(const StatementRow *row, const char *text)
{
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (is_option(parameter) && !strncmp(text, parameter->name, strlen(parameter->name)))
            return true;
    }
    return false;
}

/* A layer, which no other one's line takes, by our name or by another; "": it is none. */
static const char *line_of_its_own(Arena *arena, const char *word)
{
    Hint hint = hint_begin(arena, word);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (statement_rows[i].section == SECTION_MODEL)
            hint_try(&hint, statement_rows[i].keyword, BUILT);
    const char *layer = statement_find(SECTION_MODEL, word) ? word : hint.ours;
    return layer ? arena_printf(arena, "; '%s' stands on a line of its own", layer) : "";
}

enum { MOST_MEANT = 2 };

/* What stands where a word should stand before it: "pool 2x2", "pool global"; "": it is for no later place. */
static const char *word_before(const Binder *binder, const ParameterRow *parameter)
{
    const Argument *argument = binder->argument;
    const ParameterRow *next = parameter + 1;
    bool there = next < &parameter_rows[binder->binding.row->first + parameters_of(binder->binding.row)];
    if (!argument || !there || is_option(next) || parameter->forms != FORM_WORD || !is_meant_for(binder, next, argument->value))
        return "";
    Arena *arena = binder->check->arena;
    const char *part[MOST_MEANT];
    int parts = 0;
    for (int i = 0; i < word_count && parts < MOST_MEANT; i++)
        if (word_rows[i].list == parameter->words)
            part[parts++] = arena_printf(arena, "'%s %s'", word_rows[i].text, written(arena, argument->value->span));
    return arena_printf(arena, "; did you mean %s?", either_text(arena, part, parts));
}

static void unknown_word(Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    Check *check = binder->check;
    if (is_enough(binder) || names_tell_too(check->names, check->diagnostics, datum->text, datum->span))
        return;
    binder->binding.uncertain |= begins_with_option(binder->binding.row, datum->text);
    Arena *arena = binder->check->arena;
    Hint hint = hint_begin(arena, datum->text);
    for (int i = 0; i < word_count; i++)
        if (word_rows[i].list == parameter->words)
            hint_try(&hint, word_rows[i].text, word_rows[i].state);
    const char *text = word_before(binder, parameter);
    if (!*text && binder->argument)
        text = as_option(binder, binder->argument);
    if (!*text && hint_is_near(&hint))
        text = hint_text(&hint);
    if (!*text)
        text = line_of_its_own(arena, datum->text);
    /* Other forms than words may stand there, too. */
    if (!*text)
        text = arena_printf(arena, "; it is %s", takes_text(arena, parameter));
    diag_error(check->diagnostics, datum->span, UNKNOWN_WORD, words_noun(parameter->words), datum->text, text);
    names_tell(check->names, check->diagnostics, datum->text, datum->span);
    note_other_place(binder, datum);
}

/* ---- whether a datum fits ---- */

static bool fits_number(const ParameterRow *parameter, const Datum *datum, bool either_sign)
{
    if (datum->unit == UNIT_PIXEL)
        return accepts(parameter, FORM_PIXELS) && (either_sign || datum->number.over >= 0);
    bool angle = datum->unit == UNIT_DEGREE || datum->unit == UNIT_RADIAN;
    double value = datum_degrees(datum);
    if (!in_range(parameter->range, either_sign ? fabs(value) : value))
        return false;
    if (angle)
        return accepts(parameter, FORM_ANGLE);
    return accepts(parameter, FORM_NUMBER | FORM_RATIO) ||
           (accepts(parameter, FORM_WHOLE) && number_is_whole(datum->number));
}

/* A pair is the bounds of a draw: of any sign. */
static bool fits_list(const ParameterRow *parameter, const Datum *datum)
{
    bool pair = datum->items == 2 && accepts(parameter, FORM_PAIR);
    bool sides = datum->items == 4 && accepts(parameter, FORM_SIDES);
    if (!pair && !sides && !accepts(parameter, FORM_LIST))
        return false;
    for (int i = 0; i < datum->items; i++)
        if (!fits_number(parameter, &datum->item[i], pair))
            return false;
    return !pair || (datum->item[0].unit == UNIT_PIXEL) == (datum->item[1].unit == UNIT_PIXEL);
}

/* By kind alone, whatever its number: tells which parameter an argument is for. */
static bool is_of_its_kind(const ParameterRow *parameter, const Datum *datum)
{
    static const Form forms[] = {
        [DATUM_NUMBER] = FORM_WHOLE | FORM_NUMBER | FORM_RATIO | FORM_ANGLE | FORM_PIXELS,
        [DATUM_SHAPE] = FORM_EXTENT | FORM_SHAPE,
        [DATUM_TEXT] = FORM_TEXT,
        [DATUM_WORD] = FORM_WORD | FORM_NAME | FORM_PART,
        [DATUM_LIST] = FORM_PAIR | FORM_LIST | FORM_SIDES,
        [DATUM_LAYER] = FORM_LAYER,
    };
    return datum->kind == DATUM_BAD || accepts(parameter, forms[datum->kind]);
}

/* Settles which of the row's words it is. */
static bool fit_word(Binder *binder, const ParameterRow *parameter, Datum *datum)
{
    if (!accepts(parameter, FORM_WORD))
        return true;
    const Word *word = word_find(parameter->words, datum->text);
    if (!word) {
        unknown_word(binder, parameter, datum);
        return false;
    }
    datum->choice = word->value;
    return true;
}

/* A word that is no name here, in a place that wants none. */
static bool is_unknown_name(const ParameterRow *parameter, const Datum *datum)
{
    return datum->kind == DATUM_WORD &&
           !accepts(parameter, FORM_WORD | FORM_NAME | FORM_TEXT | FORM_PART) &&
           !is_word_of_the_language(datum->text);
}

static void unknown(Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    Arena *arena = binder->check->arena;
    const char *takes =
        arena_printf(arena, "; '%s' takes %s", taker(binder, parameter), takes_text(arena, parameter));
    if (!binder->wrong)
        unknown_name(binder->check, binder->frame, datum->span, datum->text,
                     accepts(parameter, FORM_LAYER) ? "label" : "name", takes);
    binder->wrong = true;
}

static bool is_reversed(const ParameterRow *parameter, const Datum *datum)
{
    return datum->kind == DATUM_LIST && accepts(parameter, FORM_PAIR) &&
           datum_degrees(&datum->item[0]) > datum_degrees(&datum->item[1]);
}

/* "factor0.1": the option whose value follows its name at once; NULL: none. */
static const char *lacks_equals(const Binder *binder, const char *text)
{
    const StatementRow *row = binder->binding.row;
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        size_t length = strlen(parameter->name);
        if (is_option(parameter) && !strncmp(text, parameter->name, length) && strspn(text + length, "0123456789"))
            return parameter->name;
    }
    return NULL;
}

/* Reports what does not fit, and makes it DATUM_BAD. */
static void fit(Binder *binder, const ParameterRow *parameter, Datum *datum)
{
    bool fits = false;
    switch (datum->kind) {
    case DATUM_BAD:
        return;
    case DATUM_NUMBER:
        fits = fits_number(parameter, datum, false);
        break;
    case DATUM_SHAPE:
        fits = fits_shape(parameter, datum);
        break;
    case DATUM_LIST:
        fits = fits_list(parameter, datum);
        break;
    case DATUM_WORD:
    case DATUM_TEXT:
    case DATUM_LAYER:
        fits = is_of_its_kind(parameter, datum);
        break;
    }
    const char *option = accepts(parameter, FORM_PART) && datum->kind == DATUM_WORD ? lacks_equals(binder, datum->text) : NULL;
    if (option) {
        binder->binding.uncertain = true;
        diag_error(binder->check->diagnostics, datum->span, OPTION_FORM, (int)strlen(option), option,
                   datum->text + strlen(option));
    } else if (is_unknown_name(parameter, datum))
        unknown(binder, parameter, datum);
    else if (!fits)
        wrong_value(binder, parameter, datum);
    else if (is_reversed(parameter, datum))
        diag_error(binder->check->diagnostics, datum->span, PAIR_ORDER);
    else if (datum->kind != DATUM_WORD || fit_word(binder, parameter, datum))
        return;
    datum->kind = DATUM_BAD;
}

/* A name means what its place asks for: the row's words come first, and a class, a layer of the model are
 * called what they are called, whatever constants there are. */
static Datum read_value(Binder *binder, const ParameterRow *parameter, const Value *value)
{
    bool verbatim = value->kind == VALUE_WORD && (accepts(parameter, FORM_NAME | FORM_PART) ||
                                                  word_find(parameter->words, value->text));
    /* A path without its quotes is no label. */
    bool unquoted = value->kind == VALUE_PATH && accepts(parameter, FORM_TEXT | FORM_PART);
    if (verbatim || unquoted)
        return (Datum){.kind = DATUM_WORD, .span = value->span, .text = value->text};
    return evaluate(binder->check, binder->frame, value);
}

static void give(Binder *binder, int index, Datum datum, Span span)
{
    Bound *bound = &binder->binding.bound[index];
    if (!bound->count)
        bound->span = span;
    *arena_push(binder->check->arena, bound->datum, bound->count, bound->room) = datum;
    bound->given = true;
}

/* ---- options ---- */

/* Options of another optimizer than the card's are not offered. */
static bool is_offered(const Binder *binder, const ParameterRow *parameter)
{
    const Bound *first = &binder->binding.bound[0];
    bool told = first->count && first->datum->kind == DATUM_WORD;
    return parameter->state == BUILT && (!told || kinds_include(parameter->kinds, first->datum->text));
}

static bool has_options(const StatementRow *row)
{
    return parameters_of(row) && is_option(&parameter_rows[row->first + parameters_of(row) - 1]);
}

/* ---- arguments that are confused in a way that tells what was meant ---- */

/* The argument that the next one in line is for, or NULL. */
static const ParameterRow *argument_row(const Binder *binder, int index)
{
    const StatementRow *row = binder->binding.row;
    bool there = index < parameters_of(row) && !is_option(&parameter_rows[row->first + index]);
    return there ? &parameter_rows[row->first + index] : NULL;
}

static bool is_bare_number(const Argument *argument)
{
    return argument->value->kind == VALUE_NUMBER && argument->value->unit == UNIT_NONE;
}

static bool is_extent(const Argument *argument)
{
    return is_bare_number(argument) && number_is_whole(argument->value->number);
}

static bool is_word(const Argument *argument, const char *word)
{
    return argument->value->kind == VALUE_WORD && !strcasecmp(argument->value->text, word);
}

static const Argument *next_unnamed(const Argument *argument)
{
    return argument->next && !argument->next->name ? argument->next : NULL;
}

static const char *written(Arena *arena, Span span)
{
    return arena_copy(arena, span.source->text + span.from, (size_t)(span.to - span.from));
}

/* These arguments are for the parameter at *index; what they mean is told. */
static const Argument *take(Binder *binder, int *index, const Argument *first, const Argument *last)
{
    give(binder, (*index)++, (Datum){0}, span_join(first->value->span, last->value->span));
    return last;
}

/* 150 150 3, 150 x 150 x 3 or size x size x 3 in the place of a shape: the last of them, or NULL. */
static const Argument *bind_spread_shape(Binder *binder, int *index, const Argument *argument)
{
    const ParameterRow *parameter = argument_row(binder, *index);
    if (!parameter || !accepts(parameter, FORM_EXTENT | FORM_SHAPE))
        return NULL;
    Datum shape = {.kind = DATUM_SHAPE};
    const Argument *last = NULL;
    bool by = false, names = false;
    for (const Argument *at = argument; at && shape.extents < MOST_EXTENTS;) {
        const Argument *next = next_unnamed(at);
        by = (next && is_word(next, "x")) || by;
        if (!is_extent(at) && !(by && at->value->kind == VALUE_WORD))
            break;
        names = names || !is_extent(at);
        shape.extent[shape.extents++] = is_extent(at) ? number_long(at->value->number) : 0;
        last = at;
        by = next && is_word(next, "x");
        at = by ? next_unnamed(next) : next;
    }
    if (shape.extents < 2)
        return NULL;
    shape.span = span_join(argument->value->span, last->value->span);
    if (names)
        diag_error(binder->check->diagnostics, shape.span, BARE_ARITHMETIC,
                   written(binder->check->arena, shape.span), "");
    else
        wrong_value(binder, parameter, &shape);
    /* Still more of them are the same mistake. */
    binder->binding.full = true;
    return take(binder, index, argument, last);
}

/* "40 deg": the last of them, or NULL. */
static const Argument *bind_spread_unit(Binder *binder, int *index, const Argument *argument)
{
    const Argument *unit = next_unnamed(argument);
    if (!argument_row(binder, *index) || !unit || !is_bare_number(argument) ||
        !(is_word(unit, "deg") || is_word(unit, "rad") || is_word(unit, "px")))
        return NULL;
    Arena *arena = binder->check->arena;
    diag_error(binder->check->diagnostics, span_join(argument->value->span, unit->value->span), UNIT_FORM,
               arena_printf(arena, "%s%s", written(arena, argument->value->span), unit->value->text));
    return take(binder, index, argument, unit);
}

/* The line's arguments but one. */
static const char *line_without(const Binder *binder, const Argument *surplus)
{
    Arena *arena = binder->check->arena;
    const char *text = binder->statement->keyword;
    for (const Argument *at = binder->statement->arguments; at && !at->name; at = at->next)
        if (at != surplus)
            text = arena_printf(arena, "%s %s", text, written(arena, at->value->span));
    return text;
}

/* "conv 32x3x3", "conv 3x3x32": the filters among the window's extents. */
static const Argument *bind_joined(Binder *binder, int *index, const Argument *argument)
{
    const ParameterRow *filters = argument_row(binder, *index), *window = argument_row(binder, *index + 1);
    const Value *value = argument->value;
    if (value->kind != VALUE_SHAPE || value->extents != 3 || !filters || !window || !accepts(filters, FORM_WHOLE) ||
        accepts(filters, FORM_SHAPE) || !accepts(window, FORM_EXTENT))
        return NULL;
    Arena *arena = binder->check->arena;
    const long *n = value->extent;
    bool last = n[0] == n[1];
    diag_error(binder->check->diagnostics, value->span, SWAPPED, binder->statement->keyword, filters->name, window->name,
               arena_printf(arena, "%ld", last ? n[2] : n[0]),
               last ? arena_printf(arena, "%ldx%ld", n[0], n[1]) : arena_printf(arena, "%ldx%ld", n[1], n[2]));
    take(binder, index, argument, argument);
    return take(binder, index, argument, argument);
}

/* "conv 3 32 3": three numbers, the last two of which are no window that anybody wants. */
static const Argument *bind_square(Binder *binder, int *index, const Argument *argument)
{
    const ParameterRow *parameter = argument_row(binder, *index);
    const Argument *side = next_unnamed(argument), *behind = side ? next_unnamed(side) : NULL;
    bool alike = !side || !is_extent(argument) || !is_extent(side) || (behind && is_extent(behind)) ||
                 !number_compare(argument->value->number, side->value->number);
    if (!parameter || alike || !accepts(parameter, FORM_EXTENT) || accepts(parameter, FORM_WHOLE) || *index != 1 ||
        binder->binding.row->section != SECTION_MODEL || !is_extent(binder->statement->arguments))
        return NULL;
    Arena *arena = binder->check->arena;
    const char *n = written(arena, side->value->span);
    const char *meant = arena_printf(arena, "%s %s %sx%s", binder->statement->keyword, written(arena, argument->value->span), n, n);
    diag_error(binder->check->diagnostics, binder->statement->arguments->value->span, CHANNELS_TOLD,
               binder->statement->keyword, meant);
    binder->binding.full = true;
    return take(binder, index, argument, side);
}

/* "depthwise 32 3x3", "conv 3 32 3x3", "dense 512 10" and "norm batch 64", as others tell a layer what comes in: the
 * last of these, or NULL. */
static const Argument *bind_channels(Binder *binder, int *index, const Argument *argument)
{
    const StatementRow *row = binder->binding.row;
    const ParameterRow *parameter = argument_row(binder, *index);
    const Argument *next = next_unnamed(argument), *first = binder->statement->arguments;
    if (row->section != SECTION_MODEL || !parameter || !is_extent(argument) || has_mistake(binder))
        return NULL;
    bool window = accepts(parameter, FORM_EXTENT) && !accepts(parameter, FORM_WHOLE) && next &&
                  next->value->kind == VALUE_SHAPE;
    bool dense = row->id == STATEMENT_DENSE && *index == 1, norm = row->id == STATEMENT_NORM && *index == 1;
    if (!window && !dense && !norm)
        return NULL;
    const Argument *surplus = norm || *index == 0 ? argument : first;
    diag_error(binder->check->diagnostics, surplus->value->span, CHANNELS_TOLD, row->keyword,
               line_without(binder, surplus));
    binder->binding.full = true;
    return take(binder, index, argument, window ? next : argument);
}

/* Judged by what is written, so that nothing is reported twice. */
static bool is_meant_for(const Binder *binder, const ParameterRow *parameter, const Value *value)
{
    switch (value->kind) {
    case VALUE_NUMBER:
        return accepts(parameter, FORM_WHOLE | FORM_NUMBER | FORM_RATIO | FORM_ANGLE | FORM_PIXELS);
    case VALUE_SHAPE:
        return accepts(parameter, FORM_EXTENT | FORM_SHAPE);
    case VALUE_TEXT:
        return accepts(parameter, FORM_TEXT);
    case VALUE_WORD:
        break;
    default:
        return false;
    }
    const Name *name = name_find(binder->check->names, binder->frame, value->text);
    return accepts(parameter, FORM_NAME) || word_find(parameter->words, value->text) ||
           (name && name->datum.kind != DATUM_BAD && is_of_its_kind(parameter, &name->datum));
}

/* Two neighbours, each in the other's place: the last of them, or NULL. */
static const Argument *bind_swapped(Binder *binder, int *index, const Argument *argument)
{
    const ParameterRow *first = argument_row(binder, *index);
    const ParameterRow *second = argument_row(binder, *index + 1);
    const Argument *next = next_unnamed(argument);
    if (!first || !second || !next || is_meant_for(binder, first, argument->value) ||
        is_meant_for(binder, second, next->value) || !is_meant_for(binder, second, argument->value) ||
        !is_meant_for(binder, first, next->value))
        return NULL;
    Arena *arena = binder->check->arena;
    diag_error(binder->check->diagnostics, span_join(argument->value->span, next->value->span), SWAPPED,
               binder->statement->keyword, first->name, second->name, written(arena, next->value->span),
               written(arena, argument->value->span));
    binder->binding.full = true;
    take(binder, index, argument, argument);
    return take(binder, index, next, next);
}

/* A number that the option could have, unit and all. */
static bool may_be(const Binder *binder, const ParameterRow *parameter, const Argument *argument)
{
    Number number = argument->value->number;
    if (!is_meant_for(binder, parameter, argument->value))
        return false;
    if (argument->value->kind != VALUE_NUMBER)
        return true;
    if (argument->value->unit == UNIT_PIXEL)
        return accepts(parameter, FORM_PIXELS);
    if (argument->value->unit == UNIT_PERCENT)
        number_divide(number, number_whole(100), &number);
    return accepts(parameter, FORM_WHOLE | FORM_NUMBER | FORM_RATIO) && in_range(parameter->range, number_double(number));
}

static bool is_given(const Binder *binder, const char *option)
{
    const Argument *argument = binder->statement->arguments;
    while (argument && !(argument->name && !strcmp(argument->name, option)))
        argument = argument->next;
    return argument;
}

/* How near at hand an option is: one that must be there, one that belongs to the line's kind alone, any other. */
static int nearness(const ParameterRow *parameter)
{
    return parameter->occurrence == MUST ? 3 : *parameter->kinds ? 2 : 1;
}

/* What an argument that finds no place could be, as an option: "; did you mean 'rate=1e-4'?" */
static const char *as_option(const Binder *binder, const Argument *argument)
{
    const StatementRow *row = binder->binding.row;
    Arena *arena = binder->check->arena;
    const char *text = "";
    int nearest = 0;
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (!is_option(parameter) || !is_offered(binder, parameter) || is_given(binder, parameter->name))
            continue;
        const Argument *value = is_word(argument, parameter->name) ? next_unnamed(argument) : argument;
        if (!value || nearness(parameter) <= nearest || (value == argument && !may_be(binder, parameter, argument)))
            continue;
        nearest = nearness(parameter);
        text = arena_printf(arena, "; did you mean '%s=%s'?", parameter->name, written(arena, value->value->span));
    }
    return text;
}

/* ---- arguments ---- */

/* Of a row that takes options alone: "; it takes 'pad=' or 'area='" */
static const char *options_text(Arena *arena, const StatementRow *row)
{
    const char **part = arena_array(arena, const char *, parameters_of(row));
    for (int i = 0; i < parameters_of(row); i++)
        part[i] = arena_printf(arena, "'%s='", parameter_rows[row->first + i].name);
    return arena_printf(arena, "; it takes %s", either_text(arena, part, parameters_of(row)));
}

static void too_many(Binder *binder, const Argument *argument)
{
    const char *option = as_option(binder, argument);
    const StatementRow *row = binder->binding.row;
    bool several = (row->times == REPEATS || row->times == PHASED_REPEATS) && argument->value->kind == VALUE_WORD &&
                   parameters_of(row) && word_find(parameter_rows[row->first].words, argument->value->text);
    if (!*option && several)
        option = arena_printf(binder->check->arena, "; each '%s' has a line of its own", row->keyword);
    if (!*option && parameters_of(row) && is_option(&parameter_rows[row->first]))
        option = options_text(binder->check->arena, row);
    bool activation = !*option && binder->binding.row->section == SECTION_MODEL && argument->value->kind == VALUE_WORD;
    binder->crowded = true;
    if (!binder->binding.full && !is_enough(binder))
        diag_error(binder->check->diagnostics, argument->value->span, TOO_MANY, binder->statement->keyword,
                   activation ? line_of_its_own(binder->check->arena, argument->value->text) : option);
    binder->binding.full = binder->binding.uncertain = true;
}

/* The word that was meant to stand where another one does. */
static bool is_word_for(const ParameterRow *parameter, const Argument *next)
{
    return next && next->value->kind == VALUE_WORD && word_find(parameter->words, next->value->text);
}

/* Gives an argument to the parameter at *index or, where that may be left out and is of another
 * kind, to a later one. */
static void bind_alone(Binder *binder, int *index, const Argument *argument)
{
    const StatementRow *row = binder->binding.row;
    const ParameterRow *parameters = &parameter_rows[row->first];
    int count = parameters_of(row);
    for (; *index < count && !is_option(&parameters[*index]); ++*index) {
        const ParameterRow *parameter = &parameters[*index];
        bool more = *index + 1 < count && !is_option(&parameters[*index + 1]);
        bool may_pass = parameter->occurrence == MAYBE || parameter->occurrence == ANY ||
                        binder->binding.bound[*index].count;
        Datum datum = read_value(binder, parameter, argument->value);
        if (!is_of_its_kind(parameter, &datum) && more && may_pass)
            continue;
        binder->argument = argument;
        binder->may_pass = may_pass;
        fit(binder, parameter, &datum);
        binder->argument = NULL;
        binder->may_pass = false;
        give(binder, *index, datum, argument->value->span);
        if (datum.kind != DATUM_BAD || !is_word_for(parameter, next_unnamed(argument)))
            *index += parameter->occurrence == ONE || parameter->occurrence == MAYBE;
        return;
    }
    too_many(binder, argument);
}

/* Returns the last argument that was bound with this one, mostly itself. */
static const Argument *bind_argument(Binder *binder, int *index, const Argument *argument)
{
    const Argument *last = bind_channels(binder, index, argument);
    last = last ? last : bind_square(binder, index, argument);
    last = last ? last : bind_joined(binder, index, argument);
    last = last ? last : bind_spread_shape(binder, index, argument);
    last = last ? last : bind_spread_unit(binder, index, argument);
    last = last ? last : bind_swapped(binder, index, argument);
    if (!last)
        bind_alone(binder, index, argument);
    return last ? last : argument;
}

/* ---- arguments with names ---- */

/* What is given as an option and is another thing here; NULL: nothing known. */
static const char *no_option_text(Binder *binder, const char *name)
{
    const StatementRow *row = binder->binding.row;
    Arena *arena = binder->check->arena;
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (!is_option(parameter) && is_foreign(name, parameter->name))
            return unnamed_text(arena, parameter->name);
    }
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (statement_rows[i].section == row->section && is_foreign(name, statement_rows[i].keyword))
            return arena_printf(arena, "; '%s' is a line of its own", statement_rows[i].keyword);
    bool alone = parameters_of(row) == 1 && !has_options(row) && !binder->binding.bound[0].count;
    return alone ? unnamed_text(arena, parameter_rows[row->first].name) : NULL;
}

/* A word that stands for an option, and the option's name where the word belongs: one mistake; as are options of
 * a row that has none at all, and of one that takes fewer arguments than stand there: another row was meant. */
static bool is_told(const Binder *binder, const Argument *argument)
{
    const StatementRow *row = binder->binding.row;
    bool word = !has_options(row) || binder->crowded;
    for (int i = 0; i < parameters_of(row); i++)
        word |= word_find(parameter_rows[row->first + i].words, argument->name) != NULL;
    return word && has_mistake(binder);
}

static void unknown_option(Binder *binder, const Argument *argument)
{
    const StatementRow *row = binder->binding.row;
    if (is_told(binder, argument) || is_enough(binder))
        return;
    Hint hint = hint_begin(binder->check->arena, argument->name);
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (is_option(parameter))
            hint_try(&hint, parameter->name, is_offered(binder, parameter) ? BUILT : PLANNED);
    }
    const char *other = hint_is_near(&hint) ? NULL : no_option_text(binder, argument->name);
    binder->binding.uncertain = true;
    diag_error(binder->check->diagnostics, argument->name_span, UNKNOWN_OPTION,
               binder->statement->keyword, argument->name, other ? other : hint_text(&hint));
}

static void bind_option(Binder *binder, const Argument *argument)
{
    const StatementRow *row = binder->binding.row;
    Diagnostics *diagnostics = binder->check->diagnostics;
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (!is_option(parameter) || strcmp(parameter->name, argument->name))
            continue;
        if (binder->binding.bound[i].given && binder->binding.bound[i].datum->kind == DATUM_BAD)
            return;
        if (binder->binding.bound[i].given) {
            diag_error(diagnostics, argument->name_span, OPTION_TWICE, argument->name);
            diag_note(diagnostics, binder->binding.bound[i].span, "it is given here");
            return;
        }
        Datum datum = read_value(binder, parameter, argument->value);
        fit(binder, parameter, &datum);
        give(binder, i, datum, argument->name_span);
        return;
    }
    unknown_option(binder, argument);
}

/* ---- what is not there, and what does not go together ---- */

/* The value that a row states, as if the card had it. */
static Datum standard_datum(Binder *binder, const ParameterRow *parameter)
{
    const char *text = parameter->standard;
    Datum datum = {.kind = DATUM_WORD, .text = text, .span = binder->statement->keyword_span};
    size_t digits = strspn(text, "0123456789.e-");
    if (*text == '"') {
        datum.kind = DATUM_TEXT;
        datum.text = arena_copy(binder->check->arena, text + 1, strlen(text) - 2);
    } else if (digits && number_parse(text, digits, &datum.number)) {
        datum.kind = DATUM_NUMBER;
        if (text[digits] == '%')
            number_divide(datum.number, number_whole(100), &datum.number);
    } else {
        const Word *word = word_find(parameter->words, text);
        datum.choice = word ? word->value : 0;
    }
    return datum;
}

static bool is_needed(const ParameterRow *parameter)
{
    return parameter->occurrence == ONE || parameter->occurrence == SOME ||
           parameter->occurrence == MUST;
}

static void missing(Binder *binder, const ParameterRow *parameter)
{
    /* What was wrong before may be what is missing. */
    if (has_mistake(binder))
        return;
    Arena *arena = binder->check->arena;
    const char *keyword = binder->statement->keyword;
    bool count = !is_option(parameter) && accepts(parameter, FORM_WHOLE) && !binder->statement->arguments;
    diag_error(binder->check->diagnostics, binder->statement->keyword_span, MISSING, keyword, parameter->name,
               is_option(parameter) ? "=" : "", takes_text(arena, parameter),
               count ? arena_printf(arena, ", as in '%s 3'", keyword) : "");
}

/* True where the first argument is one of the words that the option belongs to. */
static bool is_of_kind(const Binder *binder, const ParameterRow *parameter)
{
    const Bound *first = &binder->binding.bound[0];
    return !first->count || first->datum->kind != DATUM_WORD ||
           kinds_include(parameter->kinds, first->datum->text);
}

static void complete(Binder *binder)
{
    const StatementRow *row = binder->binding.row;
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        Bound *bound = &binder->binding.bound[i];
        if (bound->given)
            continue;
        if (is_needed(parameter)) {
            if (is_of_kind(binder, parameter))
                missing(binder, parameter);
        } else if (*parameter->standard) {
            give(binder, i, standard_datum(binder, parameter), binder->statement->keyword_span);
            bound->given = false;
        }
    }
}

/* An option that belongs to other words than the first argument is. */
static void judge_kinds(Binder *binder)
{
    const StatementRow *row = binder->binding.row;
    const Bound *first = &binder->binding.bound[0];
    if (!parameters_of(row) || !first->count || first->datum->kind != DATUM_WORD)
        return;
    for (int i = 1; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        const Bound *bound = &binder->binding.bound[i];
        if (bound->given && !kinds_include(parameter->kinds, first->datum->text))
            diag_error(binder->check->diagnostics, bound->span, OTHER_KIND, parameter->name,
                       kinds_text(binder->check->arena, row, parameter),
                       first->datum->text);
    }
}

/* More arguments than places: one is not where it was meant to stand, nor are those behind it. */
static bool is_crowded(const Statement *statement, const StatementRow *row)
{
    int arguments = 0, places = 0;
    for (const Argument *argument = statement->arguments; argument; argument = argument->next)
        arguments += !argument->name;
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (parameter->occurrence == SOME || parameter->occurrence == ANY)
            return false;
        places += !is_option(parameter);
    }
    return arguments > places;
}

/* What was not bound before is not known. */
static void lose_places(Binder *binder)
{
    const StatementRow *row = binder->binding.row;
    for (int i = 0; i < parameters_of(row); i++)
        if (!is_option(&parameter_rows[row->first + i]) && !binder->binding.bound[i].given)
            give(binder, i, (Datum){0}, binder->statement->keyword_span);
    binder->binding.full = binder->binding.uncertain = true;
}

/* What was meant by an argument behind an option: "stride=2 2" is "stride=2x2", and of "rate=0.1 0.9" the second may
 * be another option. */
static const char *behind_option(const Binder *binder, const Argument *argument)
{
    Arena *arena = binder->check->arena;
    const Argument *before = binder->statement->arguments;
    while (before->next != argument)
        before = before->next;
    for (int i = 0; i < parameters_of(binder->binding.row) && before->name; i++) {
        const ParameterRow *parameter = &parameter_rows[binder->binding.row->first + i];
        if (!strcmp(parameter->name, before->name) && accepts(parameter, FORM_EXTENT) && is_extent(before) &&
            is_extent(argument))
            return arena_printf(arena, "; did you mean '%s=%sx%s'?", before->name, written(arena, before->value->span),
                                written(arena, argument->value->span));
    }
    bool meant_before = binder->binding.bound[0].given == false || argument->value->kind == VALUE_WORD;
    return meant_before ? "" : as_option(binder, argument);
}

Binding bind_arguments(Check *check, const Frame *frame, const Statement *statement, const StatementRow *row)
{
    Binder binder = {
        .check = check,
        .frame = frame,
        .statement = statement,
        .binding = {.row = row, .statement = statement, .bound = arena_array(check->arena, Bound, parameters_of(row))},
        .mistakes = diag_count(check->diagnostics),
    };
    int index = 0;
    bool crowded = is_crowded(statement, row);
    const Argument *option = NULL;
    for (const Argument *argument = statement->arguments; argument; argument = argument->next) {
        if (argument->name) {
            option = option ? option : argument;
            bind_option(&binder, argument);
            continue;
        }
        if (!option && crowded && has_mistake(&binder)) {
            lose_places(&binder);
            continue;
        }
        if (!option) {
            argument = bind_argument(&binder, &index, argument);
            continue;
        }
        binder.binding.uncertain = true;
        /* What is no option may stand for an argument, and was reported. */
        if (!has_mistake(&binder))
            diag_error(check->diagnostics, argument->value->span, ARGUMENT_ORDER, option->name,
                       behind_option(&binder, argument));
    }
    if (!has_mistake(&binder))
        judge_kinds(&binder);
    complete(&binder);
    return binder.binding;
}

/* ---- whether it is a line of that kind at all ---- */

/* Of a value as it is written: the forms that it may have. A word that is no name here and means something elsewhere
 * is no text without its quotes. */
static Form forms_of(Check *check, const Frame *frame, const Value *value)
{
    switch (value->kind) {
    case VALUE_NUMBER:
        return FORM_WHOLE | FORM_NUMBER | FORM_RATIO | FORM_ANGLE | FORM_PIXELS | FORM_EXTENT | FORM_TEXT;
    case VALUE_SHAPE:
        return FORM_EXTENT | FORM_SHAPE;
    case VALUE_TEXT:
        return FORM_TEXT | FORM_NAME;
    case VALUE_WORD:
        if (name_find(check->names, frame, value->text))
            break;
        return is_word_of_the_language(value->text) ? FORM_NAME | FORM_PART | FORM_LAYER : ~FORM_TEXT;
    default:
        break;
    }
    return ~0;
}

static bool takes_argument(Check *check, const Frame *frame, const StatementRow *row, const Argument *argument)
{
    const Form forms = argument ? forms_of(check, frame, argument->value) : 0;
    const ParameterRow *first = &parameter_rows[row->first];
    for (int i = 0; argument && i < parameters_of(row) && !is_option(&first[i]); i++) {
        bool word = argument->value->kind == VALUE_WORD && word_find(first[i].words, argument->value->text);
        if (word || accepts(&first[i], forms))
            return true;
        if (is_needed(&first[i]))
            break;
    }
    return !parameters_of(row) || is_option(first) || (!argument && !is_needed(first));
}

/* True where an argument's name is one of the row's options, or was meant to be. */
static bool takes_option(Check *check, const StatementRow *row, const Argument *argument)
{
    Hint hint = hint_begin(check->arena, argument->name);
    for (int i = 0; i < parameters_of(row); i++)
        hint_try(&hint, parameter_rows[row->first + i].name, BUILT);
    for (int i = 0; i < parameters_of(row); i++)
        if (!strcmp(parameter_rows[row->first + i].name, argument->name))
            return true;
    return hint_is_near(&hint);
}

bool looks_like(Check *check, const Frame *frame, const Statement *statement, const StatementRow *row)
{
    const Argument *first = statement->arguments;
    while (first && first->name)
        first = first->next;
    int named = 0, known = 0;
    for (const Argument *argument = statement->arguments; argument && parameters_of(row); argument = argument->next)
        if (argument->name) {
            named++;
            known += takes_option(check, row, argument);
        }
    return takes_argument(check, frame, row, first) && (!named || known || !has_options(row));
}

/* ---- what was bound ---- */

const Bound *bound_to(const Binding *binding, ParameterId id)
{
    return &binding->bound[(int)id - binding->row->first];
}

bool is_sound(const Binding *binding, ParameterId id)
{
    const Bound *bound = bound_to(binding, id);
    for (int i = 0; i < bound->count; i++)
        if (bound->datum[i].kind == DATUM_BAD)
            return false;
    return bound->count > 0 || !is_needed(&parameter_rows[id]);
}

static bool has_value(const Binding *binding, ParameterId id)
{
    return bound_to(binding, id)->count > 0 && is_sound(binding, id);
}

double number_of(const Binding *binding, ParameterId id)
{
    return has_value(binding, id) ? datum_double(bound_to(binding, id)->datum) : 0;
}

long whole_of(const Binding *binding, ParameterId id)
{
    return has_value(binding, id) ? number_long(bound_to(binding, id)->datum->number) : 0;
}

int choice_of(const Binding *binding, ParameterId id)
{
    return has_value(binding, id) ? bound_to(binding, id)->datum->choice : 0;
}
