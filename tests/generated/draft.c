/* draft.c - see draft.h. */

#include "tests/generated/draft.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/shape.h"

enum { MOST_WORK = 300000, MOST_VALUES = 6000 };    /* multiply-adds and values of one image */

typedef struct {
    char *text;
    size_t length;
    uint64_t state;             /* of the dice */
    Shape at;                   /* of what the line above made */
    long work, values;
    int labels;
    bool whole;
} Draft;

static __attribute__((format(printf, 2, 3))) void put(Draft *d, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    d->length += (size_t)vsnprintf(d->text + d->length, DRAFT_ROOM - d->length, format, arguments);
    va_end(arguments);
    assert(d->length < DRAFT_ROOM);
}

/* ---- dice ---- */

static int below(Draft *d, int n)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (int)((d->state >> 33) % (unsigned)n);
}

static bool chance(Draft *d, int percent)
{
    return below(d, 100) < percent;
}

#define ONE_OF(d, list) ((list)[below(d, (int)(sizeof(list) / sizeof *(list)))])

/* ---- windows ---- */

typedef struct {
    Extent window, stride, dilation;
    Padding padding;
    char text[96];              /* the options */
} Slide;

static int same_padding(int n, int span, int stride)
{
    int padding = ((n + stride - 1) / stride - 1) * stride + span - n;
    return padding > 0 ? padding : 0;
}

static void choose_padding(Draft *d, Slide *s, Extent span)
{
    char *text = s->text + strlen(s->text);
    size_t room = sizeof s->text - strlen(s->text);
    Padding *p = &s->padding;
    switch (below(d, 5)) {
    case 0: case 1:
        break;
    case 2: {
        int h = same_padding(d->at.h, span.h, s->stride.h), w = same_padding(d->at.w, span.w, s->stride.w);
        *p = (Padding){ h / 2, h - h / 2, w / 2, w - w / 2 };
        snprintf(text, room, " pad=same");
        break;
    }
    case 3:
        *p = (Padding){ 1, 1, 1, 1 };
        snprintf(text, room, " pad=1");
        break;
    default:
        *p = (Padding){ below(d, 3), below(d, 3), below(d, 3), below(d, 3) };
        snprintf(text, room, " pad=(%d, %d, %d, %d)", p->top, p->bottom, p->left, p->right);
    }
}

static Shape slid(const Draft *d, const Slide *s, int channels)
{
    int span_h = (s->window.h - 1) * s->dilation.h + 1, span_w = (s->window.w - 1) * s->dilation.w + 1;
    int h = d->at.h + s->padding.top + s->padding.bottom - span_h;
    int w = d->at.w + s->padding.left + s->padding.right - span_w;
    if (h < 0 || w < 0)
        return (Shape){ 0, 0, 0 };
    return (Shape){ h / s->stride.h + 1, w / s->stride.w + 1, channels };
}

static bool fits(const Draft *d, Shape to, long work)
{
    return to.h > 0 && d->work + work <= MOST_WORK && d->values + shape_size(to) <= MOST_VALUES;
}

static void made(Draft *d, Shape to, long work)
{
    d->at = to;
    d->work += work;
    d->values += shape_size(to);
}

/* ---- layers. Each puts one line, or nothing where it does not fit ---- */

/* At a line's end; of whole numbers those that leave them whole. */
static const char *activation(Draft *d)
{
    static const char *const bent[] = {
        " sigmoid", " sigmoid", " softmax", " elu", " gelu", " silu", " tanh", " hard_sigmoid", " hard_swish",
    };
    if (!d->whole && chance(d, 20))
        return ONE_OF(d, bent);
    return chance(d, 55) ? " relu" : chance(d, 20) ? " relu6" : "";
}

static int filters(Draft *d)
{
    static const int counts[] = { 1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 20, 31, 32, 33, 48, 64 };
    return ONE_OF(d, counts);
}

/* keep: the same height and width. */
static Slide draw_slide(Draft *d, bool keep)
{
    static const Extent windows[] = {
        { 1, 1 }, { 3, 3 }, { 3, 3 }, { 2, 2 }, { 5, 5 }, { 1, 3 }, { 3, 1 }, { 2, 3 }, { 4, 2 },
    };
    static const Extent steps[] = { { 1, 1 }, { 1, 1 }, { 1, 1 }, { 2, 2 }, { 2, 1 }, { 1, 2 }, { 3, 3 } };
    Slide s = { .window = ONE_OF(d, windows), .stride = { 1, 1 }, .dilation = { 1, 1 } };
    if (chance(d, 20))
        s.dilation = (Extent){ 1 + below(d, 3), 1 + below(d, 3) };
    Extent span = { (s.window.h - 1) * s.dilation.h + 1, (s.window.w - 1) * s.dilation.w + 1 };
    if (keep) {
        int h = span.h - 1, w = span.w - 1;
        s.padding = (Padding){ h / 2, h - h / 2, w / 2, w - w / 2 };
        strcpy(s.text, " pad=same");
    } else {
        s.stride = ONE_OF(d, steps);
        choose_padding(d, &s, span);
    }
    return s;
}

/* `head`: the line up to the window. Returns whether there is a line. */
static bool put_slide(Draft *d, const char *head, const Slide *s, Shape to, long work)
{
    if (!fits(d, to, work))
        return false;
    put(d, "%s %dx%d%s%s", head, s->window.h, s->window.w, activation(d), s->text);
    if (s->stride.h != 1 || s->stride.w != 1)
        put(d, " stride=%dx%d", s->stride.h, s->stride.w);
    if (s->dilation.h != 1 || s->dilation.w != 1)
        put(d, " dilation=%dx%d", s->dilation.h, s->dilation.w);
    put(d, "%s", chance(d, 20) ? " bias=no" : "");
    made(d, to, work);
    return true;
}

static bool put_conv(Draft *d, int count, bool keep)
{
    Slide s = draw_slide(d, keep);
    Shape to = slid(d, &s, count);
    int groups = chance(d, 85) ? 1 : 2 + below(d, 3);
    if (d->at.c % groups || count % groups)
        groups = 1;
    char head[32];
    snprintf(head, sizeof head, "conv %d", count);
    bool is_put = put_slide(d, head, &s, to, shape_size(to) * s.window.h * s.window.w * d->at.c / groups);
    if (is_put && groups > 1)
        put(d, " groups=%d", groups);
    put(d, is_put ? "\n" : "");
    return is_put;
}

/* Twice as large, or a little. */
static void put_deconv(Draft *d)
{
    static const Extent windows[] = { { 2, 2 }, { 3, 3 }, { 1, 2 }, { 4, 3 } };
    Extent window = ONE_OF(d, windows);
    int step = 1 + below(d, 2), count = filters(d);
    bool same = chance(d, 50);
    Shape to = { d->at.h * step, d->at.w * step, count };
    to.h += !same && window.h > step ? window.h - step : 0;
    to.w += !same && window.w > step ? window.w - step : 0;
    long work = shape_size(d->at) * window.h * window.w * count;
    if (!fits(d, to, work))
        return;
    put(d, "deconv %d %dx%d%s stride=%d%s\n", count, window.h, window.w, activation(d), step, same ? " pad=same" : "");
    made(d, to, work);
}

static void put_depthwise(Draft *d)
{
    int times = chance(d, 80) ? 1 : 2 + below(d, 3);
    Slide s = draw_slide(d, chance(d, 50));
    Shape to = slid(d, &s, d->at.c * times);
    if (put_slide(d, "depthwise", &s, to, shape_size(to) * s.window.h * s.window.w))
        put(d, times > 1 ? " multiplier=%d\n" : "\n", times);
}

static bool is_power(int n)
{
    return (n & (n - 1)) == 0;
}

static bool put_pool(Draft *d)
{
    static const Extent windows[] = {
        { 2, 2 }, { 2, 2 }, { 2, 2 }, { 3, 3 }, { 1, 2 }, { 4, 1 }, { 2, 3 }, { 5, 5 },
    };
    bool average = chance(d, 35);
    if (chance(d, 10) && (!average || !d->whole || is_power(d->at.h * d->at.w))) {
        put(d, "pool %s global\n", average ? "average" : "max");
        made(d, (Shape){ 1, 1, d->at.c }, 0);
        return true;
    }
    Slide s = { .window = ONE_OF(d, windows), .dilation = { 1, 1 } };
    s.stride = s.window;
    if (chance(d, 40)) {
        s.stride = (Extent){ 1 + below(d, 3), 1 + below(d, 3) };
        snprintf(s.text, sizeof s.text, " stride=%dx%d", s.stride.h, s.stride.w);
    }
    if (chance(d, 40))
        choose_padding(d, &s, s.window);
    Padding p = s.padding;
    int h = s.window.h, w = s.window.w;
    bool empty = p.top >= h || p.bottom >= h || p.left >= w || p.right >= w;
    bool padded = p.top || p.bottom || p.left || p.right;
    bool even = is_power(h) && is_power(w) && (!padded || (h <= 2 && w <= 2));
    Shape to = slid(d, &s, d->at.c);
    if (empty || (average && d->whole && !even) || !fits(d, to, 0))
        return false;
    put(d, "pool %s %dx%d%s\n", average ? "average" : "max", s.window.h, s.window.w, s.text);
    made(d, to, 0);
    return true;
}

static bool put_dense(Draft *d)
{
    static const int counts[] = { 1, 2, 5, 16, 17, 33, 64, 65, 70, 130, 200 };
    Shape to = { 1, 1, ONE_OF(d, counts) };
    long work = (long)d->at.c * to.c;
    if (d->at.h * d->at.w != 1 || !fits(d, to, work))
        return false;
    put(d, "dense %d%s%s\n", to.c, activation(d), chance(d, 20) ? " bias=no" : "");
    made(d, to, work);
    return true;
}

static void put_small(Draft *d)
{
    if (chance(d, 40)) {
        put(d, "%s %s\n", chance(d, 75) ? "dropout" : "drop_path",
            d->whole ? chance(d, 70) ? "50%" : "75%" : chance(d, 50) ? "30%" : "60%");
        return;
    }
    if (chance(d, 20)) {
        put(d, "leaky %s\n", d->whole ? "0.5" : chance(d, 50) ? "0.1" : "30%");
        return;
    }
    const char *bent = activation(d);
    put(d, "%s\n", *bent ? bent + 1 : "relu");
}

static void put_upsample(Draft *d)
{
    static const Extent all[] = { { 2, 2 }, { 2, 2 }, { 1, 2 }, { 4, 1 }, { 2, 4 }, { 3, 2 } };
    Extent times = ONE_OF(d, all);
    Shape to = { d->at.h * times.h, d->at.w * times.w, d->at.c };
    if (!fits(d, to, 0))
        return;
    put(d, "upsample %dx%d%s\n", times.h, times.w, !d->whole && chance(d, 50) ? " filter=bilinear" : "");
    made(d, to, 0);
}

static void put_reshape(Draft *d)
{
    Shape to = { d->at.w, d->at.h, d->at.c };
    if (d->at.c % 2 == 0 && chance(d, 50))
        to = (Shape){ d->at.h, 2 * d->at.w, d->at.c / 2 };
    else if (d->at.w % 2 == 0 && chance(d, 50))
        to = (Shape){ d->at.h, d->at.w / 2, 2 * d->at.c };
    put(d, "reshape %dx%dx%d\n", to.h, to.w, to.c);
    made(d, to, 0);
}

/* ---- branches ---- */

/* A label on whatever line comes next; some are words that C or the generated file knows. */
static const char *label(Draft *d)
{
    static const char *const words[] = {
        "step", "block", "image", "int", "task", "w", "x_", "linux", "end", "train0",
    };
    static char names[8][16];
    int n = d->labels++;
    char *name = names[n % 8];
    if (n < 10 && chance(d, 50))
        snprintf(name, sizeof names[0], "%s", words[n]);
    else
        snprintf(name, sizeof names[0], "l%d", n);
    put(d, "%s: ", name);
    return name;
}

/* A line that keeps height, width and channels, and always fits: for a label to stand on. */
static void put_stand(Draft *d)
{
    if (!put_conv(d, chance(d, 50) ? d->at.c : filters(d), true))
        put(d, "relu\n");
}

/* Whatever it costs. */
static void put_channels(Draft *d, int count)
{
    if (d->at.c == count)
        return;
    put(d, "conv %d 1x1\n", count);
    made(d, (Shape){ d->at.h, d->at.w, count }, shape_size(d->at) * count);
}

static void put_residual(Draft *d)
{
    const char *from = label(d);
    put_stand(d);
    int c = d->at.c;
    for (int lines = 1 + below(d, 2); lines > 0; lines--)
        put_conv(d, chance(d, 50) ? c : filters(d), true);
    put_channels(d, c);
    put(d, "add %s\n", from);
}

static void put_fan(Draft *d)
{
    const char *from = label(d);
    put_stand(d);
    Shape start = d->at;
    const char *branch = label(d);
    put_stand(d);
    int channels = d->at.c;
    put(d, "from %s\n", from);
    d->at = start;
    if (chance(d, 40))
        put_small(d);
    else
        put_stand(d);
    bool again = chance(d, 40);
    bool crops = chance(d, 30) && put_conv(d, filters(d), false);
    put(d, "concat %s%s%s%s\n", branch, again ? " " : "", again ? from : "", crops ? " crop=yes" : "");
    d->at.h = d->at.h < start.h ? d->at.h : start.h;
    d->at.w = d->at.w < start.w ? d->at.w : start.w;
    d->at.c += channels + (again ? start.c : 0);
    d->values += shape_size(d->at);
}

/* A factor for each channel, of what all pixels say; or for each number. */
static void put_product(Draft *d)
{
    const char *from = label(d);
    put_stand(d);
    Shape all = d->at;
    if (chance(d, 60)) {
        put(d, "pool max global\n");
        made(d, (Shape){ 1, 1, all.c }, 0);
    }
    put(d, "conv %d 1x1%s\nmultiply %s\n", all.c, activation(d), from);
    made(d, all, shape_size(d->at) * all.c);
}

/* Two ways down to the same shape. */
static void put_two_pools(Draft *d)
{
    if (d->at.h < 2 || d->at.w < 2)
        return;
    const char *from = label(d);
    put_stand(d);
    const char *branch = label(d);
    put(d, "pool max 2x2\nfrom %s\npool %s 2x2\nadd %s\n", from, chance(d, 50) ? "average" : "max", branch);
    made(d, (Shape){ d->at.h / 2, d->at.w / 2, d->at.c }, 0);
}

static void put_repeat(Draft *d)
{
    long work = 2 * shape_size(d->at) * 9 * d->at.c;
    if (!fits(d, d->at, work))
        return;
    put(d, "repeat 2 {\nconv %d 3x3%s pad=same\nadd input\n}\n", d->at.c, chance(d, 50) ? " relu" : "");
    made(d, d->at, work);
}

/* ---- a model ---- */

static void put_part(Draft *d)
{
    switch (below(d, 17)) {
    case 0: case 1: case 2: put_conv(d, filters(d), false); break;
    case 12: put_depthwise(d); break;
    case 13: put_deconv(d); break;
    case 14: put_upsample(d); break;
    case 15: put_reshape(d); break;
    case 16: put_product(d); break;
    case 3:
        if (put_conv(d, filters(d), chance(d, 50)) && d->at.h > 1 && d->at.w > 1) {
            put(d, "pool max 2x2\n");
            made(d, (Shape){ d->at.h / 2, d->at.w / 2, d->at.c }, 0);
        }
        break;
    case 4: case 5: put_pool(d); break;
    case 6: put_small(d); break;
    case 7: put_residual(d); break;
    case 8: put_fan(d); break;
    case 9: put_two_pools(d); break;
    case 10: put_repeat(d); break;
    default: put_dense(d);
    }
}

/* What Winograd's way is cheaper for: 3x3 of stride 1 over maps of some size, between many channels. */
static void put_wide(Draft *d)
{
    static const int counts[] = { 16, 16, 17, 20, 32 };
    put_channels(d, ONE_OF(d, counts));
    int count = ONE_OF(d, counts);
    bool keeps = d->at.h < 10 || d->at.w < 10 || chance(d, 50);
    Shape to = { d->at.h - 2 * !keeps, d->at.w - 2 * !keeps, count };
    const char *bent = activation(d);
    put(d, "conv %d 3x3%s%s%s\n", count, bent, keeps ? " pad=same" : "", chance(d, 20) ? " bias=no" : "");
    made(d, to, shape_size(to) * 9 * d->at.c);
    if (chance(d, 50)) {
        put(d, "pool max 2x2\n");
        made(d, (Shape){ d->at.h / 2, d->at.w / 2, d->at.c }, 0);
    }
}

/* The end: a bias leads to the logits, so that a whole recipe can make them large. */
static void put_end(Draft *d, int classes)
{
    const char *bent = classes == 1 ? "sigmoid" : "softmax";
    if (d->at.h * d->at.w > 1 && chance(d, 20)) {
        put(d, "conv %d %dx%d %s\n", classes, d->at.h, d->at.w, bent);
        return;
    }
    if (is_power(d->at.h * d->at.w) && chance(d, 20)) {
        put(d, "conv %d 1x1\npool average global\n%s\n", classes, bent);
        return;
    }
    if (d->at.h * d->at.w > 1 || chance(d, 20)) {
        put(d, "flatten\n");
        d->at = (Shape){ 1, 1, (int)shape_size(d->at) };
        if (chance(d, 50))
            put_dense(d);
    }
    put(d, "dense %d %s\n", classes, bent);
}

/* Ends that whole numbers would not make exact: maps, labels, numbers; and losses that are sums. Returns the loss. */
static const char *put_other_end(Draft *d)
{
    static const char *const two[] = { "binary_crossentropy", "dice", "binary_crossentropy\n    loss dice weight=0.5" };
    static const char *const many[] = { "crossentropy", "crossentropy smooth=10%", "crossentropy weight=0.5" };
    static const char *const numbers[] = { "mse", "mae weight=0.3\n    loss mse", "huber delta=0.3" };
    static const int counts[] = { 2, 3, 5, 17 };
    enum { TWO, LABELS, MANY, NUMBERS, ENDS } end = below(d, ENDS);
    int count = end == TWO ? 1 : ONE_OF(d, counts);
    const char *bent = end == NUMBERS ? "" : end == MANY ? " softmax" : " sigmoid";
    if (d->at.h * d->at.w > 1 && chance(d, 60)) {
        put(d, "conv %d 1x1%s\n", count, bent);
    } else {
        put(d, d->at.h * d->at.w > 1 ? "flatten\n" : "");
        put(d, "dense %d%s\n", count, bent);
    }
    return end == LABELS ? "binary_crossentropy" : end == TWO ? ONE_OF(d, two) : end == MANY ? ONE_OF(d, many)
                                                                                           : ONE_OF(d, numbers);
}

static const char *optimizer(Draft *d)
{
    static const char *const kinds[] = {
        "sgd rate=0.5", "sgd rate=0.1 momentum=0.9", "sgd rate=0.1 momentum=0.5 nesterov=yes decay=0.01",
        "rmsprop rate=0.01", "rmsprop rate=0.1 rho=0.5 decay=0.1", "adam rate=0.01",
        "adam rate=0.1 beta1=0.5 decay=0.01", "adamw rate=0.1 decay=0.5",
    };
    return d->whole ? "sgd rate=1" : ONE_OF(d, kinds);
}

void draft_card(char text[DRAFT_ROOM], unsigned number, bool whole)
{
    static const int sides[] = { 1, 4, 6, 7, 8, 9, 10, 11, 12, 13, 15, 19 };
    static const int wide_sides[] = { 8, 9, 10, 11, 12 }, depths[] = { 1, 2, 3, 3, 4, 5, 16, 17 };
    static const int batches[] = { 8, 8, 8, 4, 16, 2, 1, 20, 33, 100 }, classes[] = { 1, 1, 2, 3, 5, 17 };
    Draft d = { .text = text, .state = 2 * (uint64_t)number + whole, .whole = whole };
    for (int i = 0; i < 4; i++)
        below(&d, 2);           /* so that neighbours part */
    bool wide = !whole && number % 4 == 1;
    if (wide) {
        d.at = (Shape){ ONE_OF(&d, wide_sides), ONE_OF(&d, wide_sides), ONE_OF(&d, depths) };
        put(&d, "network draft\ninput %dx%dx%d\nmodel {\n", d.at.h, d.at.w, d.at.c);
        put_wide(&d);
    } else if (chance(&d, 10)) {
        d.at = (Shape){ 1, 1, 1 + below(&d, 700) };
        put(&d, "network draft\ninput %d\nmodel {\n", d.at.c);
    } else {
        d.at = (Shape){ ONE_OF(&d, sides), ONE_OF(&d, sides), ONE_OF(&d, depths) };
        put(&d, "network draft\ninput %dx%dx%d\nmodel {\n", d.at.h, d.at.w, d.at.c);
    }
    for (int parts = 1 + below(&d, wide ? 4 : 7); parts > 0; parts--)     /* wide bounds grow wider with each */
        put_part(&d);
    int count = ONE_OF(&d, classes);
    const char *loss = count == 1 ? "binary_crossentropy" : "crossentropy";
    if (!whole && chance(&d, 40))
        loss = put_other_end(&d);
    else
        put_end(&d, count);
    put(&d, "}\ntrain {\n    epochs 1\n    loss %s\n    optimizer %s\n    batch %d\n}\n",
        loss, optimizer(&d), ONE_OF(&d, batches));
}
