#include "compiler/check/takes.h"

#include <string.h>

#include "base/text.h"

/* ---- what a parameter takes, in words ---- */

/* Adds to `part` what is built of a list's words, where it is one of the kinds; empty: all. */
static int add_words(Arena *arena, WordList list, const char *kinds, const char **part)
{
    int parts = 0;
    for (int i = 0; i < word_count; i++)
        if (word_rows[i].list == list && word_rows[i].state == BUILT &&
            kinds_include(kinds, word_rows[i].text))
            part[parts++] = arena_printf(arena, "'%s'", word_rows[i].text);
    return parts;
}

static const char *form_phrase(Arena *arena, const ParameterRow *parameter, Form form, const char *phrase)
{
    if (form & (FORM_WHOLE | FORM_NUMBER | FORM_ANGLE))
        return arena_printf(arena, "%s%s", phrase, parameter->range->of_numbers);
    if (form == FORM_RATIO)
        return arena_printf(arena, "%s%s", phrase, parameter->range->of_ratios);
    return phrase;
}

const char *takes_text(Arena *arena, const ParameterRow *parameter)
{
    const char **part = arena_array(arena, const char *, FORM_COUNT + word_count);
    int parts = 0;
    for (int i = 0; i < FORM_COUNT; i++) {
        if (!accepts(parameter, 1 << i))
            continue;
        if (1 << i == FORM_WORD)
            parts += add_words(arena, parameter->words, "", part + parts);
        else if (*form_phrases[i])
            part[parts++] = form_phrase(arena, parameter, 1 << i, form_phrases[i]);
    }
    return either_text(arena, part, parts);
}

const char *kinds_text(Arena *arena, const StatementRow *row, const ParameterRow *option)
{
    const char **part = arena_array(arena, const char *, word_count);
    int parts = add_words(arena, parameter_rows[row->first].words, option->kinds, part);
    return either_text(arena, part, parts);
}

/* ---- what might have been meant ---- */

bool in_range(const Range *range, double value)
{
    return (value > range->low || (range->lowest && value == range->low)) &&
           (value < range->high || (range->highest && value == range->high));
}

bool fits_shape(const ParameterRow *parameter, const Datum *datum)
{
    for (int i = 0; i < datum->extents; i++)
        if (!in_range(parameter->range, (double)datum->extent[i]))
            return false;
    return accepts(parameter, datum->extents == 2 ? FORM_EXTENT : FORM_SHAPE);
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
    if (accepts(parameter, FORM_RATIO) && (value >= 2 || (value > 1 && number_is_whole(datum->number))) &&
        in_range(parameter->range, value / 100))
        suggest(arena, text, arena_printf(arena, "%s%%", number));
    if (accepts(parameter, FORM_PIXELS) && value >= 0)
        suggest(arena, text, arena_printf(arena, "%spx", number));
    /* Others tell an angle as a part of a full turn. */
    if (accepts(parameter, FORM_ANGLE) && value > 0 && value < 1 && in_range(parameter->range, 360 * value))
        suggest(arena, text, arena_printf(arena, "%gdeg", 360 * value));
    if (accepts(parameter, FORM_ANGLE) && in_range(parameter->range, value))
        suggest(arena, text, arena_printf(arena, "%sdeg", number));
    bool size = number_is_whole(datum->number) && in_range(parameter->range, value);
    if (accepts(parameter, FORM_EXTENT) && !accepts(parameter, FORM_WHOLE) && size)
        suggest(arena, text, arena_printf(arena, "%sx%s", number, number));
}

/* Extents as Python writes them: (3, 3). */
static void suggest_shape(Arena *arena, const ParameterRow *parameter, const Datum *list, const char **text)
{
    Datum shape = { .kind = DATUM_SHAPE };
    for (; shape.extents < list->items; shape.extents++) {
        const Datum *item = &list->item[shape.extents];
        if (shape.extents == MOST_EXTENTS || item->unit != UNIT_NONE || !number_is_whole(item->number))
            return;
        shape.extent[shape.extents] = number_long(item->number);
    }
    if (shape.extents > 1 && fits_shape(parameter, &shape))
        suggest(arena, text, datum_text(arena, &shape));
}

/* A text that would be right without its quotes: a word, a part's name or a number. */
static bool may_stand_bare(const ParameterRow *parameter, const char *text)
{
    Number number;
    return word_find(parameter->words, text) || accepts(parameter, FORM_PART) ||
           (accepts(parameter, FORM_WHOLE | FORM_NUMBER | FORM_RATIO) && *text && number_parse(text, strlen(text), &number));
}

const char *instead_text(Arena *arena, const ParameterRow *parameter, const Datum *datum)
{
    const char *text = "";
    if (datum->kind == DATUM_NUMBER && datum->unit == UNIT_NONE)
        suggest_units(arena, parameter, datum, &text);
    if (datum->kind == DATUM_SHAPE && fits_shape(parameter, datum))
        suggest(arena, &text, datum_text(arena, datum));
    else if (datum->kind == DATUM_SHAPE && datum->extents == 2 && accepts(parameter, FORM_SHAPE))
        for (int channels = 1; channels <= 3; channels += 2)
            suggest(
                arena, &text,
                arena_printf(arena, "%ldx%ldx%d", datum->extent[0], datum->extent[1], channels));
    if (datum->kind == DATUM_LIST)
        suggest_shape(arena, parameter, datum, &text);
    if (datum->kind == DATUM_LIST && datum->items == 2 && accepts(parameter, FORM_PAIR) && accepts(parameter, FORM_ANGLE) &&
        datum->item[0].unit == UNIT_NONE && datum->item[1].unit == UNIT_NONE)
        suggest(arena, &text, arena_printf(arena, "(%sdeg, %sdeg)", number_text(arena, datum->item[0].number),
                                           number_text(arena, datum->item[1].number)));
    if (datum->kind == DATUM_WORD && accepts(parameter, FORM_TEXT))
        suggest(arena, &text, arena_printf(arena, "\"%s\"", datum->text));
    if (datum->kind == DATUM_NUMBER && datum->unit == UNIT_NONE && accepts(parameter, FORM_TEXT))
        suggest(arena, &text, arena_printf(arena, "\"%s\"", datum_text(arena, datum)));
    if (datum->kind == DATUM_TEXT && may_stand_bare(parameter, datum->text))
        suggest(arena, &text, arena_printf(arena, "%s, without quotes", datum->text));
    return *text ? arena_printf(arena, "; did you mean %s?", text)
                 : arena_printf(arena, ", not %s", datum_text(arena, datum));
}
