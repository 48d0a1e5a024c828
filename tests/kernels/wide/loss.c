/* loss.c - the kernels of losses over maps, within bounds that their formulas give, and what they share. */

#include "tests/kernels/wide/bounded.h"
#include "tests/kernels/wide/wide.h"

#include "runtime/kernels/loss.h"

/* What the generator composes kernels with; here it changes from call to call. */
static bool of_shares;

INLINE Truth either_truth(const void *target, int e, int left)
{
    return of_shares ? truth_of_share(target, e, left) : truth_of_class(target, e, left);
}

INLINE Truth either_share(const void *target, int k, int e, int left, int c)
{
    return of_shares ? share_of_share(target, k, e, left, c) : share_of_class(target, k, e, left, c);
}

static vf (*penalty)(vf off, float delta);

#define TRUTH either_truth
#define SHARE either_share
#define PENALTY penalty

#include "runtime/kernels/dice_loss.c"
#include "runtime/kernels/dice_loss_grad.c"
#include "runtime/kernels/loss_sum.c"
#include "runtime/kernels/number_loss.c"
#include "runtime/kernels/number_loss_grad.c"
#include "runtime/kernels/sigmoid_map_loss.c"
#include "runtime/kernels/sigmoid_map_loss_grad.c"
#include "runtime/kernels/softmax_map_loss.c"
#include "runtime/kernels/softmax_map_loss_grad.c"

/* Of a float's 24 bits a sum, an exp and a log lose some. */
static const double some_bits = 24 * 0x1p-24;

/* ---- functions ---- */

static void test_functions(void)
{
    open_case("loss.h");
    for (float x = -120; x < 120; x += 0.0037f) {
        double want = log1p(exp(-fabs((double)x)));
        float got = log1p_exp(splat(x))[VL - 1];
        if (!(fabs(got - want) <= 4 * 0x1p-24 * want + 0x1p-126))
            differs("log(1 + e^-|%a|) is %a, not %a", x, got, want);
    }
    for (float x = 1; x < 1e6f; x *= 1.00037f) {
        double want = log(x);
        float got = vector_log(splat(x))[0];
        if (!(fabs(got - want) <= 4 * 0x1p-24 * want))
            differs("log %a is %a, not %a", x, got, want);
    }
    CU_ASSERT_EQUAL(vector_log(splat(1))[0], 0);
    CU_ASSERT_TRUE(isnan(log1p_exp(splat(NAN))[0]));
    CU_ASSERT_EQUAL(absolute_slope(splat(0), 1)[0], 0);
    CU_ASSERT_TRUE(isnan(absolute_slope(splat(NAN), 1)[0]) && isnan(huber_slope(splat(NAN), 1)[0]));
    close_case();
}

/* ---- cases ---- */

/* An answer and its target; of classes some pixels do not count. */
typedef struct {
    int pixels, c, xs;
    bool shares, softmax;
    float *z;
    void *target;
    float *weight;              /* by class, or NULL */
} Given;

static const struct { int pixels, c; } areas[] = {
    { 1, 1 }, { 5, 1 }, { 37, 1 }, { 64, 1 }, { 1, 37 }, { 6, 3 }, { 1, 2 }, { 40, 19 }, { 16, 16 },
};

static Given given_case(const char *kernel, int area, bool shares, bool weighted, bool softmax)
{
    Given g = { .pixels = areas[area].pixels, .c = areas[area].c, .xs = up(areas[area].c), .shares = shares,
                .softmax = softmax };
    open_case("%s of %d x %d%s%s", kernel, g.pixels, g.c, shares ? ", shares" : "", weighted ? ", weights" : "");
    of_shares = shares;
    g.z = given_rows(g.pixels, g.c, g.xs, 999);
    for (int i = 0; i < g.pixels * g.xs; i++)
        g.z[i] *= number(0, 9) ? 1 / 73.f : 1;
    int classes = g.c == 1 ? 2 : g.c;
    if (shares) {
        float *t = given(g.pixels * g.c, 8);
        for (int i = 0; i < g.pixels * g.c; i++)
            t[i] = i % g.c && t[i - 1] < 0 ? -1 : i % g.c == 0 && !number(0, 5) ? -1 : fabsf(t[i]) / 8;
        g.target = t;
    } else {
        g.target = given_ints(g.pixels, -1, classes - 1);
    }
    if (weighted)
        g.weight = given(classes, 3);
    for (int k = 0; k < classes && weighted; k++)
        g.weight[k] = fabsf(g.weight[k]) + 0.5f;
    return g;
}

static double share_at(const Given *g, int pixel, int k)
{
    if (g->shares)
        return ((float *)g->target)[pixel * g->c + k];
    int class = ((int32_t *)g->target)[pixel];
    return g->c == 1 ? class : class == k;
}

static bool counts(const Given *g, int pixel)
{
    return g->shares ? share_at(g, pixel, 0) >= 0 : ((int32_t *)g->target)[pixel] >= 0;
}

static int counted(const Given *g)
{
    int count = 0;
    for (int p = 0; p < g->pixels; p++)
        count += counts(g, p);
    return count;
}

/* Of a channel's loss; after softmax of all of a pixel's. */
static double weight_at(const Given *g, int pixel, int k)
{
    if (!g->weight)
        return 1;
    if (g->c == 1)
        return g->weight[0] + share_at(g, pixel, 0) * (g->weight[1] - g->weight[0]);
    double sum = 0;
    for (int i = 0; i < g->c; i++)
        sum += share_at(g, pixel, i) * g->weight[i];
    return g->softmax ? sum : g->weight[k];
}

static void check_loss(float got, double want, double largest)
{
    if (!is_near(got, rounded(want, some_bits * (fabs(want) + largest))))
        differs("the loss is %.9g, not %.9g", got, want);
}

static void check_right(float got, double want)
{
    if (!is_near(got, rounded(want, 0)))
        differs("the share that is right is %.9g, not %.9g", got, want);
}

static void check_slope(const Given *g, const float *got, const double *want, double scale)
{
    for (int i = 0; i < g->pixels * g->xs; i++) {
        bool pad = i % g->xs >= g->c;
        if (pad ? got[i] != 0 : !is_near(got[i], rounded(want[i], some_bits * (fabs(want[i]) + scale))))
            differs("[%d] is %.9g, not %.9g", i, got[i], pad ? 0 : want[i]);
    }
}

static void each_case(void (*run)(int area, bool shares, bool weighted))
{
    for (int area = 0; area < COUNT(areas); area++)
        for (int how = 0; how < 4; how++)
            run(area, how & 1, how & 2);
}

/* ---- sigmoid ---- */

static void sigmoid_case(int area, bool shares, bool weighted)
{
    if (areas[area].c > 1 && !shares)
        return;                 /* several outputs are labels, which have shares */
    Given g = given_case("sigmoid_map_loss", area, shares, weighted, false);
    float *loss = blank(1), *right = blank(1), *dz = blank(g.pixels * g.xs);
    double *slope = calloc((size_t)(g.pixels * g.xs), sizeof *slope), sum = 0, good = 0, largest = 0;
    seal();
    double count = counted(&g) ? counted(&g) * g.c : 1;
    for (int p = 0; p < g.pixels; p++)
        for (int k = 0; k < g.c && counts(&g, p); k++) {
            double z = g.z[p * g.xs + k], t = share_at(&g, p, k), w = weight_at(&g, p, k);
            sum += w * (fmax(z, 0) - t * z + log1p(exp(-fabs(z))));
            good += (z > 0) == (t > 0.5);
            largest = fmax(largest, w * fabs(z));
            slope[p * g.xs + k] = 0.7f * w * (1 / (1 + exp(-z)) - t) / (count * 3);
        }
    sigmoid_map_loss(g.z, g.target, loss, right, g.weight, g.pixels, g.c, g.xs, 0.7f);
    check_loss(*loss, 0.7f * sum / count, largest);
    check_right(*right, good / count);
    sigmoid_map_loss_grad(g.z, g.target, dz, g.weight, 3, g.pixels, g.c, g.xs, 0.7f);
    check_slope(&g, dz, slope, 4 / count);
    free(slope);
    close_case();
}

static void test_sigmoid(void) { each_case(sigmoid_case); }

/* ---- softmax ---- */

static double naive_softmax(const Given *g, int pixel, float smooth, double *p, double *slope)
{
    const float *z = g->z + pixel * g->xs;
    double most = z[0], sum = 0, loss = 0, all = 0;
    for (int k = 1; k < g->c; k++)
        most = fmax(most, z[k]);
    for (int k = 0; k < g->c; k++)
        sum += exp(z[k] - most);
    for (int k = 0; k < g->c; k++) {
        double t = share_at(g, pixel, k) * (1 - smooth) + smooth / g->c;
        p[k] = exp(z[k] - most) / sum;
        loss += t * (log(sum) + most - z[k]);
        all += t;
    }
    for (int k = 0; k < g->c; k++)
        slope[k] = p[k] * all - share_at(g, pixel, k) * (1 - smooth) - smooth / g->c;
    return loss;
}

static int first_largest(const double *x, int c)
{
    int best = 0;
    for (int k = 1; k < c; k++)
        best = x[k] > x[best] ? k : best;
    return best;
}

static void softmax_case(int area, bool shares, bool weighted)
{
    if (areas[area].c == 1)
        return;
    const float smooth = area % 2 ? 0.1f : 0;
    Given g = given_case("softmax_map_loss", area, shares, weighted, true);
    float *loss = blank(1), *right = blank(1), *dz = blank(g.pixels * g.xs), *channel = blank(up(g.c) * VL);
    double *slope = calloc((size_t)(g.pixels * g.xs), sizeof *slope), sum = 0, good = 0, largest = 0, all = 1;
    double p[64], t[64];
    seal();
    double count = counted(&g) ? counted(&g) : 1;
    for (int i = 0; i < g.pixels; i++) {
        double w = weight_at(&g, i, 0), one = naive_softmax(&g, i, smooth, p, slope + i * g.xs);
        for (int k = 0; k < g.c; k++) {
            t[k] = share_at(&g, i, k);
            slope[i * g.xs + k] *= counts(&g, i) ? w * 0.7f / (count * 3) : 0;
        }
        if (!counts(&g, i))
            continue;
        sum += w * one;
        good += first_largest(p, g.c) == first_largest(t, g.c);
        largest = fmax(largest, w * one);
        all = fmax(all, w * g.c);
    }
    softmax_map_loss(g.z, g.target, loss, right, channel, g.weight, g.pixels, g.c, g.xs, 0.7f, smooth);
    check_loss(*loss, 0.7f * sum / count, largest);
    check_right(*right, good / count);
    softmax_map_loss_grad(g.z, g.target, dz, channel, g.weight, 3, g.pixels, g.c, g.xs, 0.7f, smooth);
    check_slope(&g, dz, slope, all / count);
    free(slope);
    close_case();
}

static void test_softmax(void) { each_case(softmax_case); }

/* ---- dice ---- */

static void dice_case(int area, bool shares, bool weighted)
{
    if (areas[area].c > 1 || weighted)
        return;
    Given g = given_case("dice_loss", area, shares, false, false);
    float *loss = blank(1), *right = blank(1), *dz = blank(g.pixels * g.xs);
    double *slope = calloc((size_t)(g.pixels * g.xs), sizeof *slope), both = 0, either = 0, good = 0;
    seal();
    for (int i = 0; i < g.pixels; i++) {
        double z = g.z[i * g.xs], t = share_at(&g, i, 0), p = 1 / (1 + exp(-z));
        both += counts(&g, i) ? p * t : 0;
        either += counts(&g, i) ? p + t : 0;
        good += counts(&g, i) && (z > 0) == (t > 0.5);
    }
    double dice = (2 * both + 1) / (either + 1);
    for (int i = 0; i < g.pixels; i++) {
        double p = 1 / (1 + exp(-(double)g.z[i * g.xs]));
        slope[i * g.xs] = counts(&g, i)
            ? 0.7f / 3 * (dice - 2 * share_at(&g, i, 0)) / (either + 1) * p * (1 - p) : 0;
    }
    dice_loss(g.z, g.target, loss, right, g.pixels, g.xs, 0.7f);
    check_loss(*loss, 0.7f * (1 - dice), 1);
    check_right(*right, good / (counted(&g) ? counted(&g) : 1));
    dice_loss_grad(g.z, g.target, dz, 3, g.pixels, g.xs, 0.7f);
    check_slope(&g, dz, slope, 1 / (either + 1));
    free(slope);
    close_case();
}

static void test_dice(void) { each_case(dice_case); }

/* ---- numbers ---- */

static vf squared_of(vf off, float delta) { return squared(off, delta); }
static vf squared_slope_of(vf off, float delta) { return squared_slope(off, delta); }
static vf absolute_of(vf off, float delta) { return absolute(off, delta); }
static vf absolute_slope_of(vf off, float delta) { return absolute_slope(off, delta); }
static vf huber_of(vf off, float delta) { return huber(off, delta); }
static vf huber_slope_of(vf off, float delta) { return huber_slope(off, delta); }

static double naive_squared(double d)        { return d * d; }
static double naive_squared_slope(double d)  { return 2 * d; }
static double naive_absolute_slope(double d) { return d > 0 ? 1 : d < 0 ? -1 : 0; }
static double naive_huber(double d)          { return fabs(d) <= 0.75 ? d * d / 2 : 0.75 * (fabs(d) - 0.375); }
static double naive_huber_slope(double d)    { return fmax(-0.75, fmin(0.75, d)); }

static const struct {
    const char *name;
    vf (*loss)(vf off, float delta), (*slope)(vf off, float delta);
    double (*naive)(double), (*naive_slope)(double);
} penalties[] = {
    { "squared", squared_of, squared_slope_of, naive_squared, naive_squared_slope },
    { "absolute", absolute_of, absolute_slope_of, fabs, naive_absolute_slope },
    { "huber", huber_of, huber_slope_of, naive_huber, naive_huber_slope },
};

static void number_case(int area, int which)
{
    Given g = given_case(penalties[which].name, area, true, false, false);
    float *loss = blank(1), *dy = blank(g.pixels * g.xs), *t = g.target;
    double *slope = calloc((size_t)(g.pixels * g.xs), sizeof *slope), sum = 0, largest = 0, steepest = 0;
    for (int i = 0; i < g.pixels * g.c; i += 3)
        t[i] = g.z[i / g.c * g.xs + i % g.c];           /* what is met has no slope */
    seal();
    int count = g.pixels * g.c;
    for (int i = 0; i < count; i++) {
        int at = i / g.c * g.xs + i % g.c;
        double off = (double)g.z[at] - t[i];
        sum += penalties[which].naive(off);
        slope[at] = 0.7f * penalties[which].naive_slope(off) / (count * 3.0);
        largest = fmax(largest, fabs(penalties[which].naive(off)));
        steepest = fmax(steepest, fabs(slope[at]));
    }
    penalty = penalties[which].loss;
    number_loss(g.z, t, loss, g.pixels, g.c, g.xs, 0.7f, 0.75f);
    check_loss(*loss, 0.7f * sum / count, largest);
    penalty = penalties[which].slope;
    number_loss_grad(g.z, t, dy, 3, g.pixels, g.c, g.xs, 0.7f, 0.75f);
    check_slope(&g, dy, slope, steepest);
    free(slope);
    close_case();
}

static void test_numbers(void)
{
    for (int area = 0; area < COUNT(areas); area++)
        for (int which = 0; which < COUNT(penalties); which++)
            number_case(area, which);
}

static void test_sum(void)
{
    open_case("loss_sum");
    float *a = given(1, 9), *b = given(1, 9), *sum = blank(1), *want = copy_of(sum);
    seal();
    *want = *a + *b;
    loss_sum(a, b, sum);
    same(sum, want);
    close_case();
}

/* A kernel and its gradient are seen by one test. */
WIDE_TESTS(loss) = {
    { "functions of losses", test_functions },
    { "sigmoid_map_loss", test_sigmoid },
    { "sigmoid_map_loss_grad", test_sigmoid },
    { "softmax_map_loss", test_softmax },
    { "softmax_map_loss_grad", test_softmax },
    { "dice_loss", test_dice },
    { "dice_loss_grad", test_dice },
    { "number_loss", test_numbers },
    { "number_loss_grad", test_numbers },
    { "loss_sum", test_sum },
    { 0 },
};
