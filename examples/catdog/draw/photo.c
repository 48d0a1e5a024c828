#include "examples/catdog/draw/photo.h"

#include "examples/catdog/draw/animals.h"
#include "examples/catdog/draw/render.h"
#include "examples/catdog/draw/scene.h"

/* What of the animal the picture is about. */
typedef enum { FACE, BUST, WHOLE } Framing;

static Canvas paper(Dice *dice)
{
    float longer = 240 + 260 * roll(dice) * roll(dice) * roll(dice);    /* most are small */
    float shorter = fmaxf(longer * between(dice, 0.66f, 1), 200);
    bool upright = chance(dice, 0.35f);
    return canvas_open((int)(upright ? shorter : longer), (int)(upright ? longer : shorter));
}

/* Inner axes, told within outer ones, as seen from outside both. */
static Axes within(Axes outer, Axes inner)
{
    return (Axes){ outside(outer, inner.x), outside(outer, inner.y), outside(outer, inner.z) };
}

/* Turns body and head: the body anyhow, the head mostly to the camera, which looks down a little.
 */
static void pose(Figure *figure, Dice *dice, Stance stance, Framing framing)
{
    float most = stance == SIT ? 0.9f : 1.5f;
    float body_yaw = framing == WHOLE ? between(dice, -most, most) : around(dice, 0, 0.9f);
    float to_camera = chance(dice, 0.7f) ? between(dice, 0, 0.4f) : between(dice, 0.4f, 1);
    float head_yaw = clamp(body_yaw * to_camera + around(dice, 0, 0.45f), -0.9f, 0.9f);
    Axes view = turned(0, between(dice, -0.05f, 0.32f), around(dice, 0, 0.18f));
    Axes body = turned(body_yaw, 0, 0);
    Axes head = turned(head_yaw, around(dice, 0.05f, 0.3f), around(dice, 0, 0.35f));
    figure_pose(figure, within(view, head), within(view, body));
}

/* The lens that shows what the framing asks for: so large, and somewhere near the middle. */
static Lens aim(const Canvas *canvas, const Figure *figure, Dice *dice, Framing framing)
{
    Vec low = vec(1e9f, 1e9f, 0), high = vec(-1e9f, -1e9f, 0);
    for (const Part *part = figure->part; part < figure->part + figure->parts; part++) {
        if (framing != WHOLE && part->frame != HEAD)
            continue;
        low = vec(fminf(low.x, part->middle.x - part->reach),
                  fminf(low.y, part->middle.y - part->reach), 0);
        high = vec(fmaxf(high.x, part->middle.x + part->reach),
                   fmaxf(high.y, part->middle.y + part->reach), 0);
    }
    if (framing == BUST)
        low.y -= 1.6f;
    float fill = framing == FACE ? between(dice, 0.9f, 1.3f) : between(dice, 0.9f, 1.15f);
    float w = (float)canvas->width, h = (float)canvas->height;
    Lens lens = { .distance = between(dice, 7, 14) };
    lens.scale = fill * fminf(w / (high.x - low.x), h / (high.y - low.y));
    float spare_x = fmaxf(w - (high.x - low.x) * lens.scale, w * 0.15f);
    float spare_y = fmaxf(h - (high.y - low.y) * lens.scale, h * 0.1f);
    lens.middle.x = w / 2 + around(dice, 0, spare_x * 0.4f) - (low.x + high.x) / 2 * lens.scale;
    lens.middle.y = h / 2 + around(dice, 0, spare_y * 0.4f) + (low.y + high.y) / 2 * lens.scale;
    return lens;
}

/* Exposure, white balance, contrast, the lens's dark corners, the sensor's noise. */
static void develop(Canvas *canvas, Dice *dice)
{
    if (chance(dice, 0.5f))
        blur(canvas, between(dice, 0.1f, 0.9f));
    float exposure = between(dice, 0.75f, 1.35f), warm = around(dice, 0, 0.12f);
    float corners = between(dice, 0, 0.4f);
    float grain = chance(dice, 0.5f) ? between(dice, 0.005f, 0.03f) : between(dice, 0.02f, 0.04f);
    float contrast = between(dice, 0, 0.35f), haze = between(dice, 0, 0.03f);
    Vec gain = times(vec(1 + warm, 1, 1 - warm), exposure);
    int salt = pick(dice, 1 << 20);
    for (int y = 0; y < canvas->height; y++)
        for (int x = 0; x < canvas->width; x++) {
            Vec *pixel = &canvas->pixel[y * canvas->width + x];
            float u = 2 * (float)x / (float)canvas->width - 1;
            float v = 2 * (float)y / (float)canvas->height - 1;
            Vec light = each(*pixel, times(gain, 1 - corners * (u * u + v * v) / 2));
            float luma = (hash(x, y, salt) + hash(x, y, salt + 1) - 1) * grain;
            float tone[3] = { light.x, light.y, light.z };
            for (int c = 0; c < 3; c++) {
                float shown = sqrtf(fmaxf(tone[c] + haze, 0));
                shown = mix(shown, rise(0, 1, shown), contrast);
                tone[c] = shown + luma + (hash(x, y, salt + 2 + c) - 0.5f) * grain;
            }
            *pixel = vec(tone[0], tone[1], tone[2]);
        }
}

Canvas photo(Animal animal, uint64_t seed, int number)
{
    Dice d = dice(seed, (uint64_t)number * 2 + animal);
    Canvas canvas = paper(&d);
    Figure figure = { .ground = -3 };
    Build build = (animal == CAT ? cat_draw : dog_draw)(&figure, &d);
    Stance stance = (Stance)pick(&d, STANCES);
    Framing framing = (Framing[]){ FACE, FACE, FACE, FACE, FACE, BUST, WHOLE }[pick(&d, 7)];
    torso_draw(&figure, &d, &build, stance);
    pose(&figure, &d, stance, framing);
    Lens lens = aim(&canvas, &figure, &d, framing);
    Light light = scene_light(&d);

    Vec feet = outside(figure.frame[BODY].axes, vec(0, figure.ground, -1));
    float floor = project(&lens, feet).y - lens.scale * between(&d, 0.4f, 2);
    if (framing != WHOLE)       /* the feet may be out of the picture, and the floor with them */
        floor = fminf(floor, (float)canvas.height * between(&d, 0.35f, 1.1f));
    scene_behind(&canvas, &d, floor);
    scene_shadow(&canvas, &figure, &lens, &light);
    render(&canvas, &figure, &lens, &light);
    render_whiskers(&canvas, &figure, &lens, &d);
    scene_before(&canvas, &d);
    develop(&canvas, &d);
    return canvas;
}
