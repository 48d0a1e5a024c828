#include "runtime/kernels/update.h"
#include "runtime/kernels/vec.h"

/* Dense layer, backward, with the update: the gradient of the JT inputs of tile row `task` by the old weights, then
 * the weights' gradient, which exists only in registers, then the new weights, all while the tile is in cache.
 *
 *   x, dx [n][XS]       dy [n][OS], t [OS][NS]: its columns     w, s0, s1 [ceil(J/JT)][OS/OT][JT][OT]
 *   sum [JT][NS]: dx by columns, while it is made
 *
 * J is whole vectors, NS a multiple of NV vectors, JR a divisor of VL. A tile is JR inputs by NV
 * vectors of images, and then 4 inputs by OV vectors of outputs. Without DX there are no dx and no sum; UPDATE has
 * a use for STATES states. */
KERNEL void dense_update(const float *restrict x, const float *restrict dy, const float *restrict t, float *restrict w,
                         float *restrict dx, float *restrict sum, float *restrict s0, float *restrict s1, int n,
                         int task, const Rates *rates, int J, int XS, int OS, int JT, int OT, int NS, int DX, int STATES,
                         int JR, int NV, int OV)
{
    vf back[JR][NV], acc[4][OV];
    vf ub[NV], u[OV];
    int rows = JT <= J - task * JT ? JT : J - task * JT;

    if (DX)
        memset(sum, 0, sizeof(float) * JT * NS);
    for (int o = 0; o < OS; o += OT) {
        long block = ((long)task * OS + o) * JT;

        for (int j = 0; DX && j < rows; j += JR)
            for (int m = 0; m < NS / VL; m += NV) {
                const float *wj = w + block + j * OT;

                UNROLL for (int i = 0; i < JR; i++)
                    UNROLL for (int v = 0; v < NV; v++)
                        back[i][v] = load(sum + (j + i) * NS + (m + v) * VL);
                ROLLED for (int c = 0; c < OT; c++) {
                    if (m == 0 && c * JR % 16 == 0) {           /* state and the next weights come in meanwhile */
                        if (STATES)
                            __builtin_prefetch(s0 + block + j * OT + c * JR, 1, 2);
                        __builtin_prefetch(wj + JT * OT + c * JR, 1, 2);
                    }
                    UNROLL for (int v = 0; v < NV; v++) {
                        ub[v] = load(t + (o + c) * NS + (m + v) * VL);
                        IN_REGISTER(ub[v]);
                    }
                    UNROLL for (int i = 0; i < JR; i++) {
                        vf a = splat(wj[i * OT + c]);
                        UNROLL for (int v = 0; v < NV; v++)
                            back[i][v] += a * ub[v];
                    }
                }
                UNROLL for (int i = 0; i < JR; i++)
                    UNROLL for (int v = 0; v < NV; v++)
                        store(sum + (j + i) * NS + (m + v) * VL, back[i][v]);
            }

        for (int j = 0; j < rows; j += 4)
            for (int k = 0; k < OT; k += OV * VL) {
                UNROLL for (int i = 0; i < 4; i++)
                    UNROLL for (int v = 0; v < OV; v++)
                        acc[i][v] = (vf){0};
                ROLLED for (int image = 0; image < n; image++) {
                    const float *xj = x + (long)image * XS + task * JT + j;
                    UNROLL for (int v = 0; v < OV; v++) {
                        u[v] = load(dy + image * OS + o + k + v * VL);
                        IN_REGISTER(u[v]);
                    }
                    UNROLL for (int i = 0; i < 4; i++) {
                        vf a = splat(xj[i]);
                        UNROLL for (int v = 0; v < OV; v++)
                            acc[i][v] += a * u[v];
                    }
                }
                UNROLL for (int i = 0; i < 4; i++)
                    UNROLL for (int v = 0; v < OV; v++) {
                        long at = block + (j + i) * OT + k + v * VL;
                        vf weight = load(w + at);
                        UPDATE(&weight, acc[i][v], s0, s1, at, rates);
                        store(w + at, weight);
                    }
            }
    }

    for (int image = 0; DX && image < n; image++)
        for (int j = 0; j < rows; j++)
            dx[(long)image * XS + task * JT + j] = sum[j * NS + image];
}
