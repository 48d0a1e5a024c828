/* picture_bmp.c - BMP: palettes of 1 to 8 bits, colours of 16, 24 and 32, with masks or without, from OS/2's header
 * to the fifth version of Windows'. Run lengths, and files that are JPEG or PNG inside, are refused. */

#include "runtime/pictures/picture_format.h"

#include <string.h>

/* Bytes of headers, and where masks are in them. */
enum { FILE_HEADER = 14, CORE = 12, OS2 = 64, INFO = 40, RED = 40, OPACITY = 52 };

typedef struct {
    uint32_t mask;
    int shift;
    uint32_t most;              /* full light; 0 where the mask is none */
} Channel;

typedef struct {
    const uint8_t *bytes;
    size_t length;
    char *reason;
    long h, w;
    bool from_top;
    int bits;                   /* of a pixel */
    const uint8_t *palette;
    int colours, entry;         /* bytes of a palette's entry: blue, green, red */
    Channel channel[4];         /* red, green, blue, opacity; of 16 and 32 bits */
    size_t start, stride;       /* of the rows */
} Bitmap;

static bool fail(const Bitmap *b, const char *what)
{
    return refuse(b->reason, "is a damaged BMP: %s", what);
}

static uint32_t number(const Bitmap *b, size_t at, int bytes)
{
    uint32_t value = 0;
    for (int i = bytes; i--; )
        value = value << 8 | b->bytes[at + (size_t)i];
    return value;
}

static Channel channel_of(uint32_t mask)
{
    int shift = mask ? __builtin_ctz(mask) : 0;
    return (Channel){ mask, shift, mask >> shift };
}

/* Whether each is one run of bits. */
static bool are_sound(const Bitmap *b)
{
    for (int i = 0; i < 4; i++)
        if ((b->channel[i].most & (b->channel[i].most + 1)) || (i < 3 && !b->channel[i].mask))
            return false;
    return true;
}

/* Masks lie in the header, or behind the shortest that may have them. */
static bool read_masks(Bitmap *b, uint32_t header, uint32_t packing)
{
    enum { MASKS = 3, MASKS_AND_OPACITY = 6 };
    static const uint32_t usual[2][3] = { { 0x7c00, 0x3e0, 0x1f }, { 0xff0000, 0xff00, 0xff } };
    bool told = packing == MASKS || packing == MASKS_AND_OPACITY;
    bool opacity = told && (header > OPACITY || packing == MASKS_AND_OPACITY);
    if (told && b->length < FILE_HEADER + RED + 4 * (size_t)(3 + opacity))
        return fail(b, "it is cut short");
    for (int i = 0; i < 3 + opacity; i++)
        b->channel[i] = channel_of(told ? number(b, FILE_HEADER + RED + 4 * (size_t)i, 4) : usual[b->bits == 32][i]);
    return are_sound(b) || fail(b, "its masks make no sense");
}

static bool read_palette(Bitmap *b, uint32_t header, uint32_t colours)
{
    int most = 1 << b->bits;
    if (colours > (uint32_t)most)
        return fail(b, "its palette is too long");
    b->colours = colours ? (int)colours : most;
    b->entry = header == CORE ? 3 : 4;
    b->palette = b->bytes + FILE_HEADER + header;
    return FILE_HEADER + header + (size_t)b->colours * (size_t)b->entry <= b->length || fail(b, "it is cut short");
}

static bool read_size(Bitmap *b, uint32_t header)
{
    int bytes = header == CORE ? 2 : 4;
    b->w = (long)number(b, FILE_HEADER + 4, bytes);
    b->h = (long)number(b, FILE_HEADER + 4 + (size_t)bytes, bytes);
    b->bits = (int)number(b, FILE_HEADER + 6 + 2 * (size_t)bytes, 2);
    if (bytes == 4 && b->h >= 1L << 31) {       /* a negative height: rows from the top */
        b->h = (1L << 32) - b->h;
        b->from_top = true;
    }
    return b->w < 1L << 31 || fail(b, "its width is negative");
}

static bool read_header(Bitmap *b)
{
    enum { RUNS_8 = 1, RUNS_4, MASKS, JPEG, PNG, MASKS_AND_OPACITY };
    uint32_t header = b->length >= FILE_HEADER + 4 ? number(b, FILE_HEADER, 4) : 0;
    if (header != CORE && (header < INFO || header > 1000))
        return fail(b, "its header makes no sense");
    if (b->length < FILE_HEADER + (size_t)header)
        return fail(b, "it is cut short");
    if (!read_size(b, header))
        return false;
    uint32_t packing = header == CORE ? 0 : number(b, FILE_HEADER + 16, 4);
    uint32_t colours = header == CORE ? 0 : number(b, FILE_HEADER + 32, 4);
    bool masks = (packing == MASKS && header != OS2) || packing == MASKS_AND_OPACITY;
    if (packing == RUNS_8 || packing == RUNS_4)
        return refuse(b->reason, "is a BMP of run lengths, which are not read; one that is not packed is");
    if (packing == JPEG || packing == PNG || (packing && !masks))
        return refuse(b->reason, "is a BMP that is packed in a way that is not read");
    b->start = number(b, 10, 4);
    b->stride = ((size_t)b->w * (size_t)b->bits + 31) / 32 * 4;
    if (masks && b->bits != 16 && b->bits != 32)
        return fail(b, "its masks make no sense");
    switch (b->bits) {
    case 1: case 2: case 4: case 8:
        return read_palette(b, header, colours);
    case 16: case 32:
        return read_masks(b, header, packing);
    case 24:
        return true;
    default:
        return fail(b, "its pixels have a number of bits that none have");
    }
}

/* ---- pixels ---- */

static bool put_index(const Bitmap *b, const uint8_t *row, long x, uint8_t *to, int channels)
{
    int index = picture_packed(row, x, b->bits);
    const uint8_t *colour = b->palette + (long)index * b->entry;
    if (index >= b->colours)
        return fail(b, "a pixel has a colour that its palette lacks");
    if (channels == PICTURE_MASK)
        *to = (uint8_t)index;
    else
        picture_put(to, channels, colour[2], colour[1], colour[0]);
    return true;
}

static int light_of(Channel channel, uint32_t pixel)
{
    return channel.most ? picture_to_byte((pixel & channel.mask) >> channel.shift, channel.most) : 255;
}

/* Red, green, blue and opacity of a pixel that has a colour of its own. */
static void take_colour(const Bitmap *b, const uint8_t *row, long x, uint8_t parts[4])
{
    if (b->bits == 24) {
        for (int i = 0; i < 3; i++)
            parts[i] = row[3 * x + 2 - i];
        parts[3] = 255;
        return;
    }
    uint32_t pixel = number(b, (size_t)(row - b->bytes + x * b->bits / 8), b->bits / 8);
    for (int i = 0; i < 4; i++)
        parts[i] = (uint8_t)light_of(b->channel[i], pixel);
}

static bool put_row(const Bitmap *b, long y, size_t start, uint8_t *to, int channels)
{
    const uint8_t *row = b->bytes + start;
    uint8_t parts[4];
    bool good = true;
    for (long x = 0; x < b->w && good; x++, to += channels == PICTURE_MASK ? 1 : channels) {
        if (b->palette) {
            good = put_index(b, row, x, to, channels);
            continue;
        }
        take_colour(b, row, x, parts);
        if (channels == PICTURE_MASK)
            good = picture_number(to, parts[0], parts[1], parts[2], y, x, b->reason);
        else
            picture_flatten(parts, 1, to, channels);
    }
    return good;
}

/* Numbers of 8 bits are kept by palettes, and by colours that have as many. */
static bool keeps_numbers(const Bitmap *b)
{
    for (int i = 0; i < 3 && (b->bits == 16 || b->bits == 32); i++)
        if (b->channel[i].most != 255)
            return refuse(b->reason, "is a BMP whose colours have not 8 bits each, which keep no mask's numbers");
    return true;
}

bool picture_bmp(Picture *picture, const uint8_t *bytes, size_t length, int channels, char reason[REASON_ROOM])
{
    Bitmap b = { .bytes = bytes, .length = length, .reason = reason };
    if (!read_header(&b) || (channels == PICTURE_MASK && !keeps_numbers(&b)) ||
        !picture_make(picture, b.h, b.w, channels, reason))
        return false;
    bool good = b.start <= length && b.stride * (size_t)b.h <= length - b.start;
    if (!good)
        fail(&b, "it is cut short");
    for (long y = 0; y < b.h && good; y++) {
        long row = b.from_top ? y : b.h - 1 - y;
        good = put_row(&b, y, b.start + (size_t)row * b.stride, picture->pixel + y * b.w * picture->c, channels);
    }
    if (!good)
        picture_free(picture);
    return good;
}
