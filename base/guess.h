/* guess.h - did you mean: the candidate that is fewest typing mistakes away. */

#ifndef BASE_GUESS_H
#define BASE_GUESS_H

#include "base/arena.h"

typedef struct {
    const char *word;           /* that nobody knows */
    const char *nearest;        /* the best candidate so far; NULL: none is near enough */
    int distance;
} Guess;

Guess guess_begin(const char *word);
void  guess_try(Guess *guess, const char *candidate);

/* "; did you mean 'max'?", or "" where no candidate was near. */
const char *guess_text(Arena *arena, const Guess *guess);

#endif
