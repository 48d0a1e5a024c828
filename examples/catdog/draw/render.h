/* render.h - takes a figure's picture: rays are marched through its distance field, in light with
 * soft shadows, and the fur's fringe is mixed with what the canvas shows already. */

#ifndef DRAW_RENDER_H
#define DRAW_RENDER_H

#include "examples/catdog/draw/canvas.h"
#include "examples/catdog/draw/figure.h"

/* A camera before the origin, `distance` heads away, looking down -z. */
typedef struct {
    Point middle;               /* where the origin is on the canvas */
    float scale;                /* pixels a head, at the origin */
    float distance;
} Lens;

typedef struct {
    Vec toward;                 /* unit, to the main light */
    Vec key, sky, floor;        /* light from there, from above, from below */
} Light;

Point project(const Lens *lens, Vec at);

void render(Canvas *canvas, const Figure *figure, const Lens *lens, const Light *light);

/* The whiskers, drawn over the rendered face. */
void render_whiskers(Canvas *canvas, const Figure *figure, const Lens *lens, Dice *dice);

#endif
