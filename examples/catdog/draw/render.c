#include "examples/catdog/draw/render.h"

#include "examples/catdog/draw/skin.h"

enum {
    TILE = 8,   /* pixels; a tile's rays see only the parts near them */
    ACROSS = 4, /* of the pixels whose rays are followed together: two rows of four */
    STEPS = 64, /* of one ray at most */
    SHADOW_STEPS = 4,
};

static const float HALO = 0.2f;     /* heads around a part in which it blends with others */
static const float SHADOW = 1;      /* heads around a part in which it may shadow others */
static const float MET = 0.5f;      /* pixels from the surface at which a ray has met it */

/* The parts that matter to one tile, and how far along a ray they begin and end. */
typedef struct {
    const Part *part[MAX_PARTS];
    int parts;
    float begin, end;
} Near;

/* Floats neighbouring rays' spots: two pixels of two rows. */
typedef struct {
    Vecs at, normal;
    Floats off; /* how far outside the figure the ray stayed; about 0 where it met it */
    const Part *part[LANES];
    Floats head_share;
    float grain;
} Spots;

Point project(const Lens *lens, Vec at)
{
    float shrink = lens->scale * lens->distance / fmaxf(lens->distance - at.z, 0.5f);
    return (Point){ lens->middle.x + at.x * shrink, lens->middle.y - at.y * shrink };
}

static Vec camera(const Lens *lens)
{
    return vec(0, 0, lens->distance);
}

static Vec ray_at(const Lens *lens, float x, float y)
{
    return unit(vec((x - lens->middle.x) / lens->scale, (lens->middle.y - y) / lens->scale,
                    -lens->distance));
}

/* The parts whose balls, `halo` heads larger, a ray along `aim` passes within `wide` pixels. */
static Near near_parts(const Figure *figure, const Lens *lens, Vec aim, float wide, float halo)
{
    Near near = { .parts = 0, .begin = 1e9f };
    for (const Part *part = figure->part; part < figure->part + figure->parts; part++) {
        Vec to = sub(part->middle, camera(lens));
        float depth = dot(to, aim);
        float off = sqrtf(fmaxf(dot(to, to) - depth * depth, 0));
        float reach = part->reach + fmaxf(halo, part->merge);
        if (off > reach + wide * depth / (lens->scale * lens->distance))
            continue;
        near.part[near.parts++] = part;
        near.begin = fminf(near.begin, depth - reach);
        near.end = fmaxf(near.end, depth + reach);
    }
    return near;
}

static Floats field(const Near *near, Vecs at)
{
    return figure_distance(near->part, near->parts, at);
}

/* Moves `begin` on to where the tile's rays, within `wide` heads of the middle one, may first come
 * close. False where none does. */
static bool skip_air(Near *near, Vec from, Vec aim, float wide)
{
    float t = fmaxf(near->begin, 0.1f);
    for (int i = 0; i < STEPS && t < near->end; i++) {
        float d = field(near, vecs(add(from, times(aim, t))))[0] - wide;
        if (d <= 0.02f) {
            near->begin = t;
            return true;
        }
        t += d;
    }
    return t < near->end;
}

/* Follows rays to the surface, or to where they pass closest. */
static void march(const Near *near, Vec from, Vecs aim, Spots *spots)
{
    Vecs start = vecs(from);
    Floats t = floats(near->begin), closest = t, off = floats(1e9f);
    for (int i = 0; i < STEPS; i++) {
        Floats d = field(near, ahead(start, aim, t));
        Which closer = d < off;
        off = choose(closer, d, off);
        closest = choose(closer, t, closest);
        Which going = (off > spots->grain * MET) & (t < near->end);
        if (!any(going))
            break;
        t += choose(going, greater(d * 0.95f, floats(spots->grain)), floats(0));
    }
    spots->off = off;
    spots->at = ahead(start, aim, closest);
}

/* The gradient by four taps at a tetrahedron's corners: I. Quilez, "normals for an SDF". */
static Vecs normals(const Near *near, Vecs at, float h)
{
    static const Vec corner[] = { { 1, -1, -1 }, { -1, -1, 1 }, { -1, 1, -1 }, { 1, 1, 1 } };
    Vecs sum = vecs(vec(0, 0, 0));
    for (int i = 0; i < 4; i++) {
        Vecs tap = vecs(corner[i]);
        sum = ahead(sum, tap, field(near, ahead(at, tap, floats(h))));
    }
    return unit_vecs(sum);
}

/* How much of the light arrives: 1 in the open. A ray that passes close to a part is in half
 * shadow. */
static Floats lit(const Near *near, Vecs at, Vec toward)
{
    Floats light = floats(1), t = floats(0.1f);
    for (int i = 0; i < SHADOW_STEPS; i++) {
        Floats d = field(near, ahead(at, vecs(toward), t));
        light = lesser(light, 0.5f + 4 * d / t);
        t += lesser(greater(d, floats(0.12f)), floats(0.3f));
    }
    return greater(light, floats(0));
}

/* Corners get less of the sky: I. Quilez, "ambient occlusion" with one tap along the normal. */
static Floats openness(const Near *near, Vecs at, Vecs normal)
{
    Floats a = field(near, ahead(at, normal, floats(0.2f)));
    return lesser(greater(1 - 2.5f * (0.2f - a), floats(0.15f)), floats(1));
}

/* Finds the nearest part of each spot, and whether it belongs to the head or to the body. */
static void find_parts(const Near *near, Spots *spots)
{
    Floats distance[MAX_PARTS], least = floats(1e9f), head = floats(0), all = floats(0);
    for (int i = 0; i < near->parts; i++) {
        distance[i] = part_distance(near->part[i], spots->at);
        Which nearer = distance[i] < least;
        least = choose(nearer, distance[i], least);
        for (int k = 0; k < LANES; k++)
            if (nearer[k])
                spots->part[k] = near->part[i];
    }
    for (int i = 0; i < near->parts; i++) {
        Floats weight = greater(1 - (distance[i] - least) / HALO, floats(0));
        all += weight;
        if (near->part[i]->frame == HEAD)
            head += weight;
    }
    spots->head_share = head / all;
}

/* What the camera gets from a spot; `light_in` is how much of the main light arrives, `open` how
 * much of the sky. */
static Vec shade(const Figure *figure, const Light *light, const Spot *spot, Skin s, float light_in,
                 float open)
{
    float strand = figure->coat.strand * s.hair;
    /* Fur scatters: light creeps around, and wraps further where hairs stand out. */
    float facing = dot(spot->normal, light->toward) + 0.25f * strand;
    float direct = clamp((facing + 0.3f) / 1.3f, 0, 1) * light_in;
    Vec arriving = add(times(light->key, direct),
                       times(mix3(light->floor, light->sky, 0.5f + 0.5f * spot->normal.y), open));
    Vec color = each(times(s.color, fmaxf(1 + strand, 0.1f)), arriving);

    if (s.shine == 0) {         /* fur glows at its rim */
        float edge = 1 - fmaxf(spot->normal.z, 0);
        return add(color,
                   times(mix3(light->sky, s.color, 0.6f), 0.07f * edge * edge * edge * open));
    }
    Vec halfway = unit(add(light->toward, vec(0, 0, 1)));
    float mirror = fmaxf(dot(spot->normal, halfway), 0);
    for (int i = 0; i < 5; i++)
        mirror *= mirror;
    return add(color, times(light->key, s.shine * mirror));
}

/* Floats pixels, of which (x, y) is the upper left one. */
static void render_pixels(Canvas *canvas, const Figure *figure, const Lens *lens,
                          const Light *light, const Near *near, const Near *shadowing, int x, int y)
{
    Vecs aim;
    for (int k = 0; k < LANES; k++) {
        Vec ray = ray_at(lens, (float)(x + k % ACROSS) + 0.5f, (float)(y + k / ACROSS) + 0.5f);
        aim.x[k] = ray.x, aim.y[k] = ray.y, aim.z[k] = ray.z;
    }
    float grain = 1 / lens->scale;
    Spots spots = { .grain = grain };
    march(near, camera(lens), aim, &spots);
    if (!any(spots.off < figure->fluff + grain))
        return;
    find_parts(near, &spots);
    spots.normal = normals(near, spots.at, fmaxf(grain * 0.5f, 0.004f));
    Floats light_in = lit(shadowing, spots.at, light->toward),
           open = openness(near, spots.at, spots.normal);

    for (int k = 0; k < LANES; k++) {
        int px = x + k % ACROSS, py = y + k / ACROSS;
        if (px >= canvas->width || py >= canvas->height || spots.off[k] > figure->fluff + grain)
            continue;
        Spot spot = { spots.part[k], lane(spots.at, k), lane(spots.normal, k), spots.head_share[k],
                      grain };
        Skin s = skin(figure, &spot);
        /* beyond the skin there are only the tips of hairs */
        float hair = spot.part->material <= EAR ? figure->fluff * fmaxf(s.hair, 0) : 0;
        float cover =
            spots.off[k] < grain * MET ? 1 : clamp((hair - spots.off[k]) / grain + 1, 0, 1);
        if (cover > 0)
            lay(canvas, px, py, shade(figure, light, &spot, s, light_in[k], open[k]), cover);
    }
}

void render(Canvas *canvas, const Figure *figure, const Lens *lens, const Light *light)
{
    for (int top = 0; top < canvas->height; top += TILE)
        for (int left = 0; left < canvas->width; left += TILE) {
            Vec aim = ray_at(lens, (float)left + TILE / 2.0f, (float)top + TILE / 2.0f);
            float wide = TILE * 0.75f;
            Near near = near_parts(figure, lens, aim, wide, HALO);
            /* the figure is at most half as far again as the origin */
            if (near.parts == 0 ||
                !skip_air(&near, camera(lens), aim, 1.5f * wide / lens->scale + figure->fluff))
                continue;
            Near shadowing = near_parts(figure, lens, aim, wide, SHADOW);
            for (int y = top; y < top + TILE && y < canvas->height; y += LANES / ACROSS)
                for (int x = left; x < left + TILE && x < canvas->width; x += ACROSS)
                    render_pixels(canvas, figure, lens, light, &near, &shadowing, x, y);
        }
}

void render_whiskers(Canvas *canvas, const Figure *figure, const Lens *lens, Dice *dice)
{
    const Face *face = &figure->face;
    const Frame *head = &figure->frame[HEAD];
    float thick = fmaxf(lens->scale * 0.036f, 0.8f);
    for (int side = -1; side <= 1; side += 2) {
        bool hidden = head->axes.z.x * (float)side > 0.75f;     /* behind the muzzle */
        for (int i = 0; i < 5; i++) {
            float rank = (float)i / 4 - 0.5f;
            Vec root = vec(face->pad.x * (float)side, face->pad.y - rank * 0.16f, face->pad.z);
            Vec aim = vec((float)side, around(dice, 0.12f - rank * 0.75f, 0.1f),
                          around(dice, 0.1f, 0.2f));
            Vec by = add(root, times(aim, face->whisker * 0.5f));
            Vec to = add(root, times(aim, face->whisker * between(dice, 0.8f, 1.1f)));
            to.y -= between(dice, 0.02f, 0.2f) * face->whisker;
            Vec seen[] = { root, by, to };
            Point point[3];
            for (int k = 0; k < 3; k++)
                point[k] = project(lens, add(head->origin, outside(head->axes, seen[k])));
            if (face->whisker > 0 && !hidden)
                paint_stroke(canvas, point[0], point[1], point[2], thick, 0.3f, face->whisker_color,
                             0.75f);
        }
    }
}
