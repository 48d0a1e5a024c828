/* list.h - what is live: compact lists of (offset, value), kept as two arrays, words of bits, and what builds them.
 * Needs vec.h. */

#ifndef RUNTIME_KERNELS_LIST_H
#define RUNTIME_KERNELS_LIST_H

#include "runtime/kernels/vec.h"

/* A bit for each lane of a mask, the first lane's the lowest. */
INLINE unsigned bits_of(vi mask)
{
#if defined(__AVX512DQ__) && VL == 16
    return (unsigned short)__builtin_ia32_cvtd2mask512(mask);
#elif defined(__AVX__) && VL == 8
    return (unsigned)__builtin_ia32_movmskps256((vf)mask);
#elif defined(__SSE__) && VL == 4
    return (unsigned)__builtin_ia32_movmskps((vf)mask);
#else
    unsigned bits = 0;
    UNROLL for (int i = 0; i < VL; i++)
        bits |= (unsigned)(mask[i] & 1) << i;
    return bits;
#endif
}

/* A bit for each of at most 64 floats that is not zero. */
INLINE uint64_t live(const float *x, int count)
{
    uint64_t bits = 0;
    int i = 0;

    for (; i + VL <= count; i += VL)
        bits |= (uint64_t)bits_of(loadu(x + i) != (vf){0}) << i;
    for (; i < count; i++)
        bits |= (uint64_t)(x[i] != 0) << i;
    return bits;
}

/* bits_of for a mask of bytes. */
INLINE unsigned bits_of_bytes(vb mask)
{
#if defined(__SSE2__)
    char __attribute__((vector_size(16))) bytes = {0};
    memcpy(&bytes, &mask, VL);
    return (unsigned)__builtin_ia32_pmovmskb128(bytes);
#else
    return bits_of(__builtin_convertvector(mask, vi));
#endif
}

/* Writes the live lanes in order, and anything after them, VL places in all; returns how many are live. */
INLINE int append(int *offset, float *value, vi live, vi o, vf v)
{
#if defined(__AVX512DQ__) && VL == 16
    unsigned short mask = (unsigned short)bits_of(live);
    storeu((float *)offset, __builtin_ia32_compresssf512_mask((vf)o, (vf)o, mask));
    storeu(value, __builtin_ia32_compresssf512_mask(v, v, mask));
    return __builtin_popcount(mask);
#elif defined(__AVX2__) && defined(__BMI2__) && VL == 8
    unsigned mask = bits_of(live);
    unsigned long long bytes = __builtin_ia32_pdep_di(mask, 0x0101010101010101) * 255;
    unsigned long long first = __builtin_ia32_pext_di(0x0706050403020100, bytes);
    int8_t order[8];
    memcpy(order, &first, sizeof order);
    storeu((float *)offset, __builtin_ia32_permvarsf256((vf)o, load8(order)));
    storeu(value, __builtin_ia32_permvarsf256(v, load8(order)));
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

/* 0, 1, 2, ... */
INLINE vi lanes(void)
{
    vi lane;
    UNROLL for (int i = 0; i < VL; i++)
        lane[i] = i;
    return lane;
}

/* Lanes of a pair of vectors d apart that exchange blocks of d lanes: the first keeps those whose number has not
 * the bit d, the second the others. */
#define FIRST(lane, d)  ((lane) & (d) ? VL + (lane) - (d) : (lane))
#define SECOND(lane, d) ((lane) & (d) ? VL + (lane) : (lane) + (d))
#if VL == 16
#define EACH_LANE(M, d) M(0, d), M(1, d), M(2, d), M(3, d), M(4, d), M(5, d), M(6, d), M(7, d), M(8, d), M(9, d), \
                        M(10, d), M(11, d), M(12, d), M(13, d), M(14, d), M(15, d)
#elif VL == 8
#define EACH_LANE(M, d) M(0, d), M(1, d), M(2, d), M(3, d), M(4, d), M(5, d), M(6, d), M(7, d)
#else
#define EACH_LANE(M, d) M(0, d), M(1, d), M(2, d), M(3, d)
#endif
#define EXCHANGE(v, d) \
    UNROLL for (int i = 0; i < VL; i++) \
        if (!(i & (d))) { \
            vf first = v[i], second = v[i + (d)]; \
            v[i] = __builtin_shufflevector(first, second, EACH_LANE(FIRST, d)); \
            v[i + (d)] = __builtin_shufflevector(first, second, EACH_LANE(SECOND, d)); \
        }

/* Rows become columns. */
INLINE void turn(vf v[VL])
{
#if VL >= 16
    EXCHANGE(v, 8)
#endif
#if VL >= 8
    EXCHANGE(v, 4)
#endif
    EXCHANGE(v, 2)
    EXCHANGE(v, 1)
}

/* The same of bytes: the first half of the rows is shuffled with the second as cards are, log2(VL) times over. */
#if VL == 16
#define EACH_PAIR(M) M(0), M(1), M(2), M(3), M(4), M(5), M(6), M(7)
#elif VL == 8
#define EACH_PAIR(M) M(0), M(1), M(2), M(3)
#else
#define EACH_PAIR(M) M(0), M(1)
#endif
#define LOW(lane)  (lane), VL + (lane)
#define HIGH(lane) VL / 2 + (lane), VL / 2 + VL + (lane)
INLINE void turn_bytes(vb v[VL])
{
    vb half[VL];

    UNROLL for (int d = 1; d < VL; d *= 2) {
        UNROLL for (int i = 0; i < VL; i++)
            half[i] = v[i];
        UNROLL for (int i = 0; i < VL / 2; i++) {
            v[2 * i] = __builtin_shufflevector(half[i], half[i + VL / 2], EACH_PAIR(LOW));
            v[2 * i + 1] = __builtin_shufflevector(half[i], half[i + VL / 2], EACH_PAIR(HIGH));
        }
    }
}

#endif
