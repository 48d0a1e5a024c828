/* lanes.h - eight of everything: rays are followed eight at a time, and so are a noise's eight
 * corners, in vector registers. Arithmetic is that of GCC and clang on vectors; here is what they
 * lack. */

#ifndef DRAW_LANES_H
#define DRAW_LANES_H

#include <stdbool.h>

#include "examples/catdog/draw/vector.h"

enum { LANES = 8 };

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int Which __attribute__((vector_size(4 * LANES)));  /* -1 where something holds, else 0 */

typedef struct {
    Floats x, y, z;
} Vecs;

static inline Floats floats(float a) { return a - (Floats){ 0 }; }

static inline Floats choose(Which which, Floats yes, Floats no)
{
    return (Floats)((which & (Which)yes) | (~which & (Which)no));
}

static inline Floats lesser(Floats a, Floats b) { return choose(a < b, a, b); }
static inline Floats greater(Floats a, Floats b) { return choose(a > b, a, b); }

static inline bool any(Which which)
{
    int some = 0;
    for (int i = 0; i < LANES; i++)
        some |= which[i];
    return some != 0;
}

static inline Floats root(Floats a)
{
    for (int i = 0; i < LANES; i++)
        a[i] = sqrtf(a[i]);
    return a;
}

static inline Vecs vecs(Vec a) { return (Vecs){ floats(a.x), floats(a.y), floats(a.z) }; }
static inline Vec lane(Vecs a, int i) { return vec(a.x[i], a.y[i], a.z[i]); }
static inline Floats dots(Vecs a, Vecs b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

/* a + s*b: where one gets from a along b. */
static inline Vecs ahead(Vecs a, Vecs b, Floats s)
{
    return (Vecs){ a.x + s * b.x, a.y + s * b.y, a.z + s * b.z };
}

static inline Vecs to_vecs(Vecs a, Vec from)
{
    return (Vecs){ a.x - from.x, a.y - from.y, a.z - from.z };
}

static inline Vecs unit_vecs(Vecs a)
{
    Floats scale = 1 / (root(dots(a, a)) + 1e-9f);
    return (Vecs){ a.x * scale, a.y * scale, a.z * scale };
}

#endif
