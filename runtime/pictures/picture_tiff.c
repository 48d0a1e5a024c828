/* picture_tiff.c - TIFF through libtiff: all that its RGBA interface takes, grey, palettes, colour, inks, 1 to 16 bits,
 * in strips and tiles, however packed; the first picture of several, turned upright; what is clear lies on white. */

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

static bool read_tiff(Reader *reader, TIFF *tiff, Picture *picture, int channels)
{
    char why[1024] = "";
    uint32_t h = 0, w = 0;
    uint16_t orientation = ORIENTATION_TOPLEFT;
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &h);
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &w);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
    if (!TIFFRGBAImageOK(tiff, why)) {
        bool told = reader->failed;
        reader->failed = true;
        return told ? false : refuse(reader->reason, "is a TIFF of a kind that is not read: %.200s", why);
    }
    if (!picture_make(picture, h, w, channels, reader->reason)) {
        reader->failed = true;
        return false;
    }
    bool good = read_pixels(reader, tiff, picture);
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
