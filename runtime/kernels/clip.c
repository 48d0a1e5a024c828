#include "runtime/kernels/vec.h"

/* By what all gradients are multiplied, so that together they are no longer than LENGTH. Parts are added in their
 * order. (Pascanu, Mikolov and Bengio 2013.)
 *
 *   part [PARTS][VL]: sums of squares     factor [1] */
KERNEL void clip(const float *restrict part, float *restrict factor, int PARTS, float LENGTH)
{
    double squares = 0, longest = LENGTH;

    for (long i = 0; i < (long)PARTS * VL; i++)
        squares += (double)part[i];
    factor[0] = squares > longest * longest ? (float)(longest / __builtin_sqrt(squares)) : 1;
}
