#include "examples/catdog/draw/jpeg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
/* after stdio.h, which it needs */
#include <jpeglib.h>

static unsigned char byte(float shown)
{
    return (unsigned char)(clamp(shown, 0, 1) * 255 + 0.5f);
}

/* The whole file in memory, so that the disk's errors are met in one place; the caller frees it. */
static unsigned char *compress(const Canvas *canvas, int quality, unsigned long *length)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned char row[3 * canvas->width];

    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, length);
    jpeg.image_width = (JDIMENSION)canvas->width;
    jpeg.image_height = (JDIMENSION)canvas->height;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    for (int y = 0; y < canvas->height; y++) {
        for (int x = 0; x < canvas->width; x++) {
            Vec shown = canvas->pixel[y * canvas->width + x];
            row[3 * x] = byte(shown.x);
            row[3 * x + 1] = byte(shown.y);
            row[3 * x + 2] = byte(shown.z);
        }
        jpeg_write_scanlines(&jpeg, (JSAMPROW[]){ row }, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return bytes;
}

bool jpeg_write(const Canvas *canvas, const char *path, int quality)
{
    unsigned long length = 0;
    unsigned char *bytes = compress(canvas, quality, &length);
    FILE *file = fopen(path, "wb");
    bool whole = file && fwrite(bytes, 1, length, file) == length;
    if (file && fclose(file) != 0)
        whole = false;
    if (file && !whole) {
        int why = errno;
        remove(path);
        errno = why;
    }
    free(bytes);
    return whole;
}
