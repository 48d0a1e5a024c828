/* onednn.h - the same layer by oneDNN, where Debian's libdnnl-dev is installed. */

#ifndef BENCH_ONEDNN_H
#define BENCH_ONEDNN_H

#include "bench/bench.h"

typedef enum { ONEDNN_FORWARD, ONEDNN_INPUT, ONEDNN_WEIGHT, ONEDNN_PARTS } OnednnPart;

typedef struct { double ms[ONEDNN_PARTS]; } Onednn;     /* of a batch */

/* Says in the table what is missing; false then. */
bool onednn_is_there(Bench *bench);

/* A contender for the layer that the options (contenders/onednn.c) describe, batch and threads as usual. */
Contender *onednn_open(const char *options);

/* Means over about so many seconds. All 0 where the contender is NULL. */
Onednn onednn_measure(Contender *onednn, double seconds);

#endif
