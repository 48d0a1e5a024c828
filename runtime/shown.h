/* shown.h - images as people see them: what a network takes and is to answer, as bytes of pictures. */

#ifndef RUNTIME_SHOWN_H
#define RUNTIME_SHOWN_H

#include "runtime/shelves.h"

/* Inputs [images][h][w][c], as the network has them, to bytes [images][h][w][input_shown], red first; to be freed.
 * What was bytes is as it was; of other numbers the least becomes black and the largest white. */
uint8_t *shown_pictures(const Shelves *shelves, const float *input, int images);

/* One image's such bytes with `targets` pictures beside them, which target_draw makes: [h][(1 + targets)*w][3]; to be
 * freed. */
uint8_t *shown_beside(const Job *job, const uint8_t *shown, const void *const *target, int targets);

#endif
