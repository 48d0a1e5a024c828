/* average.h - the running mean of the weights that `ema` keeps: what validation, checkpoints and all who read them
 * take for the weights. Training goes on from the weights themselves. Running statistics of norms are no weights. */

#ifndef NETWORK_AVERAGE_H
#define NETWORK_AVERAGE_H

#include "runtime/network/network.h"

/* Bytes of all parameters, as they lie in the block and in the mean. */
size_t average_bytes(const Program *program);

/* After a step: each mean comes nearer to its weight by 1 - keep of their distance; by all of it where `first`. */
void average_step(const Network *network, double keep, bool first);

/* The means take the weights' places, and these theirs; a second time, all is as before. */
void average_swap(const Network *network);

/* A parameter's mean, which lies like the parameter. */
float *average_of(const Network *network, const Parameter *parameter);

#endif
