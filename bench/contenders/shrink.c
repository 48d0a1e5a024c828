/* shrink.c - copies of JPEG files at one size, so that a rate of decoding means the same wherever it is
 * measured.
 *
 * usage: shrink WIDTH HEIGHT QUALITY FOLDER FILE...        FOLDER must exist; the names stay */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "runtime/pictures/resize.h"

static void write_jpeg(const char *path, const uint8_t *pixel, int width, int height, int quality)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        exit(3);
    }
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = (JDIMENSION)width;
    jpeg.image_height = (JDIMENSION)height;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = (JSAMPROW)pixel + jpeg.next_scanline * (size_t)width * 3;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    fclose(file);
}

int main(int argc, char **argv)
{
    if (argc < 6)
        return 2;
    int width = atoi(argv[1]), height = atoi(argv[2]);
    JobInput input = { .shape = { height, width, 3 }, .resize = RESIZE_STRETCH, .filter = FILTER_BILINEAR };
    uint8_t *pixel = malloc((size_t)width * (size_t)height * 3);
    for (int i = 5; i < argc; i++) {
        Picture picture;
        char reason[REASON_ROOM], path[4096];
        const char *slash = strrchr(argv[i], '/');
        if (!picture_read(&picture, argv[i], 3, reason)) {
            fprintf(stderr, "%s: %s\n", argv[i], reason);
            return 3;
        }
        resize_picture(&picture, &input, pixel);
        snprintf(path, sizeof path, "%s/%s", argv[4], slash ? slash + 1 : argv[i]);
        write_jpeg(path, pixel, width, height, atoi(argv[3]));
        picture_free(&picture);
    }
    free(pixel);
    return 0;
}
