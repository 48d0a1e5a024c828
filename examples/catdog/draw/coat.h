/* coat.h - fur: which colours and pattern an animal wears, and what that gives at a place on it.
 * Cats and dogs draw from the same wardrobe, so that no colour tells which is which. */

#ifndef DRAW_COAT_H
#define DRAW_COAT_H

#include "examples/catdog/draw/dice.h"

typedef enum { PLAIN, TABBY, PATCHES, SPOTS, POINTS } Pattern;

typedef struct {
    Pattern pattern;
    Vec base, mark, pale;       /* ground colour, colour of the marks, of belly and muzzle */
    float pale_face, pale_chest;/* how far the pale parts reach; 0: not at all */
    float bands;                /* tabby stripes a head */
    float contrast;             /* of marks, 0 to 1 */
    float strand;               /* contrast of single hairs */
    Vec shift;                  /* where in the noise this animal's marks lie */
} Coat;

/* `tabby` is how likely stripes are. */
Coat coat_draw(Dice *dice, float tabby);

/* The colour at a place on the head, or on the body; in heads. `outward` is how much of an
 * extremity it is: ears, feet and tails tend to be dark or pale. */
Vec coat_on_head(const Coat *coat, Vec at, float outward);
Vec coat_on_body(const Coat *coat, Vec at, float outward);

/* The hairs at a place, -1 to 1: on the head they run away from the nose, on the body backward. */
float hair_on_head(const Coat *coat, Vec at, Vec nose);
float hair_on_body(const Coat *coat, Vec at);

#endif
