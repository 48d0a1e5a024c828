/* keyword.h - what was meant by a keyword that is none where it stands. */

#ifndef CHECK_KEYWORD_H
#define CHECK_KEYWORD_H

#include "compiler/check/context.h"

/* Reports a keyword that the section does not have: another section has it, or nobody, and then perhaps it is called
 * otherwise, or a file brings it. */
void unknown_keyword(Check *check, const Frame *frame, Section section, const Statement *statement);

/* The section whose statements alone stand in the braces of another one; SECTION_COUNT: there is none. */
Section misnamed(const Check *check, const Frame *frame, const Statement *statement);

#endif
