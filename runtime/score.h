/* score.h - how well a network does on a part of the data. */

#ifndef RUNTIME_SCORE_H
#define RUNTIME_SCORE_H

#include <stdbool.h>

#include "runtime/loader.h"
#include "runtime/network.h"

typedef struct {
    double loss;                /* mean */
    double accuracy;
    long images;
    double correct;
    bool stopped;               /* by the user, before all pictures were seen */
} Score;

/* Predicts all that the loader has, or what it has until it loses a picture (loader_lost). `confusion`,
 * unless NULL, is [classes][classes]: row the true class, column the answer; it is added to. */
Score score_part(const Network *network, Loader *loader, long *confusion);

#endif
