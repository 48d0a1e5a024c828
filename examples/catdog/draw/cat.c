/* cat.c - ears that stand, a short muzzle with pads and whiskers, a small nose, large eyes. */

#include "examples/catdog/draw/animals.h"

static const unsigned irises[] = { 0x8fae3c, 0xb9b23a, 0xd49a2a, 0xc9782a,
                                   0x6fa8c9, 0x4f86c0, 0x5f9a62 };
static const unsigned noses[] = { 0xd98a86, 0xc97672, 0xe0a097, 0x6a4440, 0x40302e, 0xb56a5e };
enum {
    IRISES = sizeof irises / sizeof *irises,
    NOSES = sizeof noses / sizeof *noses,
};

static void ears(Figure *figure, Dice *dice)
{
    float tall = between(dice, 0.62f, 1.0f), spread = between(dice, -0.05f, 0.2f);
    Vec root = vec(between(dice, 0.5f, 0.62f), 0.5f, -0.1f);
    Vec tip = add(root, vec(0.12f + spread, tall, between(dice, -0.2f, 0.1f)));
    if (chance(dice, 0.05f))                        /* folded forward */
        tip = add(root, vec(0.25f, 0.12f, 0.4f));
    float wide = between(dice, 0.38f, 0.48f);
    for (int side = 0; side < 2; side++) {
        Vec mirror = vec(side ? -1 : 1, 1, 1);
        Vec twitch = vec(around(dice, 0, 0.08f), around(dice, 0, 0.06f), around(dice, 0, 0.1f));
        Part *ear = limb(figure, HEAD, EAR, each(root, mirror), wide,
                         add(each(tip, mirror), twitch), 0.04f);
        ear->deep = 0.42f;
        ear->merge = 0.14f;
        ear->outer = 1;
    }
}

static void skull(Figure *figure, Dice *dice)
{
    float round = between(dice, 0, 1);
    ball(figure, HEAD, FUR, vec(0, 0, 0), mix(0.94f, 1.04f, round), mix(0.86f, 0.92f, round),
         0.88f);
    pair(figure,
         ball(figure, HEAD, FUR, vec(0.42f, -0.3f, 0.3f), mix(0.42f, 0.6f, round), 0.42f, 0.42f));
    limb(figure, HEAD, FUR, vec(0, 0.2f, 0.62f), 0.22f, vec(0, -0.16f, 0.86f), 0.14f);
}

static float muzzle(Figure *figure, Dice *dice)
{
    float out = between(dice, 0.74f, 0.9f), pad = between(dice, 0.19f, 0.25f);
    Part *left =
        ball(figure, HEAD, FUR, vec(pad * 0.75f, -0.36f, out), pad * 1.1f, pad * 0.85f, pad);
    left->merge = 0.1f;
    pair(figure, left);
    merge(ball(figure, HEAD, FUR, vec(0, -0.56f, out - 0.14f), 0.17f, 0.14f, 0.18f), 0.1f);
    return out + pad * 0.75f;
}

static void face(Figure *figure, Dice *dice, float front)
{
    bool slit = chance(dice, 0.55f);
    float eye = between(dice, 0.24f, 0.31f);
    float wide = slit ? between(dice, 0.12f, 0.4f) : between(dice, 0.5f, 0.75f);
    figure->face = (Face){
        .eye = vec(between(dice, 0.36f, 0.43f), between(dice, 0.02f, 0.1f), 0.68f),
        .eye_size = eye,
        .eye_tilt = between(dice, 0.1f, 0.32f),
        .lid = chance(dice, 0.12f) ? between(dice, 0.5f, 0.8f) : between(dice, 0, 0.35f),
        .iris = pick_paint(dice, irises, IRISES),
        .pupil_wide = wide,
        .pupil_high = slit ? 0.85f : wide,
        .look_x = around(dice, 0, 0.2f),
        .look_y = around(dice, 0, 0.12f),
        .nose = vec(0, -0.22f, front),
        .nose_color = pick_paint(dice, noses, NOSES),
        .nose_wide = between(dice, 0.1f, 0.14f),
        .nose_high = between(dice, 0.065f, 0.09f),
        .mouth = between(dice, 0.1f, 0.14f),
        .smile = between(dice, 0.15f, 0.2f),
        .pad = vec(0.24f, -0.35f, front - 0.06f),
        .whisker = chance(dice, 0.95f) ? between(dice, 1.1f, 1.8f) : 0,
        .whisker_color = chance(dice, 0.9f) ? paint(0xffffff) : paint(0x303030),
    };
    Face *f = &figure->face;
    Part *nose = ball(figure, HEAD, NOSE, f->nose, f->nose_wide, f->nose_high, 0.08f);
    nose->merge = 0.03f;
    Part *left = ball(figure, HEAD, EYE, f->eye, eye, eye, eye);
    left->merge = 0.02f;
    pair(figure, left);
}

static Build build(Dice *dice)
{
    float heavy = roll(dice), tail = between(dice, 0.15f, 0.32f);
    return (Build){
        .neck = mix(0.6f, 0.78f, heavy),
        .chest = mix(0.72f, 1.0f, heavy),
        .hip = mix(0.8f, 1.2f, heavy),
        .trunk = between(dice, 2.0f, 2.7f),
        .leg = between(dice, 1.6f, 2.1f),
        .leg_thick = mix(0.17f, 0.24f, heavy),
        .paw = between(dice, 0.24f, 0.3f),
        .tail = between(dice, 2.4f, 3.6f),
        .tail_thick = tail,
        .tail_thin = tail * between(dice, 0.5f, 0.8f),
        .tail_lift = roll(dice),
    };
}

Build cat_draw(Figure *figure, Dice *dice)
{
    figure->coat = coat_draw(dice, 0.55f);
    figure->fluff = between(dice, 0.03f, 0.08f);
    skull(figure, dice);
    ears(figure, dice);
    face(figure, dice, muzzle(figure, dice));
    return build(dice);
}
