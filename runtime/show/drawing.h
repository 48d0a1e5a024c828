/* drawing.h - a page of pixels with text and pictures on it, from which sheets are made. */

#ifndef SHOW_DRAWING_H
#define SHOW_DRAWING_H

#include <stdint.h>

#include "runtime/show/colour.h"

typedef struct {
    int h, w;
    uint8_t *pixel;             /* [h][w][3]; freed with free() */
} Drawing;

/* Colours of a page: of its ground, of text, and of text that steps back. */
extern const uint8_t paper[3], ink[3], pale[3];

/* A page of paper. */
Drawing drawing_open(int h, int w);

/* One pixel; beyond the page there is nothing to put it on. */
void drawing_put(Drawing *page, int y, int x, const uint8_t colour[3]);

/* Characters of UTF-8 text, each as wide as FONT_WIDTH * size. */
int drawing_letters(const char *text);

/* Writes what fits into `width` pixels, letters magnified by `size`; what does not fit ends in two dots. The font
 * knows ASCII alone: any other character is one question mark. */
void drawing_text(Drawing *page, const char *text, int y, int x, int width, int size, const uint8_t colour[3]);

enum { LEGEND_BAR = 128 };      /* pixels from end to end of a map */

/* A map's colours as a bar, and beside its ends what they stand for: "0 [bar] 3.2"; FONT_HEIGHT high. */
typedef struct {
    ColourMap map;
    const char *low, *high;
} Legend;

int  drawing_legend_width(const Legend *legend);
void drawing_legend(Drawing *page, const Legend *legend, int y, int x);

#endif
