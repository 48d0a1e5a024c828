/* picture_format.h - what picture.c and the two formats share. */

#ifndef RUNTIME_PICTURE_FORMAT_H
#define RUNTIME_PICTURE_FORMAT_H

#include "runtime/picture.h"

enum { PICTURE_MASK = 0 };      /* in the place of channels: the numbers that the file has for its pixels */

/* A format's decoder: as picture_decode, but for orientation, which only JPEG has; only PNG has
 * masks. */
bool picture_png(Picture *picture, const uint8_t *bytes, size_t length, int channels,
                 char reason[REASON_ROOM]);
bool picture_jpeg(Picture *picture, const uint8_t *bytes, size_t length, int channels,
                  char reason[REASON_ROOM]);

/* Takes room for h x w pixels of `bytes` bytes, or says why not: too large, or no memory. */
bool picture_make(Picture *picture, long h, long w, int bytes, char reason[REASON_ROOM]);

/* One pixel of 8-bit colour at its place in a picture of 1 or 3 channels. */
static inline void picture_put(uint8_t *at, int channels, int red, int green, int blue)
{
    if (channels == 1) {        /* weights of 2^16 parts: a grey stays what it is */
        *at = (uint8_t)((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);
        return;
    }
    at[0] = (uint8_t)red;
    at[1] = (uint8_t)green;
    at[2] = (uint8_t)blue;
}

#endif
