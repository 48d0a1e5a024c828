/* paint.h - the augment rows that change a picture's values, where it lies: light, colors, noise, windows
 * that are covered. Values are floats of 0 to 255, of all channels of a pixel side by side, and stay within. */

#ifndef DATA_PAINT_H
#define DATA_PAINT_H

#include <stdbool.h>

#include "runtime/data/augment.h"

/* The picture. `reversed`: of three channels blue comes first. */
typedef struct {
    float *values;              /* [h][w][c] */
    Shape shape;
    bool reversed;
} Canvas;

/* v * factor. As Pillow's ImageEnhance.Brightness and torchvision's adjust_brightness. */
void paint_brightness(const Canvas *canvas, float factor);

/* mean + factor * (v - mean), where the mean is that of all pixels' gray; of other than three channels that of
 * all values. As torchvision's adjust_contrast; Pillow rounds the mean to a whole number. */
void paint_contrast(const Canvas *canvas, float factor);

/* gray + factor * (v - gray), of three channels. As Pillow's ImageEnhance.Color, torchvision's
 * adjust_saturation. Gray is 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601). */
void paint_saturation(const Canvas *canvas, float factor);

/* The hue of three channels, by an angle in radians: red turns to green at a third of a turn. The largest and
 * the smallest of a pixel's values stay what they are (A. Smith, "Color gamut transform pairs", SIGGRAPH 1978,
 * HSV; Python's colorsys, torchvision's adjust_hue). */
void paint_hue(const Canvas *canvas, double angle);

/* Each channel of three becomes the gray. As torchvision's rgb_to_grayscale. */
void paint_gray(const Canvas *canvas);

/* v + 255 * deviation * z, each value with a normal z of its own: runtime/numbers/normal.h. As torchvision's
 * GaussianNoise. */
void paint_noise(const Canvas *canvas, double deviation, AugmentKey key);

/* All channels become the value (T. DeVries and G. Taylor, "Improved regularization of convolutional neural
 * networks with cutout", 2017). */
void paint_window(const Canvas *canvas, Window window, float value);

#endif
