/* gather.h - one pass from a picture to what the network takes: each pixel of the result comes from
 * where an affine map says, between its four neighbours, and is scaled on the way. */

#ifndef PICTURES_GATHER_H
#define PICTURES_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/job.h"

/* Row and column in the picture of a pixel of the result: m[0] and m[1] times (row, column, 1). */
typedef struct {
    double m[2][3];
} Affine;

/* Maps that a picture goes through one after the other, map[0] first, and is filled in between. No more than there
 * are kinds of rows that move it. */
typedef struct {
    Affine map[AUGMENT_BRIGHTNESS];
    int maps;                   /* 0: it stays where it is */
} Moves;

/* What is the same for all pictures of a loader. */
typedef struct {
    Shape shape;                /* of picture and result */
    bool bytes;                 /* the picture's values are bytes, else floats */
    FillKind fill;
    float fill_value;
    float *gain, *offset;       /* [c + 3]: (scale*v - mean)/std is gain*v + offset */
} Gather;

Gather gather_open(const Job *job, bool bytes);

/* The same, with values as they come: not scaled; and of floats of another shape. */
Gather gather_open_plain(const Job *job, bool bytes);
Gather gather_open_numbers(const Job *job, Shape shape);
void   gather_close(Gather *gather);

/* picture [h][w][c] of bytes or floats, then 16 bytes that may be read -> result [h][w][c]. The
 * map's numbers are taken to 2^-32 pixel; beyond 2^12 (2^28 for the constant column) they are
 * cut off. Where a neighbour lies outside: `nearest` the edge, `reflect` dcba|abcd|dcba, `wrap`
 * with period n; with `constant` the whole pixel is the fill value once its place leaves 0 to
 * n-1. */
void gather_run(const Gather *gather, const Affine *map, const void *picture, float *result);

/* The same where each pixel stays where it is; `result` may be the picture. */
void gather_whole(const Gather *gather, const void *picture, float *result);

/* The same moves for a mask of the picture, [h][w] bytes -> result [h][w]: each pixel is the nearest one to its place.
 * With `constant` it is `outside` where the picture's is the fill value. */
void gather_mask(FillKind fill, int h, int w, const Moves *moves, const uint8_t *mask, uint8_t outside,
                 int32_t *result);

/* The moves of pictures of one size as they are of those of another, that show the same. */
Moves moves_at(const Moves *moves, Shape from, Shape to);

#endif
