/* saliency.h - where in a picture an answer comes from, as maps of numbers. */

#ifndef LOOK_SALIENCY_H
#define LOOK_SALIENCY_H

#include <stdbool.h>

#include "runtime/look/asked.h"
#include "runtime/network/view.h"
#include "runtime/show/colour.h"

/* The layer whose maps heat maps are of, where nothing else is said: the last convolution that the answer
 * hangs on and that has more than one pixel; NULL: there is none. */
const LayerRow *saliency_layer(const Program *program);

/* Grad-CAM (R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based
 * localization", ICCV 2017): with A^k the layer's maps and y what was asked,
 *     a_k = mean over the pixels of dy / dA^k,    map = relu(sum over k of a_k A^k).
 * Of the view that ran last; `map` [layer->shape.h][layer->shape.w]. */
void saliency_grad_cam(const Network *network, const LayerRow *layer, float *map);

/* How much y hangs on each pixel: the largest of |dy / dx| of its channels (K. Simonyan et al., "Deep inside
 * convolutional networks", 2013). Of the view that ran last; `map` [H][W] of the input. */
void saliency_gradient(const Network *network, float *map);

/* A window that hides a part of the picture, at every step of a grid. */
typedef struct { int side, step, rows, columns; } Hiding;

/* Occlusion (M. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014): by
 * how much the answer falls where a window of the picture's mean colour hides the pixel, in the mean over all
 * windows that do. Runs predictions, in batches, on a network opened for viewing. `map` [H][W] of the input.
 *
 * `until` is when it has to be done, on the clock of seconds_now, or INFINITY. Where the finest grid would take longer, a
 * coarser one is gone through; `hiding` tells which. False where none is done by then, or a stop was asked for. */
bool saliency_occlusion(const Trained *trained, const Asked *asked, const float *input, double until,
                        Hiding *hiding, float *map);

/* A map in another size, by bilinear interpolation between the middles of its pixels: `to` [h][w]. */
void saliency_resize(const float *map, int map_h, int map_w, float *to, int h, int w);

/* ---- maps as pictures ---- */

/* The scale of a map of [count] numbers: from 0, or of both signs. Where few are far above all others, `most`
 * of 1 lets those be: 0.99 takes the number below which 99 in 100 lie for the end. */
ColourScale saliency_scale(const float *map, long count, double most);

/* Its colours, `to` [count][3]. */
void saliency_colours(ColourScale scale, const float *map, long count, uint8_t *to);

/* Over a picture, `pixel` [count][channels of 1 or 3], which is grey below it and shines through the more,
 * the less the number says. */
void saliency_over(ColourScale scale, const float *map, const uint8_t *pixel, int channels, long count,
                   uint8_t *to);

#endif
