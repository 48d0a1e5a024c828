/* cards.h - small networks, each for something that a program may get wrong. */

#ifndef TESTS_GENERATED_CARDS_H
#define TESTS_GENERATED_CARDS_H

#include <stddef.h>

typedef struct {
    const char *name, *input, *model, *loss;
} SmallCard;

enum { SMALL_CARDS = 32 };

extern const SmallCard small_cards[SMALL_CARDS];

/* The whole card, with the optimizer statement's arguments. Returns `to`. */
const char *card_text(char *to, size_t room, const SmallCard *card, const char *optimizer, int batch);

#endif
