#include "examples/catdog/draw/dice.h"

#include "examples/catdog/draw/lanes.h"

/* The finaliser of splitmix64: S. Vigna, "splitmix64.c", after Stafford's variant 13. */
static uint64_t scramble(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

Dice dice(uint64_t seed, uint64_t picture)
{
    return (Dice){ scramble(seed * 0x9e3779b97f4a7c15u + picture), 0 };
}

float roll(Dice *dice)
{
    uint64_t bits = scramble(dice->key + ++dice->thrown * 0x9e3779b97f4a7c15u);
    return (float)(bits >> 40) * 0x1p-24f;
}

float between(Dice *dice, float low, float high)
{
    return mix(low, high, roll(dice));
}

float around(Dice *dice, float middle, float most)
{
    float a = roll(dice), b = roll(dice);
    return middle + (a + b - 1) * most;
}

bool chance(Dice *dice, float probability)
{
    return roll(dice) < probability;
}

int pick(Dice *dice, int count)
{
    return (int)(roll(dice) * (float)count);
}

Vec pick_paint(Dice *dice, const unsigned *hex, int count)
{
    return paint(hex[pick(dice, count)]);
}

typedef uint32_t Bits __attribute__((vector_size(4 * LANES)));

/* Odd, and unlike one another. */
enum { MIX_X = 0x0da6b343, MIX_Y = 0x38163841, MIX_Z = 0x4b1ab31f };

float hash(int x, int y, int z)
{
    uint32_t h = (uint32_t)x * MIX_X ^ (uint32_t)y * MIX_Y ^ (uint32_t)z * MIX_Z;
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 13)) * 0x297a2d39u;
    return (float)((h ^ (h >> 16)) >> 8) * 0x1p-24f;
}

/* floor(), without the call that plain x86-64 makes of it. */
static int whole(float a)
{
    int cut = (int)a;
    return cut - ((float)cut > a);
}

static float ease(float t)
{
    return t * t * (3 - 2 * t);
}

/* The hashes of a cell's eight corners at once, weighted by how near they are. */
float noise(Vec at)
{
    int x = whole(at.x), y = whole(at.y), z = whole(at.z);
    float u = ease(at.x - (float)x), v = ease(at.y - (float)y), w = ease(at.z - (float)z);
    uint32_t x0 = (uint32_t)x * MIX_X, y0 = (uint32_t)y * MIX_Y, z0 = (uint32_t)z * MIX_Z;
    uint32_t x1 = x0 + MIX_X, y1 = y0 + MIX_Y, z1 = z0 + MIX_Z;

    Bits h = (Bits){ x0, x1, x0, x1, x0, x1, x0, x1 } ^ (Bits){ y0, y0, y1, y1, y0, y0, y1, y1 } ^
             (Bits){ z0, z0, z0, z0, z1, z1, z1, z1 };
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 13)) * 0x297a2d39u;
    Floats corner = __builtin_convertvector((Which)((h ^ (h >> 16)) >> 8), Floats);

    Floats share = (Floats){ 1 - u, u, 1 - u, u, 1 - u, u, 1 - u, u };
    share *= (Floats){ 1 - v, 1 - v, v, v, 1 - v, 1 - v, v, v };
    share *= (Floats){ 1 - w, 1 - w, 1 - w, 1 - w, w, w, w, w };
    corner *= share;
    float sum = 0;
    for (int i = 0; i < LANES; i++)
        sum += corner[i];
    return sum * 0x1p-24f;
}

float clouds(Vec at, int octaves)
{
    float sum = 0, weight = 0.5f;
    for (int i = 0; i < octaves; i++, weight *= 0.5f, at = times(at, 2.03f))
        sum += weight * noise(at);
    return sum / (1 - 2 * weight);
}
