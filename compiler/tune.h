/* tune.h - `netc build --tune`: the cuts of a card's calls, timed on this machine. It goes so:
 *
 *     tuning_open              finds out which machine and compiler this is, and what is known of them
 *     plan with tuning_picker, then tuning_collect, until that returns false: each call with each of its cuts
 *     tuning_measure           times those that nobody has timed here, and keeps what it finds
 *     plan with tuning_picker  now the best of its cuts for each call
 *
 * No cut changes a bit, so a trainer is the same with and without. */

#ifndef COMPILER_TUNE_H
#define COMPILER_TUNE_H

#include "compiler/gen/gen.h"

typedef struct Tuning Tuning;

Tuning *tuning_open(Arena *arena, const Target *target);
const Picker *tuning_picker(const Tuning *tuning);

/* Takes the calls of a training step and of predicting. Returns true where some have further cuts. */
bool tuning_collect(Tuning *tuning, const Generation *g);

/* False where they could not be timed, which has been said; then, and until then, the first cuts are the
 * best. */
bool tuning_measure(Tuning *tuning, const Generation *g);

/* What was taken for each call, and what it gains. */
void tuning_print(FILE *out, const Tuning *tuning);

#endif
