/* picture.c - which format a file has, and the limits that hold for all of them. */

#include "runtime/pictures/picture.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "runtime/pictures/picture_format.h"

#if HAS_WEBP
#define WEBP picture_webp
#else
#define WEBP NULL
#endif
#if HAS_TIFF
#define TIFF picture_tiff
#else
#define TIFF NULL
#endif

/* Formats by their first bytes; those without a decoder are named to the user all the same, and one that only this
 * build lacks with its library. JPEG keeps about what a pixel was: between two classes there would be a third. */
static const struct {
    const char *name;
    size_t offset;
    const char *bytes;
    size_t length;
    PictureDecoder *decode;
    const char *library;
} formats[] = {
    { "PNG",  0, "\x89PNG\r\n\x1a\n", 8, picture_png, NULL },
    { "JPEG", 0, "\xff\xd8\xff", 3, picture_jpeg, NULL },
    { "WebP", 8, "WEBP", 4, WEBP, "libwebp" },
    { "TIFF", 0, "II*\0", 4, TIFF, "libtiff" },
    { "TIFF", 0, "MM\0*", 4, TIFF, "libtiff" },
    { "BMP",  0, "BM", 2, picture_bmp, NULL },
    { "PBM",  0, "P1", 2, picture_pnm, NULL },
    { "PGM",  0, "P2", 2, picture_pnm, NULL },
    { "PPM",  0, "P3", 2, picture_pnm, NULL },
    { "PBM",  0, "P4", 2, picture_pnm, NULL },
    { "PGM",  0, "P5", 2, picture_pnm, NULL },
    { "PPM",  0, "P6", 2, picture_pnm, NULL },
    { "GIF",  0, "GIF8", 4, NULL, NULL },
    { "HEIF or AVIF", 4, "ftyp", 4, NULL, NULL },
    { "PDF",  0, "%PDF", 4, NULL, NULL },
    { "ZIP",  0, "PK\3\4", 4, NULL, NULL },
    { "HTML", 0, "<!DOCTYPE", 9, NULL, NULL },
    { "HTML", 0, "<html", 5, NULL, NULL },
};

/* Of which messages speak. */
#define FORMATS "PNG, JPEG, WebP, TIFF, BMP, PPM"
#define MASK_FORMATS "PNG, lossless WebP, TIFF, BMP, PGM"

/* Many threads read pictures, and the memory that a hundred small ones take together is what one
 * large one may. Recursive, since turning a picture takes a second one. */
static pthread_mutex_t large_one = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

bool picture_make(Picture *picture, long h, long w, int channels, char reason[REASON_ROOM])
{
    int bytes = channels == PICTURE_MASK ? 1 : channels;
    if (h < 1 || w < 1)
        return refuse(reason, "has no pixels");
    if (h > PICTURE_SIDE || w > PICTURE_SIDE)
        return refuse(reason, "is %ld pixel%s high and %ld wide; at most %d of each are read", h, plural(h), w,
                              PICTURE_SIDE);
    if (h * w > PICTURE_PIXELS)
        return refuse(reason, "is %ld pixel%s high and %ld wide; at most %d million are read", h, plural(h), w,
                              PICTURE_PIXELS / 1000000);
    bool large = h * w > PICTURE_LARGE;
    if (large)
        pthread_mutex_lock(&large_one);
    uint8_t *pixel = malloc((size_t)h * (size_t)w * (size_t)bytes + PICTURE_SLACK);
    if (!pixel) {
        if (large)
            pthread_mutex_unlock(&large_one);
        return refuse(reason, "is %ld pixel%s high and %ld wide, more than the memory holds", h, plural(h), w);
    }
    /* the slack is read as pixels of no weight: any value will do, but it must be one */
    memset(pixel + (size_t)h * (size_t)w * (size_t)bytes, 0, PICTURE_SLACK);
    *picture = (Picture){ .h = (int)h, .w = (int)w, .c = bytes, .pixel = pixel, .large = large };
    return true;
}

void picture_free(Picture *picture)
{
    free(picture->pixel);
    if (picture->large)
        pthread_mutex_unlock(&large_one);
    *picture = (Picture){ 0 };
}

/* The format of those bytes, or -1. */
static int format_of(const uint8_t *bytes, size_t length)
{
    for (int i = 0; i < (int)(sizeof formats / sizeof *formats); i++)
        if (length >= formats[i].offset + formats[i].length &&
            !memcmp(bytes + formats[i].offset, formats[i].bytes, formats[i].length))
            return i;
    return -1;
}

static bool decode(Picture *picture, const uint8_t *bytes, size_t length, int channels, char *reason)
{
    *picture = (Picture){ 0 };
    if (!length)
        return refuse(reason, "is empty");
    bool mask = channels == PICTURE_MASK;
    const char *known = mask ? MASK_FORMATS : FORMATS;
    int format = format_of(bytes, length);
    if (format < 0)
        return refuse(reason, "is no %s: none of %s", mask ? "mask" : "picture", known);
    if (!formats[format].decode && formats[format].library)
        return refuse(reason, "is %s, which this netc was built without: %s was missing", formats[format].name,
                      formats[format].library);
    if (!formats[format].decode)
        return refuse(reason, "is %s, none of %s", formats[format].name, known);
    if (mask && formats[format].decode == picture_jpeg)
        return refuse(reason, "is JPEG, which changes numbers; a mask is one of %s", known);
    return formats[format].decode(picture, bytes, length, channels, reason);
}

bool picture_decode(Picture *picture, const uint8_t *bytes, size_t length, int channels,
                    char reason[REASON_ROOM])
{
    assert(channels == 1 || channels == 3);     /* what the decoders count on */
    return decode(picture, bytes, length, channels, reason);
}

/* ---- masks ---- */

bool picture_number(uint8_t *to, int red, int green, int blue, long y, long x, char reason[REASON_ROOM])
{
    *to = (uint8_t)red;
    return (red == green && red == blue) ||
           refuse(reason, "is in colour in row %ld, column %ld; a mask has one number for each pixel, grey or by a palette",
                  y, x);
}

bool picture_is_deep(int bits, char reason[REASON_ROOM])
{
    return bits > 8 && !refuse(reason, "has %d bits a pixel; a mask has at most 8", bits);
}

/* ---- files ---- */

/* What is left of an open file, a pipe as well, in memory of its own; or NULL and the reason. */
static uint8_t *read_all(int file, size_t *length, char *reason)
{
    struct stat status;
    bool sized = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    size_t room = sized && status.st_size < PICTURE_BYTES ? (size_t)status.st_size + 1 : 1 << 16;
    uint8_t *bytes = NULL;
    *length = 0;
    for (;;) {
        if (*length == room)
            room = room < PICTURE_BYTES / 2 ? 2 * room : PICTURE_BYTES + 1;
        uint8_t *same = realloc(bytes, room);
        if (!same) {
            refuse(reason, "has more than %zu bytes, more than the memory holds", *length);
            break;
        }
        bytes = same;
        ssize_t got = read(file, bytes + *length, room - *length);
        if (got == 0)
            return bytes;
        if (got < 0 && errno != EINTR) {
            refuse(reason, "cannot be read: %s", strerror(errno));
            break;
        }
        *length += got > 0 ? (size_t)got : 0;
        if (*length > PICTURE_BYTES) {
            refuse(reason, "has more than %d MB", PICTURE_BYTES >> 20);
            break;
        }
    }
    free(bytes);
    return NULL;
}

static bool read_open(Picture *picture, int file, int channels, char *reason)
{
    *picture = (Picture){ 0 };
    size_t length;
    uint8_t *bytes = read_all(file, &length, reason);
    bool good = bytes && decode(picture, bytes, length, channels, reason);
    free(bytes);
    return good;
}

bool picture_read_open(Picture *picture, int file, int channels, char reason[REASON_ROOM])
{
    return read_open(picture, file, channels, reason);
}

/* Files alone: a pipe or a device in a folder of pictures is none. */
static bool is_file(int file, char *reason)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return refuse(reason, "cannot be read: %s", strerror(errno));
    if (!S_ISREG(status.st_mode))
        return refuse(reason, "is not a file");
    if (status.st_size > PICTURE_BYTES)
        return refuse(reason, "has more than %d MB", PICTURE_BYTES >> 20);
    return true;
}

static bool read_file(Picture *picture, const char *path, int channels, char *reason)
{
    *picture = (Picture){ 0 };
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);  /* a pipe must not hang us */
    if (file < 0)
        return refuse(reason, "cannot be opened: %s", strerror(errno));
    bool good = is_file(file, reason) && read_open(picture, file, channels, reason);
    close(file);
    return good;
}

bool picture_read(Picture *picture, const char *path, int channels, char reason[REASON_ROOM])
{
    return read_file(picture, path, channels, reason);
}

bool picture_read_mask(Picture *picture, const char *path, char reason[REASON_ROOM])
{
    return read_file(picture, path, PICTURE_MASK, reason);
}
