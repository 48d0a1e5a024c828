/* dog.c - a snout that ends in a large nose, ears that hang, fold or, in some, stand; small dark
 * eyes. */

#include "examples/catdog/draw/animals.h"

static const unsigned irises[] = { 0x3a2214, 0x4a2c18, 0x2a1a12, 0x6b4420, 0x8a5f2a, 0x7fb0d0 };
static const unsigned noses[] = { 0x1a1718, 0x221d1c, 0x2c2624, 0x15130f, 0x5a3a30, 0x8a5a54 };
enum {
    IRISES = sizeof irises / sizeof *irises,
    NOSES = sizeof noses / sizeof *noses,
};

/* Down beside the cheek, over one bend. */
static void hanging_ears(Figure *figure, Dice *dice)
{
    float length = between(dice, 0.5f, 1.25f), wide = between(dice, 0.26f, 0.42f);
    Vec root = vec(between(dice, 0.6f, 0.72f), between(dice, 0.45f, 0.62f), -0.1f);
    Vec bend = add(root, vec(between(dice, 0.2f, 0.36f), between(dice, -0.1f, 0.12f), 0.05f));
    Vec tip = add(bend, vec(between(dice, -0.08f, 0.22f), -length, between(dice, 0, 0.25f)));
    for (int side = 0; side < 2; side++) {
        Vec mirror = vec(side ? -1 : 1, 1, 1);
        Vec swing = vec(around(dice, 0, 0.12f), around(dice, 0, 0.1f), 0);
        Part *upper =
            limb(figure, HEAD, FUR, each(root, mirror), 0.2f, each(bend, mirror), wide * 0.8f);
        Part *lower = limb(figure, HEAD, FUR, each(bend, mirror), wide * 0.8f,
                           add(each(tip, mirror), swing), wide);
        upper->deep = lower->flat = 0.5f;
        upper->outer = lower->outer = 1;
        upper->merge = lower->merge = 0.12f;
    }
}

/* Up, then the tip falls forward. */
static void folded_ears(Figure *figure, Dice *dice)
{
    float tall = between(dice, 0.3f, 0.55f), drop = between(dice, 0.25f, 0.5f);
    Vec root = vec(between(dice, 0.5f, 0.65f), 0.5f, -0.1f);
    Vec bend = add(root, vec(between(dice, 0.12f, 0.28f), tall, 0.05f));
    Vec tip = add(bend, vec(between(dice, 0, 0.22f), -drop, 0.3f));
    for (int side = 0; side < 2; side++) {
        Vec mirror = vec(side ? -1 : 1, 1, 1);
        Vec swing = vec(around(dice, 0, 0.08f), around(dice, 0, 0.08f), 0);
        Part *upper = limb(figure, HEAD, FUR, each(root, mirror), 0.34f, each(bend, mirror), 0.24f);
        Part *lower = limb(figure, HEAD, FUR, each(bend, mirror), 0.24f,
                           add(each(tip, mirror), swing), 0.07f);
        upper->deep = lower->deep = 0.45f;
        upper->outer = lower->outer = 1;
        upper->merge = lower->merge = 0.1f;
    }
}

static void standing_ears(Figure *figure, Dice *dice)
{
    float tall = between(dice, 0.6f, 0.95f), wide = between(dice, 0.3f, 0.4f);
    Vec root = vec(between(dice, 0.5f, 0.6f), 0.5f, -0.2f);
    Vec tip = add(root, vec(between(dice, 0.02f, 0.25f), tall, 0));
    Part *ear = limb(figure, HEAD, EAR, root, wide, tip, 0.06f);
    ear->deep = 0.45f;
    ear->merge = 0.14f;
    ear->outer = 1;
    pair(figure, ear);
}

static void skull(Figure *figure, Dice *dice)
{
    ball(figure, HEAD, FUR, vec(0, 0.05f, -0.05f), between(dice, 0.8f, 0.95f),
         between(dice, 0.8f, 0.92f), 0.9f);
    pair(figure, ball(figure, HEAD, FUR, vec(0.38f, -0.3f, 0.25f), 0.38f, 0.4f, 0.42f));
    pair(figure, ball(figure, HEAD, FUR, vec(0.26f, 0.3f, 0.62f), 0.2f, 0.12f, 0.16f)); /* brows */
}

/* The snout and jaw; the result is where the nose sits. */
static Vec snout(Figure *figure, Dice *dice)
{
    float length = between(dice, 0.55f, 1.25f), thick = between(dice, 0.36f, 0.46f);
    float thin = thick * between(dice, 0.62f, 0.85f);
    if (chance(dice, 0.1f)) {                   /* pugs and their like */
        length = between(dice, 0.32f, 0.5f);
        thin = thick = between(dice, 0.42f, 0.5f);
    }
    Vec tip = vec(0, -0.42f, 0.45f + length);
    Part *upper = limb(figure, HEAD, FUR, vec(0, -0.2f, 0.45f), thick, tip, thin);
    upper->flat = 1.05f;
    upper->merge = 0.2f;

    bool open = figure->face.open = chance(dice, 0.8f);
    float drop = open ? between(dice, 0.2f, 0.34f) : 0.06f;
    Vec chin = vec(0, tip.y - thin * 0.75f - drop, tip.z - 0.16f);
    Part *jaw = limb(figure, HEAD, FUR, vec(0, -0.5f, 0.4f), 0.3f, chin, thin * 0.6f);
    jaw->merge = open ? 0.05f : 0.12f;
    if (open) {
        float hang = between(dice, 0.2f, 0.65f);
        Vec root = vec(0, chin.y + thin * 0.55f, tip.z - 0.25f);
        Vec bend = vec(0, root.y - 0.02f, tip.z + 0.06f);
        Part *back = limb(figure, HEAD, TONGUE, root, 0.2f, bend, 0.19f);
        Part *hanging = limb(figure, HEAD, TONGUE, bend, 0.19f,
                             add(bend, vec(around(dice, 0, 0.12f), -0.1f - hang, 0.06f)), 0.17f);
        back->deep = hanging->deep = 0.3f;
        back->merge = hanging->merge = 0.03f;
    }
    return vec(0, tip.y + thin * 0.5f, tip.z + thin * 0.72f);
}

static void face(Figure *figure, Dice *dice, Vec nose)
{
    float eye = between(dice, 0.13f, 0.19f), wide = between(dice, 0.22f, 0.3f);
    bool open = figure->face.open;
    figure->face = (Face){
        .eye = vec(between(dice, 0.32f, 0.42f), between(dice, 0.1f, 0.18f), 0.74f),
        .eye_size = eye,
        .eye_tilt = between(dice, -0.15f, 0.15f),
        .lid = chance(dice, 0.1f) ? between(dice, 0.5f, 0.8f) : between(dice, 0.05f, 0.35f),
        .iris = pick_paint(dice, irises, IRISES),
        .pupil_wide = 0.5f,
        .pupil_high = 0.5f,
        .look_x = around(dice, 0, 0.2f),
        .look_y = around(dice, 0, 0.12f),
        .nose = nose,
        .nose_color = pick_paint(dice, noses, NOSES),
        .nose_wide = wide,
        .nose_high = wide * between(dice, 0.65f, 0.8f),
        .mouth = open ? 0 : between(dice, 0.1f, 0.16f),
        .smile = between(dice, 0.22f, 0.32f),
        .open = open,
        .pad = vec(0.28f, nose.y - 0.2f, nose.z - 0.2f),
        .whisker = chance(dice, 0.08f) ? between(dice, 0.25f, 0.5f) : 0,
        .whisker_color = chance(dice, 0.5f) ? paint(0xe0e0e0) : paint(0x303030),
    };
    merge(ball(figure, HEAD, NOSE, nose, wide, figure->face.nose_high, wide * 0.75f), 0.03f);
    Part *left = ball(figure, HEAD, EYE, figure->face.eye, eye, eye, eye);
    left->merge = 0.02f;
    pair(figure, left);
}

static Build build(Dice *dice)
{
    float heavy = roll(dice), tail = between(dice, 0.15f, 0.36f);
    return (Build){
        .neck = mix(0.6f, 0.85f, heavy),
        .chest = mix(0.8f, 1.15f, heavy),
        .hip = mix(0.7f, 1.1f, heavy),
        .trunk = between(dice, 2.1f, 3.0f),
        .leg = between(dice, 1.7f, 2.8f),
        .leg_thick = mix(0.19f, 0.28f, heavy),
        .paw = between(dice, 0.26f, 0.34f),
        .tail = between(dice, 0.8f, 2.6f),
        .tail_thick = tail,
        .tail_thin = tail * between(dice, 0.3f, 0.9f),
        .tail_lift = between(dice, 0.4f, 1),
    };
}

Build dog_draw(Figure *figure, Dice *dice)
{
    figure->coat = coat_draw(dice, 0.05f);
    figure->fluff = between(dice, 0.03f, 0.08f);
    if (chance(dice, 0.25f))
        figure->bandana = between(dice, 0.7f, 1.2f);
    skull(figure, dice);
    float ears = roll(dice);
    (ears < 0.72f ? hanging_ears : ears < 0.94f ? folded_ears : standing_ears)(figure, dice);
    face(figure, dice, snout(figure, dice));
    return build(dice);
}
