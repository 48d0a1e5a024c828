/* shown.h - images as people see them: what a network takes and is to answer, as bytes of pictures. */

#ifndef SHOW_SHOWN_H
#define SHOW_SHOWN_H

#include "runtime/data/shelves.h"
#include "runtime/show/target_view.h"

/* Inputs [images][h][w][c], as the network has them, to bytes [images][h][w][input_shown], red first; to be freed.
 * What was bytes is as it was; of other numbers the least becomes black and the largest white. */
uint8_t *shown_pictures(const Shelves *shelves, const float *input, int images);

/* A target that target_is_picture, in the size of the input, [h][w][3]; to be freed. */
uint8_t *shown_target(const Job *job, const void *target);

/* Pictures [h][w][c], c being 1 or 3, side by side with a white gap between them: [h][shown_width][3]; to be freed. */
typedef struct { const uint8_t *pixel; int c; } ShownPart;
uint8_t *shown_row(Shape shape, const ShownPart *part, int parts);
int      shown_width(int w, int parts);

/* True where a target is a picture, and another than the input. */
bool shown_has_target(const Job *job);

/* The pictures that show an image with its answer: itself, and where answers are pictures also the truth, unless that
 * is the input, and the answer. */
static inline int shown_parts(const Job *job)
{
    return !target_is_picture(job) ? 1 : job->data.target_is_input ? 2 : 3;
}

/* Where they are more than one, these side by side, a row of shown_parts; to be freed. `answer` is in the form of a
 * target. */
uint8_t *shown_answered(const Shelves *shelves, const uint8_t *shown, const void *target, const void *answer);

/* One image's bytes, and the target beside it, a row of two; to be freed. */
uint8_t *shown_beside(const Job *job, const uint8_t *shown, const void *target);

#endif
