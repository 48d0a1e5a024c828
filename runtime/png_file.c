#include "runtime/png_file.h"

#include <assert.h>
#include <png.h>
#include <stdlib.h>

#include "runtime/fault.h"
#include "runtime/memory.h"
#include "runtime/whole.h"

uint8_t *png_encode(int h, int w, int c, const uint8_t *pixel, size_t *bytes)
{
    assert(c == 1 || c == 3);
    png_image image = { .version = PNG_IMAGE_VERSION, .width = (png_uint_32)w, .height = (png_uint_32)h,
                        .format = c == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY };
    png_alloc_size_t room = PNG_IMAGE_PNG_SIZE_MAX(image);
    uint8_t *png = need_memory(room);
    if (!png_image_write_to_memory(&image, png, &room, 0, pixel, 0, NULL))
        fault("cannot make a PNG of %d x %d pixels: %s", h, w, image.message);
    *bytes = room;
    return png;
}

void png_write(const char *path, int h, int w, int c, const uint8_t *pixel)
{
    size_t bytes;
    uint8_t *png = png_encode(h, w, c, pixel, &bytes);
    whole_file(path, png, bytes);
    free(png);
}
