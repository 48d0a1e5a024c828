/* vector.h - points, directions and colours: three floats each, and what one does with them. Space
 * is measured in heads: an animal's head has radius 1. x is to the right, y up, z towards the
 * viewer. Colours are linear light, red, green, blue, from 0 to 1. */

#ifndef DRAW_VECTOR_H
#define DRAW_VECTOR_H

#include <math.h>

typedef struct {
    float x, y, z;
} Vec;

/* Three unit directions at right angles, as seen from outside: a turned set of axes. */
typedef struct {
    Vec x, y, z;
} Axes;

static inline Vec vec(float x, float y, float z) { return (Vec){ x, y, z }; }
static inline Vec add(Vec a, Vec b) { return vec(a.x + b.x, a.y + b.y, a.z + b.z); }
static inline Vec sub(Vec a, Vec b) { return vec(a.x - b.x, a.y - b.y, a.z - b.z); }
static inline Vec times(Vec a, float s) { return vec(a.x * s, a.y * s, a.z * s); }
static inline Vec each(Vec a, Vec b) { return vec(a.x * b.x, a.y * b.y, a.z * b.z); }
static inline float dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static inline float size(Vec a) { return sqrtf(dot(a, a)); }
static inline Vec unit(Vec a) { return times(a, 1 / (size(a) + 1e-9f)); }

static inline Vec cross(Vec a, Vec b)
{
    return vec(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}

static inline float clamp(float a, float low, float high)
{
    return a < low ? low : a > high ? high : a;
}

static inline float mix(float a, float b, float t) { return a + t * (b - a); }
static inline Vec mix3(Vec a, Vec b, float t) { return add(a, times(sub(b, a), t)); }

/* 0 below `low`, 1 above `high`, a smooth rise between; falls where high < low. */
static inline float rise(float low, float high, float a)
{
    float t = clamp((a - low) / (high - low), 0, 1);
    return t * t * (3 - 2 * t);
}

/* A direction or point's coordinates along the axes, and back. */
static inline Vec along(Axes axes, Vec a)
{
    return vec(dot(axes.x, a), dot(axes.y, a), dot(axes.z, a));
}

static inline Vec outside(Axes axes, Vec a)
{
    return add(add(times(axes.x, a.x), times(axes.y, a.y)), times(axes.z, a.z));
}

/* The axes after turning by these radians: first rolled (counter-clockwise), then pitched (looking
 * up), then yawed (looking to the viewer's right). */
static inline Axes turned(float yaw, float pitch, float roll)
{
    float cy = cosf(yaw), sy = sinf(yaw), cp = cosf(pitch), sp = sinf(pitch);
    float cr = cosf(roll), sr = sinf(roll);
    Vec right = vec(cy, 0, -sy), ahead = vec(sy * cp, sp, cy * cp);
    Vec up = cross(ahead, right);
    return (Axes){ add(times(right, cr), times(up, sr)), sub(times(up, cr), times(right, sr)),
                   ahead };
}

/* A colour as a painter names it: 0xRRGGBB, as a screen shows it. */
static inline Vec paint(unsigned hex)
{
    Vec shown = vec((hex >> 16 & 255) / 255.0f, (hex >> 8 & 255) / 255.0f, (hex & 255) / 255.0f);
    return each(shown, shown);
}

#endif
