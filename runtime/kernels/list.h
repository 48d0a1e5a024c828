/* list.h - compact lists of (offset, value), kept as two arrays. Needs vec.h. */

#ifndef RUNTIME_KERNELS_LIST_H
#define RUNTIME_KERNELS_LIST_H

#include "runtime/kernels/vec.h"

/* Writes the live lanes in order, and anything after them, VL places in all; returns how many are live. */
INLINE int append(int *offset, float *value, vi live, vi o, vf v)
{
#if defined(__AVX512DQ__) && VL == 16
    unsigned short mask = (unsigned short)__builtin_ia32_cvtd2mask512(live);
    storeu((float *)offset, __builtin_ia32_compresssf512_mask((vf)o, (vf)o, mask));
    storeu(value, __builtin_ia32_compresssf512_mask(v, v, mask));
    return __builtin_popcount(mask);
#else
    int n = 0;
    UNROLL for (int i = 0; i < VL; i++) {
        offset[n] = o[i];
        value[n] = v[i];
        n -= live[i];
    }
    return n;
#endif
}

#endif
