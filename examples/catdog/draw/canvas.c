#include "examples/catdog/draw/canvas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Vec *pixels(int count)
{
    Vec *pixel = calloc((size_t)count, sizeof *pixel);
    if (!pixel) {
        fprintf(stderr, "draw: out of memory\n");
        exit(3);
    }
    return pixel;
}

Canvas canvas_open(int width, int height)
{
    return (Canvas){ width, height, pixels(width * height) };
}

void canvas_close(Canvas *canvas)
{
    free(canvas->pixel);
    canvas->pixel = NULL;
}

/* The pixels that a shape may touch: from x0 to before x1, from y0 to before y1. */
typedef struct {
    int x0, y0, x1, y1;
} Window;

static Window window(const Canvas *canvas, Point middle, float wide, float high)
{
    return (Window){
        (int)clamp(floorf(middle.x - wide), 0, (float)canvas->width),
        (int)clamp(floorf(middle.y - high), 0, (float)canvas->height),
        (int)clamp(ceilf(middle.x + wide) + 1, 0, (float)canvas->width),
        (int)clamp(ceilf(middle.y + high) + 1, 0, (float)canvas->height),
    };
}

void paint_ellipse(Canvas *canvas, Point middle, float wide, float high, float soft, Vec color,
                   float cover)
{
    Window w = window(canvas, middle, wide + soft, high + soft);
    for (int y = w.y0; y < w.y1; y++)
        for (int x = w.x0; x < w.x1; x++) {
            float u = ((float)x + 0.5f - middle.x) / wide;
            float v = ((float)y + 0.5f - middle.y) / high;
            float out = (sqrtf(u * u + v * v) - 1) * fminf(wide, high);
            lay(canvas, x, y, color, cover * rise(soft / 2, -soft / 2, out));
        }
}

void paint_box(Canvas *canvas, Point middle, float wide, float high, float corner, float tilt,
               float soft, Vec color, float cover)
{
    float c = cosf(tilt), s = sinf(tilt), reach = wide + high + soft;
    Window w = window(canvas, middle, reach, reach);
    for (int y = w.y0; y < w.y1; y++)
        for (int x = w.x0; x < w.x1; x++) {
            float u = (float)x + 0.5f - middle.x, v = (float)y + 0.5f - middle.y;
            float across = fmaxf(fabsf(c * u + s * v) - wide + corner, 0);
            float down = fmaxf(fabsf(c * v - s * u) - high + corner, 0);
            float out = sqrtf(across * across + down * down) - corner;
            lay(canvas, x, y, color, cover * rise(soft / 2, -soft / 2, out));
        }
}

/* How far a point lies outside a tapered straight piece. */
static float off_piece(Point at, Point from, Point to, float thick, float thin)
{
    float dx = to.x - from.x, dy = to.y - from.y, px = at.x - from.x, py = at.y - from.y;
    float t = clamp((px * dx + py * dy) / (dx * dx + dy * dy + 1e-9f), 0, 1);
    float qx = px - t * dx, qy = py - t * dy;
    return sqrtf(qx * qx + qy * qy) - mix(thick, thin, t) / 2;
}

static Point on_curve(Point from, Point by, Point to, float t)
{
    float a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
    return (Point){ a * from.x + b * by.x + c * to.x, a * from.y + b * by.y + c * to.y };
}

void paint_stroke(Canvas *canvas, Point from, Point by, Point to, float thick, float thin,
                  Vec color, float cover)
{
    enum { PIECES = 6 };
    Point knot[PIECES + 1];
    Point least = from, most = from;
    for (int i = 0; i <= PIECES; i++) {
        knot[i] = on_curve(from, by, to, (float)i / PIECES);
        least = (Point){ fminf(least.x, knot[i].x), fminf(least.y, knot[i].y) };
        most = (Point){ fmaxf(most.x, knot[i].x), fmaxf(most.y, knot[i].y) };
    }
    float edge = fmaxf(thick, thin) / 2 + 1;
    Point middle = { (least.x + most.x) / 2, (least.y + most.y) / 2 };
    Window w = window(canvas, middle, (most.x - least.x) / 2 + edge, (most.y - least.y) / 2 + edge);
    for (int y = w.y0; y < w.y1; y++)
        for (int x = w.x0; x < w.x1; x++) {
            Point at = { (float)x + 0.5f, (float)y + 0.5f };
            float out = 1e9f;
            for (int i = 0; i < PIECES; i++)
                out = fminf(out, off_piece(at, knot[i], knot[i + 1],
                                           mix(thick, thin, (float)i / PIECES),
                                           mix(thick, thin, (float)(i + 1) / PIECES)));
            lay(canvas, x, y, color, cover * clamp(0.5f - out, 0, 1));
        }
}

/* A running mean over 2*reach+1 pixels of a line whose pixels lie `stride` apart; the edges repeat.
 */
static void smear(const Vec *from, Vec *to, int count, int stride, int reach)
{
    Vec sum = times(from[0], (float)(reach + 1));
    for (int i = 1; i <= reach; i++)
        sum = add(sum, from[(i < count ? i : count - 1) * stride]);
    for (int i = 0; i < count; i++) {
        to[i * stride] = times(sum, 1 / (float)(2 * reach + 1));
        int next = i + reach + 1 < count ? i + reach + 1 : count - 1;
        int last = i - reach > 0 ? i - reach : 0;
        sum = add(sum, sub(from[next * stride], from[last * stride]));
    }
}

/* Two box blurs each way look round enough; a radius between two whole ones mixes with the
 * unblurred. */
void blur(Canvas *canvas, float radius)
{
    int reach = (int)ceilf(radius), count = canvas->width * canvas->height;
    if (reach < 1)
        return;
    Vec *a = pixels(count), *b = pixels(count);
    memcpy(a, canvas->pixel, (size_t)count * sizeof *a);
    for (int pass = 0; pass < 2; pass++) {
        for (int y = 0; y < canvas->height; y++)
            smear(a + y * canvas->width, b + y * canvas->width, canvas->width, 1, reach);
        for (int x = 0; x < canvas->width; x++)
            smear(b + x, a + x, canvas->height, canvas->width, reach);
    }
    float share = radius / (float)reach;
    for (int i = 0; i < count; i++)
        canvas->pixel[i] = mix3(canvas->pixel[i], a[i], share);
    free(a);
    free(b);
}
