#include "examples/catdog/draw/figure.h"

#include <assert.h>

Part *limb(Figure *figure, FrameName frame, Material material, Vec start, float thick, Vec end,
           float thin)
{
    assert(figure->parts < MAX_PARTS);
    Part *part = &figure->part[figure->parts++];
    *part = (Part){ .frame = frame, .material = material, .start = start, .end = end,
                    .thick = thick, .thin = thin, .flat = 1, .deep = 1, .merge = 0.25f };
    return part;
}

Part *ball(Figure *figure, FrameName frame, Material material, Vec middle, float wide, float high,
           float deep)
{
    Part *part = limb(figure, frame, material, middle, high, middle, high);
    part->flat = wide / high;
    part->deep = deep / high;
    return part;
}

Part *pair(Figure *figure, Part *part)
{
    assert(figure->parts < MAX_PARTS);
    Part *twin = &figure->part[figure->parts++];
    *twin = *part;
    twin->start.x = -twin->start.x;
    twin->end.x = -twin->end.x;
    return twin;
}

void merge(Part *part, float heads)
{
    part->merge = heads;
}

/* Axes with y along the stick and z as near to the frame's front as that allows. */
static Axes stick_axes(Vec stick, Axes frame)
{
    if (size(stick) < 1e-4f)
        return frame;
    Vec y = unit(stick);
    Vec front = fabsf(dot(y, frame.z)) > 0.95f ? times(frame.y, -1) : frame.z;
    Vec x = unit(cross(y, front));
    return (Axes){ x, y, cross(x, y) };
}

void figure_pose(Figure *figure, Axes head, Axes body)
{
    figure->frame[HEAD].axes = head;
    figure->frame[BODY].axes = body;
    for (Part *part = figure->part; part < figure->part + figure->parts; part++) {
        Frame frame = figure->frame[part->frame];
        Vec stick = outside(frame.axes, sub(part->end, part->start));
        part->from = add(frame.origin, outside(frame.axes, part->start));
        part->middle = add(part->from, times(stick, 0.5f));
        part->axes = stick_axes(stick, frame.axes);
        part->length = size(stick);
        part->per_length = part->length > 0 ? 1 / part->length : 0;
        part->squeeze = vec(1 / part->flat, 1, 1 / part->deep);
        part->round = part->flat == 1 && part->deep == 1;
        float wide = fmaxf(1, fmaxf(part->flat, part->deep));
        part->reach = part->length / 2 + fmaxf(part->thick, part->thin) * wide;
    }
}

/* The implicit function of the stick in its squeezed space, divided by the length of its gradient:
 * right to first order, which is what marching and soft edges need. */
Floats part_distance(const Part *part, Vecs at)
{
    const Axes *axes = &part->axes;
    Vecs p = to_vecs(at, part->from);
    Floats x = p.x * axes->x.x + p.y * axes->x.y + p.z * axes->x.z;
    Floats y = p.x * axes->y.x + p.y * axes->y.y + p.z * axes->y.z;
    Floats z = p.x * axes->z.x + p.y * axes->z.y + p.z * axes->z.z;
    Floats t = lesser(greater(y * part->per_length, floats(0)), floats(1));
    Floats radius = part->thick + t * (part->thin - part->thick);
    y -= t * part->length;
    if (part->round)
        return root(x * x + y * y + z * z) - radius;
    x *= part->squeeze.x;
    z *= part->squeeze.z;
    Floats square = x * x + y * y + z * z;
    x *= part->squeeze.x;
    z *= part->squeeze.z;
    return (square - radius * root(square)) / root(x * x + y * y + z * z + 1e-12f);
}

/* Whether a part may lie so near that it changes these distances: a cheap test, by its ball. */
static bool may_touch(const Part *part, Vecs at, Floats distance)
{
    Vecs to = to_vecs(at, part->middle);
    Floats far = distance + (part->reach + part->merge);
    return any(dots(to, to) < far * far);
}

/* The smaller of two distances, rounded off where they differ by less than k: I. Quilez, "smooth
 * minimum", the quadratic one. */
static Floats merged(Floats a, Floats b, float k)
{
    Floats gap = greater(a - b, b - a);
    Floats h = greater(k - gap, floats(0));
    return lesser(a, b) - h * h * (0.25f / k);
}

Floats figure_distance(const Part *const *part, int parts, Vecs at)
{
    Floats distance = floats(1e9f);
    for (int i = 0; i < parts; i++)
        if (may_touch(part[i], at, distance))
            distance = merged(distance, part_distance(part[i], at), part[i]->merge);
    return distance;
}
