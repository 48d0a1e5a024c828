#include "examples/catdog/draw/skin.h"

/* How much of a line of this width covers a spot so far off its middle. */
static float line(float off, float width, float grain)
{
    return rise(width / 2 + grain, width / 2 - grain, off);
}

static Vec in_frame(const Figure *figure, FrameName name, Vec at)
{
    const Frame *frame = &figure->frame[name];
    return along(frame->axes, sub(at, frame->origin));
}

/* A place relative to the eye on its side, in eye radii: x outward, y up, tilted as the eye is. */
static Vec on_eye(const Face *face, Vec at)
{
    Vec d = vec(fabsf(at.x) - face->eye.x, at.y - face->eye.y, at.z - face->eye.z);
    /* the eye looks a little outward: seen from there, its front is the middle */
    d.x -= 0.3f * d.z;
    float c = cosf(face->eye_tilt), s = sinf(face->eye_tilt), r = 1 / face->eye_size;
    return vec((c * d.x + s * d.y) * r, (c * d.y - s * d.x) * r, d.z * r);
}

/* How far inside the slit between the lids, in eye radii; negative on the lids. */
static float inside_lids(const Face *face, Vec eye)
{
    float arch = 1 - 0.85f * eye.x * eye.x;
    return fminf((1 - face->lid) * 0.92f * arch - eye.y, eye.y + 0.72f * arch);
}

static Skin eyeball(const Face *face, Vec at, Vec lid, float grain)
{
    Vec e = on_eye(face, at);
    float soft = grain / face->eye_size;
    float mirror = at.x < 0 ? -1 : 1;
    float x = e.x - mirror * face->look_x, y = e.y - face->look_y;
    float r = sqrtf(x * x + y * y);

    Vec color = mix3(paint(0x2a2320), paint(0xd8d2c8), rise(1.25f, 0.9f, r));
    Vec iris = times(face->iris, mix(1.25f, 0.35f, rise(0.45f, 0.85f, r)));
    iris = times(iris, 0.8f + 0.5f * rise(0.4f, -0.6f, y));         /* light gathers below */
    color = mix3(color, iris, rise(0.86f + soft, 0.86f - soft, r));
    float px = x / face->pupil_wide, py = y / face->pupil_high;
    float pupil = (sqrtf(px * px + py * py) - 1) * face->pupil_wide;
    color = mix3(color, vec(0.004f, 0.004f, 0.006f), rise(soft, -soft, pupil));
    float gx = mirror * e.x + 0.26f, gy = e.y - 0.34f;              /* the window's reflection */
    color = mix3(color, vec(1.2f, 1.2f, 1.2f),
                 rise(0.2f + soft, 0.2f - soft, sqrtf(gx * gx + gy * gy)));

    float inside = inside_lids(face, e);
    color = mix3(color, paint(0x1c1512), rise(0.16f + soft, 0.05f, inside));
    color = mix3(color, lid, rise(-0.04f + soft, -0.1f - soft, inside));
    return (Skin){ color, inside > 0 ? 0.5f : 0, 0 };
}

/* The lines of the mouth, the groove below the nose, the rims of the eyes, the whiskers' roots. */
static Vec face_lines(const Face *face, Vec at, Vec color, float grain)
{
    if (at.z < 0.2f)
        return color;
    Vec dark = times(color, 0.12f);
    float off_rim = -inside_lids(face, on_eye(face, at)) * face->eye_size;
    float eye_away = size(vec(fabsf(at.x) - face->eye.x, at.y - face->eye.y, 0)) / face->eye_size;
    if (eye_away < 1.5f)
        color = mix3(color, dark, 0.9f * rise(0.07f, 0.02f, off_rim));
    if (face->mouth <= 0 || at.z < face->nose.z - 0.55f)
        return color;

    float x = fabsf(at.x), top = face->nose.y - face->nose_high, lip = top - face->mouth;
    float width = 0.028f;
    if (at.y < top && at.y > lip)
        color = mix3(color, dark, line(x, width, grain));
    float bow_x = x - face->smile, bow_y = at.y - lip;
    if (bow_y < 0 && x < 2 * face->smile)
        color =
            mix3(color, dark,
                 line(fabsf(sqrtf(bow_x * bow_x + bow_y * bow_y * 2) - face->smile), width, grain));
    if (face->whisker > 0.8f) {
        float row = (at.y - face->pad.y) / 0.085f, column = (x - face->pad.x * 0.55f) / 0.085f;
        float dy = row - floorf(row) - 0.5f, dx = column - floorf(column) - 0.5f;
        bool on_pad =
            fabsf(at.y - face->pad.y) < 0.125f && x > face->pad.x * 0.5f && x < face->pad.x * 1.4f;
        if (on_pad)
            color = mix3(color, dark, 0.6f * rise(0.28f, 0.14f, sqrtf(dx * dx + dy * dy)));
    }
    return color;
}

static Vec nose_leather(const Face *face, Vec at, float grain)
{
    float x = fabsf(at.x), y = at.y - face->nose.y;
    float nostril_x = (x - face->nose_wide * 0.5f) / (face->nose_wide * 0.3f);
    float nostril_y = (y + face->nose_high * 0.35f) / (face->nose_high * 0.32f);
    float hole = sqrtf(nostril_x * nostril_x + nostril_y * nostril_y);
    Vec color = mix3(face->nose_color, vec(0.005f, 0.004f, 0.004f), rise(1.2f, 0.7f, hole));
    return mix3(color, times(face->nose_color, 0.3f), line(x, 0.02f, grain) * (y < 0));
}

/* The hollow of a standing ear, which is bare and pink. */
static float ear_hollow(const Part *ear, Vec at)
{
    Vec q = along(ear->axes, sub(at, ear->from));
    float t = clamp(q.y / ear->length, 0, 1);
    float side = fabsf(q.x) / (mix(ear->thick, ear->thin, t) * ear->flat);
    return q.z > 0 ? rise(0.75f, 0.5f, side) * rise(0.95f, 0.75f, t) : 0;
}

static float outward(const Part *part, Vec at)
{
    if (part->length <= 0)
        return part->outer;
    float t = dot(part->axes.y, sub(at, part->from)) / part->length;
    return part->outer * rise(-0.1f, 0.7f, t);
}

/* The bandana's triangle on the chest. */
static bool under_bandana(const Figure *figure, Vec at)
{
    float down = -0.8f - at.y;
    return figure->bandana > 0 && at.z > -0.2f && down > 0 && fabsf(at.x) < figure->bandana - down;
}

static Skin fur(const Figure *figure, const Spot *spot)
{
    const Coat *coat = &figure->coat;
    Vec on_head = in_frame(figure, HEAD, spot->at), on_body = in_frame(figure, BODY, spot->at);
    float outer = outward(spot->part, spot->at), share = spot->head_share;
    Skin head = { .shine = 0 }, body = { .shine = 0 };
    if (share > 0) {
        head.color =
            face_lines(&figure->face, on_head, coat_on_head(coat, on_head, outer), spot->grain);
        head.hair = hair_on_head(coat, on_head, figure->face.nose);
    }
    if (share < 1) {
        body.color = coat_on_body(coat, on_body, outer);
        body.hair = hair_on_body(coat, on_body);
        if (under_bandana(figure, on_body))
            return (Skin){ figure->strap, 0, 0 };
    }
    return (Skin){ mix3(body.color, head.color, share), 0, mix(body.hair, head.hair, share) };
}

Skin skin(const Figure *figure, const Spot *spot)
{
    const Face *face = &figure->face;
    switch (spot->part->material) {
    case FUR:
        return fur(figure, spot);
    case EAR: {
        Skin ear = fur(figure, spot);
        Vec pink = mix3(paint(0xd9a095), ear.color, 0.3f);
        float hollow = ear_hollow(spot->part, spot->at);
        ear.color = mix3(ear.color, times(pink, 0.75f), 0.85f * hollow);
        return ear;
    }
    case EYE: {
        Vec at = in_frame(figure, HEAD, spot->at);
        return eyeball(face, at, coat_on_head(&figure->coat, at, 0), spot->grain);
    }
    case NOSE:
        return (Skin){ nose_leather(face, in_frame(figure, HEAD, spot->at), spot->grain), 0.35f,
                       0 };
    case TONGUE: {
        float x = fabsf(in_frame(figure, HEAD, spot->at).x);
        return (Skin){ mix3(paint(0xe0707a), paint(0x9a3a48), line(x, 0.03f, spot->grain)), 0.25f,
                       0 };
    }
    case STRAP:
        return (Skin){ figure->strap, 0.1f, 0 };
    }
    return (Skin){ .color = figure->coat.base };
}
