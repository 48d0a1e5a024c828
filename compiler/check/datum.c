#include "compiler/check/datum.h"

#include <math.h>

double datum_degrees(const Datum *datum)
{
    double value = number_double(datum->number);
    return datum->unit == UNIT_RADIAN ? value * 180 / M_PI : value;
}

double datum_double(const Datum *datum)
{
    double value = number_double(datum->number);
    return datum->unit == UNIT_DEGREE ? value * M_PI / 180 : value;
}

static const char *number_and_unit(Arena *arena, const Datum *datum)
{
    static const char *const unit[] = {"", "%", "deg", "rad", "px"};
    Number shown = datum->number;
    bool percent = datum->unit == UNIT_PERCENT &&
                   number_multiply(datum->number, number_whole(100), &shown);
    Unit as = datum->unit == UNIT_PERCENT && !percent ? UNIT_NONE : datum->unit;
    return arena_printf(arena, "%s%s", number_text(arena, shown), unit[as]);
}

static const char *list_text(Arena *arena, const Datum *datum)
{
    const char *text = "(";
    for (int i = 0; i < datum->items && i < 4; i++)
        text =
            arena_printf(arena, "%s%s%s", text, i ? ", " : "", datum_text(arena, &datum->item[i]));
    return arena_printf(arena, "%s%s)", text, datum->items > 4 ? ", ..." : "");
}

const char *datum_text(Arena *arena, const Datum *datum)
{
    switch (datum->kind) {
    case DATUM_NUMBER:
        return number_and_unit(arena, datum);
    case DATUM_SHAPE:
        return datum->extents == 2
                   ? arena_printf(arena, "%ldx%ld", datum->extent[0], datum->extent[1])
                   : arena_printf(arena, "%ldx%ldx%ld", datum->extent[0], datum->extent[1],
                                  datum->extent[2]);
    case DATUM_TEXT:
        return arena_printf(arena, "\"%s\"", datum->text);
    case DATUM_WORD:
        return arena_printf(arena, "'%s'", datum->text);
    case DATUM_LIST:
        return list_text(arena, datum);
    case DATUM_LAYER:
        return "a label";
    case DATUM_BAD:
        break;
    }
    return "this";
}
