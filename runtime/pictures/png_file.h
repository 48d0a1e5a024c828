/* png_file.h - a picture of bytes as PNG, in memory or as a file. */

#ifndef PICTURES_PNG_FILE_H
#define PICTURES_PNG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The PNG of pixels [h][w][c], c being 1, grey, or 3, red first; its length in `bytes`. To be freed. */
uint8_t *png_encode(int h, int w, int c, const uint8_t *pixel, size_t *bytes);

/* The size of a PNG, by its head alone; false where it has none. */
bool png_size(const uint8_t *png, size_t bytes, int *h, int *w);

/* Writes it as a file, whole or not at all. Failures are faults that name the file. */
void png_write(const char *path, int h, int w, int c, const uint8_t *pixel);

#endif
