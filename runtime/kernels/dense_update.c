#include "runtime/kernels/list.h"
#include "runtime/kernels/update.h"
#include "runtime/kernels/vec.h"

/* Dense layer, backward, with the update: the gradient of the JT inputs of tile row `task` by the old weights, then
 * the weights' gradient, which exists only in registers, then the new weights, all while the tile is in cache.
 *
 *   x, dx [n][XS]       t [OS][NS], u [OS/OT][NS][OT]: dy, by columns and by blocks
 *   w, s0, s1 [ceil(J/JT)][OS/OT][JT][OT]
 *   sum [JT][NS]: dx by columns, while it is made     live [NS/32][JT]: a bit for each image
 *
 * J is whole vectors, NS a multiple of NV vectors, JR a divisor of VL. A tile is JR inputs by NV
 * vectors of images, and then JG inputs, 1 or 4, by OV vectors of outputs: images in which all of its inputs are zero
 * add nothing, and are passed over. Without DX there are no dx and no sum, without DW nothing is
 * learned, and there are no x, u, live; UPDATE has a use for STATES states. */
KERNEL void dense_update(const float *restrict x, const float *restrict t, const float *restrict u, float *restrict w,
                         float *restrict dx, float *restrict sum, int *restrict live, float *restrict s0,
                         float *restrict s1, int n, int task, const Rates *rates, int J, int XS, int OS, int JT,
                         int OT, int NS, int DX, int DW, int STATES, int JR, int NV, int JG, int OV)
{
    vf back[JR][NV], acc[JG][OV];
    vf ub[NV], ug[OV];
    int rows = JT <= J - task * JT ? JT : J - task * JT;

    for (int first = 0; DW && first < n; first += 32)
        for (int j = 0; j < rows; j += VL) {
            vi bits = {0};
            for (int image = first; image < n && image < first + 32; image++) {
                vf v = loadu(x + (long)image * XS + task * JT + j);
                bits |= (v != (vf){0}) & isplat((int)((uint32_t)1 << (image - first)));
            }
            storeu((float *)(live + first / 32 * JT + j), (vf)bits);
        }

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
                    if (STATES && m == 0 && c * JR % 16 == 0)   /* comes in meanwhile */
                        __builtin_prefetch(s0 + block + j * OT + c * JR, 1, 3);
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

        for (int j = 0; DW && j < rows; j += JG)
            for (int k = 0; k < OT; k += OV * VL) {
                UNROLL for (int i = 0; i < JG; i++)
                    UNROLL for (int v = 0; v < OV; v++) {
                        __builtin_prefetch(w + block + (JT + j + i) * OT + k + v * VL, 1, 3);   /* the next block */
                        acc[i][v] = (vf){0};
                    }
                for (int first = 0; first < n; first += 32) {
                    const float *xf = x + (long)first * XS + task * JT + j, *uf = u + o * NS + first * OT + k;
                    uint32_t left = 0;

                    UNROLL for (int i = 0; i < JG; i++)
                        left |= (uint32_t)live[first / 32 * JT + j + i];
                    ROLLED for (; left; left &= left - 1) {
                        int image = __builtin_ctz(left);
                        UNROLL for (int v = 0; v < OV; v++) {
                            ug[v] = load(uf + image * OT + v * VL);
                            if (JG > 1)                         /* what has one use may be read by its sum */
                                IN_REGISTER(ug[v]);
                        }
                        UNROLL for (int i = 0; i < JG; i++) {
                            vf a = splat(xf[(long)image * XS + i]);
                            UNROLL for (int v = 0; v < OV; v++)
                                acc[i][v] += a * ug[v];
                        }
                    }
                }
                UNROLL for (int i = 0; i < JG; i++)
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
