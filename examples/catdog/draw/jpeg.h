/* jpeg.h - a developed canvas as a file. */

#ifndef DRAW_JPEG_H
#define DRAW_JPEG_H

#include "examples/catdog/draw/canvas.h"

/* Writes it with that quality, 1 to 100. False, with errno set, where the file could not be
 * written; then there is none. */
bool jpeg_write(const Canvas *canvas, const char *path, int quality);

#endif
