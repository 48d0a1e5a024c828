#include "runtime/kernels/vec.h"

/* Squares of chunk `task` of a gradient, summed by lanes: a part of all that `clip` adds up. SIZE and CHUNK are
 * whole vectors.
 *
 *   g [SIZE]     part [...][VL], of which FIRST belong to other gradients */
KERNEL void square_sum(const float *restrict g, float *restrict part, int task, int SIZE, int CHUNK, int FIRST)
{
    int first = task * CHUNK, last = CHUNK <= SIZE - first ? first + CHUNK : SIZE;
    vf sum = {0};

    for (int at = first; at < last; at += VL) {
        vf v = load(g + at);
        sum += v * v;
    }
    store(part + (long)(FIRST + task) * VL, sum);
}
