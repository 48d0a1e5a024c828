/* draft_end.c - how a random card ends: what it answers with, what that is compared with, and how it learns. */

#include "tests/generated/drafting.h"

#include <stdio.h>
#include <string.h>

/* ---- answers: a map as it is, or a vector ---- */

static void put_dense(Draft *d, int outputs, const char *bent)
{
    if (d->at.h * d->at.w > 1 || draft_chance(d, 20))
        draft_put(d, "flatten\n");
    draft_put(d, "dense %d%s\n", outputs, bent);
    d->at = (Shape){ 1, 1, outputs };
}

/* A bias leads to the logits, so that a whole recipe can make them large. */
static void put_vector(Draft *d, int outputs, const char *bent)
{
    if (d->at.h * d->at.w > 1 && draft_chance(d, 20))
        draft_put(d, "conv %d %dx%d%s\n", outputs, d->at.h, d->at.w, bent);
    else if (*bent && is_power(d->at.h * d->at.w) && draft_chance(d, 20))
        draft_put(d, "conv %d 1x1\npool average global\n%s\n", outputs, bent);
    else
        put_dense(d, outputs, bent);
    d->at = (Shape){ 1, 1, outputs };
}

/* A window that leaves the map as large as it is. */
static void put_map(Draft *d, int outputs, const char *bent)
{
    bool wide = draft_chance(d, 50);
    draft_put(d, "conv %d %s%s%s%s\n", outputs, wide ? "3x3" : "1x1", *bent ? " " : "", bent, wide ? " pad=same" : "");
    d->at.c = outputs;
}

/* Of whole numbers a mean is exact over a power of two. */
static bool may_be_map(const Draft *d)
{
    long pixels = (long)d->at.h * d->at.w;
    return pixels > 1 && pixels <= 200 && (!d->whole || is_power(pixels));
}

/* ---- losses ---- */

static const char *weight(Draft *d)
{
    static const char *const weights[] = { "", "", " weight=2", " weight=0.5", " weight=0.3" };
    return d->whole ? weights[draft_below(d, 4)] : ONE_OF(d, weights);
}

static const char *smooth(Draft *d)
{
    static const char *const shares[] = { "", "", " smooth=10%", " smooth=0.5" };
    return d->whole ? "" : ONE_OF(d, shares);
}

/* Classes that weigh, as many as the answer tells apart. */
static void put_weights(Draft *d, char *data, int classes)
{
    static const char *const weights[] = { "", " weight=2", " weight=0.5" };
    if (classes > 4 || !draft_chance(d, 30))
        return;
    size_t length = (size_t)snprintf(data, DRAFT_ROOM, "data arrays \"x\" \"y\" {\n");
    for (int c = 0; c < classes; c++)
        length += (size_t)snprintf(data + length, DRAFT_ROOM - length, "    class c%d%s\n", c, ONE_OF(d, weights));
    snprintf(data + length, DRAFT_ROOM - length, "}\n");
}

/* Shares of classes, then. */
static void put_mixing(Draft *d, char *data, bool map)
{
    if (!map && !d->whole && draft_chance(d, 20))
        snprintf(data + strlen(data), DRAFT_ROOM - strlen(data), "augment { mixup 0.2 }\n");
}

typedef struct { char text[256]; } Losses;

/* Two classes: of a picture, or of each pixel. */
static Losses two_classes(Draft *d, char *data, bool map)
{
    static const char *const kinds[] = { "binary_crossentropy", "binary_crossentropy", "dice" };
    map ? put_map(d, 1, "sigmoid") : put_vector(d, 1, " sigmoid");
    Losses losses;
    put_weights(d, data, 2);
    bool weighs = *data != '\0';       /* of which dice takes no notice */
    put_mixing(d, data, map);
    if (!d->whole && draft_chance(d, 20))
        snprintf(losses.text, sizeof losses.text, "loss binary_crossentropy%s\n    loss dice%s", weight(d), weight(d));
    else
        snprintf(losses.text, sizeof losses.text, "loss %s%s", kinds[draft_below(d, d->whole || weighs ? 2 : 3)],
                 weight(d));
    return losses;
}

static Losses many_classes(Draft *d, char *data, bool map)
{
    static const int classes[] = { 2, 2, 3, 4, 5, 17 };
    int count = ONE_OF(d, classes);
    map ? put_map(d, count, "softmax") : put_vector(d, count, " softmax");
    put_weights(d, data, count);
    put_mixing(d, data, map);
    Losses losses;
    snprintf(losses.text, sizeof losses.text, "loss crossentropy%s%s", smooth(d), weight(d));
    return losses;
}

static Losses labels(Draft *d)
{
    static const int whole[] = { 2, 4, 8, 16 }, any[] = { 2, 3, 7, 16, 37 };
    int count = d->whole ? ONE_OF(d, whole) : ONE_OF(d, any);
    put_dense(d, count, " sigmoid");
    Losses losses;
    snprintf(losses.text, sizeof losses.text, "loss binary_crossentropy%s", weight(d));
    return losses;
}

static Losses numbers(Draft *d, bool map)
{
    static const int whole[] = { 1, 2, 4, 16 }, any[] = { 1, 2, 3, 5, 17 };
    static const char *const bent[] = { "", "", "", "sigmoid", "tanh", "softmax" };
    static const char *const kinds[] = { "mse", "mae", "huber", "huber delta=0.3", "huber delta=2" };
    int count = d->whole ? ONE_OF(d, whole) : ONE_OF(d, any), kind = draft_below(d, 5);
    if (map)
        put_map(d, count, d->whole ? "" : ONE_OF(d, bent));
    else
        put_dense(d, count, "");
    Losses losses;
    int length = snprintf(losses.text, sizeof losses.text, "loss %s%s", kinds[kind], weight(d));
    if (!d->whole && draft_chance(d, 30))
        snprintf(losses.text + length, sizeof losses.text - (size_t)length, "\n    loss %s%s",
                 kind == 0 ? "mae" : "mse", weight(d));
    return losses;
}

static Losses put_answer(Draft *d, char *data)
{
    bool map = may_be_map(d) && draft_chance(d, 40);
    switch (draft_below(d, map ? 7 : 10)) {
    case 0: case 1: return numbers(d, map);
    case 2: case 3: return two_classes(d, data, map);
    case 7: return labels(d);
    default: return many_classes(d, data, map);
    }
}

/* ---- learning ---- */

static void put_optimizer(Draft *d)
{
    static const char *const kinds[] = { "sgd", "rmsprop", "adam", "adamw" };
    static const char *const options[4][3] = {
        { "", " momentum=0.9", " momentum=0.5 nesterov=yes" }, { "", " rho=0.5", " eps=1e-3" },
        { "", " beta1=0.5 beta2=0.9", " eps=1e-4" }, { "", " beta1=0.8", " beta2=0.5 eps=1e-3" },
    };
    static const char *const rates[] = { "0.5", "0.1", "0.01" }, *const decays[] = { "", " decay=0.01", " decay=0.5" };
    int kind = draft_below(d, 4);
    if (d->whole)
        draft_put(d, "    optimizer sgd rate=1\n");
    else
        draft_put(d, "    optimizer %s rate=%s%s%s\n", kinds[kind], ONE_OF(d, rates), ONE_OF(d, options[kind]),
                  ONE_OF(d, decays));
    if (!d->whole && draft_chance(d, 30))
        draft_put(d, "    clip %s\n", draft_chance(d, 50) ? "0.1" : "3");
}

/* Some parts do not learn, others learn slower. */
static void put_parts(Draft *d)
{
    bool frozen[DRAFT_LABELS] = { false }, any = false;
    for (int p = 0; p < d->parts; p++)
        any |= frozen[p] = draft_chance(d, 40);
    draft_put(d, "%s", any ? "    freeze" : "");
    for (int p = 0; p < d->parts; p++)
        if (frozen[p])
            draft_put(d, " %s", d->part[p]);
    draft_put(d, "%s", any ? "\n" : "");
    for (int p = 0; p < d->parts && !d->whole; p++)
        if (!frozen[p] && draft_chance(d, 40))
            draft_put(d, "    rate %s factor=0.3\n", d->part[p]);
}

void draft_end(Draft *d, char data[DRAFT_ROOM])
{
    static const int batches[] = { 8, 8, 8, 4, 16, 2, 1, 20, 33, 100 };
    *data = '\0';
    Losses losses = put_answer(d, data);
    draft_put(d, "}\ntrain {\n    epochs 1\n    %s\n", losses.text);
    put_optimizer(d);
    put_parts(d);
    draft_put(d, "    batch %d\n}\n", ONE_OF(d, batches));
}
