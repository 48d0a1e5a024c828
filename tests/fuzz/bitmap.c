/* bitmap.c - the bytes as a BMP or PNM file, whatever they begin with. */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

void fuzz_bitmap(const uint8_t *bytes, size_t length)
{
    if (length < 3)
        return;
    uint8_t *file = malloc(length);
    memcpy(file, bytes, length);
    bool bmp = file[0] == 'B' && file[1] == 'M';
    if (!bmp && (file[0] != 'P' || file[1] < '1' || file[1] > '6'))
        memcpy(file, bytes[0] & 1 ? "BM" : "P3", 2);
    fuzz_picture(file, length);
    free(file);
}
