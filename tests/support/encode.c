#include "tests/support/encode.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

/* ---- PNG ---- */

static void append(png_structp png, png_bytep bytes, size_t count)
{
    Encoded *out = png_get_io_ptr(png);
    out->bytes = realloc(out->bytes, out->length + count);
    memcpy(out->bytes + out->length, bytes, count);
    out->length += count;
}

/* One sample after another, the highest bit first, as PNG packs them. */
static void pack(const uint16_t *sample, int count, int depth, uint8_t *row)
{
    for (int i = 0; i < count * depth; i++)
        row[i / 8] |= (sample[i / depth] >> (depth - 1 - i % depth) & 1) << (7 - i % 8);
}

Encoded encode_png(const PngRecipe *recipe)
{
    Encoded out = { 0 };
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &out, append, NULL);
    png_set_IHDR(png, info, recipe->w, recipe->h, recipe->depth, recipe->colour,
                 recipe->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (recipe->palette) {
        png_color colour[256];
        for (int i = 0; i < recipe->colours; i++)
            colour[i] = (png_color){ recipe->palette[i][0], recipe->palette[i][1],
                                     recipe->palette[i][2] };
        png_set_PLTE(png, info, colour, recipe->colours);
    }
    png_color_16 key = { 0 };
    if (recipe->key && recipe->colour == PNG_COLOR_TYPE_RGB)
        key = (png_color_16){ 0, recipe->key[0], recipe->key[1], recipe->key[2], 0 };
    else if (recipe->key)
        key.gray = recipe->key[0];
    if (recipe->opacity || recipe->key)
        png_set_tRNS(png, info, recipe->opacity, recipe->opacity ? recipe->colours : 1, &key);

    int samples = recipe->w * png_get_channels(png, info);
    size_t bytes = ((size_t)samples * recipe->depth + 7) / 8;
    png_bytep *row = malloc(sizeof *row * recipe->h);
    for (int y = 0; y < recipe->h; y++) {
        row[y] = calloc(1, bytes);
        pack(recipe->sample + (long)y * samples, samples, recipe->depth, row[y]);
    }
    png_set_rows(png, info, row);
    png_write_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
    png_destroy_write_struct(&png, &info);
    for (int y = 0; y < recipe->h; y++)
        free(row[y]);
    free(row);
    return out;
}

/* ---- JPEG ---- */

static void write_exif(struct jpeg_compress_struct *jpeg, int orientation, bool big_endian)
{
    uint8_t block[] = {         /* a header, and a directory of two entries */
        'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0, 2, 0,
        0x0f, 0x01, 2, 0, 1, 0, 0, 0, 'x', 0, 0, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0,
    }, big[] = {
        'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 2,
        0x01, 0x0f, 0, 2, 0, 0, 0, 1, 'x', 0, 0, 0, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0,
        0, 0, 0, 0,
    };
    uint8_t *bytes = big_endian ? big : block;
    bytes[36 + big_endian] = orientation;
    jpeg_write_marker(jpeg, JPEG_APP0 + 1, bytes, sizeof block);
}

Encoded encode_jpeg(const JpegRecipe *recipe)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned long length = 0;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &length);
    jpeg.image_height = recipe->h;
    jpeg.image_width = recipe->w;
    jpeg.input_components = recipe->c;
    jpeg.in_color_space = recipe->c == 1 ? JCS_GRAYSCALE : recipe->c == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, recipe->quality ? recipe->quality : 100, TRUE);
    if (recipe->c == 4)
        jpeg_set_colorspace(&jpeg, recipe->ycck ? JCS_YCCK : JCS_CMYK);
    for (int i = 0; i < jpeg.num_components; i++)
        jpeg.comp_info[i].h_samp_factor = jpeg.comp_info[i].v_samp_factor = 1;
    jpeg.comp_info[0].v_samp_factor = recipe->down ? recipe->down : 1;
    jpeg.comp_info[0].h_samp_factor = recipe->across ? recipe->across : 1;
    jpeg.restart_interval = (unsigned)recipe->restart;
    jpeg.optimize_coding = recipe->optimal;
    if (recipe->plain_inks)
        jpeg.write_Adobe_marker = FALSE;
    jpeg_scan_info scan[1 + 126] = { { .comps_in_scan = 1 } };
    if (recipe->single_coefficients) {
        for (int i = 0; i < recipe->single_coefficients; i++)
            scan[1 + i] = (jpeg_scan_info){ .comps_in_scan = 1, .Ss = 1 + i % 63, .Se = 1 + i % 63,
                                            .Ah = i >= 63, .Al = i < 63 };
        jpeg.scan_info = scan;
        jpeg.num_scans = 1 + recipe->single_coefficients;
    } else if (recipe->progressive) {
        jpeg_simple_progression(&jpeg);
    }
    jpeg_start_compress(&jpeg, TRUE);
    if (recipe->orientation)
        write_exif(&jpeg, recipe->orientation, recipe->big_endian);
    while (jpeg.next_scanline < jpeg.image_height) {
        size_t start = (size_t)jpeg.next_scanline * recipe->w * recipe->c;
        JSAMPROW row = (JSAMPROW)(recipe->pixel + start);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return (Encoded){ bytes, length };
}

Encoded encode_sample(int h, int w, unsigned seed)
{
    uint8_t *pixel = malloc((size_t)h * w * 3);
    for (int i = 0; i < h * w; i++) {
        pixel[3 * i] = seed * 37 + i / w * 5;
        pixel[3 * i + 1] = seed * 91 + i % w * 3;
        pixel[3 * i + 2] = seed * 11;
    }
    Encoded out = encode_jpeg(&(JpegRecipe){ .h = h, .w = w, .c = 3, .pixel = pixel });
    free(pixel);
    return out;
}
