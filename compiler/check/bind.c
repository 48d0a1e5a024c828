#include <math.h>

#include "compiler/ast/foreign.h"
#include "compiler/check/binder.h"
#include "compiler/check/blame.h"
#include "compiler/check/hint.h"
#include "compiler/check/read.h"
#include "compiler/check/takes.h"
#include "compiler/check/value.h"

/* ---- mistakes ---- */

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

/* A label that is called like a word which the place has: it was meant to have another name. */
static bool is_label_like(const Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    const Span span = datum->argument.source ? datum->argument : datum->span;
    return datum->kind == DATUM_LAYER && word_find(parameter->words, span_text(binder->check->arena, span));
}

void report_wrong_value(Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    Check *check = binder->check;
    const char *takes = takes_text(check->arena, parameter);
    bool misfit = !is_of_its_kind(parameter, datum);
    if (binder->wrong)
        return;
    binder->wrong = true;
    binder->binding.uncertain |= misfit && parameter->forms == FORM_WORD;   /* of what is the number, perhaps? */
    if (misfit && is_label_like(binder, parameter, datum)) {
        check->names_missing = true;
        if (diag_has(check->diagnostics, DIAG_UNKNOWN_NAME)) {      /* its true one */
            diag_again(check->diagnostics);
            return;
        }
    }
    if (is_blamed(check, datum, takes, misfit || binder->statement->misfit))
        return;
    diag_error(check->diagnostics, datum->span, WRONG_VALUE, taker(binder, parameter), takes,
               meant_instead(binder, parameter, datum));
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

static void unknown_word(Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    Check *check = binder->check;
    if (names_tell_too(check->names, check->diagnostics, datum->text, datum->span))
        return;
    binder->binding.uncertain |= begins_with_option(binder->binding.row, datum->text);
    Arena *arena = binder->check->arena;
    Hint hint = hint_begin(arena, datum->text);
    for (int i = 0; i < word_count; i++)
        if (word_rows[i].list == parameter->words)
            hint_try(&hint, word_rows[i].text, word_rows[i].state);
    const char *text = meant_word_before(binder, parameter), *needless = hint.ours ? NULL : needless_text(datum->text);
    if (!*text && needless)
        text = arena_printf(arena, "; %s", needless);
    if (!*text && binder->argument)
        text = meant_option(binder, binder->argument);
    if (!*text && hint_is_near(&hint))
        text = hint_text(&hint);
    if (!*text)
        text = meant_line(arena, binder->binding.row->section, datum->text);
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
    if (datum->unit == UNIT_PERCENT && !takes_ratios(parameter))
        return false;
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

bool is_of_its_kind(const ParameterRow *parameter, const Datum *datum)
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
           (accepts(parameter, FORM_LAYER) || !is_word_of_the_language(datum->text));
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

bool fits_parameter(const ParameterRow *parameter, const Datum *datum)
{
    switch (datum->kind) {
    case DATUM_NUMBER:
        return fits_number(parameter, datum, false);
    case DATUM_SHAPE:
        return fits_shape(parameter, datum);
    case DATUM_LIST:
        return fits_list(parameter, datum);
    default:
        return is_of_its_kind(parameter, datum);
    }
}

/* Reports what does not fit, and makes it DATUM_BAD. */
static void fit(Binder *binder, const ParameterRow *parameter, Datum *datum)
{
    if (datum->kind == DATUM_BAD)
        return;
    bool part = accepts(parameter, FORM_PART) && datum->kind == DATUM_WORD;
    const char *option = part ? lacks_equals(binder, datum->text) : NULL;
    if (option) {
        binder->binding.uncertain = true;
        diag_error(binder->check->diagnostics, datum->span, OPTION_FORM, (int)strlen(option), option,
                   datum->text + strlen(option));
    } else if (is_unknown_name(parameter, datum))
        unknown(binder, parameter, datum);
    else if (!fits_parameter(parameter, datum))
        report_wrong_value(binder, parameter, datum);
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

void bind_give(Binder *binder, int index, Datum datum, Span span)
{
    Bound *bound = &binder->binding.bound[index];
    if (!bound->count) {        /* of most there is one, and a model has many lines: no room for several */
        bound->span = span;
        bound->datum = arena_new(binder->check->arena, Datum);
        bound->room = 1;
    }
    *arena_push(binder->check->arena, bound->datum, bound->count, bound->room) = datum;
    bound->given = true;
}

/* ---- arguments ---- */

static void too_many(Binder *binder, const Argument *argument)
{
    const char *option = meant_option(binder, argument);
    const StatementRow *row = binder->binding.row;
    bool several = (row->times == REPEATS || row->times == PHASED_REPEATS) && argument->value->kind == VALUE_WORD &&
                   parameters_of(row) && word_find(parameter_rows[row->first].words, argument->value->text);
    if (!*option && several)
        option = arena_printf(binder->check->arena, "; each '%s' has a line of its own", row->keyword);
    if (!*option && parameters_of(row) && is_option(&parameter_rows[row->first]))
        option = meant_options(binder->check->arena, row);
    if (!*option && argument->value->kind == VALUE_WORD)
        option = meant_line(binder->check->arena, row->section, argument->value->text);
    binder->crowded = true;
    if (!binder->binding.full)
        diag_error(binder->check->diagnostics, argument->value->span, TOO_MANY, binder->statement->keyword, option);
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
        bind_give(binder, *index, datum, argument->value->span);
        if (datum.kind != DATUM_BAD || !is_word_for(parameter, next_unnamed(argument)))
            *index += parameter->occurrence == ONE || parameter->occurrence == MAYBE;
        return;
    }
    too_many(binder, argument);
}

/* Returns the last argument that was bound with this one, mostly itself. */
static const Argument *bind_argument(Binder *binder, int *index, const Argument *argument)
{
    const Argument *last = bind_confused(binder, index, argument);
    if (!last)
        bind_alone(binder, index, argument);
    return last ? last : argument;
}

/* ---- arguments with names ---- */

/* What is given as an option and is another thing here; NULL: nothing known. */
static const char *no_option_text(Binder *binder, const Argument *argument)
{
    const StatementRow *row = binder->binding.row;
    Arena *arena = binder->check->arena;
    const char *name = argument->name;
    const char *needless = argument->value->kind == VALUE_WORD ? needless_text(argument->value->text) : NULL;
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (is_option(parameter) || !is_foreign(name, parameter->name))
            continue;
        return accepts(parameter, FORM_WORD) && needless ? arena_printf(arena, "; %s", needless)
                                                         : unnamed_text(arena, parameter->name);
    }
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (statement_rows[i].section == row->section && is_foreign(name, statement_rows[i].keyword))
            return arena_printf(arena, "; '%s' is a line of its own", statement_rows[i].keyword);
    bool alone = parameters_of(row) == 1 && !has_options(row) && !binder->binding.bound[0].count;
    return alone ? unnamed_text(arena, parameter_rows[row->first].name) : NULL;
}

/* A word or a name that stands for an option, and the option's name where the word belongs: one mistake; as are options of
 * a row that has none at all, and of one that takes fewer arguments than stand there: another row was meant. */
static bool is_told(const Binder *binder, const Argument *argument)
{
    const StatementRow *row = binder->binding.row;
    bool word = !has_options(row) || binder->crowded || name_find(binder->check->names, binder->frame, argument->name);
    for (int i = 0; i < parameters_of(row); i++)
        word |= word_find(parameter_rows[row->first + i].words, argument->name) != NULL;
    return word && has_mistake(binder);
}

static void unknown_option(Binder *binder, const Argument *argument)
{
    const StatementRow *row = binder->binding.row;
    if (is_told(binder, argument))
        return;
    Hint hint = hint_begin(binder->check->arena, argument->name);
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (is_option(parameter))
            hint_try(&hint, parameter->name, is_offered(binder, parameter) ? BUILT : PLANNED);
    }
    const char *other = hint_is_near(&hint) ? NULL : no_option_text(binder, argument);
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
            binder->binding.uncertain = true;
            return;
        }
        Datum datum = read_value(binder, parameter, argument->value);
        fit(binder, parameter, &datum);
        bind_give(binder, i, datum, argument->name_span);
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

static void nearest_label(void *label, const Name *name)
{
    const Name **nearest = label;
    if (!*nearest && name->kind == NAME_LABEL)
        *nearest = name;
}

/* "conv 8 stride=3x3" and no window: the line with what stands as an option where the window should; "": no option does. */
static const char *window_text(const Binder *binder)
{
    Arena *arena = binder->check->arena;
    const Argument *shape = NULL;
    const char *line = binder->statement->keyword;
    for (const Argument *argument = binder->statement->arguments; argument; argument = argument->next) {
        if (!argument->name)
            line = arena_printf(arena, "%s %s", line, span_text(arena, argument->value->span));
        else if (argument->value->kind == VALUE_SHAPE && argument->value->extents == 2)
            shape = argument;
    }
    return shape ? arena_printf(arena, "; did you mean '%s %s'?", line, span_text(arena, shape->value->span)) : "";
}

/* How a line that lacks an argument would look: "; as in 'batch 3'", "; as in 'add input'". */
static const char *example_text(const Binder *binder, const ParameterRow *parameter)
{
    const Statement *statement = binder->statement;
    Arena *arena = binder->check->arena;
    const Name *label = NULL;
    if (!is_option(parameter) && accepts(parameter, FORM_EXTENT) && statement->arguments)
        return window_text(binder);
    if (is_option(parameter) || statement->arguments)
        return "";
    if (accepts(parameter, FORM_WHOLE))
        return arena_printf(arena, ", as in '%s 3'", statement->keyword);
    if (!accepts(parameter, FORM_LAYER))
        return "";
    names_in_sight(binder->frame, nearest_label, &label);
    return arena_printf(arena, ", as in '%s %s'; 'NAME: conv ...' gives a layer one", statement->keyword,
                        label ? label->text : "input");
}

/* True where a brace of the line's should stand on another line, which is told. */
static bool has_torn_brace(const Binder *binder)
{
    const Span span = binder->statement->span, brace = binder->check->file[0]->syntax->misplaced;
    return binder->statement->has_block && brace.source == span.source && brace.from >= span.to &&
           source_line(brace.source, brace.from) == source_line(span.source, span.to);
}

static void missing(Binder *binder, const ParameterRow *parameter)
{
    /* What was wrong before may be what is missing; or it stands behind the brace. */
    if (has_mistake(binder) || has_torn_brace(binder))
        return;
    Arena *arena = binder->check->arena;
    const char *keyword = binder->statement->keyword;
    /* Lines that are bare alike are one mistake in several places. */
    Span span = binder->statement->keyword_span;
    const char *bare = binder->statement->arguments || is_option(parameter)
                           ? NULL : arena_printf(arena, "%s' without its '%s", keyword, parameter->name);
    if (bare && names_tell_too(binder->check->names, binder->check->diagnostics, bare, span))
        return;
    diag_error(binder->check->diagnostics, span, MISSING, keyword, parameter->name,
               is_option(parameter) ? "=" : "", takes_text(arena, parameter), example_text(binder, parameter));
    if (bare)
        names_tell(binder->check->names, binder->check->diagnostics, bare, span);
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
            bind_give(binder, i, standard_datum(binder, parameter), binder->statement->keyword_span);
            bound->given = false;
        }
    }
}

/* Options that belong to other words than the first argument is: one mistake, which may be that of the word. */
static void judge_kinds(Binder *binder)
{
    const StatementRow *row = binder->binding.row;
    const Bound *first = &binder->binding.bound[0];
    Diagnostics *diagnostics = binder->check->diagnostics;
    if (!parameters_of(row) || !first->count || first->datum->kind != DATUM_WORD)
        return;
    for (int i = 1; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        const Bound *bound = &binder->binding.bound[i];
        if (!bound->given || kinds_include(parameter->kinds, first->datum->text))
            continue;
        const char *kinds = kinds_text(binder->check->arena, row, parameter);
        if (binder->binding.uncertain)
            diag_note(diagnostics, bound->span, "'%s' is for %s, too", parameter->name, kinds);
        else
            diag_error(diagnostics, bound->span, OTHER_KIND, parameter->name, kinds, first->datum->text);
        binder->binding.uncertain = true;
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
            bind_give(binder, i, (Datum){0}, binder->statement->keyword_span);
    binder->binding.full = binder->binding.uncertain = true;
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
        if (is_enough(&binder)) {
            lose_places(&binder);
            break;
        }
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
                       meant_behind(&binder, argument));
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
