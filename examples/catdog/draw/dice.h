/* dice.h - chance that can be repeated: the n-th throw is a hash of (seed, picture, n), so a
 * picture does not depend on which others were drawn, or by which thread. (Two throws in one
 * expression come in the compiler's order, so another compiler draws other pictures, as good.) */

#ifndef DRAW_DICE_H
#define DRAW_DICE_H

#include <stdbool.h>
#include <stdint.h>

#include "examples/catdog/draw/vector.h"

typedef struct {
    uint64_t key, thrown;
} Dice;

Dice  dice(uint64_t seed, uint64_t picture);
float roll(Dice *dice);                             /* from 0 to below 1 */
float between(Dice *dice, float low, float high);
float around(Dice *dice, float middle, float most); /* middle +- most, more often near the middle */
bool  chance(Dice *dice, float probability);
int   pick(Dice *dice, int count);                  /* 0 to count-1 */
Vec   pick_paint(Dice *dice, const unsigned *hex, int count);

/* A hash of three whole numbers, from 0 to below 1. */
float hash(int x, int y, int z);

/* Smooth noise from 0 to 1 whose hills are about one unit wide, and a sum of it at `octaves`
 * halving widths and heights. */
float noise(Vec at);
float clouds(Vec at, int octaves);

#endif
