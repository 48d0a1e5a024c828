#include "runtime/kernels/update.h"
#include "runtime/kernels/vec.h"

/* Chunk `task` of a parameter's update. SIZE and CHUNK are whole vectors.
 *
 *   w, g, s0, s1 [SIZE]; NULL for a state that UPDATE has no use for */
KERNEL void update(float *restrict w, const float *restrict g, float *restrict s0, float *restrict s1, int task,
                   const Rates *rates, int SIZE, int CHUNK)
{
    int first = task * CHUNK, last = CHUNK <= SIZE - first ? first + CHUNK : SIZE;

    for (int at = first; at < last; at += VL) {
        vf weight = load(w + at);
        UPDATE(&weight, load(g + at), s0, s1, at, rates);
        store(w + at, weight);
    }
}
