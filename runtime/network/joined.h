/* joined.h - which layers' channels lie side by side in a tensor, as a checkpoint's metadata tell: of two concats with as
 * many channels, shapes alone do not tell which has what where. */

#ifndef NETWORK_JOINED_H
#define NETWORK_JOINED_H

#include "base/fit.h"
#include "runtime/network/program.h"
#include "runtime/network/safetensors.h"

/* The metadata's value: {"TENSOR": [["LAYER", width, times], ...], ...} of each whose rows or columns are several layers'.
 * To be freed; NULL where there is none. */
char *joined_text(const Program *program);

/* Fills old_run and old_runs of what the file, called `path`, tells. Metadata that say something else are a fault. */
void joined_read(Arena *arena, const Safetensors *file, const char *path, FitTensor *tensor, int tensors);

extern const char joined_name[];

#endif
