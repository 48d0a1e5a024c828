#include "runtime/kernels/update.h"
#include "runtime/kernels/vec.h"

/* Chunk `task` of a parameter's update with a gradient that all gradients together have made shorter. SIZE and CHUNK
 * are whole vectors.
 *
 *   w, g, s0, s1 [SIZE]; NULL for a state that UPDATE has no use for     factor [1], as `clip` found it */
KERNEL void update_clipped(float *restrict w, const float *restrict g, const float *restrict factor,
                           float *restrict s0, float *restrict s1, int task, const Rates *rates, int SIZE, int CHUNK)
{
    int first = task * CHUNK, last = CHUNK <= SIZE - first ? first + CHUNK : SIZE;
    vf shorter = splat(factor[0]);

    for (int at = first; at < last; at += VL) {
        vf weight = load(w + at);
        UPDATE(&weight, shorter * load(g + at), s0, s1, at, rates);
        store(w + at, weight);
    }
}
