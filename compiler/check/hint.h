/* hint.h - what could stand where an unknown word stands: the one that is nearly written so, what
 * another tool's word is called here, or all of them. */

#ifndef CHECK_HINT_H
#define CHECK_HINT_H

#include "base/guess.h"
#include "compiler/ast/rows.h"

typedef struct {
    Arena *arena;
    const char *word;           /* that nobody knows */
    Guess guess;
    const char *ours;           /* what another tool's word is called here; NULL: it is nobody's */
    bool planned;               /* that, or what is nearest, is not built */
    const char **built;         /* "'max'", "'average'": all that could stand */
    int builts, room;
} Hint;

Hint hint_begin(Arena *arena, const char *word);
void hint_try(Hint *hint, const char *candidate, State state);

/* True where there is more to say than the list. */
bool hint_is_near(const Hint *hint);

/* "; did you mean 'max'?", "; did you mean 'metric', which is not built yet?", "; it is called 'pool max'
 * here", "; it is 'max' or 'average'"; "" where there are no candidates. */
const char *hint_text(const Hint *hint);

/* Of what is given by name and should not: "; give its window without a name". */
const char *unnamed_text(Arena *arena, const char *argument);

/* True where the word is the candidate but for its case, or is another tool's for it. */
bool is_foreign(const char *word, const char *candidate);

#endif
