/* hash.h - numbers that tell texts apart, and numbers as if they were drawn. Files keep them: they do not change. */

#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_BEGIN 0xcbf29ce484222325u

/* FNV-1a (Fowler, Noll, Vo), from HASH_BEGIN or from what came before. */
static inline uint64_t hash_bytes(uint64_t hash, const void *data, size_t bytes)
{
    for (const uint8_t *at = data, *end = at + bytes; at < end; at++)
        hash = (hash ^ *at) * 0x100000001b3u;
    return hash;
}

/* splitmix64 (Steele, Lea, Flood 2014); HASH_STEP added to its state each time makes it a generator. */
#define HASH_STEP 0x9e3779b97f4a7c15u

static inline uint64_t hash_mix(uint64_t x)
{
    x += HASH_STEP;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

#endif
