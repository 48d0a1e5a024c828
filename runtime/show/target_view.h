/* target_view.h - what an image is to be answered by, for people: as a line of text, or as a picture. */

#ifndef SHOW_TARGET_VIEW_H
#define SHOW_TARGET_VIEW_H

#include "runtime/data/dataset.h"

/* Of image i of a batch's targets: "cat", "cat 30% dog 70%", "1.5 -2"; NULL where the target is a picture. To be
 * freed. */
char *target_text(const Dataset *dataset, const void *target, int i);

/* True where the target is a mask or a picture of numbers that can be shown. */
bool target_is_picture(const Job *job);

/* The colour of a class of a mask; gray of -1, where a pixel does not count. */
void target_colour(int32_t class, uint8_t color[3]);

/* One image's target in the size of the input, [h][w][3], rows `stride` bytes apart: each class of a mask in a color
 * of its own, gray where a pixel does not count; numbers from their smallest, black, to their largest. */
void target_draw(const Job *job, const void *target, uint8_t *pixel, long stride);

#endif
