#include "runtime/kernels/vec.h"

/* Groups of C channels, which begin FROM apart, so that they begin TO apart, with zeros between and behind them: whole
 * vectors for kernels, or side by side again.
 *
 *   x [PIXELS][XS]  ->  y [PIXELS][YS] */
KERNEL void regroup(const float *restrict x, float *restrict y, int PIXELS, int GROUPS, int C, int XS, int FROM, int YS,
                    int TO)
{
    for (int i = 0; i < PIXELS; i++)
        for (int k = 0; k < YS; k++)
            y[i * YS + k] = k / TO < GROUPS && k % TO < C ? x[i * XS + k / TO * FROM + k % TO] : 0;
}
