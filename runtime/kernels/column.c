#include "runtime/kernels/vec.h"

/* One image's vector becomes a column, and a row of each block of OT.
 *
 *   dy [OS], of this image      t [OS][NS]      u [OS/OT][NS][OT] */
KERNEL void column(const float *restrict dy, float *restrict t, float *restrict u, int image, int OS, int NS, int OT)
{
    for (int o = 0; o < OS; o++)
        t[o * NS + image] = dy[o];
    for (int o = 0; o < OS; o += OT)
        memcpy(u + o * NS + image * OT, dy + o, sizeof(float) * OT);
}
