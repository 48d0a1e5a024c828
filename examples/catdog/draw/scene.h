/* scene.h - where an animal is: what lies behind it, and what stands before it. */

#ifndef DRAW_SCENE_H
#define DRAW_SCENE_H

#include "examples/catdog/draw/canvas.h"
#include "examples/catdog/draw/render.h"

/* Paints one of the backgrounds; from `border` pixels down there is floor. */
void scene_behind(Canvas *canvas, Dice *dice, float border);

/* The shadow that a figure casts on its floor. */
void scene_shadow(Canvas *canvas, const Figure *figure, const Lens *lens, const Light *light);

/* Something in the way, in some of the pictures: blades, a bar, the corner of a table, a toy. */
void scene_before(Canvas *canvas, Dice *dice);

/* A light that fits a picture: window, lamp, sun, overcast, flash. */
Light scene_light(Dice *dice);

#endif
