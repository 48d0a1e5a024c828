/* picture.c - which format a file has, and the limits that hold for all of them. */

#include "runtime/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/picture_format.h"

typedef bool Decoder(Picture *, const uint8_t *, size_t, int, char *);

/* Formats by their first bytes; those without a decoder are named to the user all the same. */
static const struct {
    const char *name;
    size_t offset;
    const char *bytes;
    size_t length;
    Decoder *decode;
} formats[] = {
    { "PNG",  0, "\x89PNG\r\n\x1a\n", 8, picture_png },
    { "JPEG", 0, "\xff\xd8\xff", 3, picture_jpeg },
    { "GIF",  0, "GIF8", 4, NULL },
    { "BMP",  0, "BM", 2, NULL },
    { "WebP", 8, "WEBP", 4, NULL },
    { "TIFF", 0, "II*\0", 4, NULL },
    { "TIFF", 0, "MM\0*", 4, NULL },
    { "HEIF or AVIF", 4, "ftyp", 4, NULL },
    { "PDF",  0, "%PDF", 4, NULL },
    { "ZIP",  0, "PK\3\4", 4, NULL },
    { "HTML", 0, "<!DOCTYPE", 9, NULL },
    { "HTML", 0, "<html", 5, NULL },
};

bool picture_refuse(char reason[PICTURE_REASON], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(reason, PICTURE_REASON, format, args);
    va_end(args);
    return false;
}

bool picture_make(Picture *picture, long h, long w, int bytes, char reason[PICTURE_REASON])
{
    if (h < 1 || w < 1)
        return picture_refuse(reason, "has no pixels");
    if (h > PICTURE_SIDE || w > PICTURE_SIDE || h * w > PICTURE_PIXELS)
        return picture_refuse(reason, "has %ld x %ld pixels; at most %d million are read", w, h,
                              PICTURE_PIXELS / 1000000);
    uint8_t *pixel = malloc((size_t)h * (size_t)w * (size_t)bytes + PICTURE_SLACK);
    if (!pixel)
        return picture_refuse(reason, "has %ld x %ld pixels, more than the memory holds", w, h);
    /* the slack is read as pixels of no weight: any value will do, but it must be one */
    memset(pixel + (size_t)h * (size_t)w * (size_t)bytes, 0, PICTURE_SLACK);
    *picture = (Picture){ .h = (int)h, .w = (int)w, .c = bytes, .pixel = pixel };
    return true;
}

void picture_free(Picture *picture)
{
    free(picture->pixel);
    *picture = (Picture){ 0 };
}

bool picture_decode(Picture *picture, const uint8_t *bytes, size_t length, int channels,
                    char reason[PICTURE_REASON])
{
    *picture = (Picture){ 0 };
    if (!length)
        return picture_refuse(reason, "is empty");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (length < formats[i].offset + formats[i].length ||
            memcmp(bytes + formats[i].offset, formats[i].bytes, formats[i].length) != 0)
            continue;
        if (!formats[i].decode)
            return picture_refuse(reason, "is %s, not PNG or JPEG", formats[i].name);
        return formats[i].decode(picture, bytes, length, channels, reason);
    }
    return picture_refuse(reason, "is neither PNG nor JPEG");
}

/* The whole of an open file in memory of its own, or NULL and the reason. */
static uint8_t *read_all(int file, size_t *length, char *reason)
{
    struct stat status;
    if (fstat(file, &status) != 0) {
        picture_refuse(reason, "cannot be read: %s", strerror(errno));
        return NULL;
    }
    if (!S_ISREG(status.st_mode)) {
        picture_refuse(reason, "is not a file");
        return NULL;
    }
    if (status.st_size > PICTURE_BYTES) {
        picture_refuse(reason, "has more than %d MB", PICTURE_BYTES >> 20);
        return NULL;
    }
    size_t size = (size_t)status.st_size, done = 0;
    uint8_t *bytes = malloc(size + 1);
    if (!bytes) {
        picture_refuse(reason, "has %zu bytes, more than the memory holds", size);
        return NULL;
    }
    while (done < size) {
        ssize_t got = read(file, bytes + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            picture_refuse(reason, "cannot be read: %s", strerror(errno));
            free(bytes);
            return NULL;
        }
        if (got == 0)
            break;              /* it shrank meanwhile: the decoder will say what is missing */
        done += (size_t)got;
    }
    *length = done;
    return bytes;
}

bool picture_read(Picture *picture, const char *path, int channels, char reason[PICTURE_REASON])
{
    *picture = (Picture){ 0 };
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);  /* a pipe must not hang us */
    if (file < 0)
        return picture_refuse(reason, "cannot be opened: %s", strerror(errno));
    size_t length;
    uint8_t *bytes = read_all(file, &length, reason);
    close(file);
    if (!bytes)
        return false;
    bool good = picture_decode(picture, bytes, length, channels, reason);
    free(bytes);
    return good;
}
