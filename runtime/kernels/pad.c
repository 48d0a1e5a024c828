#include "runtime/kernels/vec.h"

/* A picture with a border of zeros.
 *
 *   x [H][W][XS]  ->  y [OH][OW][XS], where x begins at row TOP, column LEFT */
KERNEL void pad(const float *restrict x, float *restrict y,
                int H, int W, int XS, int TOP, int LEFT, int OH, int OW)
{
    float *to = y + (TOP * OW + LEFT) * XS;

    memset(y, 0, (size_t)((TOP * OW + LEFT) * XS) * sizeof *y);
    for (int h = 0; h < H; h++) {
        int gap = h + 1 < H ? OW - W : (OH - TOP - H + 1) * OW - LEFT - W;  /* to the next row or the end */
        memcpy(to, x + h * W * XS, (size_t)(W * XS) * sizeof *y);
        memset(to + W * XS, 0, (size_t)(gap * XS) * sizeof *y);
        to += OW * XS;
    }
}
