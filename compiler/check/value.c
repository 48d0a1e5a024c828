/* value.c - arithmetic is exact: what cannot be carried exactly is refused. */

#include "compiler/check/value.h"

#include <string.h>

#include "compiler/check/blame.h"
#include "compiler/check/hint.h"
#include "compiler/check/read.h"

static const Datum bad;

static Datum number_datum(Span span, Number number, Unit unit)
{
    return (Datum){.kind = DATUM_NUMBER, .span = span, .number = number, .unit = unit};
}

/* ---- names ---- */

typedef struct {
    Guess guess;
    const Name *nearest;
} NameGuess;

static void try_name(void *context, const Name *name)
{
    NameGuess *guess = context;
    const char *before = guess->guess.nearest;
    guess_try(&guess->guess, name->text);
    if (guess->guess.nearest != before)
        guess->nearest = name;
}

/* Where a line names that: a constant or a block, or, where `label`, what the line makes; source NULL: it names other
 * things. */
static Span named_by(const Statement *line, const char *text, bool label)
{
    bool lets = line->keyword && !strcmp(line->keyword, statement_rows[STATEMENT_LET].keyword);
    bool sweeps = line->keyword && !strcmp(line->keyword, statement_rows[STATEMENT_SWEEP].keyword);
    const Argument *first = line->arguments;
    if (label)
        return line->label && !strcmp(line->label, text) ? line->label_span : (Span){0};
    for (const Argument *constant = lets ? first : NULL; constant; constant = constant->next)
        if (constant->name && !strcmp(constant->name, text))
            return constant->name_span;
    bool block = line->keyword && !strcmp(line->keyword, statement_rows[STATEMENT_BLOCK].keyword);
    if (block && first && first->value->kind == VALUE_CALL && !strcmp(first->value->text, text))
        return (Span){first->value->span.source, first->value->span.from, first->value->span.from + (int)strlen(text)};
    if (sweeps && first && !first->name && first->value->kind == VALUE_WORD && !strcmp(first->value->text, text))
        return first->value->span;
    return (Span){0};
}

static Span declared_below(const Statement *lines, Span use, const char *text, bool label)
{
    Span found = {0};
    for (const Statement *line = lines; line && !found.source; line = line->next) {
        Span span = named_by(line, text, label);
        found = span.source && span.from > use.from ? span : declared_below(line->block, use, text, label);
    }
    return found;
}

Span name_below(const Check *check, Span use, const char *text, bool label)
{
    int i = 0;
    while (i < check->files - 1 && check->file[i]->syntax->source != use.source)
        i++;
    return declared_below(check->file[i]->syntax->statements, use, text, label);
}

void unknown_name(Check *check, const Frame *frame, Span span, const char *text, const char *what,
                  const char *otherwise)
{
    bool lost = !strcmp(what, "label") && check->file[0]->syntax->losts;     /* with a line that cannot be read */
    if (names_tell_too(check->names, check->diagnostics, text, span) || check->names_missing || lost ||
        names_lost(check->names, text))
        return;
    NameGuess guess = {.guess = guess_begin(text)};
    const Span declared = name_below(check, span, text, !strcmp(what, "label"));
    if (!declared.source)
        names_in_sight(frame, try_name, &guess);
    if (guess.nearest)
        names_lose(check->names, guess.nearest->text);
    names_lose(check->names, text);
    diag_error(check->diagnostics, span, UNKNOWN_NAME, what, text,
               guess.nearest ? guess_text(check->arena, &guess.guess) : otherwise);
    names_tell(check->names, check->diagnostics, text, span);
    if (declared.source)
        diag_note(check->diagnostics, declared, "it is declared here, below its use");
}

/* A constant is blamed where it is used, an argument where the caller wrote it. */
static Datum named(const Name *name, Span use)
{
    Datum datum = name->datum;
    if (name->kind == NAME_PARAMETER) {
        datum.argument = datum.argument.source ? datum.argument : datum.span;
        datum.use = use;
    }
    if (datum.kind == DATUM_LAYER || datum.kind == DATUM_BAD) {
        datum.span = use;
    } else if (name->kind == NAME_CONSTANT) {
        datum.span = use;
        datum.other = name->span;
        datum.other_note = "its value is given here";
        datum.origin = datum.origin.source ? datum.origin : name->span;
    } else if (!datum.other.source) {
        datum.other = use;
        datum.other_note = "it is used here";
    }
    return datum;
}

static Datum evaluate_word(Check *check, const Frame *frame, const Value *value)
{
    const Name *name = name_find(check->names, frame, value->text);
    if (name && name->kind != NAME_BLOCK)
        return named(name, value->span);
    return (Datum){.kind = DATUM_WORD, .span = value->span, .text = value->text};
}

/* ---- measures ---- */

static const char *const measures[] = {"height", "width", "channels"};
enum { MEASURES = 3 };

static Datum unknown_measure(Check *check, const Value *value, const char *measure)
{
    Hint hint = hint_begin(check->arena, measure);
    for (int i = 0; i < MEASURES; i++)
        hint_try(&hint, measures[i], BUILT);
    diag_error(check->diagnostics, value->span, UNKNOWN_MEASURE, measure, hint_text(&hint));
    return bad;
}

/* input.channels */
static Datum evaluate_path(Check *check, const Frame *frame, const Value *value)
{
    size_t length = strcspn(value->text, ".");
    const char *head = arena_copy(check->arena, value->text, length);
    const char *measure = value->text + length + 1;
    const Name *name = name_find(check->names, frame, head);
    if (!name) {
        unknown_name(check, frame, value->span, head, "label", "");
        return bad;
    }
    Datum datum = name->datum;
    if (datum.kind == DATUM_BAD)
        return bad;
    if (datum.kind != DATUM_LAYER) {
        diag_error(check->diagnostics, value->span, NO_MEASURES, head);
        return bad;
    }
    Shape shape = datum.layer->shape;
    int extent[MEASURES] = {shape.h, shape.w, shape.c};
    for (int i = 0; i < MEASURES; i++)
        if (!strcmp(measures[i], measure))
            return extent[i] ? number_datum(value->span, number_whole(extent[i]), UNIT_NONE) : bad;
    return unknown_measure(check, value, measure);
}

/* ---- arithmetic ---- */

/* A number, or DATUM_BAD after a message. */
static Datum operand(Check *check, const Frame *frame, const Value *value)
{
    Datum datum = evaluate(check, frame, value);
    if (datum.kind == DATUM_NUMBER || datum.kind == DATUM_BAD)
        return datum;
    bool given = datum.argument.source || datum.origin.source;      /* the place has a name, which means a word */
    if (datum.kind == DATUM_WORD && !(given && is_word_of_the_language(datum.text)))
        unknown_name(check, frame, datum.span, datum.text, "name", "");
    else if (!is_blamed(check, &datum, "numbers", true))
        diag_error(check->diagnostics, value->span, NO_OPERAND, datum_text(check->arena, &datum));
    return bad;
}

/* All of them, in the arena; NULL where one is bad. */
static Datum *operands(Check *check, const Frame *frame, const Argument *items, int count)
{
    Datum *datum = arena_array(check->arena, Datum, count);
    bool sound = true;
    for (int i = 0; i < count; i++, items = items->next) {
        datum[i] = operand(check, frame, items->value);
        sound = sound && datum[i].kind != DATUM_BAD;
    }
    return sound ? datum : NULL;
}

/* Percent is no unit of its own: 20% is 0.2. */
static bool has_unit(const Datum *datum)
{
    return datum->unit != UNIT_NONE && datum->unit != UNIT_PERCENT;
}

static bool same_unit(const Datum *a, const Datum *b)
{
    return a->unit == b->unit || (!has_unit(a) && !has_unit(b));
}

static Unit common_unit(const Datum *a, const Datum *b)
{
    return a->unit == b->unit ? a->unit : UNIT_NONE;
}

static Datum units_differ(Check *check, Span span, const Datum *a, const Datum *b)
{
    if (!is_blamed(check, a->origin.source ? a : b, "", false))
        diag_error(check->diagnostics, span, UNITS_DIFFER, datum_text(check->arena, a),
                   datum_text(check->arena, b));
    return bad;
}

/* The number, where it could be carried. */
static Datum computed(Check *check, Span span, bool exact, Number number, Unit unit)
{
    if (exact)
        return number_datum(span, number, unit);
    diag_error(check->diagnostics, span, HUGE_NUMBER);
    return bad;
}

static Datum quotient(Check *check, Span span, const Datum *a, const Datum *b)
{
    if (has_unit(b) && a->unit != b->unit)
        return units_differ(check, span, a, b);
    if (number_is_zero(b->number)) {
        diag_error(check->diagnostics, span, DIVIDED_BY_ZERO);
        return bad;
    }
    Number result;
    bool exact = number_divide(a->number, b->number, &result);
    return computed(check, span, exact, result, has_unit(b) ? UNIT_NONE : a->unit);
}

/* Made of the same constant, and argument, as the first operand that is made of one. */
static Datum from(Datum result, const Datum *a, const Datum *b)
{
    result.origin = a->origin.source ? a->origin : b->origin;
    result.argument = a->argument.source ? a->argument : b->argument;
    return result;
}

static Datum arithmetic(Check *check, Span span, char operator, const Datum *a, const Datum *b)
{
    Number result = {0, 1};
    bool exact;
    switch (operator) {
    case '+':
    case '-':
        if (!same_unit(a, b))
            return units_differ(check, span, a, b);
        exact = operator == '+' ? number_add(a->number, b->number, &result)
                                : number_subtract(a->number, b->number, &result);
        return computed(check, span, exact, result, common_unit(a, b));
    case '*':
        if (has_unit(a) && has_unit(b))
            return units_differ(check, span, a, b);
        exact = number_multiply(a->number, b->number, &result);
        return computed(check, span, exact, result, has_unit(a) ? a->unit : has_unit(b) ? b->unit : common_unit(a, b));
    default:
        return quotient(check, span, a, b);
    }
}

/* ---- shapes: a x b x c ---- */

static bool add_extent(Check *check, Datum *shape, const Datum *number)
{
    if (shape->extents == MOST_EXTENTS) {
        diag_error(check->diagnostics, number->span, LONG_SHAPE);
        return false;
    }
    if (has_unit(number) || !number_is_whole(number->number)) {
        diag_error(check->diagnostics, number->span, NO_EXTENT, datum_text(check->arena, number));
        return false;
    }
    shape->extent[shape->extents++] = number_long(number->number);
    return true;
}

static Datum evaluate_shape(Check *check, const Frame *frame, const Value *value)
{
    bool begun = value->left->kind == VALUE_OPERATION && value->left->operator== 'x';
    Datum left =
        begun ? evaluate_shape(check, frame, value->left) : operand(check, frame, value->left);
    Datum right = operand(check, frame, value->right);
    if (left.kind == DATUM_BAD || right.kind == DATUM_BAD)
        return bad;
    Datum shape = {.kind = DATUM_SHAPE};
    if (begun)
        shape = left;
    else if (!add_extent(check, &shape, &left))
        return bad;
    if (!add_extent(check, &shape, &right))
        return bad;
    shape.span = value->span;
    return shape;
}

static Datum evaluate_operation(Check *check, const Frame *frame, const Value *value)
{
    if (value->operator == 'x')
        return evaluate_shape(check, frame, value);
    Datum left = operand(check, frame, value->left);
    Datum right = operand(check, frame, value->right);
    if (left.kind == DATUM_BAD || right.kind == DATUM_BAD)
        return bad;
    return from(arithmetic(check, value->span, value->operator, &left, &right), &left, &right);
}

/* ---- functions ---- */

typedef Datum Function(Check *check, Span span, const Datum *argument, int arguments);

/* The nearest multiple of the second argument, or of 1, halves up. */
static Datum round_(Check *check, Span span, const Datum *argument, int arguments)
{
    Datum one = number_datum(span, number_whole(1), argument[0].unit);
    const Datum *step = arguments > 1 ? &argument[1] : &one;
    Datum steps = quotient(check, span, &argument[0], step);
    if (steps.kind == DATUM_BAD)
        return bad;
    Number half = {1, 2}, sum, product = {0, 1};
    bool exact = number_add(steps.number, half, &sum) &&
                 number_multiply(number_floor(sum), step->number, &product);
    return computed(check, span, exact, product, argument[0].unit);
}

static Datum floor_(Check *check, Span span, const Datum *argument, int arguments)
{
    (void)check, (void)arguments;
    return number_datum(span, number_floor(argument->number), argument->unit);
}

static Datum ceil_(Check *check, Span span, const Datum *argument, int arguments)
{
    (void)check, (void)arguments;
    Number up = number_negative(number_floor(number_negative(argument->number)));
    return number_datum(span, up, argument->unit);
}

static Datum extreme(Check *check, Span span, const Datum *argument, int arguments, int sign)
{
    Datum best = argument[0];
    for (int i = 1; i < arguments; i++) {
        if (!same_unit(&best, &argument[i]))
            return units_differ(check, span, &best, &argument[i]);
        if (sign * number_compare(argument[i].number, best.number) > 0)
            best = argument[i];
    }
    return number_datum(span, best.number, best.unit);
}

static Datum min_(Check *check, Span span, const Datum *argument, int arguments)
{
    return extreme(check, span, argument, arguments, -1);
}

static Datum max_(Check *check, Span span, const Datum *argument, int arguments)
{
    return extreme(check, span, argument, arguments, 1);
}

enum { MOST_ARGUMENTS = 64 };

static const struct {
    const char *name;
    Function *function;
    int least, most;
    const char *takes;
} functions[] = {
    {"round", round_, 1, 2, "one number, or two"},
    {"floor", floor_, 1, 1, "one number"},
    {"ceil", ceil_, 1, 1, "one number"},
    {"min", min_, 1, MOST_ARGUMENTS, "from 1 to 64 numbers"},
    {"max", max_, 1, MOST_ARGUMENTS, "from 1 to 64 numbers"},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static Datum unknown_function(Check *check, const Value *value)
{
    Hint hint = hint_begin(check->arena, value->text);
    for (int i = 0; i < FUNCTIONS; i++)
        hint_try(&hint, functions[i].name, BUILT);
    const char *instead = is_word_of_the_language(value->text) ? "; as a word it has no parentheses" : hint_text(&hint);
    for (int i = 0; i < word_count && !is_word_of_the_language(value->text); i++)
        if (is_foreign(value->text, word_rows[i].text))
            instead = arena_printf(check->arena, "; it is called '%s' here, without parentheses", word_rows[i].text);
    diag_error(check->diagnostics, value->span, UNKNOWN_FUNCTION, value->text, instead);
    return bad;
}

static Datum evaluate_call(Check *check, const Frame *frame, const Value *value)
{
    int f = 0;
    while (f < FUNCTIONS && strcmp(functions[f].name, value->text))
        f++;
    if (f == FUNCTIONS)
        return unknown_function(check, value);

    int arguments = 0;
    bool named = false;
    for (const Argument *item = value->items; item; item = item->next, arguments++)
        named = named || item->name;
    if (named || arguments < functions[f].least || arguments > functions[f].most) {
        diag_error(check->diagnostics, value->span, FUNCTION_TAKES, value->text,
                   functions[f].takes);
        return bad;
    }
    Datum *argument = operands(check, frame, value->items, arguments);
    return argument ? from(functions[f].function(check, value->span, argument, arguments), &argument[0],
                           &argument[arguments - 1]) : bad;
}

/* ---- all kinds ---- */

static Datum evaluate_number(const Value *value)
{
    Number number = value->number;
    if (value->unit == UNIT_PERCENT)
        number_divide(number, number_whole(100), &number);
    return number_datum(value->span, number, value->unit);
}

static Datum evaluate_negative(Check *check, const Frame *frame, const Value *value)
{
    Datum datum = operand(check, frame, value->right);
    datum.number = number_negative(datum.number);
    datum.span = value->span;
    return datum;
}

static Datum evaluate_list(Check *check, const Frame *frame, const Value *value)
{
    int items = 0;
    for (const Argument *item = value->items; item; item = item->next, items++)
        if (item->name) {
            diag_error(check->diagnostics, item->name_span, NAMED_ITEM, item->name);
            return bad;
        }
    Datum *item = operands(check, frame, value->items, items);
    return item ? (Datum){.kind = DATUM_LIST, .span = value->span, .item = item, .items = items}
                : bad;
}

Datum evaluate(Check *check, const Frame *frame, const Value *value)
{
    switch (value->kind) {
    case VALUE_NUMBER:
        return evaluate_number(value);
    case VALUE_SHAPE: {
        Datum shape = {.kind = DATUM_SHAPE, .span = value->span, .extents = value->extents};
        memcpy(shape.extent, value->extent, sizeof shape.extent);
        return shape;
    }
    case VALUE_TEXT:
        return (Datum){.kind = DATUM_TEXT, .span = value->span, .text = value->text};
    case VALUE_WORD:
        return evaluate_word(check, frame, value);
    case VALUE_PATH:
        return evaluate_path(check, frame, value);
    case VALUE_LIST:
        return evaluate_list(check, frame, value);
    case VALUE_OPERATION:
        return evaluate_operation(check, frame, value);
    case VALUE_NEGATIVE:
        return evaluate_negative(check, frame, value);
    case VALUE_CALL:
        return evaluate_call(check, frame, value);
    }
    return bad;
}
