/* value.h - from a value of the tree to a datum. */

#ifndef CHECK_VALUE_H
#define CHECK_VALUE_H

#include "compiler/check/context.h"

/* What a value comes out as, in the sight of a frame. A word that nothing in sight is called stays
 * a word, to be judged by the place where it stands. Mistakes are reported, and come out as
 * DATUM_BAD. */
Datum evaluate(Check *check, const Frame *frame, const Value *value);

/* Reports a name that means nothing here, `what` it should be ("name", "label", "layer"), with the
 * nearest one in sight, or else `otherwise`. Of each name once, and not of one that a line without
 * sense may declare. */
void unknown_name(Check *check, const Frame *frame, Span span, const char *text, const char *what,
                  const char *otherwise);

/* Where a constant or a block, or else a label, is declared below its use in the same file; source NULL: nowhere. */
Span name_below(const Check *check, Span use, const char *text, bool label);

#endif
