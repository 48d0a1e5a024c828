#include "runtime/kernels/vec.h"

/* A part of a picture: the gradient of a border of zeros.
 *
 *   dy [..][W][XS]  ->  dx [OH][OW][XS], what begins at row TOP, column LEFT */
KERNEL void crop(const float *restrict dy, float *restrict dx,
                 int W, int XS, int TOP, int LEFT, int OH, int OW)
{
    for (int h = 0; h < OH; h++)
        memcpy(dx + h * OW * XS, dy + ((h + TOP) * W + LEFT) * XS,
               (size_t)(OW * XS) * sizeof *dx);
}
