/* canvas.h - the picture while it is painted: linear light in floats, row by row from the top.
 * Points are in pixels, x to the right and y down, a pixel's centre at its number plus a half. */

#ifndef DRAW_CANVAS_H
#define DRAW_CANVAS_H

#include "examples/catdog/draw/dice.h"

typedef struct {
    int width, height;
    Vec *pixel;                 /* [height][width], owned */
} Canvas;

typedef struct {
    float x, y;
} Point;

Canvas canvas_open(int width, int height);      /* ends the program where there is no memory */
void   canvas_close(Canvas *canvas);

/* Lays `color` over the pixel, as far as `cover`, 0 to 1, tells. The pixel is in the canvas. */
static inline void lay(Canvas *canvas, int x, int y, Vec color, float cover)
{
    Vec *pixel = &canvas->pixel[y * canvas->width + x];
    *pixel = mix3(*pixel, color, cover);
}

/* Shapes with soft edges, `soft` pixels wide; what lies outside the canvas is cut off. */
void paint_ellipse(Canvas *canvas, Point middle, float wide, float high, float soft, Vec color,
                   float cover);
void paint_box(Canvas *canvas, Point middle, float wide, float high, float corner, float tilt,
               float soft, Vec color, float cover);

/* A hair, a blade, a bar: from `from` over `by` to `to`, a quadratic curve, so thick at its start
 * and at its end. */
void paint_stroke(Canvas *canvas, Point from, Point by, Point to, float thick, float thin,
                  Vec color, float cover);

/* Blurs as a lens out of focus does, `radius` pixels wide. */
void blur(Canvas *canvas, float radius);

#endif
