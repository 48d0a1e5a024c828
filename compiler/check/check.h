/* check.h - from a file's name to a sound card. */

#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "base/arena.h"
#include "base/diag.h"
#include "compiler/ast/card.h"

/* Reads the card at `path` ("-" is standard input) and what it includes, parses it, and checks all
 * that can be known without data. Mistakes go to `diagnostics`; the way on is open only where
 * diag_count() is 0. Returns NULL where there is a mistake, and where the card cannot be read:
 * then diag_world() says why. Everything lives in the arena. */
Card *check_card(Arena *arena, const char *path, Diagnostics *diagnostics);

/* The same with values for what the card sweeps, "NAME=value" each; of what it does not sweep nothing is said. */
Card *check_card_with(Arena *arena, const char *path, const char *const *setting, int settings,
                      Diagnostics *diagnostics);

/* What the card sweeps by the name of a setting, or NULL; and what is wrong with the setting, as a whole line without
 * "netc: " and newline: the card does not sweep it, or not to that value. NULL: nothing. */
const CardSweep *swept(const Card *card, const char *setting);
const char *setting_fault(Arena *arena, const Card *card, const char *setting);

/* The same, leaving behind what the checks found, also where there are mistakes: `check` has an arena, diagnostics,
 * and the texts that stand for files; the rest is filled. False where the card cannot be read. */
typedef struct Check Check;
bool check_all(Check *check, const char *path);

#endif
