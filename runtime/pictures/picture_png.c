/* picture_png.c - PNG through libpng: every colour type, depth and interlacing becomes red, green,
 * blue and opacity, which then lies on white. Of a mask the numbers themselves are kept. */

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/pictures/picture_format.h"

enum { PARTS = 4 };            /* bytes of a pixel: red, green, blue, opacity */

/* All that must outlive a longjmp is here, in the caller's frame. */
typedef struct {
    png_structp png;
    png_infop info;
    uint8_t *row;               /* one as libpng gives it; all of an interlaced picture, whose rows
                                   come several times */
    const uint8_t *bytes;
    size_t left;
    char *reason;
} Reader;

static void read_bytes(png_structp png, png_bytep out, size_t count)
{
    Reader *reader = png_get_io_ptr(png);
    if (count > reader->left)
        png_error(png, "it is cut short");
    memcpy(out, reader->bytes, count);
    reader->bytes += count;
    reader->left -= count;
}

static void on_error(png_structp png, png_const_charp message)
{
    Reader *reader = png_get_error_ptr(png);
    refuse(reader->reason, "is a damaged PNG: %s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;              /* about metadata: the pixels are whole */
}

/* Of the chunks beside the pixels only those that change them are read: a profile or a text may
 * unpack to anything. */
static void ignore_metadata(png_structp png)
{
    static const png_byte names[] = "iCCP\0zTXt\0iTXt\0tEXt\0eXIf\0sPLT\0hIST\0pCAL\0sCAL";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, names, (int)(sizeof names / 5));
}

static bool take_numbers(const uint8_t *from, long pixels, uint8_t *to, long y, char *reason)
{
    for (long x = 0; x < pixels; x++, from += 3)
        if (!picture_number(&to[x], from[0], from[1], from[2], y, x, reason))
            return false;
    return true;
}

static bool store_row(const uint8_t *row, long pixels, int parts, Picture *picture, long y, int channels,
                      char *reason)
{
    uint8_t *to = picture->pixel + y * pixels * picture->c;
    if (parts == 3)
        return take_numbers(row, pixels, to, y, reason);
    if (parts == 1)
        memcpy(to, row, (size_t)pixels);
    else
        picture_flatten(row, pixels, to, channels);
    return true;
}

/* Says how libpng is to hand out pixels, and of how many bytes each; 0: not at all. */
static int ask_for_pixels(Reader *reader, int channels)
{
    png_structp png = reader->png;
    int type = png_get_color_type(png, reader->info);
    if (channels != PICTURE_MASK) {
        png_set_expand(png);
        png_set_scale_16(png);
        png_set_gray_to_rgb(png);
        png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
        return PARTS;
    }
    if (picture_is_deep(png_get_bit_depth(png, reader->info), reader->reason))
        return 0;
    png_set_packing(png);
    png_set_strip_alpha(png);
    return type & PNG_COLOR_MASK_COLOR && !(type & PNG_COLOR_MASK_PALETTE) ? 3 : 1;
}

static bool read_pixels(Reader *reader, Picture *picture, int channels)
{
    png_structp png = reader->png;
    if (setjmp(png_jmpbuf(png)))
        return false;
    reader->info = png_create_info_struct(png);
    if (!reader->info)
        return refuse(reader->reason, "needs more memory than there is");
    ignore_metadata(png);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  /* picture_make has ours */
    png_set_read_fn(png, reader, read_bytes);
    png_read_info(png, reader->info);

    long h = (long)png_get_image_height(png, reader->info);
    long w = (long)png_get_image_width(png, reader->info);
    if (!picture_make(picture, h, w, channels, reader->reason))
        return false;
    int parts = ask_for_pixels(reader, channels);
    if (!parts)
        return false;
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, reader->info);
    if (png_get_rowbytes(png, reader->info) != (size_t)(w * parts))
        png_error(png, "its rows have an unknown layout");

    long rows = passes > 1 ? h : 1;
    reader->row = malloc((size_t)(rows * w * parts));
    if (!reader->row)
        return refuse(reader->reason, "needs more memory than there is");
    for (int pass = 1; pass < passes; pass++)
        for (long y = 0; y < h; y++)
            png_read_row(png, reader->row + y * w * parts, NULL);
    for (long y = 0; y < h; y++) {
        uint8_t *row = reader->row + y % rows * w * parts;
        png_read_row(png, row, NULL);
        if (!store_row(row, w, parts, picture, y, channels, reader->reason))
            return false;
    }
    png_read_end(png, NULL);
    return true;
}

bool picture_png(Picture *picture, const uint8_t *bytes, size_t length, int channels,
                 char reason[REASON_ROOM])
{
    Reader reader = { .bytes = bytes, .left = length, .reason = reason };
    reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, on_error, on_warning);
    if (!reader.png)
        return refuse(reason, "needs more memory than there is");
    bool good = read_pixels(&reader, picture, channels);
    png_destroy_read_struct(&reader.png, &reader.info, NULL);
    free(reader.row);
    if (!good)
        picture_free(picture);
    return good;
}
