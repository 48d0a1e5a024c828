/* png_file.h - a picture of bytes as a PNG file, whole or not at all. */

#ifndef RUNTIME_PNG_FILE_H
#define RUNTIME_PNG_FILE_H

#include <stdint.h>

/* Writes pixels [h][w][c], c being 1, grey, or 3, red first. Failures are faults that name the file. */
void png_write(const char *path, int h, int w, int c, const uint8_t *pixel);

#endif
