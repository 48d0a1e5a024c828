/* score.h - how well a network does on a part of the data. */

#ifndef ANSWERS_SCORE_H
#define ANSWERS_SCORE_H

#include <stdbool.h>

#include "runtime/answers/metrics.h"
#include "runtime/answers/review.h"
#include "runtime/data/loader.h"
#include "runtime/network/network.h"

typedef struct {
    double loss;                /* mean */
    double metric[METRIC_COUNT];        /* of the loss, and those that fit the card's target: else NaN */
    long images;
    bool stopped;               /* by the user, before all pictures were seen */
} Score;

/* Predicts all that the loader has, or what it has until it loses a picture (loader_lost), and adds it to the
 * metrics and to the review, which may be NULL. Calls `progress`, which may be NULL, behind each batch. */
Score score_part(const Network *network, Loader *loader, Metrics *metrics, Review *review, ReadingProgress *progress,
                 void *context);

#endif
