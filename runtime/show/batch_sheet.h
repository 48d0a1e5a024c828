/* batch_sheet.h - what a network will see of its data: one training batch as a picture. */

#ifndef SHOW_BATCH_SHEET_H
#define SHOW_BATCH_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/data/shelves.h"

/* A contact sheet of the first training batch of epoch 0 as a PNG of `bytes`: the pictures as the network will get them,
 * augmented, with their classes. To be freed; NULL where there is no picture to show. */
uint8_t *batch_sheet_png(const Shelves *shelves, int batch, uint64_t seed, int threads, size_t *bytes);

#endif
