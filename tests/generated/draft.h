/* draft.h - random cards of the rows that are built, in the spirit of NNSmith: whatever shapes and
 * layers meet, the card is sound, small, and its values stay moderate. */

#ifndef TESTS_GENERATED_DRAFT_H
#define TESTS_GENERATED_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

enum { DRAFT_ROOM = 8192 };

/* The card of that number; `whole`: such that whole numbers stay exact (no sigmoid or softmax before the
 * end, means of powers of two alone). The text is a function of the arguments. */
void draft_card(char text[DRAFT_ROOM], unsigned number, bool whole);

#endif
