#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* Weights times what the norm behind them does to their outputs: bands `task` * EACH and on of their tiles.
 *
 *   w, u [BANDS][OS/OT][ROWS][OT]       variance, gain [OS] */
KERNEL void fold_weight(const float *restrict w, const float *restrict gain, const float *restrict variance,
                        float *restrict u, int task, int BANDS, int EACH, int ROWS, int OS, int OT, float EPSILON)
{
    int first = task * EACH, last = EACH <= BANDS - first ? first + EACH : BANDS;

    for (int o = 0; o < OS; o += VL) {
        vf scale = load(gain + o) * inverse_deviation(load(variance + o), EPSILON);
        for (int band = first; band < last; band++)
            for (int row = 0; row < ROWS; row++) {
                long at = ((long)band * OS + o / OT * OT) * ROWS + row * OT + o % OT;
                store(u + at, load(w + at) * scale);
            }
    }
}
