/* resize.h - a picture at the size that the network takes, in bytes. */

#ifndef PICTURES_RESIZE_H
#define PICTURES_RESIZE_H

#include "base/job.h"
#include "runtime/pictures/picture.h"

/* Fills `result` [h][w][c] as the input's resize, filter and shape say; the picture has its
 * channels.
 *   stretch  the whole picture, its aspect lost      crop  the largest middle part of the aspect
 *   pad      the whole picture in the middle, black around it
 *   bilinear the four nearest pixels at (i + 1/2) in/out - 1/2, those outside being the edge's
 *   nearest  the pixel at floor((i + 1/2) in/out)    area  the mean of all that is covered
 * Every value is the exact one, rounded to the nearest byte, halves up. */
void resize_picture(const Picture *picture, const JobInput *input, uint8_t *result);

/* The same place of a mask in h x w, whatever the input's size: `result` [h][w] is of the pixel at (i +
 * 1/2) of the input's frame, by `nearest`, class_of[its value]; `outside` where `pad` has added black. */
void resize_mask(const Picture *mask, const JobInput *input, int h, int w, const uint8_t class_of[256],
                 uint8_t outside, uint8_t *result);

/* The way back: a mask [h][w] of the input's frame as a mask `result` [size.h][size.w] of the picture that was resized,
 * each pixel of the nearest place; what `crop` cut off is of the edge's. */
void resize_back(const uint8_t *mask, int h, int w, const JobInput *input, Extent size, uint8_t *result);

#endif
