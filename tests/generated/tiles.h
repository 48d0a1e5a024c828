/* tiles.h - how far Winograd's F(4x4,3x3) in float may be from the sums that it stands for. */

#ifndef TESTS_GENERATED_TILES_H
#define TESTS_GENERATED_TILES_H

#include "compiler/ir/ir.h"

/* True for a convolution, or the gradient of its input, that such tiles may make. */
bool has_tiles(const Op *op);

/* The largest error of each element of out[0], for n images, of the op's first two inputs' magnitudes: its numbers
 * without their signs. 0 where there is no room for a tile. In the arena. */
double *tiles_bound(Arena *arena, const Op *op, int n, const double *x, const double *w);

#endif
