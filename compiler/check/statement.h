/* statement.h - the form of one statement: its keyword, label and braces, and how often it may stand. */

#ifndef CHECK_STATEMENT_H
#define CHECK_STATEMENT_H

#include "compiler/check/context.h"

/* Of statements that stand once within their braces: the first of each. */
typedef struct {
    const Statement *first[STATEMENT_COUNT];
    bool torn;                  /* a block among them has no braces */
} Seen;

/* The row of a known, built statement that stands where it may; NULL after a message. A line whose keyword may be
 * wrong is told here, and nothing else is told of it: but for those outside of all braces, and for layers, whose
 * values are not known yet. */
const StatementRow *known_row(Check *check, const Frame *frame, Section section, Seen *seen,
                              Statement *statement);

/* False, after a message, where braces are missing or too many. */
bool braces_fit(Check *check, const Statement *statement, Braces braces);

/* What it says is not to be trusted, but its words are words. */
void lose(Check *check, Statement *statement);

#endif
