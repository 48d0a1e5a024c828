#include "runtime/kernels/moments.h"
#include "runtime/kernels/vec.h"

/* An image's moments, by channel, joined to those of the shard's images before it. BLOCK pixels at a time are read
 * twice, for their mean and for the squares about it, while they are in the cache.
 *
 *   x [PIXELS][XS]  ->  part [3][XS]: count, mean, squares about it
 *
 * A tile is TP pixels by CB vectors of channels, held in registers. */
KERNEL void batch_moments(const float *restrict x, float *restrict part, int PIXELS, int XS, int BLOCK, int TP,
                          int CB)
{
    vf sum[TP][CB], mean[CB];

    for (int from = 0; from < PIXELS; from += BLOCK) {
        int pixels = BLOCK <= PIXELS - from ? BLOCK : PIXELS - from;
        vf count = splat((float)pixels);

        for (int c = 0; c < XS; c += CB * VL) {
            const float *xt = x + from * XS + c;
            int i;

            UNROLL for (int t = 0; t < TP; t++)
                UNROLL for (int m = 0; m < CB; m++)
                    sum[t][m] = (vf){0};
            for (i = 0; i + TP <= pixels; i += TP)
                UNROLL for (int t = 0; t < TP; t++)
                    UNROLL for (int m = 0; m < CB; m++)
                        sum[t][m] += load(xt + (i + t) * XS + m * VL);
            for (; i < pixels; i++)
                UNROLL for (int m = 0; m < CB; m++)
                    sum[0][m] += load(xt + i * XS + m * VL);
            UNROLL for (int m = 0; m < CB; m++) {
                UNROLL for (int t = 1; t < TP; t++)
                    sum[0][m] += sum[t][m];
                mean[m] = sum[0][m] / count;
            }

            UNROLL for (int t = 0; t < TP; t++)
                UNROLL for (int m = 0; m < CB; m++)
                    sum[t][m] = (vf){0};
            for (i = 0; i + TP <= pixels; i += TP)
                UNROLL for (int t = 0; t < TP; t++)
                    UNROLL for (int m = 0; m < CB; m++) {
                        vf off = load(xt + (i + t) * XS + m * VL) - mean[m];
                        sum[t][m] += off * off;
                    }
            for (; i < pixels; i++)
                UNROLL for (int m = 0; m < CB; m++) {
                    vf off = load(xt + i * XS + m * VL) - mean[m];
                    sum[0][m] += off * off;
                }
            UNROLL for (int m = 0; m < CB; m++) {
                float *to = part + c + m * VL;
                UNROLL for (int t = 1; t < TP; t++)
                    sum[0][m] += sum[t][m];
                store_moments(to, XS, joined(load_moments(to, XS), (Moments){ count, mean[m], sum[0][m] }));
            }
        }
    }
}
