/* foreign.h - the words of other tools: what they are called here, or why nothing here is called so. */

#ifndef AST_FOREIGN_H
#define AST_FOREIGN_H

/* What another tool's word is called here, by a text whose first word is the candidate; NULL: it is not called so.
 * Case does not matter. */
const char *foreign_word(const char *theirs, const char *candidate);

/* Why a word of other tools needs no line here; NULL: it is no such word. */
const char *needless_text(const char *theirs);

#endif
