/* cards.h - small networks, each for something that a program may get wrong. */

#ifndef TESTS_GENERATED_CARDS_H
#define TESTS_GENERATED_CARDS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *name, *input, *model, *loss;
} SmallCard;

extern const SmallCard small_cards[];
extern const int small_card_count;

/* Statements' arguments: every optimizer, with and without what it may have. */
extern const char *const optimizers[];
extern const int optimizer_count;

/* True where functions bend whole numbers, so that no sum is exact: such a card is called "smooth ...". */
bool is_smooth(const SmallCard *card);

/* The texts of the cards that a suite holds programs of, from number 0 to NULL. */
enum { HELD_ROOM = 4096 };
typedef const char *HeldCard(char text[HELD_ROOM], int which);
HeldCard held_small_card;       /* exact.c and real.c */
HeldCard held_loss_card;        /* losses.c */
HeldCard held_learning_card;    /* learning.c */

/* The whole card, with the optimizer statement's arguments. Returns `to`. */
const char *card_text(char *to, size_t room, const SmallCard *card, const char *optimizer, int batch);

#endif
