/* initialise.h - the first values of every parameter, a function of the seed alone. */

#ifndef NETWORK_INITIALISE_H
#define NETWORK_INITIALISE_H

#include "runtime/network/network.h"

/* Fills the parameters of a fresh block; running means and padding stay zero. The numbers come in the
 * order of files, so that they do not depend on how a parameter lies in the block. */
void initialise(const Network *network, uint64_t seed);

#endif
