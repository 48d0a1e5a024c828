/* looks.c - whether a line could be what its keyword says, by what is written alone. */

#include "compiler/check/binder.h"
#include "compiler/check/hint.h"
#include "compiler/check/takes.h"
#include "compiler/check/value.h"

/* ---- a line that is of no kind that its row takes ---- */

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

static bool begins_like(Check *check, const Frame *frame, const Statement *statement, const StatementRow *row)
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

/* ---- a line that another row takes as it is ---- */

/* A word of the parameter's, or a slip of one. */
static bool is_word_of(Arena *arena, const ParameterRow *parameter, const char *text)
{
    Hint hint = hint_begin(arena, text);
    for (int i = 0; i < word_count; i++)
        if (word_rows[i].list == parameter->words)
            hint_try(&hint, word_rows[i].text, BUILT);
    return word_find(parameter->words, text) || (accepts(parameter, FORM_WORD) && hint_is_near(&hint));
}

/* What a constant is, is known; what comes by a parameter of a block, or of what shape a layer is, is not. */
static bool takes_word(Check *check, const Frame *frame, const ParameterRow *parameter, const char *text)
{
    if (accepts(parameter, FORM_NAME | FORM_PART) || is_word_of(check->arena, parameter, text))
        return true;
    const Name *name = name_find(check->names, frame, text);
    if (!name || name->kind == NAME_BLOCK)
        return false;
    if (name->kind == NAME_LABEL)
        return accepts(parameter, FORM_LAYER);
    return name->datum.kind == DATUM_BAD || fits_parameter(parameter, &name->datum);
}

/* Whether a value as it is written may stand in a parameter's place. */
static bool takes_value(Check *check, const Frame *frame, const ParameterRow *parameter, const Value *value)
{
    const Form numbers = FORM_WHOLE | FORM_NUMBER | FORM_RATIO | FORM_ANGLE | FORM_PIXELS;
    switch (value->kind) {
    case VALUE_WORD:
        return takes_word(check, frame, parameter, value->text);
    case VALUE_PATH:
        return accepts(parameter, numbers | FORM_PART | FORM_TEXT);
    case VALUE_LIST:
        return accepts(parameter, FORM_PAIR | FORM_LIST | FORM_SIDES);
    case VALUE_OPERATION: case VALUE_NEGATIVE: case VALUE_CALL:
        return accepts(parameter, numbers | FORM_EXTENT | FORM_SHAPE);
    default:
        break;
    }
    Datum datum = evaluate(check, frame, value);
    return fits_parameter(parameter, &datum);
}

/* Arguments in their places, and none missing. */
static bool takes_arguments(Check *check, const Frame *frame, const Statement *statement,
                            const StatementRow *row)
{
    const ParameterRow *parameter = &parameter_rows[row->first];
    int index = 0, count = parameters_of(row), given = 0;
    for (const Argument *argument = statement->arguments; argument; argument = argument->next) {
        if (argument->name)
            continue;
        for (; index < count && !is_option(&parameter[index]); index++, given = 0) {
            if (takes_value(check, frame, &parameter[index], argument->value))
                break;
            if (is_needed(&parameter[index]) && !given)
                return false;
        }
        if (index == count || is_option(&parameter[index]))
            return false;
        given++;
        if (parameter[index].occurrence == ONE || parameter[index].occurrence == MAYBE)
            index++, given = 0;
    }
    for (; index < count && !is_option(&parameter[index]); index++, given = 0)
        if (is_needed(&parameter[index]) && !given)
            return false;
    return true;
}

static bool takes_named(Check *check, const Frame *frame, const StatementRow *row, const Argument *argument)
{
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (is_option(parameter) && !strcmp(parameter->name, argument->name))
            return takes_value(check, frame, parameter, argument->value);
    }
    return false;
}

/* The three that name things have forms of their own. */
static bool takes_naming(const Statement *statement, StatementId id)
{
    const Argument *first = statement->arguments;
    bool named = first, unnamed = first;
    for (const Argument *argument = first; argument; argument = argument->next)
        named = named && argument->name, unnamed = unnamed && !argument->name;
    switch (id) {
    case STATEMENT_LET:
        return named;
    case STATEMENT_SWEEP:
        return unnamed && first->next && first->value->kind == VALUE_WORD;
    default:
        return unnamed && !first->next && first->value->kind == VALUE_CALL;
    }
}

/* The options that must be given, with such a first argument, are. */
static bool names_all(const Statement *statement, const StatementRow *row)
{
    const Argument *first = statement->arguments;
    const char *kind = first && !first->name && first->value->kind == VALUE_WORD ? first->value->text : "";
    for (int i = 0; i < parameters_of(row); i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        const Argument *argument = statement->arguments;
        while (argument && !(argument->name && !strcmp(argument->name, parameter->name)))
            argument = argument->next;
        if (parameter->occurrence == MUST && kinds_include(parameter->kinds, kind) && !argument)
            return false;
    }
    return true;
}

bool could_be(Check *check, const Frame *frame, const Statement *statement, const StatementRow *row)
{
    if (row->state != BUILT || (row->braces == BLOCK && !statement->has_block) ||
        (row->braces == NO_BLOCK && statement->has_block))
        return false;
    if (row->id == STATEMENT_LET || row->id == STATEMENT_SWEEP || row->id == STATEMENT_BLOCK)
        return takes_naming(statement, row->id);
    for (const Argument *argument = statement->arguments; argument; argument = argument->next)
        if (argument->name && !takes_named(check, frame, row, argument))
            return false;
    return takes_arguments(check, frame, statement, row) && names_all(statement, row);
}

const StatementRow *could_be_another(Check *check, const Frame *frame, const Statement *statement, Section section,
                                     const StatementRow *after)
{
    for (int i = after ? (int)after->id + 1 : 0; i < STATEMENT_COUNT; i++)
        if (statement_rows[i].section == section && could_be(check, frame, statement, &statement_rows[i]))
            return &statement_rows[i];
    return NULL;
}

/* More arguments than the block has, and options that it lacks: of one kind alone its head may be what is wrong. */
static bool exceeds_head(const Statement *call, const Value *head)
{
    int surplus = 0, strange = 0;
    for (const Argument *argument = call->arguments; argument; argument = argument->next) {
        const Argument *option = argument->name ? head->items : NULL;
        while (option && !(option->name && !strcmp(option->name, argument->name)))
            option = option->next;
        strange += argument->name && !option;
        surplus += !argument->name;
    }
    for (const Argument *item = head->items; item; item = item->next)
        surplus -= !item->name;
    return surplus > 0 && strange;
}

bool looks_like_call(Check *check, const Frame *frame, const Statement *call, const Value *head)
{
    return !exceeds_head(call, head) || !could_be_another(check, frame, call, SECTION_MODEL, NULL);
}

bool looks_like(Check *check, const Frame *frame, const Statement *statement, const StatementRow *row)
{
    return begins_like(check, frame, statement, row) &&
           (could_be(check, frame, statement, row) || !could_be_another(check, frame, statement, row->section, NULL));
}
