/* slip.h - what was meant where a line cannot be read: a text without its quotes, arithmetic without
 * its parentheses, and what other languages write. */

#ifndef GRAMMAR_SLIP_H
#define GRAMMAR_SLIP_H

#include <stdbool.h>

#include "base/diag.h"

/* Reports the character or token at `span`, which nobody expected outside of parentheses, as what it
 * seems to be, within braces or outside of all; false, and nothing is said, where it seems to be nothing known. */
bool report_slip(Arena *arena, Diagnostics *diagnostics, Span span, bool in_braces);

/* The same of a power, within parentheses, too; and of a minus and the number behind it, which read as a negative number
 * but may be a difference without its parentheses. */
bool report_power(Arena *arena, Diagnostics *diagnostics, Span sign);
bool report_difference(Arena *arena, Diagnostics *diagnostics, Span minus, Span number);

#endif
