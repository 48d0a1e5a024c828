/* filters.h - a convolution's filters as a picture, where they look at what people see: grey, or red, green and blue. */

#ifndef RUNTIME_FILTERS_H
#define RUNTIME_FILTERS_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/network.h"

/* The first layer whose filters look at the network's input, which is a picture; NULL: there is none. */
const LayerRow *filters_layer(const Program *program);

/* Its filters as a contact sheet, a PNG of `bytes`, to be freed: mid-grey is 0, and the largest weight of all is as far
 * from it as there is room. Of many the first 256. */
uint8_t *filters_png(const Network *network, const LayerRow *layer, size_t *bytes);

#endif
