/* shape.h - the extent of one image's tensor: height, width, channels. A vector is 1 x 1 x c. */

#ifndef BASE_SHAPE_H
#define BASE_SHAPE_H

#include <stdbool.h>

typedef struct {
    int h, w, c;
} Shape;

typedef struct { int h, w; } Extent;                        /* of a window, a stride, a dilation */
typedef struct { int top, bottom, left, right; } Padding;

static inline long shape_size(Shape s)
{
    return (long)s.h * s.w * s.c;
}

static inline bool shape_equal(Shape a, Shape b)
{
    return a.h == b.h && a.w == b.w && a.c == b.c;
}

/* True for what a dense layer takes. */
static inline bool shape_is_vector(Shape s)
{
    return s.h == 1 && s.w == 1;
}

#endif
