/* warm_start.h - a training that begins with what fits of another network's weights: after an edit of the card, not all
 * that was learned is lost. */

#ifndef TRAINING_WARM_START_H
#define TRAINING_WARM_START_H

#include <stdint.h>
#include <stdio.h>

#include "runtime/runs/checkpoint.h"

/* Fills the network's parameters, which are initialised, from a file of tensors, and moves the optimiser's running means
 * along: tensors of the same name are kept where their shape is the same, adapted where they grew as base/fit.h can;
 * what else there is begins anew. Prints a table of it where `table` is not NULL. Returns how many updates the running
 * means have seen, 0 where none were moved. A file that is not sound is a fault. */
uint64_t warm_start(const Network *network, const char *path, FILE *table);

#endif
