/* batch_sheet.h - what a network will see of its data: one training batch as a picture. */

#ifndef RUNTIME_BATCH_SHEET_H
#define RUNTIME_BATCH_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/shelves.h"

/* Writes a contact sheet of the first training batch of epoch 0: the pictures as the network
 * will get them, augmented, with their classes. False where there is no picture to show. */
bool batch_sheet(const Shelves *shelves, const char *path, int batch, uint64_t seed, int threads);

#endif
