/* filters.h - a convolution's filters as a picture. Those that look at what people see are grey, or red,
 * green and blue; of others each channel's slice stands beside the next, blue and red for the two signs. */

#ifndef SHOW_FILTERS_H
#define SHOW_FILTERS_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/network/network.h"

/* The first layer whose filters look at the network's input, which is a picture; NULL: there is none. */
const LayerRow *filters_layer(const Program *program);

/* A convolution's filters as a contact sheet, a PNG of `bytes`, to be freed: the largest weight of all is as
 * far from 0 as there is room. Of many the first 256. NULL where the layer has no weights. */
uint8_t *filters_png(const Network *network, const LayerRow *layer, size_t *bytes);

#endif
