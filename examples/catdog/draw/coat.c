#include "examples/catdog/draw/coat.h"

static const unsigned grounds[] = {
    0x2c2826, 0x3f3a38, 0x565150, 0x77767a, 0x9a9a9d, 0xbfbcb8, 0xf2eee8, 0xe6d3b3,
    0xd9a466, 0xc97f3d, 0xb06a35, 0x8a5a36, 0x6b4630, 0x4d3426, 0xa88f72, 0xcdb08a,
};
enum { GROUNDS = sizeof grounds / sizeof *grounds };

Coat coat_draw(Dice *dice, float tabby)
{
    Coat coat = {
        .pattern = chance(dice, tabby)
                       ? TABBY
                       : (Pattern[]){ PLAIN, PLAIN, PATCHES, SPOTS, POINTS }[pick(dice, 5)],
        .base = pick_paint(dice, grounds, GROUNDS),
        .mark = pick_paint(dice, grounds, GROUNDS),
        .pale = mix3(paint(0xfaf6ef), paint(0xead9bf), roll(dice)),
        .bands = between(dice, 2.6f, 4.2f),
        .contrast = between(dice, 0.55f, 1),
        .strand = between(dice, 0.25f, 0.6f),
        .shift = vec(between(dice, 0, 90), between(dice, 0, 90), between(dice, 0, 90)),
    };
    if (chance(dice, 0.5f))
        coat.pale_face = between(dice, 0.5f, 1.1f);
    if (chance(dice, 0.6f))
        coat.pale_chest = between(dice, 0.5f, 1.2f);
    if (coat.pattern == TABBY)          /* stripes are a darker shade of the ground */
        coat.mark = times(coat.base, between(dice, 0.18f, 0.45f));
    if (coat.pattern == POINTS) {       /* dark face, ears and feet on a light coat */
        coat.base = mix3(coat.base, paint(0xf0e4d0), 0.65f);
        coat.mark = times(coat.mark, 0.35f);
        coat.pale_face = 0;
    }
    return coat;
}

/* Wanders off a regular pattern, so that stripes and rims are not straight. */
static Vec wander(const Coat *coat, Vec at, float scale, float amount)
{
    Vec p = add(times(at, scale), coat->shift);
    return vec(at.x + amount * (noise(p) - 0.5f),
               at.y + amount * (noise(add(p, vec(31, 7, 3))) - 0.5f),
               at.z + amount * (noise(add(p, vec(5, 53, 11))) - 0.5f));
}

static float stripes(float phase)
{
    float t = fabsf(phase - floorf(phase) - 0.5f) * 2;
    return rise(0.35f, 0.75f, t);
}

/* How much of the mark's colour a place has; `band` counts the tabby's stripes. */
static float marks(const Coat *coat, Vec at, float band, float outward)
{
    Vec p = add(at, coat->shift);
    switch (coat->pattern) {
    case PLAIN: return 0.25f * clouds(times(p, 0.8f), 2);
    case TABBY: return stripes(band) * (0.6f + 0.4f * noise(times(p, 1.7f)));
    case PATCHES: return rise(0.47f, 0.53f, clouds(times(p, 0.75f), 3));
    case SPOTS: return rise(0.66f, 0.72f, noise(times(p, 3.1f)));
    case POINTS: return outward;
    }
    return 0;
}

Vec coat_on_head(const Coat *coat, Vec at, float outward)
{
    Vec p = wander(coat, at, 2, 0.35f);
    /* A tabby's forehead has upright stripes, its cheeks have lying ones. */
    float side = fabsf(p.x);
    float band = p.y > 0.25f && side < 0.5f ? side * coat->bands * 1.5f
                                            : (p.y * 0.9f + side * 0.7f) * coat->bands;
    float face = rise(1.1f, 0.2f, size(vec(at.x, at.y + 0.4f, at.z - 1)));
    float mark = marks(coat, p, band, fmaxf(outward, face));
    Vec color = mix3(coat->base, coat->mark, mark * coat->contrast);

    float muzzle = size(vec(p.x * 1.1f, (p.y + 0.45f) * 1.1f, (at.z - 0.8f) * 0.7f));
    float blaze = fabsf(p.x) + 0.25f * fmaxf(p.y, 0);
    float pale = rise(0.1f, -0.1f, muzzle - 0.75f * coat->pale_face);
    if (coat->pale_face > 0.85f && at.z > 0)
        pale = fmaxf(pale, rise(0.05f, -0.05f, blaze - 0.2f));
    return mix3(color, coat->pale, coat->pale_face > 0 ? pale : 0);
}

Vec coat_on_body(const Coat *coat, Vec at, float outward)
{
    Vec p = wander(coat, at, 1.3f, 0.5f);
    float mark = marks(coat, p, (p.z + 0.35f * p.y) * coat->bands * 0.6f, outward);
    Vec color = mix3(coat->base, coat->mark, mark * coat->contrast);
    if (coat->pale_chest <= 0)
        return color;
    float bib = size(vec(p.x * 1.3f, (p.y + 1.5f) * 0.7f, p.z - 0.4f)) - coat->pale_chest;
    float pale = fmaxf(rise(0.12f, -0.12f, bib), coat->pattern == POINTS ? 0 : outward);
    return mix3(color, coat->pale, pale);
}

/* Long thin hills: noise squeezed across the hair's direction. */
static float hairs(Vec at)
{
    return noise(at) + noise(times(at, 2.1f)) - 1;
}

float hair_on_head(const Coat *coat, Vec at, Vec nose)
{
    Vec away = sub(at, nose);
    float far = size(away);
    return hairs(
        add(times(unit(away), 17), add(times(coat->shift, far * 0.01f), vec(far * 2.2f, far, 0))));
}

float hair_on_body(const Coat *coat, Vec at)
{
    return hairs(add(vec(at.x * 13, at.y * 4.5f, at.z * 6), coat->shift));
}
