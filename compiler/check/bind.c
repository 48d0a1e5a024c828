#include "compiler/check/bind.h"

#include <math.h>
#include <string.h>

#include "base/guess.h"
#include "compiler/check/value.h"

/* One statement while it is bound. */
typedef struct {
    Check *check;
    const Frame *frame;
    const Statement *statement;
    Binding binding;
    bool wrong;                 /* a wrong value was reported */
    int mistakes;               /* that were reported before it */
    bool full;                  /* an argument too many was reported */
} Binder;

static bool accepts(const ParameterRow *parameter, Form form)
{
    return parameter->forms & form;
}

/* ---- what a parameter takes, in words ---- */

static const char *form_phrase(Arena *arena, const ParameterRow *parameter, int index)
{
    Form form = 1 << index;
    const char *phrase = form_phrases[index];
    if (form & (FORM_WHOLE | FORM_NUMBER | FORM_ANGLE))
        return arena_printf(arena, "%s%s", phrase, parameter->range->of_numbers);
    if (form == FORM_RATIO)
        return arena_printf(arena, "%s%s", phrase, parameter->range->of_ratios);
    return form == FORM_WORD ? words_phrase(parameter->words) : phrase;
}

/* "a ratio below 100% or pixels" */
static const char *takes_text(Arena *arena, const ParameterRow *parameter)
{
    const char *phrases[FORM_COUNT];
    int count = 0;
    for (int i = 0; i < FORM_COUNT; i++) {
        const char *phrase = accepts(parameter, 1 << i) ? form_phrase(arena, parameter, i) : "";
        if (*phrase)
            phrases[count++] = phrase;
    }
    const char *text = phrases[0];
    for (int i = 1; i < count; i++)
        text = arena_printf(arena, "%s%s%s", text, i < count - 1 ? ", " : " or ", phrases[i]);
    return text;
}

/* ---- what might have been meant ---- */

static bool in_range(const Range *range, double value)
{
    return (value > range->low || (range->lowest && value == range->low)) &&
           (value < range->high || (range->highest && value == range->high));
}

static void suggest(Arena *arena, const char **text, const char *suggestion)
{
    *text = arena_printf(arena, "%s%s%s", *text, **text ? " or " : "", suggestion);
}

/* A number without the unit, or without the second extent, that its place needs. */
static void suggest_units(Arena *arena, const ParameterRow *parameter, const Datum *datum,
                          const char **text)
{
    double value = number_double(datum->number);
    const char *number = number_text(arena, datum->number);
    if (accepts(parameter, FORM_RATIO) && value > 1 && number_is_whole(datum->number) &&
        in_range(parameter->range, value / 100))
        suggest(arena, text, arena_printf(arena, "%s%%", number));
    if (accepts(parameter, FORM_PIXELS) && value >= 0)
        suggest(arena, text, arena_printf(arena, "%spx", number));
    if (accepts(parameter, FORM_ANGLE) && in_range(parameter->range, value))
        suggest(arena, text, arena_printf(arena, "%sdeg", number));
    bool size = number_is_whole(datum->number) && in_range(parameter->range, value);
    if (accepts(parameter, FORM_EXTENT) && !accepts(parameter, FORM_WHOLE) && size)
        suggest(arena, text, arena_printf(arena, "%sx%s", number, number));
}

/* "; did you mean 20% or 20px?", or ", not 20". */
static const char *instead_text(Arena *arena, const ParameterRow *parameter, const Datum *datum)
{
    const char *text = "";
    if (datum->kind == DATUM_NUMBER && datum->unit == UNIT_NONE)
        suggest_units(arena, parameter, datum, &text);
    if (datum->kind == DATUM_SHAPE && datum->extents == 2 && accepts(parameter, FORM_SHAPE))
        for (int channels = 1; channels <= 3; channels += 2)
            suggest(
                arena, &text,
                arena_printf(arena, "%ldx%ldx%d", datum->extent[0], datum->extent[1], channels));
    if (datum->kind == DATUM_WORD && accepts(parameter, FORM_TEXT))
        suggest(arena, &text, arena_printf(arena, "\"%s\"", datum->text));
    if (datum->kind == DATUM_TEXT && word_find(parameter->words, datum->text))
        suggest(arena, &text, datum->text);
    return *text ? arena_printf(arena, "; did you mean %s?", text)
                 : arena_printf(arena, ", not %s", datum_text(arena, datum));
}

/* ---- mistakes ---- */

static void note_other_place(Binder *binder, const Datum *datum)
{
    if (datum->other.source)
        diag_note(binder->check->diagnostics, datum->other, "%s", datum->other_note);
}

static void wrong_value(Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    Arena *arena = binder->check->arena;
    if (binder->wrong)
        return;
    binder->wrong = true;
    const char *who = is_option(parameter) ? parameter->name : binder->statement->keyword;
    diag_error(binder->check->diagnostics, datum->span, WRONG_VALUE, who,
               takes_text(arena, parameter), instead_text(arena, parameter, datum));
    note_other_place(binder, datum);
}

static void unknown_word(Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    Guess guess = guess_begin(datum->text);
    for (int i = 0; i < word_count; i++)
        if (word_rows[i].list == parameter->words)
            guess_try(&guess, word_rows[i].text);
    diag_error(binder->check->diagnostics, datum->span, UNKNOWN_WORD, words_noun(parameter->words),
               datum->text, guess_text(binder->check->arena, &guess));
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

static bool fits_shape(const ParameterRow *parameter, const Datum *datum)
{
    for (int i = 0; i < datum->extents; i++)
        if (!in_range(parameter->range, (double)datum->extent[i]))
            return false;
    return accepts(parameter, datum->extents == 2 ? FORM_EXTENT : FORM_SHAPE);
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
        [DATUM_WORD] = FORM_WORD | FORM_NAME,
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
    if (word->state == PLANNED) {
        diag_error(binder->check->diagnostics, datum->span, NOT_BUILT, datum->text);
        return false;
    }
    datum->choice = word->value;
    return true;
}

static bool is_word_of_the_language(const char *text)
{
    for (int i = 0; i < word_count; i++)
        if (!strcmp(word_rows[i].text, text))
            return true;
    return false;
}

/* A word that is no name here, in a place that wants none. */
static bool is_unknown_name(const ParameterRow *parameter, const Datum *datum)
{
    return datum->kind == DATUM_WORD &&
           !accepts(parameter, FORM_WORD | FORM_NAME | FORM_TEXT) &&
           !is_word_of_the_language(datum->text);
}

static void unknown(Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    if (!binder->wrong)
        unknown_name(binder->check, binder->frame, datum->span, datum->text,
                     accepts(parameter, FORM_LAYER) ? "label" : "name");
    binder->wrong = true;
}

static bool is_reversed(const ParameterRow *parameter, const Datum *datum)
{
    return datum->kind == DATUM_LIST && accepts(parameter, FORM_PAIR) &&
           datum_degrees(&datum->item[0]) > datum_degrees(&datum->item[1]);
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
    if (is_unknown_name(parameter, datum))
        unknown(binder, parameter, datum);
    else if (!fits)
        wrong_value(binder, parameter, datum);
    else if (is_reversed(parameter, datum))
        diag_error(binder->check->diagnostics, datum->span, PAIR_ORDER);
    else if (datum->kind != DATUM_WORD || fit_word(binder, parameter, datum))
        return;
    datum->kind = DATUM_BAD;
}

/* A name means what its place asks for: the row's words come first, and a class is called what it
 * is called, whatever constants there are. */
static Datum read_value(Binder *binder, const ParameterRow *parameter, const Value *value)
{
    bool verbatim = value->kind == VALUE_WORD &&
                    (accepts(parameter, FORM_NAME) || word_find(parameter->words, value->text));
    /* A path without its quotes is no label. */
    bool unquoted = value->kind == VALUE_PATH && accepts(parameter, FORM_TEXT);
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

/* ---- arguments ---- */

/* Gives an argument to the parameter at *index or, where that may be left out and is of another
 * kind, to a later one. */
static void bind_argument(Binder *binder, int *index, const Value *value)
{
    const StatementRow *row = binder->binding.row;
    const ParameterRow *parameters = &parameter_rows[row->first];
    int count = parameters_of(row);
    for (; *index < count && !is_option(&parameters[*index]); ++*index) {
        const ParameterRow *parameter = &parameters[*index];
        bool more = *index + 1 < count && !is_option(&parameters[*index + 1]);
        bool may_pass = parameter->occurrence == MAYBE || parameter->occurrence == ANY ||
                        binder->binding.bound[*index].count;
        Datum datum = read_value(binder, parameter, value);
        if (!is_of_its_kind(parameter, &datum) && more && may_pass)
            continue;
        fit(binder, parameter, &datum);
        give(binder, *index, datum, value->span);
        *index += parameter->occurrence == ONE || parameter->occurrence == MAYBE;
        return;
    }
    if (!binder->full)
        diag_error(binder->check->diagnostics, value->span, TOO_MANY, binder->statement->keyword);
    binder->full = binder->binding.uncertain = true;
}

static void bind_option(Binder *binder, const Argument *argument)
{
    const StatementRow *row = binder->binding.row;
    Diagnostics *diagnostics = binder->check->diagnostics;
    Guess guess = guess_begin(argument->name);
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (!is_option(parameter))
            continue;
        guess_try(&guess, parameter->name);
        if (strcmp(parameter->name, argument->name))
            continue;
        if (binder->binding.bound[i].given) {
            diag_error(diagnostics, argument->name_span, OPTION_TWICE, argument->name);
            diag_note(diagnostics, binder->binding.bound[i].span, "it is given here");
            return;
        }
        Datum datum = {0};
        if (parameter->state == PLANNED) {
            diag_error(diagnostics, argument->name_span, NOT_BUILT, argument->name);
        } else {
            datum = read_value(binder, parameter, argument->value);
            fit(binder, parameter, &datum);
        }
        give(binder, i, datum, argument->name_span);
        return;
    }
    binder->binding.uncertain = true;
    diag_error(diagnostics, argument->name_span, UNKNOWN_OPTION, binder->statement->keyword,
               argument->name, guess_text(binder->check->arena, &guess));
}

/* ---- what is not there, and what does not go together ---- */

/* The value that a row states, as if the card had it. */
static Datum standard_datum(Binder *binder, const ParameterRow *parameter)
{
    const char *text = parameter->standard;
    Datum datum = {.kind = DATUM_WORD, .text = text, .span = binder->statement->keyword_span};
    size_t digits = strspn(text, "0123456789.e-");
    if (digits && number_parse(text, digits, &datum.number)) {
        datum.kind = DATUM_NUMBER;
        if (text[digits] == '%')
            number_divide(datum.number, number_whole(100), &datum.number);
    } else {
        const Word *word = word_find(parameter->words, text);
        datum.choice = word ? word->value : 0;
    }
    return datum;
}

static bool has_mistake(const Binder *binder)
{
    return diag_count(binder->check->diagnostics) > binder->mistakes;
}

static bool is_needed(const ParameterRow *parameter)
{
    return parameter->occurrence == ONE || parameter->occurrence == SOME ||
           parameter->occurrence == MUST;
}

static void missing(Binder *binder, const ParameterRow *parameter)
{
    /* What was wrong before may be what is missing. */
    if (!has_mistake(binder))
        diag_error(binder->check->diagnostics, binder->statement->keyword_span, MISSING,
                   binder->statement->keyword, parameter->name, is_option(parameter) ? "=" : "",
                   takes_text(binder->check->arena, parameter));
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
                       parameter->kinds, first->datum->text);
    }
}

Binding bind(Check *check, const Frame *frame, const Statement *statement, const StatementRow *row)
{
    Binder binder = {
        .check = check,
        .frame = frame,
        .statement = statement,
        .binding = {row, arena_array(check->arena, Bound, parameters_of(row)), false},
        .mistakes = diag_count(check->diagnostics),
    };
    int index = 0;
    const Argument *option = NULL;
    for (const Argument *argument = statement->arguments; argument; argument = argument->next) {
        if (argument->name) {
            option = option ? option : argument;
            bind_option(&binder, argument);
            continue;
        }
        if (!option) {
            bind_argument(&binder, &index, argument->value);
            continue;
        }
        binder.binding.uncertain = true;
        diag_error(check->diagnostics, argument->value->span, ARGUMENT_ORDER, option->name);
    }
    if (!has_mistake(&binder))
        judge_kinds(&binder);
    complete(&binder);
    return binder.binding;
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
