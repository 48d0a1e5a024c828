/* load.h - weights from the files that the card's `load` lines name. */

#ifndef TRAINING_LOAD_H
#define TRAINING_LOAD_H

#include <stdbool.h>

#include "runtime/data/dataset.h"
#include "runtime/network/network.h"

/* Fills the parameters of the parts that the lines name, line by line. A file must hold all tensors of its parts, in
 * its layout's shapes; that it does not is a fault that names file, tensor and both shapes. Says what was taken, unless
 * `quiet`. */
void load_weights(const Network *network, const Dataset *dataset, bool quiet);

#endif
