/* tile.h - the baseline's arithmetic: vectors, and tiles of sums that are held in registers. */

#ifndef BENCH_TILE_H
#define BENCH_TILE_H

#include <stdint.h>
#include <stddef.h>

#if defined(__AVX512F__)
enum { LANES = 16, TILE = 12, SOME = 8 };       /* 24 or 16 of 32 registers accumulate */
#else
enum { LANES = 8, TILE = 5, SOME = 4 };         /* 10 or 8 of 16 */
#endif
enum { PAIR = 2 * LANES };                      /* channels of a tile */

typedef float Vector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t Mask __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int8_t Bytes __attribute__((vector_size(LANES), aligned(1), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 32")
#define ROLLED _Pragma("GCC unroll 1")

#if defined(__x86_64__) && !defined(__clang__)
#define IN_REGISTER(v) __asm__("" : "+v"(v))    /* else GCC reads it again for every product */
#else
#define IN_REGISTER(v) (void)0
#endif

INLINE Vector load(const float *p)              { return *(const Vector *)p; }
INLINE void   store(float *p, Vector v)         { *(Vector *)p = v; }
INLINE Mask   every(int x)                      { return x - (Mask){0}; }
INLINE Vector where(Mask m, Vector v)           { return (Vector)((Mask)v & m); }
INLINE Mask   choose(Mask m, Mask a, Mask b)    { return (a & m) | (b & ~m); }
INLINE int    least(int a, int b)               { return a < b ? a : b; }

/* sum[i] += x[i*row + e*next] * w[e*step], for e < count: what all of the time goes into. */
INLINE void multiply_add(Vector sum[][2], int rows, int count, const float *x, int row, int next,
                         const float *w,
                         int step)
{
    ROLLED for (int e = 0; e < count; e++) {
        Vector left = load(w + e * step), right = load(w + e * step + LANES);
        IN_REGISTER(left);
        IN_REGISTER(right);
        UNROLL for (int i = 0; i < rows; i++) {
            Vector v = x[i * row + e * next] - (Vector){0};
            sum[i][0] += v * left;
            sum[i][1] += v * right;
        }
    }
}

INLINE void load_tile(Vector sum[][2], int rows, const float *from, int step)
{
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int v = 0; v < 2; v++)
            sum[i][v] = from ? load(from + i * step + v * LANES) : (Vector){0};
}

INLINE void store_tile(Vector sum[][2], int rows, float *to, int step)
{
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int v = 0; v < 2; v++)
            store(to + i * step + v * LANES, sum[i][v]);
}

/* Denormal numbers cost a hundred cycles each. */
INLINE void flush_denormals(void)
{
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 1u << 15 | 1u << 6);
#endif
}

#endif
