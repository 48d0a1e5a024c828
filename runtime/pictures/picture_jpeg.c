/* picture_jpeg.c - JPEG through libjpeg: grey, colour and inks, baseline and progressive, turned as
 * EXIF says. libjpeg's own error handler would end the process; ours jumps back with the reason. */

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "runtime/pictures/picture_format.h"

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

/* The marker holds "Exif\0\0", then the block. */
static int orientation_of(struct jpeg_decompress_struct *jpeg)
{
    enum { HEADER = 6 };
    for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next)
        if (marker->marker == JPEG_APP0 + 1 && marker->data_length >= HEADER && !memcmp(marker->data, "Exif\0", HEADER))
            return exif_orientation(marker->data + HEADER, marker->data_length - HEADER);
    return 1;
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
    return picture_turn(picture, orientation, reader->reason);
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
