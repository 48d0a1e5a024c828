/* random.h - random numbers that are a function of what they are for. There is no state: a
 * number is named by a key (the seed) and a counter (which draw, position, epoch, purpose), so
 * that it is the same in whatever order, by whatever thread, and after whatever pause it is
 * asked for.
 *
 * The generator is Philox4x32-10 of J. Salmon et al., "Parallel random numbers: as easy as 1, 2,
 * 3", SC 2011. This header stands on its own: generated programs hold its text. */

#ifndef RUNTIME_KERNELS_RANDOM_H
#define RUNTIME_KERNELS_RANDOM_H

#include <stdint.h>

/* What a number is for: the counter's last word, so that no two uses share one. A layer that draws
 * adds its own number to RANDOM_LAYER, a parameter to RANDOM_PARAMETER. */
enum {
    RANDOM_SPLIT = 1,           /* which files are held out */
    RANDOM_ORDER,               /* the order of an epoch */
    RANDOM_AUGMENT,             /* the rows that move a picture, */
    RANDOM_NOISE,               /* pictures of noise, for a profile without data */
    RANDOM_CHANGE,              /* the rows that change its values, */
    RANDOM_PART,                /* a crop of a part, which needs more words than a draw has, */
    RANDOM_WINDOW,              /* the windows of cutout, */
    RANDOM_GRAIN,               /* the numbers of noise */
    RANDOM_MIX,                 /* mixup and cutmix */
    RANDOM_BALANCE,             /* what `balance sample` takes */
    RANDOM_LAYER = 1 << 20,
    RANDOM_PARAMETER = 2 << 20,
};

/* 128 bits for each key and counter. */
static inline __attribute__((unused)) void random_bits(uint32_t out[4], const uint32_t key[2], const uint32_t counter[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p = (uint64_t)0xD2511F53u * c0, q = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(q >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)q;
        c2 = (uint32_t)(p >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* The same, spelt as the house keys it. `index` counts the draws of one purpose at one position. */
static inline __attribute__((unused)) void random_draw(uint32_t out[4], uint64_t seed, uint32_t epoch, uint32_t position,
                               uint32_t index, uint32_t purpose)
{
    uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
    uint32_t counter[4] = { index, position, epoch, purpose };
    random_bits(out, key, counter);
}

/* [0, 1), evenly, in steps of 2^-32; exact in a double. */
static inline __attribute__((unused)) double random_uniform(uint32_t bits)
{
    return bits * 0x1p-32;
}

/* [0, 1), evenly, in steps of 2^-24; exact in a float. */
static inline __attribute__((unused)) float random_uniform_float(uint32_t bits)
{
    return (float)(bits >> 8) * 0x1p-24f;
}

/* 0 to n-1; no number is likelier than another by more than 1 in 2^32. */
static inline __attribute__((unused)) uint32_t random_below(uint32_t high, uint32_t low, uint32_t n)
{
    return (uint32_t)(((uint64_t)high * n + ((uint64_t)low * n >> 32)) >> 32);
}

#endif
