/* animals.h - how cats and dogs are built. All numbers are in heads; each animal is its own:
 * measures are drawn around those of the kind, and the kinds overlap where nature lets them. */

#ifndef DRAW_ANIMALS_H
#define DRAW_ANIMALS_H

#include "examples/catdog/draw/figure.h"

/* A body's measures. */
typedef struct {
    float neck, chest, hip;     /* radii */
    float trunk;                /* from chest to hip */
    float leg, leg_thick;       /* length below the chest's middle; radius at the foot */
    float paw;                  /* half its width */
    float tail, tail_thick, tail_thin, tail_lift;   /* length; radii; 0 hangs, 1 stands up */
} Build;

typedef enum { SIT, STAND, LIE, STANCES } Stance;

/* Each adds the head's parts, paints the face, draws the coat and tells the body that belongs to
 * it. */
Build cat_draw(Figure *figure, Dice *dice);
Build dog_draw(Figure *figure, Dice *dice);

/* Adds a body in that stance below the head. */
void torso_draw(Figure *figure, Dice *dice, const Build *build, Stance stance);

#endif
