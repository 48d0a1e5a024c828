/* card.h - cards that are measured, and what netc and the C compiler make of them in build/bench/cards/. */

#ifndef BENCH_CARD_H
#define BENCH_CARD_H

#include <stdbool.h>

/* The tutorial's card with another batch and side of the picture, and, unless NULL, other patterns for its
 * classes. To be freed. */
typedef struct {
    int batch, side;            /* 0: as it is */
    const char *cat, *dog;
} Changes;

char *card_tutorial(Changes changes);

/* The text of models/NAME.net. To be freed. */
char *card_model(const char *name);

/* Writes the card and builds it as `netc build` does. `contender`: the name of a file in contenders/ whose
 * main takes the place of the trainer's; NULL: the trainer. `target`: NULL for this machine's. The program
 * is build/bench/cards/NAME. False where it cannot be built, which is told. */
bool card_build(const char *name, const char *text, const char *contender, const char *target);

#endif
