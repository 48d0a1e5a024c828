/* encode.h - PNG and JPEG files in memory, of every kind that the runtime must read. */

#ifndef TESTS_SUPPORT_ENCODE_H
#define TESTS_SUPPORT_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *bytes;             /* to be freed */
    size_t length;
} Encoded;

typedef struct {
    int h, w;
    int colour;                 /* libpng's PNG_COLOR_TYPE_ */
    int depth;                  /* bits of a sample */
    bool interlaced;
    const uint8_t (*palette)[3];
    int colours;
    const uint8_t *opacity;     /* [colours] of a palette; NULL: none */
    const uint16_t *key;        /* [1 or 3] the transparent grey or colour; NULL: none */
    const uint16_t *sample;     /* [h][w][channels], below 2^depth */
} PngRecipe;

Encoded encode_png(const PngRecipe *recipe);

typedef struct {
    int h, w, c;                /* c: 1 grey, 3 colour, 4 inks as the file shall hold them */
    const uint8_t *pixel;       /* [h][w][c] */
    bool progressive, plain_inks, ycck;     /* plain_inks: without Adobe's marker */
    int down, across;           /* pixels that share a colour, where c is 3: 1 to 4; 0: 1 */
    int quality;                /* 1 to 100; 0: 100 */
    int restart;                /* MCUs between two restart markers; 0: none */
    bool optimal;               /* with codes of its own */
    int single_coefficients;    /* c 1: scans of one coefficient each, 1 to 126; 0: the usual */
    int orientation;            /* 0: no EXIF block */
    bool big_endian;            /* the EXIF block */
} JpegRecipe;

Encoded encode_jpeg(const JpegRecipe *recipe);

/* A small colour picture that `seed` tells from others. */
Encoded encode_sample(int h, int w, unsigned seed);

#endif
