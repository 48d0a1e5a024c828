/* picture.h - PNG, JPEG, WebP, TIFF, BMP and PNM files as bytes. What a file is, its content says, never its name.
 * Nothing here ends the program: a file that cannot be read whole yields a reason in words. */

#ifndef PICTURES_PICTURE_H
#define PICTURES_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/system/reason.h"

enum {
    PICTURE_SLACK = 16,         /* bytes behind the last pixel that may be read */
    PICTURE_SIDE = 65500,       /* pixels: JPEG's own limit */
    PICTURE_PIXELS = 100 * 1000 * 1000,
    PICTURE_LARGE = 16 * 1000 * 1000,   /* pixels from which on one picture at a time is in memory */
    PICTURE_BYTES = 256 << 20,  /* of a file */
    PICTURE_SCANS = 100,        /* of a progressive JPEG */
};

typedef struct {
    int h, w, c;                /* c: 1 grey, 3 red, green, blue */
    uint8_t *pixel;             /* [h][w][c], then PICTURE_SLACK bytes; freed with picture_free */
    bool large;                 /* others of its size wait until it is freed, by the same thread */
} Picture;

/* Reads a file, or what is left of an open one, or bytes that were read, as `channels` (1 or 3) bytes
 * a pixel:
 *   grey          from colour by ITU-R 601: 0.299 red + 0.587 green + 0.114 blue
 *   16 bits       become 8, to the nearest; of a grey TIFF the upper 8
 *   transparency  lies on white
 *   CMYK          each ink takes its share of the light, as paper does without a colour profile
 *   EXIF          the orientation is applied, and a TIFF's own; other metadata and colour profiles are not
 * What follows the picture in a file does not matter; what is missing from it does. Limits above
 * are checked before memory is taken. On failure false, `picture` empty, and the reason, which
 * fits behind "FILE: ". */
bool picture_read(Picture *picture, const char *path, int channels, char reason[REASON_ROOM]);
bool picture_read_open(Picture *picture, int file, int channels, char reason[REASON_ROOM]);
bool picture_decode(Picture *picture, const uint8_t *bytes, size_t length, int channels,
                    char reason[REASON_ROOM]);

/* Reads a mask: one channel, the numbers that the file stores for its pixels, of at most 8 bits: of a palette the
 * indices, of fewer bits than 8 not spread out, of a colour whose parts are equal any of them; opacity is passed over. A
 * format that does not keep numbers is refused: JPEG, WebP that is not lossless, a TIFF that is packed so. */
bool picture_read_mask(Picture *picture, const char *path, char reason[REASON_ROOM]);

void picture_free(Picture *picture);

#endif
