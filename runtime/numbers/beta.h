/* beta.h - shares of the beta distribution, whose logarithm and exponential are our own. */

#ifndef NUMBERS_BETA_H
#define NUMBERS_BETA_H

#include <stdint.h>

/* From 0 to 1, of the beta distribution of (alpha, alpha), by two words (L. Devroye, "Random variate generation in one
 * line of code", Winter Simulation Conference 1996). */
double beta_of(double alpha, uint32_t radius, uint32_t direction);

#endif
