#include "runtime/kernels/list.h"
#include "runtime/kernels/vec.h"

/* Dense layer, forward: the part of the sum that whole tiles of inputs make, for all n images, so that every weight
 * is read once. The inputs are cut in SPLIT parts; this is part `task`.
 *
 *   x [n][XS]       w [ceil(J/JT)][OS/OT][JT][OT]       part [SPLIT][BATCH][OS]
 *
 * A tile is NT images by OV vectors of outputs, held in registers; inputs that are zero in all of its images add
 * nothing, and are passed over. The rest of the images go one by one, and so does one that is alone: it waits for
 * memory, which comes faster without gaps. JT is at most 64. */
KERNEL void dense_partial(const float *restrict x, const float *restrict w, float *restrict part, int n, int task,
                          int J, int XS, int OS, int JT, int OT, int SPLIT, int BATCH, int NT, int OV)
{
    vf acc[NT][OV], one[OV];
    vf u[OV];
    int tiles = (J + JT - 1) / JT;
    float *y = part + (long)task * (BATCH * OS);

    memset(y, 0, sizeof(float) * n * OS);
    for (int tile = tiles * task / SPLIT; tile < tiles * (task + 1) / SPLIT; tile++) {
        int rows = JT <= J - tile * JT ? JT : J - tile * JT;

        for (int o = 0; o < OS; o += OT) {
            const float *block = w + ((long)tile * OS + o) * JT;
            int image = 0;

            for (; image + NT <= n && n > 1; image += NT) {
                const float *xt = x + (long)image * XS + tile * JT;
                int ahead = OT * NT / n * JT;                   /* floats of the next block that come in meanwhile */
                const float *next = block + JT * OT + image / NT * ahead;
                uint64_t any = 0;                               /* a bit for each input */

                for (int i = 0; i < ahead; i += 16)
                    __builtin_prefetch(next + i, 0, 3);
                UNROLL for (int i = 0; i < NT; i++)
                    any |= live(xt + (long)i * XS, rows);
                for (int v = 0; v < OT; v += OV * VL) {
                    float *yt = y + image * OS + o + v;

                    UNROLL for (int i = 0; i < NT; i++)
                        UNROLL for (int m = 0; m < OV; m++)
                            acc[i][m] = load(yt + i * OS + m * VL);
                    ROLLED for (uint64_t left = any; left; left &= left - 1) {
                        int j = __builtin_ctzll(left);
                        UNROLL for (int m = 0; m < OV; m++) {
                            u[m] = load(block + j * OT + v + m * VL);
                            if (NT > 1)                         /* what has one use may be read by its sum */
                                IN_REGISTER(u[m]);
                        }
                        UNROLL for (int i = 0; i < NT; i++) {
                            vf a = splat(xt[(long)i * XS + j]);
                            UNROLL for (int m = 0; m < OV; m++)
                                acc[i][m] += a * u[m];
                        }
                    }
                    UNROLL for (int i = 0; i < NT; i++)
                        UNROLL for (int m = 0; m < OV; m++)
                            store(yt + i * OS + m * VL, acc[i][m]);
                }
            }

            for (; image < n; image++) {
                const float *xt = x + (long)image * XS + tile * JT;

                for (int v = 0; v < OT; v += OV * VL) {
                    float *yt = y + image * OS + o + v;

                    UNROLL for (int m = 0; m < OV; m++)
                        one[m] = load(yt + m * VL);
                    ROLLED for (int j = 0; j < rows; j++) {
                        vf a = splat(xt[j]);
                        UNROLL for (int m = 0; m < OV; m++)
                            one[m] += a * load(block + j * OT + v + m * VL);
                    }
                    UNROLL for (int m = 0; m < OV; m++)
                        store(yt + m * VL, one[m]);
                }
            }
        }
    }
}
