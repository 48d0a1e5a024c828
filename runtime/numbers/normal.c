#include "runtime/numbers/normal.h"

#include "runtime/kernels/random.h"
#include "runtime/numbers/lanes.h"

/* log x of a normal positive float, within 2e-7 or 2e-7 of it: x = 2^n m with m near 1, and the series of
 * log((1 + s) / (1 - s)). */
INLINE Lanes logarithm(Lanes x)
{
    enum { HALF_ROOT = 0x3f3504f3 };            /* the bits of sqrt(1/2) */
    Ints bits = (Ints)x - HALF_ROOT;
    Ints n = bits >> 23;
    Lanes m = (Lanes)((bits & 0x7fffff) + HALF_ROOT);
    Lanes s = (m - 1) / (m + 1), square = s * s;
    Lanes p = square * (1 / 9.f) + 1 / 7.f;
    p = square * p + 1 / 5.f;
    p = square * p + 1 / 3.f;
    p = square * p;
    Lanes twice = s + s, near = twice + twice * p;
    return __builtin_convertvector(n, Lanes) * 0x1.62e43p-1f + near;
}

/* Sine and cosine of a turn that 32 bits are a fraction of. The first two bits tell the quarter, the others
 * where in the eighths around it: there Taylor's series, cut below 4e-7. */
INLINE void direction(Words fraction, Lanes *sine, Lanes *cosine)
{
    Words quarter = fraction >> 30;
    Ints within = (Ints)(fraction << 2) >> 8;       /* of a quarter: -2^23 to 2^23 - 1 */
    Lanes x = __builtin_convertvector(within, Lanes) * 0x1.921fb6p-24f, square = x * x;
    Lanes s = square * (-1 / 5040.f) + 1 / 120.f;
    s = square * s - 1 / 6.f;
    s = x + x * (square * s);
    Lanes c = square * (1 / 40320.f) - 1 / 720.f;
    c = square * c + 1 / 24.f;
    c = square * c - 0.5f;
    c = square * c + 1;
    Ints swapped = (Ints)((quarter & 1) == 1);
    Words half = quarter << 30 & 0x80000000u;       /* by half a turn both change their sign */
    Words flip = (quarter << 31) ^ half;            /* by a quarter, sine and -cosine change places */
    *sine = (Lanes)((Words)choose(swapped, c, s) ^ half);
    *cosine = (Lanes)((Words)choose(swapped, s, c) ^ flip);
}

void normal_numbers(float number[NORMALS], uint64_t seed, uint32_t epoch, uint32_t position, uint32_t index,
                    uint32_t purpose)
{
    uint32_t word[2 * LANES];
    random_draw(word, seed, epoch, position, 2 * index, purpose);
    random_draw(word + LANES, seed, epoch, position, 2 * index + 1, purpose);
    Words first, second;
    memcpy(&first, word, sizeof first);
    memcpy(&second, word + LANES, sizeof second);
    /* halfway between steps of 2^-23: neither 0 nor 1, and exact */
    Lanes uniform = (__builtin_convertvector((Ints)(first >> 9), Lanes) + 0.5f) * 0x1p-23f;
    Lanes radius = square_root(logarithm(uniform) * -2), sine, cosine;
    direction(second, &sine, &cosine);
    store_floats(number, radius * cosine);
    store_floats(number + LANES, radius * sine);
}
