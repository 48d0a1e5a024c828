/* looks.c - whether a line could be what its keyword says, by what is written alone. */

#include "compiler/check/binder.h"
#include "compiler/check/hint.h"
#include "compiler/check/takes.h"

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
