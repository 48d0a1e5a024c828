/* augment.h - the card's augment rows as draws, and a run of rows that move the picture as one map. */

#ifndef DATA_AUGMENT_H
#define DATA_AUGMENT_H

#include "base/job.h"
#include "runtime/pictures/gather.h"

/* The card's words. */
extern const char *const augment_word[AUGMENT_COUNT];

/* What an image is told by: all that is drawn for it is a function of this and of what it is for. */
typedef struct {
    uint64_t seed;
    uint32_t epoch, position;   /* in the epoch's order */
} AugmentKey;

/* A row with its dice cast: [0] vertical or the only one, [1] horizontal.
 *   rotate, shear  radians, counter-clockwise    zoom  magnification m: 1-m of the side is shown
 *   shift          pixels, down and right        flip  0 or 1
 *   crop           pixels from the picture's centre to that of the part; share[] of each side that
 *                  it is
 *   brightness, contrast, saturation  what the factor has above 1; hue radians; noise the deviation,
 *                  as a share of 255; gray, cutout 0 or 1 */
typedef struct {
    AugmentKind kind;
    double amount[2];
    double share[2];
} AugmentDraw;

/* Draws all rows of the job: `draw` has room for job->augments. A function of the arguments
 * alone; a row that does not come to act has amounts of 0, and a crop shares of 1. A row that changes
 * values has draws of its kind, which no other row touches; one that moves has those of its place among
 * the moving rows. */
void augment_draw(const Job *job, AugmentKey key, AugmentDraw *draw);

/* Rows top <= y < bottom, columns left <= x < right. */
typedef struct {
    int top, left, bottom, right;
} Window;

/* What of it lies within the picture. */
Window window_within(Window window, Shape shape);

/* The window of a cutout, 0 to its count - 1: its centre is any pixel of the picture, each as likely;
 * what lies outside is cut off. `row` is the number of the job's row. */
Window augment_window(const Job *job, AugmentKey key, int row, int window);

/* Where the pixels of an augmented picture come from: the rows' maps multiplied from top to bottom,
 * about the centre, (n-1)/2. Each is the inverse of what the row does to the picture. */
Affine augment_map(const AugmentDraw *draw, int draws, Shape shape);

#endif
