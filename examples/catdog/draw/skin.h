/* skin.h - what an animal's surface looks like at one spot, before light falls on it. */

#ifndef DRAW_SKIN_H
#define DRAW_SKIN_H

#include "examples/catdog/draw/figure.h"

typedef struct {
    const Part *part;           /* the nearest */
    Vec at, normal;             /* as the camera sees them */
    float head_share;           /* 1 on the head, 0 on the body, between where they grow together */
    float grain;                /* the size of a pixel there, in heads */
} Spot;

typedef struct {
    Vec color;
    float shine;                /* how much of a mirror it is, 0 to 1 */
    float hair;                 /* the hair there, -1 to 1; 0 where none grows */
} Skin;

Skin skin(const Figure *figure, const Spot *spot);

#endif
