#include "compiler/check/constants.h"

#include <string.h>

#include "compiler/check/naming.h"
#include "compiler/check/statement.h"
#include "compiler/check/value.h"

/* ---- let ---- */

/* "let width 8" as it was meant; "": nobody knows. */
static const char *let_text(Arena *arena, const Statement *statement)
{
    const Argument *name = statement->arguments, *value = name ? name->next : NULL;
    if (!value || value->next || name->name || value->name || name->value->kind != VALUE_WORD)
        return "";
    return arena_printf(arena, "; did you mean 'let %s=%s'?", name->value->text, span_text(arena, value->value->span));
}

void declare_constants(Check *check, Frame *frame, Statement *statement)
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
        if (name && named)
            name->datum = datum;
    }
}

/* ---- sweep ---- */

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

void declare_sweep(Check *check, Frame *frame, Statement *statement)
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
        check->card_is_whole = false;
        check->names_missing |= !listed;
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
