/* picture_pnm.c - PBM, PGM and PPM, P1 to P6, plain and raw: a line of text that tells the size, then the pixels. The
 * first picture of a file; a comment runs from '#' to the end of its line, within the header alone. A mask's numbers are
 * those that are told, whatever the largest is; of a PBM black is 1. */

#include "runtime/pictures/picture_format.h"

#include <ctype.h>

typedef struct {
    const uint8_t *at, *end;
    char *reason;
} Reader;

static bool fail(const Reader *reader, const char *what)
{
    return refuse(reader->reason, "is a damaged PNM: %s", what);
}

/* Blanks, and in a header comments. */
static void pass_blanks(Reader *reader, bool comments)
{
    while (reader->at < reader->end && (isspace(*reader->at) || (comments && *reader->at == '#'))) {
        bool comment = *reader->at == '#';
        while (comment && reader->at < reader->end && *reader->at != '\n')
            reader->at++;
        reader->at += reader->at < reader->end;
    }
}

/* A whole number of at most `most`. */
static bool read_number(Reader *reader, bool comments, long most, long *number)
{
    pass_blanks(reader, comments);
    if (reader->at == reader->end)
        return fail(reader, "it is cut short");
    if (!isdigit(*reader->at))
        return fail(reader, "a number is missing");
    for (*number = 0; reader->at < reader->end && isdigit(*reader->at) && *number <= most; reader->at++)
        *number = 10 * *number + (*reader->at - '0');
    return *number <= most || fail(reader, "a number is too large");
}

/* Of a plain bitmap, which needs no blanks between its digits. */
static bool read_bit(Reader *reader, long *bit)
{
    pass_blanks(reader, false);
    if (reader->at == reader->end)
        return fail(reader, "it is cut short");
    *bit = *reader->at++ - '0';
    return *bit == 0 || *bit == 1 || fail(reader, "a pixel is neither 0 nor 1");
}

/* What a pixel is made of. */
typedef struct {
    bool plain, bits;           /* of bits 1 is black */
    int values;                 /* 1 or 3 */
    long most;                  /* full light */
} Kind;

static bool read_raw(Reader *reader, Kind kind, long *value)
{
    int bytes = kind.most > 255 ? 2 : 1;
    if (reader->end - reader->at < bytes)
        return fail(reader, "it is cut short");
    *value = bytes == 2 ? reader->at[0] << 8 | reader->at[1] : *reader->at;
    reader->at += bytes;
    return *value <= kind.most || fail(reader, "a value is above the largest that it tells of");
}

static bool read_value(Reader *reader, Kind kind, long *value)
{
    if (!kind.plain)
        return read_raw(reader, kind, value);
    return kind.bits ? read_bit(reader, value) : read_number(reader, false, kind.most, value);
}

/* Of a mask the numbers as they are told, else what light they are. */
static bool put_pixel(const Reader *reader, Kind kind, const long value[3], uint8_t *to, int channels, long y, long x)
{
    int light[3];
    if (channels == PICTURE_MASK)
        return picture_number(to, (int)value[0], (int)value[1], (int)value[2], y, x, reader->reason);
    for (int i = 0; i < 3; i++)
        light[i] = picture_to_byte((unsigned long)(kind.bits ? 1 - value[i] : value[i]), (unsigned long)kind.most);
    picture_put(to, channels, light[0], light[1], light[2]);
    return true;
}

/* Rows of bits begin with a byte. */
static bool read_bit_row(Reader *reader, Kind kind, Picture *picture, long y, uint8_t *to, int channels)
{
    long bytes = (picture->w + 7L) / 8;
    bool good = reader->end - reader->at >= bytes || fail(reader, "it is cut short");
    for (int x = 0; x < picture->w && good; x++, to += picture->c) {
        long bit = picture_packed(reader->at, x, 1);
        good = put_pixel(reader, kind, (const long[]){ bit, bit, bit }, to, channels, y, x);
    }
    reader->at += good ? bytes : 0;
    return good;
}

static bool read_row(Reader *reader, Kind kind, Picture *picture, long y, uint8_t *to, int channels)
{
    bool good = true;
    if (kind.bits && !kind.plain)
        return read_bit_row(reader, kind, picture, y, to, channels);
    for (int x = 0; x < picture->w && good; x++, to += picture->c) {
        long value[3] = { 0 };
        for (int i = 0; i < kind.values && good; i++)
            good = read_value(reader, kind, &value[i]);
        if (kind.values == 1)
            value[1] = value[2] = value[0];
        good = good && put_pixel(reader, kind, value, to, channels, y, x);
    }
    return good;
}

static bool read_header(Reader *reader, Kind *kind, long *h, long *w)
{
    enum { LARGEST = 65535, SIDE = 1 << 30 };
    int digit = reader->at[1] - '0';
    reader->at += 2;
    *kind = (Kind){ .plain = digit <= 3, .bits = digit % 3 == 1, .values = digit % 3 ? 1 : 3, .most = 1 };
    if (reader->at == reader->end || !(isspace(*reader->at) || *reader->at == '#'))
        return fail(reader, "its first line makes no sense");
    if (!read_number(reader, true, SIDE, w) || !read_number(reader, true, SIDE, h) ||
        (!kind->bits && !read_number(reader, true, LARGEST, &kind->most)))
        return false;
    if (kind->most < 1)
        return fail(reader, "its largest value is 0");
    if (reader->at == reader->end || !isspace(*reader->at))
        return fail(reader, "its header has no end");
    reader->at++;               /* one blank, and what may look like a blank is a pixel */
    return true;
}

bool picture_pnm(Picture *picture, const uint8_t *bytes, size_t length, int channels, char reason[REASON_ROOM])
{
    Reader reader = { bytes, bytes + length, reason };
    Kind kind;
    long h, w;
    if (!read_header(&reader, &kind, &h, &w) ||
        (channels == PICTURE_MASK && picture_is_deep(kind.most > 255 ? 16 : 8, reason)) ||
        !picture_make(picture, h, w, channels, reason))
        return false;
    bool good = true;
    for (int y = 0; y < picture->h && good; y++)
        good = read_row(&reader, kind, picture, y, picture->pixel + (long)y * picture->w * picture->c, channels);
    if (!good)
        picture_free(picture);
    return good;
}
