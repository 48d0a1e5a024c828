/* sine.c - reduction to an eighth of a turn, then Taylor's series. */

#include "runtime/numbers/sine.h"

#include <math.h>

/* Horner's rule over `terms` coefficients, the highest first. */
static double polynomial(double x, const double *coefficient, int terms)
{
    double sum = coefficient[0];
    for (int i = 1; i < terms; i++)
        sum = sum * x + coefficient[i];
    return sum;
}

/* For |x| <= pi/4 the first term left out is below 2^-56 of the result. */
static double small_sine(double x)
{
    static const double tail[] = {  /* (-1)^n / (2n+1)! */
        -1 / 1307674368000.0, 1 / 6227020800.0, -1 / 39916800.0, 1 / 362880.0, -1 / 5040.0,
        1 / 120.0, -1 / 6.0,
    };
    double square = x * x;
    return x + x * (square * polynomial(square, tail, 7));
}

static double small_cosine(double x)
{
    static const double tail[] = {  /* (-1)^n / (2n)! */
        1 / 20922789888000.0, -1 / 87178291200.0, 1 / 479001600.0, -1 / 3628800.0, 1 / 40320.0,
        -1 / 720.0, 1 / 24.0,
    };
    double square = x * x, half = 0.5 * square, rest = 1 - half;
    /* what 1 - half lost in rounding comes back with the tail */
    return rest + ((1 - rest) - half + square * (square * polynomial(square, tail, 7)));
}

void sine_cosine(double angle, double *sine, double *cosine)
{
    /* A quarter turn in three parts (W. Cody and W. Waite, 1980): the first two have so few bits
     * that their products with a count of quarters are exact. */
    static const double quarter[3] = { 0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69 };
    double quarters = floor(angle * 0.63661977236758134308 + 0.5);
    double x = angle - quarters * quarter[0];
    x -= quarters * quarter[1];
    x -= quarters * quarter[2];
    double s = small_sine(x), c = small_cosine(x);
    int turn = (int)(quarters - 4 * floor(quarters / 4));
    *sine   = turn == 0 ? s : turn == 1 ? c : turn == 2 ? -s : -c;
    *cosine = turn == 0 ? c : turn == 1 ? -s : turn == 2 ? -c : s;
}
