/* picture_tiff.c - TIFF through libtiff: all that its RGBA interface takes, grey, palettes, colour, inks, 1 to 16 bits,
 * in strips and tiles, however packed; the first picture of several, turned upright; what is clear lies on white. Of a
 * mask the numbers themselves, which libtiff gives out row by row or tile by tile. */

#include "runtime/pictures/picture_format.h"

#if HAS_TIFF

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

enum { MEMORY = 1 << 30 };      /* bytes that libtiff may take at once */

typedef struct {
    const uint8_t *bytes;
    size_t length, at;
    char *reason;
    bool failed;                /* the reason says why */
} Reader;

/* Of JPEGs in a TIFF libtiff itself refuses more than 100 scans (TIFF_JPEG_MAX_ALLOWED_SCAN_NUMBER), and those that are
 * larger than their strip or tile: so all together take no longer than one JPEG of PICTURE_SCANS. */

/* ---- a file in memory ---- */

static tmsize_t read_bytes(thandle_t handle, void *to, tmsize_t count)
{
    Reader *reader = handle;
    size_t left = reader->at < reader->length ? reader->length - reader->at : 0;
    size_t taken = (size_t)count < left ? (size_t)count : left;
    memcpy(to, reader->bytes + (taken ? reader->at : 0), taken);
    reader->at += taken;
    return (tmsize_t)taken;
}

static tmsize_t write_none(thandle_t handle, void *from, tmsize_t count)
{
    (void)handle, (void)from, (void)count;
    return -1;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence)
{
    Reader *reader = handle;
    size_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? reader->at : reader->length;
    reader->at = from + (size_t)offset;
    return reader->at;
}

static int close_none(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle)
{
    return ((Reader *)handle)->length;
}

/* ---- what goes wrong ---- */

/* The first error is the cause of those behind it. */
static int on_error(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments)
{
    char text[REASON_ROOM / 2];
    Reader *reader = user;
    (void)tiff, (void)module;
    vsnprintf(text, sizeof text, format, arguments);
    if (!reader->failed)
        refuse(reader->reason, "is a damaged TIFF: %s", text);
    reader->failed = true;
    return 1;
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments)
{
    (void)tiff, (void)user, (void)module, (void)format, (void)arguments;
    return 1;                   /* about tags that nobody here needs */
}

static TIFF *open_tiff(Reader *reader)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options)
        return NULL;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, MEMORY);
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, reader);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, reader);
    TIFF *tiff = TIFFClientOpenExt("", "rm", reader, read_bytes, write_none, seek, close_none, size_of, NULL, NULL,
                                   options);
    TIFFOpenOptionsFree(options);
    return tiff;
}

/* ---- pixels ---- */

/* libtiff has colours multiplied with their opacity. */
static void put_all(const uint32_t *from, Picture *picture)
{
    long pixels = (long)picture->h * picture->w;
    uint8_t *to = picture->pixel;
    for (; pixels; pixels--, from++, to += picture->c) {
        int white = 255 - (int)TIFFGetA(*from);
        picture_put(to, picture->c, (int)TIFFGetR(*from) + white, (int)TIFFGetG(*from) + white,
                    (int)TIFFGetB(*from) + white);
    }
}

/* As they are stored, whatever way is up. */
static bool read_pixels(Reader *reader, TIFF *tiff, Picture *picture)
{
    char why[1024];
    TIFFRGBAImage image;
    uint32_t *parts = malloc(sizeof *parts * (size_t)picture->h * (size_t)picture->w);
    if (!parts)
        return refuse(reader->reason, "needs more memory than there is");
    bool good = TIFFRGBAImageBegin(&image, tiff, 1, why);
    if (good) {
        image.req_orientation = image.orientation;
        good = TIFFRGBAImageGet(&image, parts, (uint32_t)picture->w, (uint32_t)picture->h);
        TIFFRGBAImageEnd(&image);
    }
    if (good)
        put_all(parts, picture);
    free(parts);
    return good;
}

/* ---- numbers ---- */

/* How a mask's numbers are stored. */
typedef struct {
    int bits, samples;          /* of a number; of a pixel, the first is the number, or three of a colour are */
    bool colour;
} Stored;

static bool refuse_kind(Reader *reader, const char *what)
{
    reader->failed = true;
    return refuse(reader->reason, "is a TIFF %s", what);
}

/* Packed without loss. */
static bool keeps_numbers(int packing)
{
    static const int exact[] = { COMPRESSION_NONE, COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4,
                                 COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE, COMPRESSION_PACKBITS,
                                 COMPRESSION_LZMA, COMPRESSION_ZSTD };
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        if (packing == exact[i])
            return true;
    return false;
}

static bool read_stored(Reader *reader, TIFF *tiff, Stored *stored)
{
    uint16_t bits = 1, samples = 1, planes = PLANARCONFIG_CONTIG, meaning = PHOTOMETRIC_MINISBLACK, packing;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planes);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &packing);
    TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &meaning);
    if (!keeps_numbers(packing))
        return refuse_kind(reader, "that is packed in a way which keeps no mask's numbers");
    if (picture_is_deep(bits, reader->reason)) {
        reader->failed = true;
        return false;
    }
    *stored = (Stored){ bits, samples, meaning == PHOTOMETRIC_RGB };
    bool grey = meaning == PHOTOMETRIC_MINISBLACK || meaning == PHOTOMETRIC_MINISWHITE ||
                meaning == PHOTOMETRIC_PALETTE || meaning == PHOTOMETRIC_MASK;
    bool known = samples == 1 || (bits == 8 && planes == PLANARCONFIG_CONTIG);
    if (!known || !(grey || (stored->colour && samples >= 3)))
        return refuse_kind(reader, "of a kind that no mask is: grey, by a palette, or 8 bits of each colour");
    return true;
}

/* The numbers of pixels that lie side by side. */
static bool take_numbers(Reader *reader, const Stored *stored, const uint8_t *from, long pixels, uint8_t *to, long y,
                         long x)
{
    bool good = true;
    for (long i = 0; i < pixels && good; i++) {
        const uint8_t *pixel = from + i * stored->samples;
        if (stored->colour)
            good = picture_number(&to[i], pixel[0], pixel[1], pixel[2], y, x + i, reader->reason);
        else
            to[i] = stored->samples > 1 ? *pixel : (uint8_t)picture_packed(from, i, stored->bits);
    }
    reader->failed = reader->failed || !good;
    return good;
}

static bool read_rows(Reader *reader, TIFF *tiff, const Stored *stored, uint8_t *row, Picture *picture)
{
    bool good = true;
    for (long y = 0; y < picture->h && good; y++)
        good = TIFFReadScanline(tiff, row, (uint32_t)y, 0) >= 0 &&
               take_numbers(reader, stored, row, picture->w, picture->pixel + y * picture->w, y, 0);
    return good;
}

static bool read_tiles(Reader *reader, TIFF *tiff, const Stored *stored, uint8_t *tile, Picture *picture)
{
    uint32_t h = 0, w = 0;
    bool good = TIFFGetField(tiff, TIFFTAG_TILELENGTH, &h) && TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &w) && h && w;
    for (long top = 0; top < picture->h && good; top += h)
        for (long left = 0; left < picture->w && good; left += w) {
            long bottom = top + h < picture->h ? top + h : picture->h, wide = picture->w - left < w ? picture->w - left : w;
            good = TIFFReadTile(tiff, tile, (uint32_t)left, (uint32_t)top, 0, 0) >= 0;
            for (long y = top; y < bottom && good; y++)
                good = take_numbers(reader, stored, tile + (y - top) * TIFFTileRowSize(tiff), wide,
                                    picture->pixel + y * picture->w + left, y, left);
        }
    return good;
}

static bool read_numbers(Reader *reader, TIFF *tiff, Picture *picture)
{
    Stored stored;
    if (!read_stored(reader, tiff, &stored))
        return false;
    tmsize_t bytes = TIFFIsTiled(tiff) ? TIFFTileSize(tiff) : TIFFScanlineSize(tiff);
    uint8_t *room = bytes > 0 && bytes <= PICTURE_BYTES ? malloc((size_t)bytes) : NULL;
    bool good = room ? (TIFFIsTiled(tiff) ? read_tiles : read_rows)(reader, tiff, &stored, room, picture)
                     : refuse_kind(reader, "whose rows or tiles take more memory than there is");
    free(room);
    return good;
}

/* ---- the whole ---- */

/* What libtiff cannot make colours of. */
static bool has_colours(Reader *reader, TIFF *tiff)
{
    char why[1024] = "";
    if (TIFFRGBAImageOK(tiff, why))
        return true;
    if (!reader->failed)
        refuse(reader->reason, "is a TIFF of a kind that is not read: %.200s", why);
    reader->failed = true;
    return false;
}

static bool read_tiff(Reader *reader, TIFF *tiff, Picture *picture, int channels)
{
    uint32_t h = 0, w = 0;
    uint16_t orientation = ORIENTATION_TOPLEFT;
    bool mask = channels == PICTURE_MASK;
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &h);
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &w);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
    if (!mask && !has_colours(reader, tiff))
        return false;
    if (!picture_make(picture, h, w, channels, reader->reason)) {
        reader->failed = true;
        return false;
    }
    bool good = (mask ? read_numbers : read_pixels)(reader, tiff, picture);
    if (good && orientation >= 1 && orientation <= 8)
        return picture_turn(picture, orientation, reader->reason);
    return good;
}

bool picture_tiff(Picture *picture, const uint8_t *bytes, size_t length, int channels, char reason[REASON_ROOM])
{
    Reader reader = { .bytes = bytes, .length = length, .reason = reason };
    refuse(reason, "is a damaged TIFF");
    TIFF *tiff = open_tiff(&reader);
    bool good = tiff && read_tiff(&reader, tiff, picture, channels);
    if (tiff)
        TIFFClose(tiff);
    if (!good)
        picture_free(picture);
    return good;
}

#endif
