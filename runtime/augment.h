/* augment.h - the card's augment rows as draws, and a run of geometric rows as one map. All rows
 * that are built are geometric, so an image's whole augmentation is one map and one gather. */

#ifndef RUNTIME_AUGMENT_H
#define RUNTIME_AUGMENT_H

#include "base/job.h"
#include "runtime/gather.h"

/* A row with its dice cast: [0] vertical or the only one, [1] horizontal.
 *   rotate, shear  radians, counter-clockwise    zoom  magnification m: 1-m of the side is shown
 *   shift          pixels, down and right        flip  0 or 1 */
typedef struct {
    AugmentKind kind;
    double amount[2];
} AugmentDraw;

/* Draws all rows of the job: `draw` has room for job->augments. A function of the arguments
 * alone; a row that does not come to act has amounts of 0. */
void augment_draw(const Job *job, uint64_t seed, uint32_t epoch, uint32_t position,
                  AugmentDraw *draw);

/* Where the pixels of an augmented picture come from: the rows' maps multiplied from top to bottom,
 * about the centre, (n-1)/2. Each is the inverse of what the row does to the picture. */
Affine augment_map(const AugmentDraw *draw, int draws, Shape shape);

#endif
