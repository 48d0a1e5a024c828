/* move.c - what copies numbers, adds them, or cuts them. */

#include "tests/kernels/wide/wide.h"

#include "runtime/kernels/add2.c"
#include "runtime/kernels/bias_grad.c"
#include "runtime/kernels/compact.c"
#include "runtime/kernels/crop.c"
#include "runtime/kernels/drop_path.c"
#include "runtime/kernels/dropout.c"
#include "runtime/kernels/expand.c"
#include "runtime/kernels/join.c"
#include "runtime/kernels/multiply.c"
#include "runtime/kernels/multiply_grad.c"
#include "runtime/kernels/pad.c"
#include "runtime/kernels/relu.c"
#include "runtime/kernels/relu_grad.c"
#include "runtime/kernels/slice.c"

/* Pixels and their channels: the sweep of all that do not care for rows. */
static const struct { int pixels, c; } areas[] = {
    { 1, 1 }, { 1, 7 }, { 2, 33 }, { 5, 16 }, { 7, 3 }, { 9, 17 }, { 15, 5 }, { 20, 48 },
};

static void each_area(void (*run)(int pixels, int c))
{
    for (int i = 0; i < COUNT(areas); i++)
        run(areas[i].pixels, areas[i].c);
}

/* ---- frames ---- */

static const struct { int h, w, xs, top, left, bottom, right; } frames[] = {
    { 3, 5, 16, 1, 1, 1, 1 }, { 7, 2, 3, 0, 0, 0, 0 }, { 1, 9, 48, 2, 0, 0, 3 },
    { 4, 4, 32, 0, 1, 1, 0 }, { 5, 1, 1, 0, 2, 3, 0 },
};

static void frame_case(int i, bool padding)
{
    int h = frames[i].h, w = frames[i].w, xs = frames[i].xs, top = frames[i].top, left = frames[i].left;
    int oh = h + top + frames[i].bottom, ow = w + left + frames[i].right;
    int small = h * w * xs, large = oh * ow * xs;
    open_case("%s %dx%dx%d in %dx%d", padding ? "pad" : "crop", h, w, xs, oh, ow);
    float *x = given(padding ? small : large, 99), *y = blank(padding ? large : small), *want = copy_of(y);
    seal();
    for (int k = 0; k < large; k++) {
        int row = k / xs / ow - top, column = k / xs % ow - left;
        bool inside = row >= 0 && row < h && column >= 0 && column < w;
        int at = (row * w + column) * xs + k % xs;
        if (padding)
            want[k] = inside ? x[at] : 0;
        else if (inside)
            want[at] = x[k];
    }
    if (padding)
        pad(x, y, h, w, xs, top, left, oh, ow);
    else
        crop(x, y, ow, xs, top, left, h, w);
    same(y, want);
    close_case();
}

static void test_pad(void)
{
    for (int i = 0; i < COUNT(frames); i++)
        frame_case(i, true);
}

static void test_crop(void)
{
    for (int i = 0; i < COUNT(frames); i++)
        frame_case(i, false);
}

/* ---- channels ---- */

static void compact_case(int pixels, int c)
{
    int xs = up(c), size = pixels * c, ys = up(size);
    open_case("compact %d x %d", pixels, c);
    float *x = given_rows(pixels, c, xs, 99), *y = blank(ys), *want = copy_of(y);
    seal();
    for (int i = 0; i < ys; i++)
        want[i] = i < size ? x[i / c * xs + i % c] : 0;
    compact(x, y, pixels, c, xs, size, ys);
    same(y, want);
    close_case();
}

static void test_compact(void) { each_area(compact_case); }

static void expand_case(int pixels, int c)
{
    int xs = up(c);
    open_case("expand %d x %d", pixels, c);
    float *x = given(pixels * c, 99), *y = blank(pixels * xs), *want = copy_of(y);
    seal();
    for (int i = 0; i < pixels * xs; i++)
        want[i] = i % xs < c ? x[i / xs * c + i % xs] : 0;
    expand(x, y, pixels, c, xs);
    same(y, want);
    close_case();
}

static void test_expand(void) { each_area(expand_case); }

/* With END nothing stands after it but zeros; without, the next one does. */
static void join_at(int pixels, int c, int first, bool end)
{
    int xs = up(c), ys = up(first + c + (end ? 0 : 5));
    open_case("join %d x %d at %d, end %d", pixels, c, first, end);
    float *x = given_rows(pixels, c, xs, 99), *y = blank(pixels * ys), *want = copy_of(y);
    seal();
    for (int i = 0; i < pixels * ys; i++) {
        int k = i % ys - first;
        if (k >= 0 && (k < c || end))
            want[i] = k < c ? x[i / ys * xs + k] : 0;
    }
    join(x, y, pixels, c, xs, first, ys, end);
    same(y, want);
    close_case();
}

static void join_case(int pixels, int c)
{
    for (int end = 0; end < 2; end++) {
        join_at(pixels, c, 0, end);
        join_at(pixels, c, 19, end);
    }
}

static void slice_case(int pixels, int c)
{
    for (int first = 0; first <= 19; first += 19) {
        int xs = first + c + 3, ys = up(c);
        open_case("slice %d x %d at %d", pixels, c, first);
        float *x = given(pixels * xs, 99), *y = blank(pixels * ys), *want = copy_of(y);
        seal();
        for (int i = 0; i < pixels * ys; i++)
            want[i] = i % ys < c ? x[i / ys * xs + first + i % ys] : 0;
        slice(x, y, pixels, xs, first, c, ys);
        same(y, want);
        close_case();
    }
}

static void test_join(void)  { each_area(join_case); }
static void test_slice(void) { each_area(slice_case); }

/* ---- sums ---- */

/* A sum of many is added to in place, so a may be y. */
static void add2_case(int pixels, int c)
{
    for (int in_place = 0; in_place < 2; in_place++) {
        int ys = up(c), bs = ys + pixels % 2 * VL, as = in_place ? ys : ys + pixels % 3 * VL;
        open_case("add2 of %d pixels, %d and %d to %d, in place %d", pixels, as, bs, ys, in_place);
        float *b = given(pixels * bs, 99), *y = begun(pixels * ys, 99), *want = copy_of(y);
        float *a = in_place ? y : given(pixels * as, 99);
        seal();
        for (int i = 0; i < pixels * ys; i++)
            want[i] = a[i / ys * as + i % ys] + b[i / ys * bs + i % ys];
        add2(a, b, y, pixels, as, bs, ys);
        same(y, want);
        close_case();
    }
}

static void test_add2(void) { each_area(add2_case); }

static void bias_grad_case(int pixels, int c)
{
    int ks = up(c), xs = ks + pixels % 2 * VL;
    open_case("bias_grad %d x %d of %d", pixels, c, xs);
    float *dy = given_rows(pixels, c, xs, 99), *db = begun(ks, 99), *want = copy_of(db);
    seal();
    for (int i = 0; i < pixels * ks; i++)
        want[i % ks] += dy[i / ks * xs + i % ks];
    bias_grad(dy, db, pixels, xs, ks);
    same(db, want);
    close_case();
}

static void test_bias_grad(void) { each_area(bias_grad_case); }

/* ---- cutting ---- */

/* A NaN passes, and so does the gradient at it. */
static void relu_case(int pixels, int c)
{
    int size = pixels * up(c);
    open_case("relu of %d", size);
    float *x = given(size, 2), *y = blank(size), *want = copy_of(y);
    x[size / 2] = NAN;
    seal();
    for (int i = 0; i < size; i++)
        want[i] = x[i] < 0 ? 0 : x[i];
    relu(x, y, size);
    same(y, want);
    close_case();
}

static void test_relu(void) { each_area(relu_case); }

static void relu_grad_case(int pixels, int c)
{
    int xs = up(c), ys = xs + pixels % 2 * VL, gs = xs + pixels % 3 * VL, middle = pixels / 2;
    open_case("relu_grad of %d pixels of %d, from %d and %d", pixels, xs, ys, gs);
    float *y = given(pixels * ys, 2), *dy = given(pixels * gs, 99), *dx = blank(pixels * xs), *want = copy_of(dx);
    for (int i = 0; i < pixels * ys; i++)
        y[i] = y[i] < 0 ? 0 : y[i];
    y[middle * ys] = NAN;
    dy[middle * gs] = 7;
    seal();
    for (int i = 0; i < pixels * xs; i++)
        want[i] = y[i / xs * ys + i % xs] <= 0 ? 0 : dy[i / xs * gs + i % xs];
    relu_grad(y, dy, dx, pixels, ys, gs, xs);
    if (want[middle * xs] != 7 || dx[middle * xs] != 7)
        differs("a NaN has no gradient");
    same(dx, want);
    close_case();
}

static void test_relu_grad(void) { each_area(relu_grad_case); }

/* A number's word is named by its place without pads. */
static void dropout_at(int pixels, int c, uint32_t chance)
{
    int xs = up(c), lost = 0;
    open_case("dropout %d x %d, chance %u", pixels, c, chance);
    float *x = given_rows(pixels, c, xs, 99), *y = blank(pixels * xs), *want = copy_of(y);
    seal();
    for (int i = 0; i < pixels * xs; i++) {
        uint32_t words[4], place = (uint32_t)(i / xs * c + i % xs);
        random_draw(words, 12345678901234u, 3, 17, place / 4, RANDOM_LAYER + 2);
        bool keep = i % xs < c && words[place % 4] >= chance;
        lost += i % xs < c && !keep;
        want[i] = keep ? 4 * x[i] : 0;
    }
    dropout(x, y, 12345678901234u, 3, 17, RANDOM_LAYER + 2, pixels, c, xs, chance, 4);
    same(y, want);
    if (!chance != !lost && pixels * c > 20)
        differs("%d are lost", lost);
    close_case();
}

static void dropout_case(int pixels, int c)
{
    const uint32_t chances[] = { 0, 1u << 30, 1u << 31, 3435973836u };
    for (int i = 0; i < COUNT(chances); i++)
        dropout_at(pixels, c, chances[i]);
}

static void test_dropout(void) { each_area(dropout_case); }

/* Of a hundred images as many are lost as the chance says, more or less, and each wholly. */
static void drop_path_at(int pixels, int c, uint32_t chance)
{
    int size = pixels * up(c), lost = 0;
    open_case("drop_path %d x %d, %u of 2^32", pixels, c, chance);
    float *x = given_rows(pixels, c, up(c), 99), *y = blank(size), *want = copy_of(y);
    seal();
    for (uint32_t position = 7; position < 107; position++) {
        uint32_t words[4];
        random_draw(words, 5, 3, position, 0, RANDOM_LAYER + 2);
        lost += words[0] < chance;
        for (int i = 0; i < size; i++)
            want[i] = words[0] < chance ? 0 : x[i] * 4;
        drop_path(x, y, 5, 3, position, RANDOM_LAYER + 2, size, chance, 4);
        same(y, want);
    }
    double expected = 100 * (chance * 0x1p-32);
    if (fabs(lost - expected) > (chance ? 15 : 0))
        differs("%d are lost, not %g", lost, expected);
    close_case();
}

static void test_drop_path(void)
{
    const uint32_t chances[] = { 0, 1u << 30, 1u << 31, 3435973836u };
    for (int i = 0; i < COUNT(chances); i++)
        drop_path_at(3, 17, chances[i]);
}

/* ---- products ---- */

static void multiply_case(int pixels, int c)
{
    int xs = up(c);
    open_case("multiply %d x %d", pixels, c);
    float *x = given_rows(pixels, c, xs, 99), *s = given_rows(1, c, xs, 99), *y = blank(pixels * xs), *want = copy_of(y);
    seal();
    for (int i = 0; i < pixels * xs; i++)
        want[i] = x[i] * s[i % xs];
    multiply(x, s, y, pixels, xs);
    same(y, want);
    multiply(x, x, y, 1, pixels * xs);
    for (int i = 0; i < pixels * xs; i++)
        want[i] = x[i] * x[i];
    same(y, want);
    close_case();
}

static void multiply_grad_case(int pixels, int c)
{
    int xs = up(c);
    open_case("multiply_grad %d x %d", pixels, c);
    float *x = given_rows(pixels, c, xs, 99), *dy = given_rows(pixels, c, xs, 99), *ds = blank(xs), *want = copy_of(ds);
    seal();
    for (int k = 0; k < xs; k++) {
        want[k] = 0;
        for (int i = 0; i < pixels; i++)
            want[k] += x[i * xs + k] * dy[i * xs + k];
    }
    multiply_grad(x, dy, ds, pixels, xs);
    same(ds, want);
    close_case();
}

static void test_multiply(void)      { each_area(multiply_case); }
static void test_multiply_grad(void) { each_area(multiply_grad_case); }

WIDE_TESTS(move) = {
    { "pad", test_pad },
    { "crop", test_crop },
    { "compact", test_compact },
    { "expand", test_expand },
    { "join", test_join },
    { "slice", test_slice },
    { "add2", test_add2 },
    { "bias_grad", test_bias_grad },
    { "relu", test_relu },
    { "relu_grad", test_relu_grad },
    { "dropout", test_dropout },
    { "drop_path", test_drop_path },
    { "multiply", test_multiply },
    { "multiply_grad", test_multiply_grad },
    { 0 },
};
