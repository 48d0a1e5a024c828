/* vec.h - a vector of VL floats, by the vector extensions that GCC and Clang share: one text for SSE,
 * AVX2, AVX-512 and NEON. Comparisons make masks of whole words, all ones where true.
 *
 * Stands on its own: generated programs hold its text, and tests put it before a kernel's. */

#ifndef RUNTIME_KERNELS_VEC_H
#define RUNTIME_KERNELS_VEC_H

#include <stdint.h>
#include <string.h>

#ifndef VL
#if defined(__AVX512F__)
#define VL 16
#elif defined(__AVX__)
#define VL 8
#else
#define VL 4
#endif
#endif

typedef float   vf __attribute__((vector_size(4 * VL), may_alias));
typedef int32_t vi __attribute__((vector_size(4 * VL), may_alias));
typedef int8_t  vb __attribute__((vector_size(VL), may_alias));
typedef float   vf_anywhere __attribute__((vector_size(4 * VL), may_alias, aligned(4)));

/* Before a kernel; a test may want it otherwise. */
#ifndef KERNEL
#define KERNEL static __attribute__((unused))
#endif

#define INLINE static inline __attribute__((always_inline, unused))

/* A tile's loops vanish, so that its arrays become registers; the long loop inside a tile stays one. */
#define UNROLL _Pragma("GCC unroll 32")
#define ROLLED _Pragma("GCC unroll 1")

/* GCC folds a load into every FMA that uses it, and reads again what a tile should hold; and it fuses a
 * product with a sum of a later statement. This makes it keep the rounded value in a register. */
#if defined(__clang__)
#define IN_REGISTER(v) (void)0
#elif defined(__x86_64__)
#define IN_REGISTER(v) __asm__("" : "+v"(v))
#elif defined(__aarch64__)
#define IN_REGISTER(v) __asm__("" : "+w"(v))
#else
#define IN_REGISTER(v) (void)0
#endif

/* load, store: at a multiple of the vector's size; loadu, storeu: at any float */
INLINE vf   load(const float *p)          { return *(const vf *)p; }
INLINE vf   loadu(const float *p)         { return *(const vf_anywhere *)p; }
INLINE void store(float *p, vf v)         { *(vf *)p = v; }
INLINE void storeu(float *p, vf v)        { *(vf_anywhere *)p = v; }
INLINE void store8(int8_t *p, vi v)       { *(vb *)p = __builtin_convertvector(v, vb); }

INLINE vf   splat(float x)                { return x - (vf){0}; }
INLINE vi   isplat(int x)                 { return x - (vi){0}; }

INLINE vf   keep_where(vi m, vf a)        { return (vf)((vi)a & m); }
INLINE vf   pick(vi m, vf a, vf b)        { return (vf)(((vi)a & m) | ((vi)b & ~m)); }
INLINE vi   ipick(vi m, vi a, vi b)       { return (a & m) | (b & ~m); }

/* GCC widens bytes one by one unless it is told the instruction. */
INLINE vi load8(const int8_t *p)
{
#if !defined(__clang__) && defined(__SSE4_1__)
    char __attribute__((vector_size(16))) bytes = {0};
    memcpy(&bytes, p, VL);
#if VL == 16
    return (vi)__builtin_ia32_pmovsxbd512_mask(bytes, (vi){0}, (unsigned short)-1);
#elif VL == 8
    return (vi)__builtin_ia32_pmovsxbd256(bytes);
#else
    return (vi)__builtin_ia32_pmovsxbd128(bytes);
#endif
#else
    return __builtin_convertvector(*(const vb *)p, vi);
#endif
}

/* Rounded exactly, so that every way gives the same bits. */
INLINE vf square_root(vf v)
{
#if defined(__clang__) && __has_builtin(__builtin_elementwise_sqrt)
    return __builtin_elementwise_sqrt(v);
#elif !defined(__clang__) && defined(__AVX512F__) && VL == 16
    return __builtin_ia32_sqrtps512_mask(v, v, (unsigned short)-1, 4);
#elif !defined(__clang__) && defined(__AVX__) && VL == 8
    return __builtin_ia32_sqrtps256(v);
#elif !defined(__clang__) && defined(__SSE__) && VL == 4
    return __builtin_ia32_sqrtps(v);
#else
    UNROLL for (int i = 0; i < VL; i++)
        v[i] = __builtin_sqrtf(v[i]);
    return v;
#endif
}

#endif
