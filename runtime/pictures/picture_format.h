/* picture_format.h - what picture.c and the formats share. */

#ifndef PICTURES_PICTURE_FORMAT_H
#define PICTURES_PICTURE_FORMAT_H

#include "base/libraries.h"
#include "runtime/pictures/picture.h"

enum { PICTURE_MASK = 0 };      /* in the place of channels: the numbers that the file has for its pixels */

/* A format's decoder, as picture_decode; all but JPEG's read masks, too. Those of WebP and TIFF are there where
 * libraries.h has their libraries; BMP and the PNM family are small enough to be read here. */
typedef bool PictureDecoder(Picture *picture, const uint8_t *bytes, size_t length, int channels,
                            char reason[REASON_ROOM]);
PictureDecoder picture_png, picture_jpeg, picture_webp, picture_tiff, picture_bmp, picture_pnm;

/* Takes room for h x w pixels of so many channels, or says why not: too large, or no memory. A mask has one. */
bool picture_make(Picture *picture, long h, long w, int channels, char reason[REASON_ROOM]);

/* ---- orientation ---- */

/* The orientation in an EXIF block, 1 to 8, and 1 where there is none or it makes no sense. The block is a TIFF
 * header, and a directory of 12-byte entries: tag, type, count, value. */
int exif_orientation(const uint8_t *exif, size_t length);

/* Turns the stored picture upright, into memory of its own, if that is to be had. */
bool picture_turn(Picture *picture, int orientation, char reason[REASON_ROOM]);

/* ---- pixels ---- */

/* The number of `bits` bits, 1 to 8, at place x of a row that is packed from the highest bit on. */
static inline int picture_packed(const uint8_t *row, long x, int bits)
{
    return row[x * bits / 8] >> (8 - bits - (int)(x * bits % 8)) & ((1 << bits) - 1);
}

/* The number of a mask's pixel that is stored as a colour: grey in disguise. */
bool picture_number(uint8_t *to, int red, int green, int blue, long y, long x, char reason[REASON_ROOM]);

/* What has more than 8 bits a pixel is no mask. */
bool picture_is_deep(int bits, char reason[REASON_ROOM]);

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

/* One channel's value where `opacity` of 255 parts of it cover white. */
static inline int picture_on_white(int value, int opacity)
{
    return (value * opacity + 255 * (255 - opacity) + 127) / 255;
}

/* Red, green, blue and opacity of each pixel as `channels` bytes. */
static inline void picture_flatten(const uint8_t *from, long pixels, uint8_t *to, int channels)
{
    for (; pixels; pixels--, from += 4, to += channels) {
        int opacity = from[3];
        picture_put(to, channels, picture_on_white(from[0], opacity), picture_on_white(from[1], opacity),
                    picture_on_white(from[2], opacity));
    }
}

/* A value of 0 to `most` as one of 0 to 255, to the nearest. */
static inline int picture_to_byte(unsigned long value, unsigned long most)
{
    return (int)((value * 255 + most / 2) / most);
}

#endif
