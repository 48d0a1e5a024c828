/* colour.h - numbers as colours that people with any eyes can tell apart: a map of colours, and which numbers
 * its ends stand for. */

#ifndef SHOW_COLOUR_H
#define SHOW_COLOUR_H

#include <stdbool.h>
#include <stdint.h>

/* RISING: viridis, from dark blue to yellow; lightness rises evenly, so that it also reads in grey.
 * SIGNED: blue for what is negative, red for what is positive, white at the middle; neither is told by lightness
 * alone, and red and blue are no pair that colour-blind people confuse. */
typedef enum { COLOUR_RISING, COLOUR_SIGNED } ColourMap;

/* The colour at a share of the map, from 0 to 1, red first; beyond them that of the end, and grey where the share
 * is no number. */
void colour_at(ColourMap map, double share, uint8_t colour[3]);

/* True where black text on the colour reads better than white. */
bool colour_is_light(const uint8_t colour[3]);

/* A map whose ends are numbers. Of a signed one, -high to high. */
typedef struct {
    ColourMap map;
    double low, high;           /* low <= high */
} ColourScale;

/* The scale in which all of `count` numbers, `stride` apart, can be seen: signed where one is negative, else
 * from 0 to the largest. Numbers that are not finite do not count. */
ColourScale scale_of(const float *number, long count, long stride);

/* Of two such scales the one that holds what both hold. */
ColourScale scale_join(ColourScale a, ColourScale b);

/* Where the number lies between the ends, 0 to 1 within; where both ends are one number, at the middle of a
 * signed scale and at the start of a rising one. */
double scale_share(ColourScale scale, double number);

void scale_colour(ColourScale scale, double number, uint8_t colour[3]);

#endif
