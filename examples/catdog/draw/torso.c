/* torso.c - bodies, sitting, standing or lying, below a head whose middle is the origin. */

#include "examples/catdog/draw/animals.h"

/* Of collars and bandanas. */
static const unsigned straps[] = { 0xb3262b, 0x2458a6, 0x2d7a46, 0xd9a21f,
                                   0x7a2f86, 0x222222, 0xe06a9a };

/* A tail from `root`, that starts along `aim` and bends toward `toward`, by `curl` radians in all.
 */
static void tail(Figure *figure, const Build *build, Vec root, Vec aim, Vec toward, float curl)
{
    enum { PIECES = 5 };
    Vec from = root;
    float step = build->tail / PIECES;
    for (int i = 0; i < PIECES; i++) {
        float turn = curl * (float)i / (PIECES - 1);
        Vec to = add(from, times(add(times(aim, cosf(turn)), times(toward, sinf(turn))), step));
        Part *piece = limb(figure, BODY, FUR,
                           from, mix(build->tail_thick, build->tail_thin, (float)i / PIECES),
                           to, mix(build->tail_thick, build->tail_thin, (float)(i + 1) / PIECES));
        piece->outer = i >= PIECES - 2;
        piece->merge = 0.12f;
        from = to;
    }
}

/* A leg from the shoulder over the knee to the ground, with its paw. */
static void leg(Figure *figure, const Build *build, Vec shoulder, float thick, Vec knee, Vec foot)
{
    float thin = build->leg_thick, paw = build->paw;
    merge(limb(figure, BODY, FUR, shoulder, thick, knee, (thick + thin) / 2), 0.3f);
    Part *shin = limb(figure, BODY, FUR, knee, (thick + thin) / 2, foot, thin);
    shin->outer = 0.6f;
    shin->merge = 0.18f;
    Part *toes = ball(figure, BODY, FUR, add(foot, vec(0, -thin * 0.3f, paw * 0.5f)), paw,
                      paw * 0.75f, paw * 1.35f);
    toes->outer = 1;
    toes->merge = 0.1f;
}

static void both_legs(Figure *figure, Dice *dice, const Build *build, Vec shoulder, float thick,
                      Vec knee, Vec foot)
{
    for (int side = 0; side < 2; side++) {
        Vec mirror = vec(side ? -1 : 1, 1, 1);
        Vec step = vec(around(dice, 0, 0.06f), 0, around(dice, 0, 0.35f));
        leg(figure, build, each(shoulder, mirror), thick,
            add(each(knee, mirror), times(step, 0.5f)), add(each(foot, mirror), step));
    }
}

/* The neck, from the skull to the chest, and what may be tied around it. */
static void neck(Figure *figure, Dice *dice, const Build *build, Vec chest, float chest_thick)
{
    Vec top = vec(0, -0.25f, -0.28f);
    merge(limb(figure, BODY, FUR, top, build->neck, chest, chest_thick), 0.4f);
    if (figure->bandana == 0 && !chance(dice, 0.3f))
        return;
    Vec middle = mix3(top, chest, 0.55f), axis = unit(sub(chest, top));
    float wide = mix(build->neck, chest_thick, 0.55f) + 0.1f + figure->fluff * 0.5f;
    float high = 0.11f;
    Part *strap = limb(figure, BODY, STRAP, middle, high, add(middle, times(axis, 0.01f)), high);
    strap->flat = strap->deep = wide / high;
    strap->merge = 0.02f;
}

/* The thighs and feet of a hind leg that is folded, both sides; `out` is how far from the middle.
 */
static void haunches(Figure *figure, const Build *b, float out, float floor, float back)
{
    pair(figure,
         ball(figure, BODY, FUR, vec(out, floor + 0.65f, back + 0.3f), 0.48f, 0.65f, 0.85f));
    Vec foot = vec(out * 1.15f, floor + 0.17f, back + 1.1f);
    Part *toes = ball(figure, BODY, FUR, foot, b->paw, b->paw * 0.7f, 0.5f);
    toes->outer = 1;
    pair(figure, toes);
}

static void sit(Figure *figure, Dice *dice, const Build *b)
{
    float chest_y = -1.0f - b->chest * 0.5f, floor = chest_y - b->leg;
    float half = b->chest * 0.55f;
    Vec rump = vec(0, floor + b->hip * 0.95f, -0.6f - b->trunk * 0.35f);
    neck(figure, dice, b, vec(0, chest_y, -0.4f), b->chest);
    merge(limb(figure, BODY, FUR, vec(0, chest_y, -0.4f), b->chest, rump, b->hip), 0.4f);
    both_legs(figure, dice, b, vec(half, chest_y - 0.1f, 0), 0.42f,
              vec(half * 0.95f, floor + b->leg * 0.45f, 0.12f),
              vec(half * 0.9f, floor + b->leg_thick, 0.2f));
    haunches(figure, b, b->hip * 0.75f, floor, rump.z);
    float side = chance(dice, 0.5f) ? 1 : -1;
    tail(figure, b, vec(side * b->hip * 0.5f, floor + b->tail_thick, rump.z - b->hip * 0.7f),
         unit(vec(side, 0.25f * b->tail_lift, -0.1f)), vec(0, 0.6f * b->tail_lift, 0.8f),
         between(dice, 0.8f, 2.4f));
    figure->ground = floor;
}

static void stand(Figure *figure, Dice *dice, const Build *b)
{
    float chest_y = -0.75f - b->chest * 0.35f, floor = chest_y - b->leg;
    float half = b->chest * 0.5f, back = -0.9f - b->trunk;
    neck(figure, dice, b, vec(0, chest_y + 0.1f, -1), b->chest * 0.9f);
    merge(limb(figure, BODY, FUR, vec(0, chest_y, -1), b->chest, vec(0, chest_y + 0.1f, back),
               b->hip * 0.82f),
          0.4f);
    both_legs(figure, dice, b, vec(half, chest_y - 0.3f, -0.9f), 0.4f,
              vec(half, floor + b->leg * 0.45f, -0.85f),
              vec(half * 0.9f, floor + b->leg_thick, -0.8f));
    both_legs(figure, dice, b, vec(half, chest_y - 0.2f, back), 0.5f,
              vec(half, floor + b->leg * 0.4f, back - 0.25f),
              vec(half * 0.95f, floor + b->leg_thick, back));
    Vec up = vec(around(dice, 0, 0.3f), 1, 0);
    tail(figure, b, vec(0, chest_y + b->hip * 0.45f, back - b->hip * 0.6f),
         unit(vec(0, mix(-1, 1, b->tail_lift), -0.8f)), up, around(dice, 0.6f, 1.6f));
    figure->ground = floor;
}

static void lie(Figure *figure, Dice *dice, const Build *b)
{
    float floor = -1.0f - b->chest, half = b->chest * 0.55f, back = -0.7f - b->trunk;
    Vec shoulder = vec(half, floor + 0.55f, -0.5f);
    Vec foot = vec(half * 0.9f, floor + b->leg_thick, 0.9f);
    neck(figure, dice, b, vec(0, floor + b->chest, -0.8f), b->chest);
    merge(limb(figure, BODY, FUR, vec(0, floor + b->chest * 0.95f, -0.8f), b->chest,
               vec(0, floor + b->hip * 0.9f, back), b->hip),
          0.4f);
    both_legs(figure, dice, b, shoulder, 0.4f, vec(half, floor + 0.3f, 0.2f), foot);
    haunches(figure, b, b->hip * 0.85f, floor, back);
    float side = chance(dice, 0.5f) ? 1 : -1;
    tail(figure, b, vec(side * b->hip * 0.5f, floor + b->tail_thick, back - b->hip * 0.7f),
         vec(side, 0, -0.2f), vec(0, 0.1f, 1), between(dice, 0.8f, 2.4f));
    figure->ground = floor;
}

void torso_draw(Figure *figure, Dice *dice, const Build *build, Stance stance)
{
    static void (*const stances[STANCES])(Figure *, Dice *, const Build *) = { sit, stand, lie };
    figure->strap = pick_paint(dice, straps, sizeof straps / sizeof *straps);
    stances[stance](figure, dice, build);
}
