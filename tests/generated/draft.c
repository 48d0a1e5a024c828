/* draft.c - see draft.h. */

#include "tests/generated/drafting.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_WORK = 200000, MOST_VALUES = 5000 };    /* multiply-adds and values of one image */

void draft_put(Draft *d, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    d->length += (size_t)vsnprintf(d->text + d->length, DRAFT_ROOM - d->length, format, arguments);
    va_end(arguments);
    assert(d->length < DRAFT_ROOM);
}

/* ---- dice ---- */

int draft_below(Draft *d, int n)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (int)((d->state >> 33) % (unsigned)n);
}

bool draft_chance(Draft *d, int percent)
{
    return draft_below(d, 100) < percent;
}

bool draft_fits(const Draft *d, Shape to, long work)
{
    return to.h > 0 && d->work + work <= MOST_WORK && d->values + shape_size(to) <= MOST_VALUES;
}

void draft_made(Draft *d, Shape to, long work)
{
    d->at = to;
    d->work += work;
    d->values += shape_size(to);
}

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
    switch (draft_below(d, 6)) {
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
    case 4:
        *p = (Padding){ 2, 2, 1, 1 };
        snprintf(text, room, " pad=2x1");
        break;
    default:
        *p = (Padding){ draft_below(d, 3), draft_below(d, 3), draft_below(d, 3), draft_below(d, 3) };
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

/* ---- layers. Each puts one line, or nothing where it does not fit ---- */

/* A label on whatever line comes next; some are words that C or the generated file knows. `learns`: that line
 * has weights, which may be frozen. */
static const char *label(Draft *d, bool learns)
{
    static const char *const words[] = {
        "step", "block", "image", "int", "task", "w", "x_", "linux", "end", "train0",
    };
    static char names[8][DRAFT_LABEL];
    int n = d->labels++;
    char *name = names[n % 8];
    if (n < 10 && draft_chance(d, 50))
        snprintf(name, sizeof names[0], "%s", words[n]);
    else
        snprintf(name, sizeof names[0], "l%d", n);
    if (learns && d->parts < DRAFT_LABELS)
        strcpy(d->part[d->parts++], name);
    draft_put(d, "%s: ", name);
    return name;
}

/* Of whole numbers, those that keep them whole. */
static const char *activation(Draft *d)
{
    static const char *const bent[] = {
        " relu", " relu6", " elu", " gelu", " silu", " tanh", " sigmoid", " softmax", " hard_sigmoid", " hard_swish",
    };
    if (draft_chance(d, 30))
        return "";
    if (draft_chance(d, 30))
        return d->whole ? " relu6" : ONE_OF(d, bent);
    return " relu";
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
    if (draft_chance(d, 20))
        s.dilation = (Extent){ 1 + draft_below(d, 3), 1 + draft_below(d, 3) };
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
    if (!draft_fits(d, to, work))
        return false;
    draft_put(d, "%s %dx%d%s%s", head, s->window.h, s->window.w, activation(d), s->text);
    if (s->stride.h != 1 || s->stride.w != 1)
        draft_put(d, " stride=%dx%d", s->stride.h, s->stride.w);
    if (s->dilation.h != 1 || s->dilation.w != 1)
        draft_put(d, " dilation=%dx%d", s->dilation.h, s->dilation.w);
    draft_put(d, "%s", draft_chance(d, 20) ? " bias=no" : "");
    draft_made(d, to, work);
    return true;
}

static bool put_conv(Draft *d, int count, bool keep)
{
    Slide s = draw_slide(d, keep);
    Shape to = slid(d, &s, count);
    int groups = draft_chance(d, 85) ? 1 : 2 + draft_below(d, 3);
    if (d->at.c % groups || count % groups)
        groups = 1;
    char head[32];
    snprintf(head, sizeof head, "conv %d", count);
    bool is_put = put_slide(d, head, &s, to, shape_size(to) * s.window.h * s.window.w * d->at.c / groups);
    if (is_put && groups > 1)
        draft_put(d, " groups=%d", groups);
    draft_put(d, is_put ? "\n" : "");
    return is_put;
}

/* Twice as large, or a little; what is padded is cut off. */
static void put_deconv(Draft *d)
{
    static const Extent windows[] = { { 2, 2 }, { 3, 3 }, { 1, 2 }, { 4, 3 } };
    static const Extent steps[] = { { 1, 1 }, { 2, 2 }, { 2, 1 }, { 1, 3 } };
    static const char *const pads[] = { "", " pad=same", " pad=1", " pad=(0, 1, 1, 0)" };
    Extent window = ONE_OF(d, windows), step = ONE_OF(d, steps);
    int count = filters(d), pad = draft_below(d, 4), cut = pad == 2 ? 2 : pad == 3;
    Shape to = { d->at.h * step.h - cut, d->at.w * step.w - cut, count };
    to.h += pad != 1 && window.h > step.h ? window.h - step.h : 0;
    to.w += pad != 1 && window.w > step.w ? window.w - step.w : 0;
    long work = shape_size(d->at) * window.h * window.w * count;
    if (to.w < 1 || window.h <= cut || window.w <= cut || !draft_fits(d, to, work))
        return;
    draft_put(d, "deconv %d %dx%d%s stride=%dx%d%s%s\n", count, window.h, window.w, activation(d), step.h, step.w,
              pads[pad], draft_chance(d, 20) ? " bias=no" : "");
    draft_made(d, to, work);
}

static void put_depthwise(Draft *d)
{
    int times = draft_chance(d, 80) ? 1 : 2 + draft_below(d, 3);
    Slide s = draw_slide(d, draft_chance(d, 50));
    Shape to = slid(d, &s, d->at.c * times);
    if (put_slide(d, "depthwise", &s, to, shape_size(to) * s.window.h * s.window.w))
        draft_put(d, times > 1 ? " multiplier=%d\n" : "\n", times);
}

static bool put_pool(Draft *d)
{
    static const Extent windows[] = {
        { 2, 2 }, { 2, 2 }, { 2, 2 }, { 3, 3 }, { 1, 2 }, { 4, 1 }, { 2, 3 }, { 5, 5 },
    };
    bool average = draft_chance(d, 35);
    if (draft_chance(d, 10) && (!average || !d->whole || is_power(d->at.h * d->at.w))) {
        draft_put(d, "pool %s global\n", average ? "average" : "max");
        draft_made(d, (Shape){ 1, 1, d->at.c }, 0);
        return true;
    }
    Slide s = { .window = ONE_OF(d, windows), .dilation = { 1, 1 } };
    s.stride = s.window;
    if (draft_chance(d, 40)) {
        s.stride = (Extent){ 1 + draft_below(d, 3), 1 + draft_below(d, 3) };
        snprintf(s.text, sizeof s.text, " stride=%dx%d", s.stride.h, s.stride.w);
    }
    if (draft_chance(d, 40))
        choose_padding(d, &s, s.window);
    Padding p = s.padding;
    int h = s.window.h, w = s.window.w;
    bool empty = p.top >= h || p.bottom >= h || p.left >= w || p.right >= w;
    bool padded = p.top || p.bottom || p.left || p.right;
    bool even = is_power(h) && is_power(w) && (!padded || (h <= 2 && w <= 2));
    Shape to = slid(d, &s, d->at.c);
    if (empty || (average && d->whole && !even) || !draft_fits(d, to, 0))
        return false;
    draft_put(d, "pool %s %dx%d%s\n", average ? "average" : "max", s.window.h, s.window.w, s.text);
    draft_made(d, to, 0);
    return true;
}

static bool put_dense(Draft *d)
{
    static const int counts[] = { 1, 2, 5, 16, 17, 33, 64, 65, 70, 130, 200 };
    Shape to = { 1, 1, ONE_OF(d, counts) };
    long work = (long)d->at.c * to.c;
    if (d->at.h * d->at.w != 1 || !draft_fits(d, to, work))
        return false;
    draft_put(d, "dense %d%s%s\n", to.c, activation(d), draft_chance(d, 20) ? " bias=no" : "");
    draft_made(d, to, work);
    return true;
}

static void put_small(Draft *d)
{
    static const char *const whole[] = {
        "relu", "relu6", "leaky 0.5", "leaky 25%", "dropout 50%", "dropout 75%", "drop_path 50%",
    };
    static const char *const real[] = {
        "relu", "relu6", "elu", "gelu", "silu", "tanh", "sigmoid", "softmax", "hard_sigmoid", "hard_swish", "leaky 0.1",
        "leaky 30%", "dropout 30%", "dropout 60%", "drop_path 20%", "drop_path 50%",
    };
    draft_put(d, "%s\n", d->whole ? ONE_OF(d, whole) : ONE_OF(d, real));
}

/* Each divides by a deviation, so that bounds grow: a few are enough. */
static void put_norm(Draft *d)
{
    enum { MOST_NORMS = 2 };
    if (d->whole || d->norms == MOST_NORMS)
        return;
    d->norms++;
    char part[64] = "";
    int kind = draft_below(d, 6);
    if (draft_chance(d, 40))
        label(d, kind < 5);     /* of its own a local one has no weights */
    switch (kind) {
    case 0: case 1: case 2: snprintf(part, sizeof part, "batch%s%s", activation(d),
                                     draft_chance(d, 70) ? "" : " keep=50% eps=0.01"); break;
    case 3: snprintf(part, sizeof part, "layer%s%s", activation(d), draft_chance(d, 70) ? "" : " eps=0.1"); break;
    case 4: {
        int groups = 1 + draft_below(d, 4);
        snprintf(part, sizeof part, "group%s groups=%d", activation(d), d->at.c % groups ? 1 : groups);
        break;
    }
    default: snprintf(part, sizeof part, "local%s%s", activation(d),
                      draft_chance(d, 50) ? " alpha=0.5" : " size=4 alpha=0.3 beta=0.5 bias=2");
    }
    draft_put(d, "norm %s\n", part);
}

/* The same numbers in another shape. */
static void put_reshape(Draft *d)
{
    Shape from = d->at, to = from;
    switch (draft_below(d, 4)) {
    case 0: to = (Shape){ from.w, from.h, from.c }; break;
    case 1: to = (Shape){ from.h, from.c, from.w }; break;
    case 2: to = from.c % 4 ? (Shape){ from.c, from.h, from.w } : (Shape){ 2 * from.h, 2 * from.w, from.c / 4 }; break;
    default: to = from.h % 2 ? (Shape){ from.h, 1, from.w * from.c } : (Shape){ from.h / 2, from.w, 2 * from.c };
    }
    if (to.c > 64 || !draft_fits(d, to, 0))
        return;
    draft_put(d, "reshape %dx%dx%d\n", to.h, to.w, to.c);
    draft_made(d, to, 0);
}

static void put_upsample(Draft *d)
{
    static const Extent times[] = { { 2, 2 }, { 2, 2 }, { 1, 2 }, { 4, 1 }, { 3, 3 }, { 2, 3 } };
    Extent t = ONE_OF(d, times);
    bool between = draft_chance(d, 50) && (!d->whole || (is_power(t.h) && is_power(t.w)));
    Shape to = { d->at.h * t.h, d->at.w * t.w, d->at.c };
    if (!draft_fits(d, to, 0))
        return;
    draft_put(d, "upsample %dx%d%s\n", t.h, t.w, between ? " filter=bilinear" : "");
    draft_made(d, to, 0);
}

/* ---- branches ---- */

/* A line that keeps height, width and channels, and always fits: for a label to stand on. */
static void put_stand(Draft *d)
{
    if (!put_conv(d, draft_chance(d, 50) ? d->at.c : filters(d), true))
        draft_put(d, "relu\n");
}

/* Whatever it costs. */
static void put_channels(Draft *d, int count)
{
    if (d->at.c == count)
        return;
    draft_put(d, "conv %d 1x1\n", count);
    draft_made(d, (Shape){ d->at.h, d->at.w, count }, shape_size(d->at) * count);
}

static void put_residual(Draft *d)
{
    const char *from = label(d, false);
    put_stand(d);
    int c = d->at.c;
    for (int lines = 1 + draft_below(d, 2); lines > 0; lines--)
        put_conv(d, draft_chance(d, 50) ? c : filters(d), true);
    put_channels(d, c);
    draft_put(d, "add %s\n", from);
}

static void put_fan(Draft *d)
{
    const char *from = label(d, false);
    put_stand(d);
    Shape start = d->at;
    const char *branch = label(d, false);
    put_stand(d);
    int channels = d->at.c;
    draft_put(d, "from %s\n", from);
    d->at = start;
    if (draft_chance(d, 40))
        put_small(d);
    else
        put_stand(d);
    bool again = draft_chance(d, 40);
    draft_put(d, "concat %s%s%s\n", branch, again ? " " : "", again ? from : "");
    d->at.c += channels + (again ? start.c : 0);
    d->values += shape_size(d->at);
}

/* Two ways down to the same shape. */
static void put_two_pools(Draft *d)
{
    if (d->at.h < 2 || d->at.w < 2)
        return;
    const char *from = label(d, false);
    put_stand(d);
    const char *branch = label(d, false);
    draft_put(d, "pool max 2x2\nfrom %s\npool %s 2x2\nadd %s\n", from, draft_chance(d, 50) ? "average" : "max", branch);
    draft_made(d, (Shape){ d->at.h / 2, d->at.w / 2, d->at.c }, 0);
}

/* How much of each channel, or of each number, passes. */
static void put_gate(Draft *d)
{
    long work = shape_size(d->at) * d->at.c;
    if (!draft_fits(d, d->at, work))
        return;
    const char *from = label(d, false);
    put_stand(d);
    Shape start = d->at;
    bool spread = draft_chance(d, 70);
    if (spread)
        draft_put(d, "pool %s global\n", d->whole && !is_power(start.h * start.w) ? "max" : "average");
    const char *gate = d->whole ? "" : draft_chance(d, 50) ? " sigmoid" : " hard_sigmoid";
    bool dense = spread && draft_chance(d, 50);
    draft_put(d, "%s %d%s%s\nmultiply %s\n", dense ? "dense" : "conv", start.c, dense ? "" : " 1x1", gate, from);
    draft_made(d, start, work);
}

/* What is smaller is joined to the middle of what is larger. */
static void put_crop(Draft *d)
{
    if (d->at.h < 4 || d->at.w < 4)
        return;
    const char *from = label(d, false);
    put_stand(d);
    Shape start = d->at;
    bool pools = draft_chance(d, 50);
    Shape to = pools ? (Shape){ start.h / 2, start.w / 2, start.c } : (Shape){ start.h - 2, start.w - 1, start.c };
    draft_put(d, pools ? "pool max 2x2\n" : "pool max 3x2 stride=1\n");
    draft_put(d, "concat %s crop=yes\n", from);
    to.c += start.c;
    draft_made(d, to, 0);
}

static void put_repeat(Draft *d)
{
    long work = 2 * shape_size(d->at) * 9 * d->at.c;
    if (!draft_fits(d, d->at, work))
        return;
    if (draft_chance(d, 50))
        label(d, true);
    const char *const lost = draft_chance(d, 30) ? "drop_path 50%\n" : "";
    draft_put(d, "repeat 2 {\nconv %d 3x3%s pad=same\n%sadd input\n}\n", d->at.c, activation(d), lost);
    draft_made(d, d->at, work);
}

/* A block of one's own, which leaves the shape as it was. */
static void put_call(Draft *d)
{
    long work = 3 * shape_size(d->at) * 9 * d->at.c;
    if (!draft_fits(d, (Shape){ 2 * d->at.h, d->at.w, d->at.c }, work))
        return;
    if (draft_chance(d, 40))
        label(d, true);
    draft_put_call(d);
    d->work += work;
    d->values += 2 * (int)shape_size(d->at);
}

/* ---- a model ---- */

static void put_part(Draft *d)
{
    switch (draft_below(d, 24)) {
    case 0: case 1: case 2: put_conv(d, filters(d), false); break;
    case 3:
        if (put_conv(d, filters(d), draft_chance(d, 50)) && d->at.h > 1 && d->at.w > 1) {
            draft_put(d, "pool max 2x2\n");
            draft_made(d, (Shape){ d->at.h / 2, d->at.w / 2, d->at.c }, 0);
        }
        break;
    case 4: case 5: put_pool(d); break;
    case 6: case 7: put_small(d); break;
    case 8: put_residual(d); break;
    case 9: put_fan(d); break;
    case 10: put_two_pools(d); break;
    case 11: put_repeat(d); break;
    case 12: case 13: put_depthwise(d); break;
    case 14: put_deconv(d); break;
    case 15: case 16: case 17: put_norm(d); break;
    case 18: put_reshape(d); break;
    case 19: put_upsample(d); break;
    case 20: put_gate(d); break;
    case 21: put_crop(d); break;
    case 22: put_call(d); break;
    default: put_dense(d);
    }
}

/* What Winograd's way is cheaper for: 3x3 of stride 1 over maps of some size, between many channels. */
static void put_wide(Draft *d)
{
    static const int counts[] = { 16, 16, 17, 20, 32 };
    put_channels(d, ONE_OF(d, counts));
    int count = ONE_OF(d, counts);
    bool keeps = d->at.h < 10 || d->at.w < 10 || draft_chance(d, 50);
    Shape to = { d->at.h - 2 * !keeps, d->at.w - 2 * !keeps, count };
    const char *bent = activation(d);
    draft_put(d, "conv %d 3x3%s%s%s\n", count, bent, keeps ? " pad=same" : "", draft_chance(d, 20) ? " bias=no" : "");
    draft_made(d, to, shape_size(to) * 9 * d->at.c);
    if (draft_chance(d, 50)) {
        draft_put(d, "pool max 2x2\n");
        draft_made(d, (Shape){ d->at.h / 2, d->at.w / 2, d->at.c }, 0);
    }
}

static void put_input(Draft *d, bool wide)
{
    static const int sides[] = { 1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13 };
    static const int wide_sides[] = { 8, 9, 10, 11, 12 }, depths[] = { 1, 2, 3, 3, 4, 5, 16, 17 };
    if (wide)
        d->at = (Shape){ ONE_OF(d, wide_sides), ONE_OF(d, wide_sides), ONE_OF(d, depths) };
    else if (draft_chance(d, 10))
        d->at = (Shape){ 1, 1, 1 + draft_below(d, 500) };
    else
        d->at = (Shape){ ONE_OF(d, sides), ONE_OF(d, sides), ONE_OF(d, depths) };
}

void draft_card(char text[DRAFT_ROOM], unsigned number, bool whole)
{
    char model[DRAFT_ROOM], data[DRAFT_ROOM];
    Draft d = { .text = model, .state = 2 * (uint64_t)number + whole, .whole = whole };
    for (int i = 0; i < 4; i++)
        draft_below(&d, 2);     /* so that neighbours part */
    bool wide = !whole && number % 4 == 1;
    put_input(&d, wide);
    Shape input = d.at;
    if (wide)
        put_wide(&d);
    for (int parts = 1 + draft_below(&d, wide ? 4 : 7); parts > 0; parts--)     /* wide bounds grow wider with each */
        put_part(&d);
    draft_end(&d, data);
    size_t length = (size_t)snprintf(text, DRAFT_ROOM, "network draft\n");
    for (int b = 0; draft_block_text(b); b++)
        if (d.blocks >> b & 1)
            length += (size_t)snprintf(text + length, DRAFT_ROOM - length, "%s", draft_block_text(b));
    length += (size_t)snprintf(text + length, DRAFT_ROOM - length, "input %dx%dx%d\n%smodel {\n%s", input.h, input.w,
                               input.c, data, model);
    assert(length < DRAFT_ROOM);
}
