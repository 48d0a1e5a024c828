/* takes.h - what a parameter takes, told in words, and what might have been meant instead of what it
 * was given. All texts are in the arena. */

#ifndef CHECK_TAKES_H
#define CHECK_TAKES_H

#include "compiler/ast/rows.h"
#include "compiler/check/datum.h"

static inline bool accepts(const ParameterRow *parameter, Form form)
{
    return parameter->forms & form;
}

/* False where "10%" is no other way to write 0.1, for there it means a tenth of something. */
static inline bool takes_ratios(const ParameterRow *parameter)
{
    return parameter->range->of_ratios;
}

bool in_range(const Range *range, double value);

/* True for a shape of so many extents, each within the range. */
bool fits_shape(const ParameterRow *parameter, const Datum *datum);

/* "a ratio below 100% or pixels", "'max' or 'average'" */
const char *takes_text(Arena *arena, const ParameterRow *parameter);

/* "'sgd' or 'adam'": the words that an option belongs to. */
const char *kinds_text(Arena *arena, const StatementRow *row, const ParameterRow *option);

/* "; did you mean 20% or 20px?", or ", not 20". */
const char *instead_text(Arena *arena, const ParameterRow *parameter, const Datum *datum);

#endif
