/* bounded.h - numbers with a bound: what exact arithmetic gives, and how far off floats may be that are
 * rounded after each operation. The bound follows from the formula, operation by operation; a compiler that
 * fuses a product with a sum rounds less. */

#ifndef TESTS_KERNELS_WIDE_BOUNDED_H
#define TESTS_KERNELS_WIDE_BOUNDED_H

#include <math.h>
#include <stdbool.h>

typedef struct { double is, off; } Real;

/* Half a unit in a float's last place, half the smallest float, and what double itself loses. */
static inline Real rounded(double is, double off)
{
    return (Real){ is, off + 0x1p-24 * (fabs(is) + off) + 0x1p-150 + 0x1p-50 * fabs(is) };
}

static inline Real real(double v)         { return (Real){ v, 0 }; }
static inline Real plus(Real a, Real b)   { return rounded(a.is + b.is, a.off + b.off); }
static inline Real minus(Real a, Real b)  { return rounded(a.is - b.is, a.off + b.off); }

static inline Real times(Real a, Real b)
{
    return rounded(a.is * b.is, fabs(a.is) * b.off + fabs(b.is) * a.off + a.off * b.off);
}

static inline Real over(Real a, Real b)
{
    return rounded(a.is / b.is, (a.off + fabs(a.is / b.is) * b.off) / (fabs(b.is) - b.off));
}

/* |root(a) - root(b)| <= |a - b| / root(b), and <= root(|a - b|) */
static inline Real root(Real a)
{
    double is = sqrt(a.is);
    return rounded(is, is * is > a.off ? a.off / is : sqrt(a.off));
}

static inline bool is_near(float got, Real want)
{
    return want.is != want.is ? got != got : fabs(got - want.is) <= want.off;
}

#endif
