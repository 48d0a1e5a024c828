/* threshold.h - from which answer on it is yes, chosen on what is held out: of two classes, and of each of
 * several labels.
 *
 *   of two classes  what makes the mean of both classes' recalls largest: the classes count alike, however
 *   many there are
 *                   of each (Youden's index)
 *   of a label      what makes its F1 largest
 *
 * A half stays, unless another gains more than the chance of which pictures were held out may do: more than
 * twice the standard error of that gain, by the pictures whose answer it changes. */

#ifndef ANSWERS_THRESHOLD_H
#define ANSWERS_THRESHOLD_H

#include <stdbool.h>

#include "runtime/answers/ranked.h"

typedef struct {
    double threshold;
    double measure, at_half;    /* what it is chosen by, with it and with a half */
} Threshold;

/* Of sorted answers. Where all or none are of the class, a half. */
Threshold choose_threshold(const Ranked *answer, long count, bool label);

#endif
