#include "examples/catdog/draw/scene.h"

static const unsigned walls[] = {
    0xe8e0d2, 0xd8c9b0, 0xc9d3d6, 0xb4c4a8, 0xd9b3a0,
    0x9fb0bd, 0x8a8f94, 0xf1efe9, 0x6d7f8a, 0xa7806a,
};
static const unsigned woods[] = { 0x9a6b42, 0xb98a5a, 0x7a5030, 0xc9a277, 0x5c3d28 };
static const unsigned fabrics[] = {
    0x8a3b3b, 0x3f5f7f, 0x6b7f5a, 0xb39b7a, 0x54504e,
    0xc9c2b6, 0x7d5a8a, 0x2f6f6f, 0xd0a040, 0xb86a48,
};
static const unsigned greens[] = { 0x4f7f2f, 0x6a9a3a, 0x3f6a30, 0x87a84a, 0x8f9a55 };
static const unsigned skies[] = { 0x9fc3e6, 0xbfd6ea, 0xe3e6e8, 0xf0d9b8, 0x86a9cf };

#define PICK(dice, list) pick_paint(dice, list, (int)(sizeof(list) / sizeof *(list)))

static const float WHOLE_TURN = 6.2832f;

/* ---- surfaces: each fills the rows from y0 to before y1 ---- */

static void plain(Canvas *canvas, Dice *dice, int y0, int y1, Vec color)
{
    float lamp_x = between(dice, 0, 1), lamp = between(dice, 0, 0.5f),
          grain = between(dice, 0, 0.12f);
    float seed = between(dice, 0, 99), fine = between(dice, 0.1f, 0.6f);
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < canvas->width; x++) {
            float off = fabsf((float)x / (float)canvas->width - lamp_x);
            float rough = noise(vec((float)x * fine, (float)y * fine, seed)) - 0.5f;
            lay(canvas, x, y, times(color, 1 + lamp * (0.4f - off) + grain * rough), 1);
        }
}

static void wallpaper(Canvas *canvas, Dice *dice, int y0, int y1)
{
    Vec ground = PICK(dice, walls),
        stripe = mix3(ground, PICK(dice, walls), between(dice, 0.2f, 0.7f));
    float wide = (float)canvas->width / between(dice, 4, 14);
    plain(canvas, dice, y0, y1, ground);
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < canvas->width; x++)
            lay(canvas, x, y, stripe, fmodf((float)x, 2 * wide) < wide ? 0.6f : 0);
}

/* Boards that run away from the viewer: their seams meet at the horizon. */
static void boards(Canvas *canvas, Dice *dice, int y0, int y1)
{
    Vec wood = PICK(dice, woods);
    float middle = (float)canvas->width * between(dice, 0.2f, 0.8f), seed = between(dice, 0, 99);
    float count = between(dice, 3, 8);
    for (int y = y0; y < y1; y++) {
        float depth = (float)canvas->height / ((float)(y - y0) + 0.25f * (float)canvas->height);
        for (int x = 0; x < canvas->width; x++) {
            float across = ((float)x - middle) / (float)canvas->width * depth * count;
            float board = floorf(across), in = across - board;
            float tone = 0.75f + 0.4f * hash((int)board, (int)seed, (int)(depth * 0.7f));
            float grain = noise(vec(across * 9, depth * 3, seed + board)) - 0.5f;
            float seam = rise(0.05f, 0.02f, in) + rise(0.95f, 0.98f, in);
            lay(canvas, x, y, times(wood, tone * (1 + 0.35f * grain) * (1 - 0.6f * seam)), 1);
        }
    }
}

static void tiles(Canvas *canvas, Dice *dice, int y0, int y1)
{
    Vec a = PICK(dice, walls), b = mix3(a, PICK(dice, walls), between(dice, 0, 1));
    float count = between(dice, 2, 5), slant = between(dice, -1, 1);
    for (int y = y0; y < y1; y++) {
        float depth = (float)canvas->height / ((float)(y - y0) + 0.3f * (float)canvas->height);
        for (int x = 0; x < canvas->width; x++) {
            float u = ((float)x / (float)canvas->width - 0.5f) * depth * count;
            float v = depth * count + slant * u;
            float fu = u - floorf(u), fv = v - floorf(v);
            float gap = fminf(fminf(fu, 1 - fu), fminf(fv, 1 - fv));
            Vec tile = ((int)floorf(u) + (int)floorf(v)) & 1 ? a : b;
            lay(canvas, x, y, times(tile, 0.65f + 0.35f * rise(0.01f, 0.05f, gap)), 1);
        }
    }
}

static void carpet(Canvas *canvas, Dice *dice, int y0, int y1)
{
    Vec color = PICK(dice, fabrics);
    float seed = between(dice, 0, 99), pile = between(dice, 0.25f, 0.7f);
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < canvas->width; x++) {
            float tuft = clouds(vec((float)x * pile, (float)y * pile * 1.6f, seed), 2);
            float worn = noise(vec((float)x * 0.015f, (float)y * 0.03f, seed + 5));
            lay(canvas, x, y, times(color, 0.45f + 0.7f * tuft + 0.3f * worn), 1);
        }
}

/* Woven cloth with checks or stripes, lying in folds. */
static void blanket(Canvas *canvas, Dice *dice, int y0, int y1)
{
    Vec a = PICK(dice, fabrics), b = PICK(dice, fabrics);
    bool checks = chance(dice, 0.5f);
    float wide = (float)canvas->width / between(dice, 3, 12), seed = between(dice, 0, 99);
    float turn = between(dice, 0, WHOLE_TURN), c = cosf(turn), s = sinf(turn);
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < canvas->width; x++) {
            float fold = clouds(vec((float)x * 0.012f, (float)y * 0.02f, seed), 2);
            float u = (c * (float)x + s * (float)y) / wide + fold;
            float v = (c * (float)y - s * (float)x) / wide + fold;
            float stripe = rise(0.4f, 0.45f, fabsf(u - floorf(u) - 0.5f) * 2);
            float cross = rise(0.4f, 0.45f, fabsf(v - floorf(v) - 0.5f) * 2);
            Vec color = mix3(a, b, checks ? (stripe + cross) / 2 : stripe * 0.6f);
            float weave = 0.92f + 0.16f * hash(x, y, (int)seed);
            lay(canvas, x, y, times(color, weave * (0.35f + 1.1f * fold)), 1);
        }
}

static void meadow(Canvas *canvas, Dice *dice, int y0, int y1)
{
    Vec green = PICK(dice, greens), dry = mix3(green, paint(0xb5a46a), between(dice, 0, 0.6f));
    float seed = between(dice, 0, 99);
    for (int y = y0; y < y1; y++) {
        float far = 1 - 0.6f * (float)(y - y0) / (float)(y1 - y0 + 1);
        for (int x = 0; x < canvas->width; x++) {
            float patch = clouds(vec((float)x * 0.03f * far, (float)y * 0.06f * far, seed), 3);
            float blade = noise(vec((float)x * 0.5f * far, (float)y * 0.12f * far, seed + 9));
            lay(canvas, x, y, times(mix3(green, dry, patch), 0.35f + 0.5f * patch + 0.6f * blade),
                1);
        }
    }
    for (int i = canvas->width / 2; i > 0; i--) {
        Point root = { between(dice, 0, (float)canvas->width),
                       between(dice, (float)y0, (float)y1 + 20) };
        float tall = 4 + (root.y - (float)y0) * between(dice, 0.05f, 0.18f),
              lean = around(dice, 0, tall * 0.6f);
        Point tip = { root.x + lean, root.y - tall },
              by = { root.x + lean * 0.2f, root.y - tall * 0.6f };
        paint_stroke(canvas, root, by, tip, 2.2f, 0.4f, times(green, between(dice, 0.4f, 1.7f)),
                     0.8f);
    }
}

static void ground(Canvas *canvas, Dice *dice, int y0, int y1)
{
    static const unsigned earths[] = { 0xf0f2f6, 0xc9b48a, 0x8f8a84, 0x7a6248,
                                       0xa9a294 }; /* snow, sand, ... */
    Vec color = PICK(dice, earths);
    float seed = between(dice, 0, 99), pebbles = between(dice, 0, 0.5f);
    for (int y = y0; y < y1; y++)
        for (int x = 0; x < canvas->width; x++) {
            float hills = clouds(vec((float)x * 0.02f, (float)y * 0.05f, seed), 4);
            float stone = rise(0.7f, 0.8f, noise(vec((float)x * 0.2f, (float)y * 0.3f, seed + 3)));
            lay(canvas, x, y, times(color, 0.6f + 0.6f * hills - pebbles * stone), 1);
        }
}

/* Leaves, lamps, far houses: discs out of focus. */
static void blobs(Canvas *canvas, Dice *dice, int y0, int y1, Vec color)
{
    plain(canvas, dice, y0, y1, times(color, 0.7f));
    float most = (float)canvas->width;
    for (int i = 10 + pick(dice, 30); i > 0; i--) {
        Point at = { between(dice, 0, most), between(dice, (float)y0, (float)y1) };
        float r = most * between(dice, 0.02f, 0.14f);
        Vec tone =
            times(mix3(color, PICK(dice, fabrics), roll(dice) * 0.4f), between(dice, 0.3f, 1.8f));
        paint_ellipse(canvas, at, r, r * between(dice, 0.7f, 1.1f), r * 0.5f, tone,
                      between(dice, 0.3f, 0.8f));
    }
}

/* ---- what stands about in a room ---- */

static void sofa(Canvas *canvas, Dice *dice, float border)
{
    Vec color = PICK(dice, fabrics);
    float w = (float)canvas->width, h = (float)canvas->height,
          wide = w * between(dice, 0.28f, 0.5f);
    float top = border - h * between(dice, 0.25f, 0.5f);
    for (float x = w * between(dice, -0.3f, 0); x < w * 1.3f; x += 2 * wide) {
        Point back = { x + wide, (top + border) / 2 };
        paint_box(canvas, back, wide, (border - top) / 2 + h * 0.1f, wide * 0.3f, 0, wide * 0.1f,
                  times(color, 0.35f), 1);
        paint_box(canvas, back, wide * 0.97f, (border - top) / 2 + h * 0.08f, wide * 0.3f, 0,
                  wide * 0.3f, color, 0.9f);
        Point seat = { x + wide, border + h * 0.12f };
        paint_box(canvas, seat, wide, h * 0.13f, h * 0.06f, 0, h * 0.02f, times(color, 0.4f), 1);
        paint_box(canvas, seat, wide * 0.97f, h * 0.12f, h * 0.06f, 0, h * 0.1f,
                  times(color, 1.15f), 0.95f);
    }
    if (chance(dice, 0.6f)) {
        Point at = { w * roll(dice), border - h * 0.08f };
        float r = w * between(dice, 0.1f, 0.18f);
        paint_box(canvas, at, r, r * 0.8f, r * 0.3f, around(dice, 0, 0.6f), r * 0.25f,
                  PICK(dice, fabrics), 1);
    }
}

static void furniture(Canvas *canvas, Dice *dice, float border)
{
    float w = (float)canvas->width, h = (float)canvas->height;
    for (int i = pick(dice, 4); i > 0; i--) {
        Point at = { w * roll(dice), border * between(dice, 0.1f, 1) };
        float wide = w * between(dice, 0.06f, 0.22f), high = h * between(dice, 0.06f, 0.3f);
        Vec color = chance(dice, 0.5f) ? PICK(dice, woods) : PICK(dice, fabrics);
        paint_box(canvas, at, wide, high, 2, 0, 3, times(color, 0.5f), 1);
        if (chance(dice, 0.7f))
            paint_box(canvas, at, wide * 0.85f, high * 0.85f, 2, 0, 3,
                      chance(dice, 0.5f) ? PICK(dice, skies) : color, 1);
    }
}

/* ---- the scenes ---- */

static void room(Canvas *canvas, Dice *dice, float border)
{
    int edge = (int)clamp(border, 0, (float)canvas->height);
    if (chance(dice, 0.35f))
        wallpaper(canvas, dice, 0, edge);
    else
        plain(canvas, dice, 0, edge, PICK(dice, walls));
    furniture(canvas, dice, border);
    static void (*const floors[])(Canvas *, Dice *, int, int) = { boards, tiles, carpet, blanket };
    floors[pick(dice, 4)](canvas, dice, edge, canvas->height);
    Point skirting = { (float)canvas->width / 2, (float)edge };
    paint_box(canvas, skirting, (float)canvas->width, (float)canvas->height * 0.012f, 0, 0, 2,
              paint(0xd9d2c4), 0.8f);
}

static void couch(Canvas *canvas, Dice *dice, float border)
{
    room(canvas, dice, border);
    sofa(canvas, dice, border);
}

static void bed(Canvas *canvas, Dice *dice, float border)
{
    int edge = (int)clamp(border - 0.2f * (float)canvas->height, 0, (float)canvas->height);
    plain(canvas, dice, 0, edge, PICK(dice, walls));
    blanket(canvas, dice, edge, canvas->height);
}

static void garden(Canvas *canvas, Dice *dice, float border)
{
    int edge = (int)clamp(border, 0, (float)canvas->height);
    blobs(canvas, dice, 0, edge, chance(dice, 0.7f) ? PICK(dice, greens) : PICK(dice, walls));
    meadow(canvas, dice, edge, canvas->height);
}

static void outdoors(Canvas *canvas, Dice *dice, float border)
{
    int edge = (int)clamp(border, 0, (float)canvas->height), sky = edge * (1 + pick(dice, 3)) / 4;
    plain(canvas, dice, 0, sky, PICK(dice, skies));
    blobs(canvas, dice, sky, edge, PICK(dice, greens));
    (chance(dice, 0.5f) ? ground : meadow)(canvas, dice, edge, canvas->height);
}

static void studio(Canvas *canvas, Dice *dice, float border)
{
    (void)border;
    Vec color = chance(dice, 0.4f) ? PICK(dice, fabrics) : PICK(dice, walls);
    if (chance(dice, 0.5f))
        blobs(canvas, dice, 0, canvas->height, color);
    else
        plain(canvas, dice, 0, canvas->height, color);
}

void scene_behind(Canvas *canvas, Dice *dice, float border)
{
    static void (*const scenes[])(Canvas *, Dice *, float) = { room,   couch,    bed,
                                                               garden, outdoors, studio };
    scenes[pick(dice, (int)(sizeof scenes / sizeof *scenes))](canvas, dice, border);
    float wide = (float)canvas->width;
    blur(canvas, chance(dice, 0.3f) ? between(dice, 0, 0.006f) * wide
                                    : between(dice, 0.005f, 0.03f) * wide);
}

void scene_shadow(Canvas *canvas, const Figure *figure, const Lens *lens, const Light *light)
{
    const Frame *body = &figure->frame[BODY];
    Vec cast = along(body->axes, light->toward);
    float slope = 1 / fmaxf(cast.y, 0.5f);
    float flat = clamp(fabsf(body->axes.y.z), 0.15f, 1); /* how much of the floor the camera sees */
    for (const Part *part = figure->part; part < figure->part + figure->parts; part++) {
        Vec at = along(body->axes, part->middle);
        float high = at.y - figure->ground;
        Vec foot = vec(at.x - cast.x * slope * high, figure->ground, at.z - cast.z * slope * high);
        Point middle = project(lens, outside(body->axes, foot));
        float r = part->reach * lens->scale;
        paint_ellipse(canvas, middle, r, r * flat, r * (0.5f + 0.3f * high),
                      vec(0.01f, 0.01f, 0.015f), 0.3f / (1 + 0.4f * high));
    }
}

static void blades(Canvas *canvas, Dice *dice)
{
    Vec green = PICK(dice, greens);
    float w = (float)canvas->width, h = (float)canvas->height;
    for (int i = 8 + pick(dice, 40); i > 0; i--) {
        Point root = { w * roll(dice), h + 3 };
        float tall = h * between(dice, 0.05f, 0.4f), lean = around(dice, 0, tall * 0.8f);
        paint_stroke(canvas, root, (Point){ root.x + lean * 0.2f, root.y - tall * 0.6f },
                     (Point){ root.x + lean, root.y - tall }, w * 0.014f, 0.5f,
                     times(green, between(dice, 0.4f, 1.5f)), 0.9f);
    }
}

static void bars(Canvas *canvas, Dice *dice)
{
    Vec color = times(PICK(dice, walls), between(dice, 0.1f, 0.9f));
    float w = (float)canvas->width, gap = w * between(dice, 0.16f, 0.32f),
          lean = w * around(dice, 0, 0.1f);
    float thick = w * between(dice, 0.008f, 0.02f);
    for (float x = gap * roll(dice); x < w; x += gap)
        paint_stroke(canvas, (Point){ x, -5 }, (Point){ x + lean / 2, (float)canvas->height / 2 },
                     (Point){ x + lean, (float)canvas->height + 5 }, thick, thick, color, 0.95f);
}

static void corner(Canvas *canvas, Dice *dice)
{
    float w = (float)canvas->width, h = (float)canvas->height;
    Vec color = chance(dice, 0.5f) ? PICK(dice, woods) : PICK(dice, fabrics);
    Point at = { chance(dice, 0.5f) ? w * between(dice, -0.1f, 0.05f)
                                    : w * between(dice, 0.95f, 1.1f),
                 h * between(dice, 0.5f, 1.1f) };
    paint_box(canvas, at, w * between(dice, 0.1f, 0.25f), h * between(dice, 0.1f, 0.4f), w * 0.04f,
              around(dice, 0, 0.8f), w * 0.02f, color, 1);
}

static void toy(Canvas *canvas, Dice *dice)
{
    float w = (float)canvas->width, h = (float)canvas->height, r = w * between(dice, 0.04f, 0.1f);
    Point at = { w * roll(dice), h - r * between(dice, 0.3f, 1.5f) };
    Vec color = PICK(dice, fabrics);
    paint_ellipse(canvas, (Point){ at.x, at.y + r * 0.9f }, r * 1.1f, r * 0.3f, r * 0.4f,
                  vec(0, 0, 0), 0.4f);
    paint_ellipse(canvas, at, r, r, 1.5f, times(color, 0.5f), 1);
    paint_ellipse(canvas, (Point){ at.x - r * 0.15f, at.y - r * 0.15f }, r * 0.8f, r * 0.8f,
                  r * 0.6f, color, 1);
    paint_ellipse(canvas, (Point){ at.x - r * 0.35f, at.y - r * 0.4f }, r * 0.2f, r * 0.15f,
                  r * 0.2f, vec(1, 1, 1), 0.6f);
}

void scene_before(Canvas *canvas, Dice *dice)
{
    static void (*const things[])(Canvas *, Dice *) = { blades, bars, corner, toy };
    if (chance(dice, 0.15f))
        things[pick(dice, (int)(sizeof things / sizeof *things))](canvas, dice);
}

Light scene_light(Dice *dice)
{
    static const struct {
        unsigned key, sky;
        float strength, fill;
    } lights[] = {
        { 0xfff4e0, 0xb8c4d8, 1.1f, 0.55f },    /* window */
        { 0xffd9a0, 0xc0a890, 1.0f, 0.45f },    /* lamp */
        { 0xfff2d0, 0x9fc0e8, 1.5f, 0.5f },     /* sun */
        { 0xe8ecf0, 0xdfe6ee, 0.5f, 0.9f },     /* overcast */
        { 0xf4f6ff, 0x9a9a9a, 1.4f, 0.3f },     /* flash */
    };
    int i = pick(dice, (int)(sizeof lights / sizeof *lights));
    Vec toward =
        i == 4 ? vec(0.1f, 0.25f, 1)
               : vec(between(dice, -1, 1), between(dice, 0.3f, 1.2f), between(dice, -0.2f, 1));
    Vec sky = times(paint(lights[i].sky), lights[i].fill * 1.3f);
    return (Light){
        .toward = unit(toward),
        .key = times(paint(lights[i].key), lights[i].strength),
        .sky = sky,
        .floor = each(times(sky, 0.6f), paint(0xffe6cc)),
    };
}
