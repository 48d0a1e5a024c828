/* lanes.h - four values in one vector, by the vector extensions that GCC and Clang share: what the code
 * for pictures has in common. Forms are chosen that GCC 12 knows as single instructions of every x86-64. */

#ifndef NUMBERS_LANES_H
#define NUMBERS_LANES_H

#include <stdint.h>
#include <string.h>

enum { LANES = 4 };

typedef float    Lanes __attribute__((vector_size(4 * LANES)));
typedef int32_t  Ints __attribute__((vector_size(4 * LANES)));
typedef uint32_t Words __attribute__((vector_size(4 * LANES)));
typedef int64_t  Longs __attribute__((vector_size(4 * LANES)));
typedef int16_t  Halves __attribute__((vector_size(4 * LANES)));
typedef uint8_t  Bytes __attribute__((vector_size(4 * LANES)));

#define INLINE static inline __attribute__((always_inline, unused))

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bytes are widened by zeros behind them");

/* a0 b0 a1 b1 ... of the first eight bytes of each. */
INLINE Bytes zip(Bytes a, Bytes b)
{
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

INLINE Lanes load_floats(const float *at)
{
    Lanes values;
    memcpy(&values, at, sizeof values);
    return values;
}

INLINE void store_floats(float *at, Lanes values)
{
    memcpy(at, &values, sizeof values);
}

/* Four bytes, each with a zero behind it. */
INLINE Halves widen_bytes(const uint8_t *at)
{
    int32_t word;
    memcpy(&word, at, sizeof word);
    return (Halves)zip((Bytes)(Ints){ word }, (Bytes){ 0 });
}

INLINE Halves zip_halves(Halves a, Halves b)
{
    return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

/* Four bytes as floats. */
INLINE Lanes widen(const uint8_t *at)
{
    return __builtin_convertvector((Ints)zip_halves(widen_bytes(at), (Halves){ 0 }), Lanes);
}

/* Four bytes as floats, each with 2^23 added: the bits of 2^23 with the byte as the last ones. */
INLINE Lanes raise_bytes(const uint8_t *at)
{
    enum { TOP = 0x4b00 };
    return (Lanes)zip_halves(widen_bytes(at), (Halves){ TOP, TOP, TOP, TOP });
}

INLINE Lanes splat(float value)
{
    return (Lanes){ value, value, value, value };
}

/* Where the mask is all ones, a; else b. */
INLINE Lanes choose(Ints mask, Lanes a, Lanes b)
{
    return (Lanes)(((Ints)a & mask) | ((Ints)b & ~mask));
}

/* The smaller and the larger of each two; b where one is no number. */
INLINE Lanes smaller(Lanes a, Lanes b)
{
#ifdef __SSE2__
    return __builtin_ia32_minps(a, b);
#else
    return choose(a < b, a, b);
#endif
}

INLINE Lanes larger(Lanes a, Lanes b)
{
#ifdef __SSE2__
    return __builtin_ia32_maxps(a, b);
#else
    return choose(a > b, a, b);
#endif
}

/* Rounded as the standard says, on any processor. */
INLINE Lanes square_root(Lanes x)
{
#ifdef __SSE2__
    return __builtin_ia32_sqrtps(x);
#else
    for (int i = 0; i < LANES; i++)
        x[i] = __builtin_sqrtf(x[i]);
    return x;
#endif
}

/* Two pixels of three bytes that lie together, channel by channel: red red, green green, blue blue, and
 * two numbers of no use. Eight bytes are read. */
INLINE Halves pairs_of_three(const uint8_t *at)
{
    uint64_t left;
    memcpy(&left, at, sizeof left);
    Bytes both = zip((Bytes)(Longs){ (int64_t)left }, (Bytes)(Longs){ (int64_t)(left >> 24) });
    return (Halves)zip(both, (Bytes){ 0 });
}

/* The same two numbers in each lane. */
INLINE Halves pair_in_lanes(const int16_t pair[2])
{
    int32_t word;
    memcpy(&word, pair, sizeof word);
    return (Halves)(Ints){ word, word, word, word };
}

/* a0*b0 + a1*b1, and so on. */
INLINE Ints add_products(Halves a, Halves b)
{
#ifdef __SSE2__
    return (Ints)__builtin_ia32_pmaddwd128(a, b);
#else
    Ints sum;
    for (int i = 0; i < LANES; i++)
        sum[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
    return sum;
#endif
}

INLINE void store_ints(int32_t *at, Ints values)
{
    memcpy(at, &values, sizeof values);
}

#endif
