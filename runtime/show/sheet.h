/* sheet.h - contact sheets: many small pictures on one page, each with a label, as PNG. */

#ifndef SHOW_SHEET_H
#define SHOW_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/show/drawing.h"

typedef struct {
    const uint8_t *pixel;       /* [h][w][c] */
    int h, w, c;                /* c: 1 grey, 3 red, green, blue */
    const char *label;          /* below the tile, cut where it is too long; or NULL */
} Tile;

typedef struct {
    const char *title;          /* at the top; or NULL */
    const char *subtitle;       /* below it, smaller; or NULL */
    const Legend *legend;       /* below that, what the tiles' colours stand for; or NULL */
    const Tile *tile;           /* in rows, from left to right; all of one size */
    int tiles;                  /* at least 1 */
    int columns;                /* 0: chosen so that the page is a little wider than high */
} Sheet;

/* The sheet as a PNG of `bytes`, to be freed. Small tiles are magnified by a whole number, so that single pixels can
 * be seen. */
uint8_t *sheet_png(const Sheet *sheet, size_t *bytes);

/* Writes it, whole or not at all; failures are faults. */
void sheet_write(const char *path, const Sheet *sheet);

#endif
