/* dense.c - the dense layer: sums in parts, forward, and backward with the update. */

#include "tests/kernels/wide/wide.h"

/* A step that whole numbers show, and that tells where each state lies. */
INLINE void step(vf *w, vf g, float *s0, float *s1, long at, const Rates *rates)
{
    *w -= rates->rate * g;
    store(s0 + at, load(s0 + at) + g);
    store(s1 + at, load(s1 + at) - g);
}

INLINE vf after(vf v, const float *b, int k)
{
    return v + load(b + k);
}

#define AFTER after
#define UPDATE step
#include "runtime/kernels/column.c"
#include "runtime/kernels/dense_partial.c"
#include "runtime/kernels/dense_sum.c"
#include "runtime/kernels/dense_update.c"

/* Where the weight of input j, output o lies: [ceil(J/JT)][OS/OT][JT][OT]. */
static int weight_at(int j, int o, int os, int jt, int ot)
{
    return ((j / jt * (os / ot) + o / ot) * jt + j % jt) * ot + o % ot;
}

static int tiles_of(int j, int jt) { return (j + jt - 1) / jt; }

/* Inputs, and floats of an image; vectors of outputs in all and in a tile; rows of a tile. */
static const struct { int j, gap, outputs, across, jt; } layers[] = {
    { 1, 0, 1, 1, 64 },
    { 130, 6, 4, 4, 64 },
    { 64, 0, 3, 3, 16 },
    { 37, 11, 6, 2, 8 },
    { 16, 16, 2, 1, 64 },
};

static void partial_case(int i, int n, int nt, int ov, int splits)
{
    enum { BATCH = 9 };
    int j = layers[i].j, xs = j + layers[i].gap, os = layers[i].outputs * VL;
    int jt = layers[i].jt, ot = layers[i].across * VL;
    int tiles = tiles_of(j, jt);
    open_case("dense_partial %d to %d, tiles of %dx%d, %d of %d images, NT %d, OV %d, %d parts", j, os, jt,
              ot, n, BATCH, nt, ov, splits);
    float *x = given_rows(n, j, xs, 4), *w = given(tiles * jt * os, 4);
    for (int image = 0; image < n; image++)
        for (int k = j; k < xs; k++)
            x[image * xs + k] = NAN;
    seal();
    float *part = blank(splits * BATCH * os), *want = copy_of(part);
    for (int task = 0; task < splits; task++)
        for (int image = 0; image < n; image++)
            for (int o = 0; o < os; o++) {
                double sum = 0;
                for (int k = tiles * task / splits * jt; k < tiles * (task + 1) / splits * jt && k < j; k++)
                    sum += (double)x[image * xs + k] * w[weight_at(k, o, os, jt, ot)];
                want[(task * BATCH + image) * os + o] = (float)sum;
            }
    for (int task = 0; task < splits; task++)
        dense_partial(x, w, part, n, task, j, xs, os, jt, ot, splits, BATCH, nt, ov);
    same(part, want);
    close_case();
}

static void test_dense_partial(void)
{
    for (int i = 0; i < COUNT(layers); i++)
        for (int n = 1; n <= 9; n++)
            for (int nt = 1; nt <= 4; nt++)
                for (int ov = 1; ov <= layers[i].across; ov++)
                    for (int splits = 1; splits <= tiles_of(layers[i].j, layers[i].jt); splits++)
                        if (layers[i].across % ov == 0)
                            partial_case(i, n, nt, ov, splits);
}

static void test_dense_sum(void)
{
    enum { BATCH = 3 };
    for (int splits = 1; splits <= 8; splits++)
        for (int os = VL; os <= 3 * VL; os += VL) {
            open_case("dense_sum of %d, %d outputs", splits, os);
            float *part = given(splits * BATCH * os, 99), *b = given(os, 99);
            float *y = blank(os), *want = copy_of(y);
            seal();
            for (int o = 0; o < os; o++) {
                want[o] = b[o];
                for (int i = 0; i < splits; i++)
                    want[o] += part[(i * BATCH + 2) * os + o];
            }
            dense_sum(part, b, y, 2, splits, BATCH, os);
            same(y, want);
            close_case();
        }
}

static void test_column(void)
{
    int os = 3 * VL, ns = 2 * VL;
    for (int image = 0; image < ns; image++) {
        open_case("column %d of %d", image, ns);
        float *dy = given(os, 99), *t = blank(os * ns), *want = copy_of(t), *u = blank(os * ns), *want_u = copy_of(u);
        seal();
        for (int o = 0; o < os; o++) {
            want[o * ns + image] = dy[o];
            want_u[(o / VL * ns + image) * VL + o % VL] = dy[o];
        }
        column(dy, t, u, image, os, ns, VL);
        same(t, want);
        same(u, want_u);
        close_case();
    }
}

/* Vectors of inputs, of outputs, of images; rows of a tile; of outputs in a tile. */
static const struct { int inputs, gap, outputs, across, images, jt; } updates[] = {
    { 1, 0, 1, 1, 1, 64 },
    { 5, 3, 4, 4, 2, 64 },
    { 3, 0, 3, 3, 3, 16 },
    { 7, 1, 6, 2, 4, 32 },
};

static void update_case(int i, int n, bool with_dx, int jr, int nv, int jg, int ov)
{
    int j = updates[i].inputs * VL, xs = j + updates[i].gap, os = updates[i].outputs * VL, jt = updates[i].jt;
    int ot = updates[i].across * VL, ns = updates[i].images * VL;
    int tiles = tiles_of(j, jt), weights = tiles * jt * os;
    const Rates rates = { .rate = 2 };
    open_case("dense_update %d to %d, tiles of %dx%d, %d images, dx %d, JR %d, NV %d, JG %d, OV %d", j, os, jt,
              ot, n, with_dx, jr, nv, jg, ov);
    float *x = given_rows(n, j, xs, 4), *dy = given(n * os, 4), *t = given(os * ns, 0), *u = given(os * ns, 0);
    for (int k = 0; k < os * ns; k++) {         /* a short batch leaves columns and rows as they were */
        t[k] = k % ns < n ? dy[k % ns * os + k / ns] : NAN;
        u[k] = k / ot % ns < n ? dy[k / ot % ns * os + k / ot / ns * ot + k % ot] : NAN;
    }
    seal();
    float *w = begun(weights, 4), *s0 = begun(weights, 9), *s1 = begun(weights, 9), *dx = blank(n * xs);
    float *sum = blank(jt * ns);
    int *live = blank_ints((ns + 31) / 32 * jt);
    float *want_w = copy_of(w), *want_0 = copy_of(s0), *want_1 = copy_of(s1), *want_x = copy_of(dx);
    for (int k = 0; k < j; k++)
        for (int o = 0; o < os; o++) {
            int at = weight_at(k, o, os, jt, ot);
            float g = 0;
            for (int image = 0; image < n; image++) {
                float *to = &want_x[image * xs + k];
                if (with_dx)
                    *to = (o ? *to : 0) + w[at] * dy[image * os + o];
                g += x[image * xs + k] * dy[image * os + o];
            }
            want_w[at] -= 2 * g;
            want_0[at] += g;
            want_1[at] -= g;
        }
    for (int task = 0; task < tiles; task++)
        dense_update(x, t, u, w, with_dx ? dx : NULL, with_dx ? sum : NULL, live, s0, s1, n, task, &rates, j,
                     xs, os, jt, ot, ns, with_dx, true, 2, jr, nv, jg, ov);
    same(w, want_w);
    same(s0, want_0);
    same(s1, want_1);
    same(dx, want_x);
    close_case();
}

/* Of weights that do not learn: the input's gradient alone, and nothing else is touched. */
static void input_case(int i, int n)
{
    int j = updates[i].inputs * VL, xs = j + updates[i].gap, os = updates[i].outputs * VL, jt = updates[i].jt;
    int ot = updates[i].across * VL, ns = updates[i].images * VL, tiles = tiles_of(j, jt);
    open_case("dense_update %d to %d, %d images, dx alone", j, os, n);
    float *dy = given(n * os, 4), *t = given(os * ns, 0);
    for (int k = 0; k < os * ns; k++)
        t[k] = k % ns < n ? dy[k % ns * os + k / ns] : NAN;
    float *w = given(tiles * jt * os, 4);
    seal();
    float *dx = blank(n * xs), *sum = blank(jt * ns), *want = copy_of(dx);
    for (int k = 0; k < j; k++)
        for (int o = 0; o < os; o++)
            for (int image = 0; image < n; image++) {
                float *to = &want[image * xs + k];
                *to = (o ? *to : 0) + w[weight_at(k, o, os, jt, ot)] * dy[image * os + o];
            }
    for (int task = 0; task < tiles; task++)
        dense_update(NULL, t, NULL, w, dx, sum, NULL, NULL, NULL, n, task, NULL, j, xs, os, jt, ot, ns, true, false, 0,
                     VL < 8 ? VL : 8, 1, 1, 1);
    same(dx, want);
    close_case();
}

static void test_dense_update(void)
{
    for (int i = 0; i < COUNT(updates); i++)
        for (int n = 1; n <= updates[i].images * VL; n += 3)
            input_case(i, n);
    for (int i = 0; i < COUNT(updates); i++)
        for (int n = 1; n <= updates[i].images * VL; n += 3)
            for (int jr = 1; jr <= 8 && jr <= VL; jr *= 2)
                for (int nv = 1; nv <= 2; nv++)
                    for (int ov = 1; ov <= updates[i].across; ov++)
                        if (updates[i].images % nv == 0 && updates[i].across % ov == 0) {
                            update_case(i, n, true, jr, nv, 4, ov);
                            update_case(i, n, false, jr, nv, 4, ov);
                            update_case(i, n, true, jr, nv, 1, ov);
                        }
}

WIDE_TESTS(dense) = {
    { "dense_partial", test_dense_partial },
    { "dense_sum", test_dense_sum },
    { "column", test_column },
    { "dense_update", test_dense_update },
    { 0 },
};
