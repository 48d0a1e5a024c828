#include "runtime/kernels/vec.h"

/* A picture with a border of zeros.
 *
 *   x [H][W][XS]  ->  y [OH][OW][XS], where x begins at row TOP, column LEFT */
KERNEL void pad(const float *restrict x, float *restrict y,
                int H, int W, int XS, int TOP, int LEFT, int OH, int OW)
{
    memset(y, 0, (size_t)(OH * OW * XS) * sizeof *y);
    for (int h = 0; h < H; h++)
        memcpy(y + ((h + TOP) * OW + LEFT) * XS, x + h * W * XS, (size_t)(W * XS) * sizeof *y);
}
