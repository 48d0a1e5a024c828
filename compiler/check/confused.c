/* confused.c - arguments in wrong places, from which one can tell what was meant. */

#include "compiler/check/binder.h"
#include "compiler/check/takes.h"

/* These arguments are for the parameter at *index; what they mean is told. */
static const Argument *take(Binder *binder, int *index, const Argument *first, const Argument *last)
{
    bind_give(binder, (*index)++, (Datum){0}, span_join(first->value->span, last->value->span));
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
                   span_text(binder->check->arena, shape.span), "");
    else
        report_wrong_value(binder, parameter, &shape);
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
               arena_printf(arena, "%s%s", span_text(arena, argument->value->span), unit->value->text));
    return take(binder, index, argument, unit);
}

/* The line's arguments but one. */
static const char *line_without(const Binder *binder, const Argument *surplus)
{
    Arena *arena = binder->check->arena;
    const char *text = binder->statement->keyword;
    for (const Argument *at = binder->statement->arguments; at && !at->name; at = at->next)
        if (at != surplus)
            text = arena_printf(arena, "%s %s", text, span_text(arena, at->value->span));
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
    const char *filters = span_text(arena, argument->value->span), *n = span_text(arena, side->value->span);
    const char *meant = arena_printf(arena, "%s %s %sx%s", binder->statement->keyword, filters, n, n);
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
    binder->binding.full = binder->binding.uncertain = true;
    return take(binder, index, argument, window ? next : argument);
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
               binder->statement->keyword, first->name, second->name, span_text(arena, next->value->span),
               span_text(arena, argument->value->span));
    binder->binding.full = true;
    take(binder, index, argument, argument);
    return take(binder, index, next, next);
}

const Argument *bind_confused(Binder *binder, int *index, const Argument *argument)
{
    static const Argument *(*const ways[])(Binder *binder, int *index, const Argument *argument) = {
        bind_channels, bind_square, bind_joined, bind_spread_shape, bind_spread_unit, bind_swapped,
    };
    const Argument *last = NULL;
    for (size_t i = 0; i < sizeof ways / sizeof *ways && !last; i++)
        last = ways[i](binder, index, argument);
    return last;
}
