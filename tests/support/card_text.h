/* card_text.h - a card that a test has as text. */

#ifndef TESTS_SUPPORT_CARD_TEXT_H
#define TESTS_SUPPORT_CARD_TEXT_H

#include "compiler/ast/card.h"

/* Checked; NULL, with the diagnostics on standard error, where it has mistakes. All is in the arena. */
Card *card_of(Arena *arena, const char *text);

#endif
