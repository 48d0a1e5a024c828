#include "runtime/numbers/beta.h"

#include <math.h>

#include "runtime/kernels/math.h"
#include "runtime/numbers/sine.h"

/* A t variate of 2 alpha degrees, by polar coordinates (R. Bailey 1994), as what it is of a symmetric beta:
 * 1/2 + t / (2 sqrt(2 alpha + t^2)). The radius is never 0. */
double beta_of(double alpha, uint32_t radius, uint32_t direction)
{
    double sine, cosine, uniform = (radius + 0.5) * 0x1p-32;
    sine_cosine(direction * (0x1p-32 * 6.28318530717958647693), &sine, &cosine);
    double square = exact_exp(-exact_log(uniform) / alpha) - 1;     /* infinite where alpha is small */
    double part = square * (cosine * cosine);
    double half = 0.5 / sqrt(1 + 1 / part);
    return cosine < 0 ? 0.5 - half : 0.5 + half;
}
