#include "runtime/kernels/vec.h"

/* One image's vector becomes a column.
 *
 *   dy [OS], of this image      t [OS][NS] */
KERNEL void column(const float *restrict dy, float *restrict t, int image, int OS, int NS)
{
    for (int o = 0; o < OS; o++)
        t[o * NS + image] = dy[o];
}
