#include "runtime/kernels/vec.h"

/* The parts of a dense layer's sum added in order for one image, and what follows.
 *
 *   part [SPLITS][BATCH][OS]        y [OS], of this image */
KERNEL void dense_sum(const float *restrict part, const float *restrict b, float *restrict y, int image,
                      int SPLITS, int BATCH, int OS)
{
    for (int o = 0; o < OS; o += VL) {
        vf sum = load(part + image * OS + o);
        for (int i = 1; i < SPLITS; i++)
            sum += load(part + ((long)i * BATCH + image) * OS + o);
        store(y + o, AFTER(sum, b, o));
    }
}
