/* meant.c - what somebody meant who wrote something that its place does not take: the ends of messages. */

#include "base/text.h"
#include "compiler/check/binder.h"
#include "compiler/check/hint.h"
#include "compiler/check/takes.h"

const char *meant_line(Arena *arena, Section section, const char *word)
{
    Hint hint = hint_begin(arena, word);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (statement_rows[i].section == section)
            hint_try(&hint, statement_rows[i].keyword, BUILT);
    const char *keyword = statement_find(section, word) ? word : hint.ours;
    return keyword ? arena_printf(arena, "; '%s' stands on a line of its own", keyword) : "";
}

bool is_meant_for(const Binder *binder, const ParameterRow *parameter, const Value *value)
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
    return accepts(parameter, FORM_NAME | FORM_PART) || word_find(parameter->words, value->text) ||
           (name && name->datum.kind != DATUM_BAD && is_of_its_kind(parameter, &name->datum));
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

const char *meant_option(const Binder *binder, const Argument *argument)
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
        text = arena_printf(arena, "; did you mean '%s=%s'?", parameter->name, span_text(arena, value->value->span));
    }
    return text;
}

enum { MOST_MEANT = 2 };

const char *meant_word_before(const Binder *binder, const ParameterRow *parameter)
{
    const Argument *argument = binder->argument;
    const ParameterRow *next = parameter + 1;
    bool there = next < &parameter_rows[binder->binding.row->first + parameters_of(binder->binding.row)];
    if (!argument || !there || is_option(next) || parameter->forms != FORM_WORD ||
        !is_meant_for(binder, next, argument->value))
        return "";
    Arena *arena = binder->check->arena;
    const char *part[MOST_MEANT];
    int parts = 0;
    for (int i = 0; i < word_count && parts < MOST_MEANT; i++)
        if (word_rows[i].list == parameter->words)
            part[parts++] = arena_printf(arena, "'%s %s'", word_rows[i].text, span_text(arena, argument->value->span));
    return arena_printf(arena, "; did you mean %s?", either_text(arena, part, parts));
}

const char *meant_options(Arena *arena, const StatementRow *row)
{
    const char **part = arena_array(arena, const char *, parameters_of(row));
    for (int i = 0; i < parameters_of(row); i++)
        part[i] = arena_printf(arena, "'%s='", parameter_rows[row->first + i].name);
    return arena_printf(arena, "; it takes %s", either_text(arena, part, parameters_of(row)));
}

/* "conv 8 stride=2 3x3": that the argument is one that the line still lacks; "": it is not. */
static const char *meant_before(const Binder *binder, const Argument *before, const Argument *argument)
{
    Arena *arena = binder->check->arena;
    int index = 0;
    while (argument_row(binder, index) && binder->binding.bound[index].given)
        index++;
    const ParameterRow *lacking = argument_row(binder, index);
    if (!lacking || !before->name || argument->value->kind != VALUE_SHAPE || !is_meant_for(binder, lacking, argument->value))
        return "";
    return arena_printf(arena, "; did you mean '%s %s=%s'?", span_text(arena, argument->value->span), before->name,
                        span_text(arena, before->value->span));
}

const char *meant_behind(const Binder *binder, const Argument *argument)
{
    Arena *arena = binder->check->arena;
    const Argument *before = binder->statement->arguments;
    while (before->next != argument)
        before = before->next;
    for (int i = 0; i < parameters_of(binder->binding.row) && before->name; i++) {
        const ParameterRow *parameter = &parameter_rows[binder->binding.row->first + i];
        if (!strcmp(parameter->name, before->name) && accepts(parameter, FORM_EXTENT) && is_extent(before) &&
            is_extent(argument))
            return arena_printf(arena, "; did you mean '%s=%sx%s'?", before->name, span_text(arena, before->value->span),
                                span_text(arena, argument->value->span));
    }
    const char *lacking = meant_before(binder, before, argument);
    bool first = !binder->binding.bound[0].given || argument->value->kind == VALUE_WORD;
    return *lacking ? lacking : first ? "" : meant_option(binder, argument);
}

/* The `epochs` line of the braces that the line stands in; NULL: they have none. */
static const Statement *epochs_beside(const Statement *braces, const Statement *line)
{
    const Statement *epochs = NULL;
    bool beside = false;
    for (const Statement *at = braces ? braces->block : NULL; at; at = at->next) {
        const Statement *within = at->block ? epochs_beside(at, line) : NULL;
        if (within)
            return within;
        beside |= at == line;
        if (at->keyword && !strcmp(at->keyword, statement_rows[STATEMENT_EPOCHS].keyword))
            epochs = at;
    }
    return beside ? epochs : NULL;
}

/* So many of the epochs as a share, or each of a list, says; NULL: it says something else. */
static const char *share_of(Arena *arena, const Datum *share, Number epochs)
{
    const char *text = "";
    for (int i = 0; share->kind == DATUM_LIST && i < share->items; i++) {
        const char *item = share_of(arena, &share->item[i], epochs);
        if (!item)
            return NULL;
        text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", item);
    }
    if (share->kind == DATUM_LIST)
        return arena_printf(arena, "(%s)", text);
    Number count;
    bool sound = share->kind == DATUM_NUMBER && share->unit == UNIT_PERCENT && number_multiply(share->number, epochs, &count);
    return sound && !number_is_zero(count) ? number_text(arena, count) : NULL;
}

/* A share of the training where its place counts epochs: as many as that is. */
static const char *meant_epochs(const Binder *binder, const Datum *datum)
{
    Arena *arena = binder->check->arena;
    const Statement *line = epochs_beside(binder->check->section[SECTION_TRAIN].statement, binder->statement);
    const Argument *epochs = line ? line->arguments : NULL;
    const char *count = epochs && is_extent(epochs) ? share_of(arena, datum, epochs->value->number) : NULL;
    return count ? arena_printf(arena, "; did you mean %s, which is %s of %s?", count, datum_text(arena, datum),
                                span_text(arena, epochs->value->span)) : "";
}

/* What belongs to another line: `mean=data` of a target is of 'input', the share of a `split` of 'validation', the number
 * of a `rate` of 'optimizer'. */
static const char *meant_elsewhere(const Binder *binder, const Datum *datum)
{
    Arena *arena = binder->check->arena;
    StatementId id = binder->binding.row->id;
    if (id == STATEMENT_DATA_TARGET && datum->kind == DATUM_WORD && !strcmp(datum->text, "data"))
        return "; 'input' alone is measured, and the trainer's command 'data' tells a target's mean and std";
    if (id == STATEMENT_DATA_SPLIT && datum->kind == DATUM_NUMBER)
        return ", the column that tells a row's part; a share is held out by 'validation', as in 'validation 20%'";
    if (id == STATEMENT_RATE && datum->kind == DATUM_NUMBER)
        return arena_printf(arena, "; the rate of all layers stands in 'optimizer', as rate=%s", datum_text(arena, datum));
    return "";
}

/* The one keyword of the section that takes the line as it is; of those that take any name, nobody knows. */
static const char *meant_keyword(const Binder *binder)
{
    Check *check = binder->check;
    const Section section = binder->binding.row->section;
    const StatementRow *row = binder->statement->misfit
                                  ? could_be_another(check, binder->frame, binder->statement, section, NULL) : NULL;
    bool certain = row && parameters_of(row) && !accepts(&parameter_rows[row->first], FORM_NAME | FORM_PART | FORM_TEXT);
    if (!certain || could_be_another(check, binder->frame, binder->statement, section, row))
        return "";
    return arena_printf(check->arena, "; did you mean '%s'?", row->keyword);
}

const char *meant_instead(const Binder *binder, const ParameterRow *parameter, const Datum *datum)
{
    Arena *arena = binder->check->arena;
    const char *instead = instead_text(arena, parameter, datum);
    const char *keyword = *instead == ',' && !is_of_its_kind(parameter, datum) ? meant_keyword(binder) : "";
    if (*keyword)
        return keyword;
    const char *option = binder->may_pass && *instead == ',' ? meant_option(binder, binder->argument) : "";
    if (!*option)
        option = meant_elsewhere(binder, datum);
    if (!*option && *instead == ',')
        option = meant_word_before(binder, parameter);
    if (!*option && !takes_ratios(parameter))
        option = meant_epochs(binder, datum);
    return *option ? option : instead;
}
