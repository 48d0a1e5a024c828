/* picture_jpeg.c - JPEG through libjpeg: grey, colour and inks, baseline and progressive, turned as
 * EXIF says. libjpeg's own error handler would end the process; ours jumps back with the reason. */

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "runtime/picture_format.h"

/* Bytes that libjpeg may take; a progressive file of PICTURE_PIXELS in three colours needs 600 MB. */
enum { MEMORY = 1 << 30 };

/* Asked for at once: a call of libjpeg costs as much as converting a few dozen pixels. */
enum { ROWS = 8 };

/* All that must outlive a longjmp is here, in the caller's frame. */
typedef struct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf back;
    uint8_t *rows;              /* ROWS as libjpeg gives them, where they are not the picture's own */
    char *reason;
} Reader;

static _Noreturn void give_up(Reader *reader, const char *kind)
{
    char message[JMSG_LENGTH_MAX];
    reader->errors.format_message((j_common_ptr)&reader->jpeg, message);
    refuse(reader->reason, "is a %s JPEG: %s", kind, message);
    longjmp(reader->back, 1);
}

static void on_error(j_common_ptr jpeg)
{
    give_up(jpeg->client_data, "damaged");
}

/* Warnings after which pixels are wrong or missing. Others, such as stray bytes between two
 * markers, are common in good photographs. */
static bool means_damage(int code)
{
    switch (code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
        return true;
    }
    return false;
}

static void on_message(j_common_ptr jpeg, int level)
{
    Reader *reader = jpeg->client_data;
    if (level < 0 && means_damage(reader->errors.msg_code))
        give_up(reader, "damaged");
}

/* A small file may hold thousands of scans over a large picture, each as slow as a whole file. */
static void on_progress(j_common_ptr jpeg)
{
    Reader *reader = jpeg->client_data;
    if (reader->jpeg.input_scan_number > PICTURE_SCANS) {
        refuse(reader->reason, "is a JPEG of more than %d scans", PICTURE_SCANS);
        longjmp(reader->back, 1);
    }
}

/* ---- colour ---- */

/* Inks as shares of light. Adobe's programs, and so nearly all, store them inverted: 255 is
 * none. */
static void put_inks(uint8_t *to, int channels, const uint8_t *ink, bool inverted)
{
    int light[4];
    for (int i = 0; i < 4; i++)
        light[i] = inverted ? ink[i] : 255 - ink[i];
    picture_put(to, channels, (light[0] * light[3] + 127) / 255, (light[1] * light[3] + 127) / 255,
                (light[2] * light[3] + 127) / 255);
}

static void put_row(const Reader *reader, const uint8_t *from, int channels, uint8_t *to)
{
    int parts = reader->jpeg.output_components;
    for (JDIMENSION x = 0; x < reader->jpeg.output_width; x++, from += parts, to += channels) {
        if (parts == 4)
            put_inks(to, channels, from, reader->jpeg.saw_Adobe_marker);
        else
            picture_put(to, channels, from[0], from[1], from[2]);
    }
}

/* ---- orientation ---- */

static unsigned number(const uint8_t *at, int bytes, bool little)
{
    unsigned value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[little ? bytes - 1 - i : i];
    return value;
}

/* The orientation in an EXIF block: 1 to 8, and 1 where there is none or it makes no sense. The
 * block is "Exif\0\0", a TIFF header, and a directory of 12-byte entries: tag, type, count,
 * value. */
static int exif_orientation(const uint8_t *exif, size_t length)
{
    enum { HEADER = 6, ENTRY = 12, ORIENTATION = 0x0112, SHORT = 3 };
    if (length < HEADER + 8 || memcmp(exif, "Exif\0", HEADER))
        return 1;
    const uint8_t *tiff = exif + HEADER;
    size_t size = length - HEADER;
    bool little = tiff[0] == 'I';
    if (memcmp(tiff, little ? "II*\0" : "MM\0*", 4))
        return 1;
    size_t at = number(tiff + 4, 4, little);
    if (at > size - 2)
        return 1;
    unsigned entries = number(tiff + at, 2, little);
    const uint8_t *entry = tiff + at + 2;
    for (; entries && (size_t)(tiff + size - entry) >= ENTRY; entries--, entry += ENTRY) {
        if (number(entry, 2, little) != ORIENTATION || number(entry + 2, 2, little) != SHORT)
            continue;
        unsigned value = number(entry + 8, 2, little);
        return value >= 1 && value <= 8 ? (int)value : 1;
    }
    return 1;
}

static int orientation_of(struct jpeg_decompress_struct *jpeg)
{
    for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next)
        if (marker->marker == JPEG_APP0 + 1 && marker->data_length >= 6 &&
            !memcmp(marker->data, "Exif\0", 6))
            return exif_orientation(marker->data, marker->data_length);
    return 1;
}

/* EXIF's eight ways to hold a camera: from the stored picture, first transposed (its first row
 * becomes the first column), then mirrored. */
static const struct {
    bool transposed, mirror_rows, mirror_columns;
} orientations[9] = {
    [1] = { false, false, false }, [2] = { false, false, true },
    [3] = { false, true,  true  }, [4] = { false, true,  false },
    [5] = { true,  false, false }, [6] = { true,  false, true  },
    [7] = { true,  true,  true  }, [8] = { true,  true,  false },
};

/* Turns the stored picture upright, into memory of its own. */
static bool turn(Picture *picture, int orientation, char *reason)
{
    if (orientation == 1)
        return true;
    Picture stored = *picture, upright;
    bool transposed = orientations[orientation].transposed;
    int h = transposed ? stored.w : stored.h, w = transposed ? stored.h : stored.w, c = stored.c;
    if (!picture_make(&upright, h, w, c, reason))
        return false;
    /* walks the stored picture by steps of its own, whichever way the upright one runs */
    long down = transposed ? c : (long)stored.w * c, right = transposed ? (long)stored.w * c : c;
    const uint8_t *start = stored.pixel;
    if (orientations[orientation].mirror_rows) {
        start += (h - 1) * down;
        down = -down;
    }
    if (orientations[orientation].mirror_columns) {
        start += (w - 1) * right;
        right = -right;
    }
    uint8_t *to = upright.pixel;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++, to += c)
            memcpy(to, start + y * down + x * right, (size_t)c);
    picture_free(&stored);
    *picture = upright;
    return true;
}

/* ---- the file ---- */

/* All rows, from where libjpeg has taken the header and made itself ready. */
static bool read_rows(Reader *reader, Picture *picture)
{
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    size_t stride = (size_t)picture->w * (size_t)picture->c;
    size_t given = (size_t)jpeg->output_width * (size_t)jpeg->output_components;
    bool as_it_is = jpeg->output_components == picture->c;
    if (!as_it_is && !(reader->rows = malloc(ROWS * given)))
        return refuse(reader->reason, "needs more memory than there is");
    while (jpeg->output_scanline < jpeg->output_height) {
        uint8_t *to = picture->pixel + jpeg->output_scanline * stride;
        JDIMENSION left = jpeg->output_height - jpeg->output_scanline, count = left < ROWS ? left : ROWS;
        JSAMPROW row[ROWS];
        for (JDIMENSION i = 0; i < count; i++)
            row[i] = as_it_is ? to + i * stride : reader->rows + i * given;
        count = jpeg_read_scanlines(jpeg, row, count);
        for (JDIMENSION i = 0; i < count && !as_it_is; i++)
            put_row(reader, row[i], picture->c, to + i * stride);
    }
    return true;
}

static bool read_pixels(Reader *reader, Picture *picture, const uint8_t *bytes, size_t length,
                        int channels)
{
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    if (setjmp(reader->back))
        return false;
    jpeg_create_decompress(jpeg);
    jpeg->mem->max_memory_to_use = MEMORY;
    jpeg->progress = &reader->progress;
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xffff);
    jpeg_mem_src(jpeg, bytes, (unsigned long)length);
    jpeg_read_header(jpeg, TRUE);
    if (!picture_make(picture, jpeg->image_height, jpeg->image_width, channels, reader->reason))
        return false;

    bool inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    jpeg->out_color_space = inks ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(jpeg);
    if (!read_rows(reader, picture))
        return false;
    int orientation = orientation_of(jpeg);
    jpeg_finish_decompress(jpeg);
    return turn(picture, orientation, reader->reason);
}

bool picture_jpeg(Picture *picture, const uint8_t *bytes, size_t length, int channels,
                  char reason[REASON_ROOM])
{
    Reader reader = { .reason = reason };
    reader.jpeg.err = jpeg_std_error(&reader.errors);
    reader.jpeg.client_data = &reader;
    reader.errors.error_exit = on_error;
    reader.errors.emit_message = on_message;
    reader.progress.progress_monitor = on_progress;
    bool good = read_pixels(&reader, picture, bytes, length, channels);
    jpeg_destroy_decompress(&reader.jpeg);
    free(reader.rows);
    if (!good)
        picture_free(picture);
    return good;
}
