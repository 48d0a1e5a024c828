/* names.h - C identifiers for what a card names. A card may call a layer `int`, `step` or `linux`. */

#ifndef GEN_NAMES_H
#define GEN_NAMES_H

#include "base/arena.h"
#include "compiler/plan/plan.h"

/* A `.` becomes `_` and a `/` two of them; a word that C, the generated file or a header of the kernels
 * uses itself, a `_` at its end. */
const char *identifier(Arena *arena, const char *name);

/* Whether the word stands in a text, and not within another. */
bool has_word(const char *text, const char *word);

/* The names of one plan's buffers, which are apart from each other. */
typedef struct {
    Arena *arena;
    const char **of;            /* by the buffer's number; NULL: not asked for yet */
    const char **slot;          /* all of them, each in the first free slot from its hash's on */
    size_t slots;
} Names;

Names names_of_plan(Arena *arena, const Plan *plan);

/* Whether somebody else has the name already. */
typedef bool NameTaken(const void *whose, const char *name);

/* The same for the same buffer. */
const char *name_of(Names *names, const Buffer *buffer, NameTaken *taken, const void *whose);

#endif
