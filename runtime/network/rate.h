/* rate.h - how large the steps are: the optimizer's rate as a schedule changes it. The rate of a step is a
 * function of where in its phase the step is, so that it is the same after a stop and a resume. */

#ifndef NETWORK_RATE_H
#define NETWORK_RATE_H

#include <stdint.h>

#include "base/job.h"

/* Where in its phase a step is. */
typedef struct {
    double step;                /* from 0 */
    double steps;               /* in an epoch */
    double epochs;              /* of the phase */
    uint64_t drops;             /* plateau: how often the rate was lowered */
} RatePlace;

/* With t = step / steps the time in epochs, W the warmup, E the phase's epochs and p = (t - W) / (E - W), from 0
 * to 1:
 *   constant     rate                                   exponential  rate * factor^(t - W)
 *   cosine       final + (rate - final) * (1 + cos(pi p)) / 2
 *   polynomial   rate * (1 - p)^power                   plateau      rate * factor^drops
 *   step         rate * factor^(how many multiples of `every` lie in (0, t])
 *   steps        rate * factor^(how many of `at` lie in (0, t])
 * While t < W that is multiplied by what grows with each step, to 1 in the warmup's last. */
double rate_at(const JobTrain *phase, const RatePlace *place);

/* base^exponent for base from 0 to 1 and exponent from 0, within 1e-14 of it: our own, since that of the C library
 * differs by version and processor. Of whole exponents only products are taken. */
double rate_power(double base, double exponent);

#endif
