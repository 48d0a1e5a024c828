/* smooth.c - exp and log, and the kernels that stand on them, within bounds that their formulas give. */

#include "tests/kernels/wide/bounded.h"
#include "tests/kernels/wide/wide.h"

#include "compiler/ir/ir.h"
#include "runtime/kernels/activation.h"
#include "runtime/kernels/power.h"

/* What activation.c and activation_grad.c are of, in the case at hand. */
static ActivationKind curved;
static const float share = 0.3f;

static inline vf vector_leaky(vf x)       { return leaky(x, share); }
static inline vf vector_leaky_slope(vf y) { return leaky_slope(y, share); }

static inline vf curve(vf x)
{
    switch (curved) {
#define X(id, word, ...) case ACTIVATION_##id: return vector_##word(x);
#include "base/activations.def"
#undef X
    default: return x;
    }
}

static inline vf slope(vf told)
{
    switch (curved) {
#define X(id, word, ...) case ACTIVATION_##id: return vector_##word##_slope(told);
#include "base/activations.def"
#undef X
    default: return told;
    }
}

#define CURVE curve
#define SLOPE slope
#include "runtime/kernels/activation.c"
#include "runtime/kernels/activation_grad.c"

#include "runtime/kernels/sigmoid.c"
#include "runtime/kernels/sigmoid_grad.c"
#include "runtime/kernels/sigmoid_loss.c"
#include "runtime/kernels/sigmoid_loss_grad.c"
#include "runtime/kernels/softmax.c"
#include "runtime/kernels/softmax_grad.c"
#include "runtime/kernels/softmax_loss.c"
#include "runtime/kernels/softmax_loss_grad.c"

/* How far vector_exp is off at most, in units of a float's last place; test_math holds it to that. */
static const double exp_units = 1;

/* What double loses on the way: 48 terms of a sum, and exp and log within 1e-15 each. */
static const double in_double = 48 * 0x1p-53 + 2e-15;

/* ---- exp and log ---- */

static double unit(double v)
{
    int exponent;
    frexp(v, &exponent);
    return ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
}

static float exp_of(float x) { return vector_exp(splat(x))[VL - 1]; }

static void check_exp(float x)
{
    double want = exp(x);
    if (!(fabs(exp_of(x) - want) <= exp_units * unit(want)))
        differs("exp of %a is %a, not %a: %g units", x, exp_of(x), want, fabs(exp_of(x) - want) / unit(want));
}

/* Near 1, where it is small, it is as near as elsewhere. */
static void check_log(float x)
{
    double want = log(x), got = vector_log(splat(x))[VL - 1];
    if (!(fabs(got - want) <= 3 * unit(want)))
        differs("log of %a is %a, not %a: %g units", x, got, want, fabs(got - want) / unit(want));
    double power = pow(x, -0.75);
    got = vector_power(splat(x), -0.75f)[VL - 1];
    if (!(fabs(got - power) <= (4 + 4 * fabs(0.75 * want)) * unit(power)))
        differs("%a to -0.75 is %a, not %a: %g units", x, got, power, fabs(got - power) / unit(power));
}

static void check_double(const char *what, double x, double got, long double want)
{
    if (!(fabsl(got - want) <= 1e-15L * fabsl(want)))
        differs("%s of %a is %a, not %La", what, x, got, want);
}

static void test_math(void)
{
    open_case("math.h");
    for (float x = -103.9f; x < 88.7f; x += 0.0007f)
        check_exp(x);
    for (float x = 0x1p-30f; x < 1; x *= 1.01f) {
        check_exp(x);
        check_exp(-x);
    }
    CU_ASSERT_EQUAL(exp_of(0), 1);
    CU_ASSERT_EQUAL(exp_of(-104), 0);
    CU_ASSERT_EQUAL(exp_of(-INFINITY), 0);
    CU_ASSERT_EQUAL(exp_of(89), INFINITY);
    CU_ASSERT_EQUAL(exp_of(INFINITY), INFINITY);
    CU_ASSERT_TRUE(isnan(exp_of(NAN)));
    for (float x = 0x1p-126f; x < 0x1p126f; x *= 1.0007f)
        check_log(x);
    for (float x = 0.7f; x < 1.5f; x += 0x1p-16f)
        check_log(x);
    for (double x = -707; x < 709; x += 0.013)
        check_double("exact_exp", x, exact_exp(x), expl(x));
    for (double x = 0x1p-1060; x < 0x1p1020; x *= 1.37)
        check_double("exact_log", x, exact_log(x), logl(x));
    for (double x = 0.5; x < 2; x += 0.00017)
        check_double("exact_log", x, exact_log(x), logl(x));
    for (double x = 0x1p-80; x < 0x1p80; x *= 1.01)
        check_double("exact_log1p", x, exact_log1p(x), log1pl(x));
    for (double x = -0.999; x < 1; x += 0.00017)
        check_double("exact_log1p", x, exact_log1p(x), log1pl(x));
    CU_ASSERT_EQUAL(exact_exp(-800), 0);
    CU_ASSERT_EQUAL(exact_exp(800), INFINITY);
    CU_ASSERT_EQUAL(exact_log(0), -INFINITY);
    CU_ASSERT_EQUAL(exact_log(INFINITY), INFINITY);
    CU_ASSERT_TRUE(isnan(exact_log(-1)));
    CU_ASSERT_TRUE(isnan(exact_exp(NAN)) && isnan(exact_log(NAN)) && isnan(exact_log1p(NAN)));
    close_case();
}

static Real real_exp(Real x)
{
    double is = exp(x.is);
    return (Real){ is, is * expm1(x.off) + exp_units * unit(is) };
}

/* ---- activations ---- */

static const struct { int pixels, c; } areas[] = {
    { 1, 1 }, { 1, 10 }, { 2, 33 }, { 5, 16 }, { 7, 3 }, { 4, 48 },
};

/* Each number becomes a small one, or now and then one that has no power. */
static void spread_out(float *x, long count)
{
    for (long i = 0; i < count; i++)
        if (x[i] != 0)
            x[i] = number(0, 9) ? x[i] / 73 : x[i] * 9;
}

static void near_all(const float *got, const Real *want, int count)
{
    for (int i = 0; i < count; i++)
        if (!is_near(got[i], want[i]))
            differs("[%d] is %.9g, not %.9g to within %.2g", i, got[i], want[i].is, want[i].off);
}

static Real naive_sigmoid(double x)
{
    Real e = real_exp(real(-fabs(x)));
    return over(x < 0 ? e : real(1), plus(real(1), e));
}

static void naive_softmax(const float *x, Real *y, int c)
{
    double most = x[0], sum = 0, off = 0;
    for (int i = 1; i < c; i++)
        most = fmax(most, x[i]);
    for (int i = 0; i < c; i++) {
        y[i] = real_exp(minus(real(x[i]), real(most)));
        sum += y[i].is;
        off += y[i].off;
    }
    for (int i = 0; i < c; i++)
        y[i] = over(y[i], rounded(sum, off));
}

static void naive_softmax_grad(const float *y, const float *dy, Real *dx, int c)
{
    double sum = 0;
    for (int i = 0; i < c; i++)
        sum += (double)y[i] * dy[i];
    for (int i = 0; i < c; i++)
        dx[i] = times(real(y[i]), minus(real(dy[i]), rounded(sum, in_double * fabs(sum))));
}

static void activation_case(int pixels, int c, bool soft)
{
    int xs = up(c);
    Real *want = calloc((size_t)(pixels * xs), sizeof *want);      /* nothing in the pads */
    open_case("%s of %d x %d", soft ? "softmax" : "sigmoid", pixels, c);
    float *x = given_rows(pixels, c, xs, 999), *y = blank(pixels * xs);
    spread_out(x, pixels * xs);
    seal();
    for (int i = 0; i < pixels; i++) {
        if (soft)
            naive_softmax(x + i * xs, want + i * xs, c);
        for (int k = 0; k < c && !soft; k++)
            want[i * xs + k] = naive_sigmoid(x[i * xs + k]);
    }
    (soft ? softmax : sigmoid)(x, y, pixels, c, xs);
    near_all(y, want, pixels * xs);
    free(want);
    close_case();
}

static void activation_grad_case(int pixels, int c, bool soft)
{
    int xs = up(c);
    Real *want = calloc((size_t)(pixels * xs), sizeof *want);
    open_case("%s_grad of %d x %d", soft ? "softmax" : "sigmoid", pixels, c);
    float *y = given_rows(pixels, c, xs, 999), *dy = given_rows(pixels, c, xs, 999), *dx = blank(pixels * xs);
    for (int i = 0; i < pixels * xs; i++) {
        y[i] = fabsf(y[i]) / 1023;
        dy[i] /= 331;
    }
    seal();
    for (int i = 0; i < pixels; i++) {
        int at = i * xs;
        if (soft)
            naive_softmax_grad(y + at, dy + at, want + at, c);
        for (int k = at; k < at + c && !soft; k++)
            want[k] = times(real(dy[k]), times(real(y[k]), minus(real(1), real(y[k]))));
    }
    if (soft)
        softmax_grad(y, dy, dx, pixels, c, xs);
    else
        sigmoid_grad(y, dy, dx, pixels * xs);
    near_all(dx, want, pixels * xs);
    free(want);
    close_case();
}

static void each_area(void (*run)(int pixels, int c, bool soft), bool soft)
{
    for (int i = 0; i < COUNT(areas); i++)
        run(areas[i].pixels, areas[i].c, soft);
}

static void test_sigmoid(void)      { each_area(activation_case, false); }
static void test_softmax(void)      { each_area(activation_case, true); }
static void test_sigmoid_grad(void) { each_area(activation_grad_case, false); }
static void test_softmax_grad(void) { each_area(activation_grad_case, true); }

/* How far off the vectors' functions may be: in units of a float's last place, and beside it in halves of the last
 * place of 1. Each operation rounds by half a unit, exp by one; what is far from 0 cancels nothing. */
static const struct { double units, halves, slope_units, slope_halves; } curve_bounds[ACTIVATIONS] = {
    [ACTIVATION_RELU] = { 0, 0, 0, 0 },
    [ACTIVATION_RELU6] = { 0, 0, 0, 0 },
    [ACTIVATION_LEAKY] = { 0.5, 0, 0, 0 },
    [ACTIVATION_ELU] = { 2, 0, 0.5, 0 },
    [ACTIVATION_GELU] = { 8, 0, 0, 10 },        /* and x^2/2, of which e^(-x^2/2) is off for each unit of x^2 */
    [ACTIVATION_SILU] = { 4, 0, 0, 8 },
    [ACTIVATION_TANH] = { 4, 0, 0, 2 },
    [ACTIVATION_SIGMOID] = { 3, 0, 1.5, 0 },
    [ACTIVATION_HARD_SIGMOID] = { 2, 0, 0.5, 0 },
    [ACTIVATION_HARD_SWISH] = { 3, 0, 0, 3 },
};

static void check_curve(float x)
{
    const char *word = activation_info[curved].word;
    double want = activation_value(curved, share, x), got = curve(splat(x))[VL - 1];
    double units = curve_bounds[curved].units + (curved == ACTIVATION_GELU ? x * x / 2 : 0);
    if (!(fabs(got - want) <= units * unit(want) + fabs(x) * 0x1p-149))    /* x times what is hardly a float */
        differs("%s of %a is %a, not %a: %g units", word, x, got, want, fabs(got - want) / unit(want));
    float told = activation_info[curved].by == SLOPE_BY_INPUT ? x : (float)got;
    want = activation_slope(curved, share, told), got = slope(splat(told))[VL - 1];
    double off = curve_bounds[curved].slope_units * unit(want) + curve_bounds[curved].slope_halves * 0x1p-24;
    if (!(fabs(got - want) <= off))
        differs("%s's slope by %a is %a, not %a: %g units, %g halves of 1's", word, told, got, want,
                fabs(got - want) / unit(want), fabs(got - want) * 0x1p24);
}

static void each_curve(void (*run)(void))
{
    for (curved = ACTIVATION_NONE + 1; curved < ACTIVATION_SOFTMAX; curved++) {
        open_case("%s", activation_info[curved].word);
        run();
        close_case();
    }
}

static void curve_is_near(void)
{
    for (float x = -20; x < 20; x += 0.00031f)
        check_curve(x);
    for (float x = 0x1p-60f; x < 128; x *= 1.003f) {
        check_curve(x);
        check_curve(-x);
    }
    static const float edges[] = { 0, 3, 6, 0x1.7ffffep1f, 0x1.800002p1f, 0x1.7ffffep2f, 1000, 1e10f };
    for (int i = 0; i < COUNT(edges); i++) {
        check_curve(edges[i]);
        check_curve(-edges[i]);
    }
    CU_ASSERT_TRUE(isnan(curve(splat(NAN))[0]));
    CU_ASSERT_EQUAL(curve((vf){0})[0] == 0, activation_info[curved].keeps_zero);
    CU_ASSERT_TRUE(activation_info[curved].keeps_zero || !activation_info[curved].after);
}

static void test_curves(void) { each_curve(curve_is_near); }

static void activation_area(int pixels, int c)
{
    int xs = up(c);
    open_case("activation, %s of %d x %d", activation_info[curved].word, pixels, c);
    float *x = given_rows(pixels, c, xs, 999), *y = blank(pixels * xs);
    spread_out(x, pixels * xs);
    seal();
    float *want = copy_of(y);
    for (int i = 0; i < pixels * xs; i++)
        want[i] = i % xs < c ? curve(splat(x[i]))[0] : 0;
    activation(x, y, pixels, c, xs);
    same(y, want);
    close_case();
}

static void activation_grad_area(int pixels, int c)
{
    int size = pixels * up(c);
    open_case("activation_grad, %s of %d", activation_info[curved].word, size);
    float *told = given_rows(pixels, c, up(c), 999), *dy = given_rows(pixels, c, up(c), 9), *dx = blank(size);
    spread_out(told, size);
    seal();
    float *want = copy_of(dx);
    for (int i = 0; i < size; i++)
        want[i] = dy[i] * slope(splat(told[i]))[0];
    activation_grad(told, dy, dx, size);
    same(dx, want);
    close_case();
}

static void each_curved_area(void (*run)(int pixels, int c))
{
    for (curved = ACTIVATION_NONE + 1; curved < ACTIVATION_SOFTMAX; curved++)
        for (int i = 0; i < COUNT(areas); i++)
            run(areas[i].pixels, areas[i].c);
}

static void test_activation(void)      { each_curved_area(activation_area); }
static void test_activation_grad(void) { each_curved_area(activation_grad_area); }

/* ---- losses ---- */

static const float logits[] = { 0, 0x1p-20f, -0.3f, 1.5f, -7, 20, -90, 90, 1000, -1000, NAN };

static void expect_loss(float got, double want)
{
    if (!is_near(got, rounded(want, in_double * (1 + fabs(want)))))
        differs("the loss is %.9g, not %.9g", got, want);
}

static void test_sigmoid_loss(void)
{
    for (int i = 0; i < COUNT(logits); i++)
        for (int class = 0; class < 2; class++) {
            open_case("sigmoid_loss of %g, class %d", logits[i], class);
            float *z = given(1, 0), *loss = blank(1);
            int32_t *target = given_ints(1, class, class), *right = blank_ints(1), *want = copy_of(right);
            z[0] = logits[i];
            seal();
            double wrong = class ? -(double)z[0] : (double)z[0];
            *want = class ? z[0] > 0 : z[0] <= 0;
            sigmoid_loss(z, target, loss, right);
            expect_loss(*loss, (wrong > 0 ? wrong : 0) + log1p(exp(-fabs(wrong))));
            same(right, want);
            close_case();
        }
}

static void test_sigmoid_loss_grad(void)
{
    for (int i = 0; i < COUNT(logits); i++)
        for (int class = 0; class < 2; class++)
            for (int n = 1; n <= 7; n += 3) {
                open_case("sigmoid_loss_grad of %g, class %d, %d images", logits[i], class, n);
                float *z = given(1, 0), *dz = blank(VL);
                int32_t *target = given_ints(1, class, class);
                z[0] = logits[i];
                seal();
                double p = 1 / (1 + exp(class ? z[0] : -z[0])), want = (class ? -p : p) / n;
                Real bound[VL] = { rounded(want, in_double * fabs(want)) };
                sigmoid_loss_grad(z, target, dz, n, VL);
                near_all(dz, bound, VL);
                close_case();
            }
}

/* Where the logits are alike the first is the answer; where one is NaN no answer is right. */
typedef enum { DRAWN, ALIKE, FAR, POISONED, KINDS } Kind;

static float *given_logits(int c, Kind kind)
{
    float *z = given(c, kind == ALIKE ? 0 : kind == FAR ? 999 : 9);
    for (int i = 0; i < c && kind == DRAWN; i++)
        z[i] /= 3;
    if (kind == POISONED)
        z[c / 2] = NAN;
    return z;
}

static double sum_of_powers(const float *z, int c, double most)
{
    double sum = 0;
    for (int i = 0; i < c; i++)
        sum += exp(z[i] - most);
    return sum;
}

static int first_largest(const float *z, int c)
{
    int best = 0;
    for (int i = 1; i < c; i++)
        if (z[i] > z[best])
            best = i;
    return best;
}

static void softmax_loss_case(int c, Kind kind, int class)
{
    open_case("softmax_loss of %d, kind %d, class %d", c, kind, class);
    float *z = given_logits(c, kind), *loss = blank(1);
    int32_t *target = given_ints(1, class, class), *right = blank_ints(1), *want = copy_of(right);
    seal();
    int best = first_largest(z, c);
    *want = kind != POISONED && best == class;
    softmax_loss(z, target, loss, right, c);
    expect_loss(*loss, log(sum_of_powers(z, c, z[best])) + ((double)z[best] - z[class]));
    same(right, want);
    close_case();
}

static void softmax_loss_grad_case(int c, Kind kind, int class)
{
    int xs = up(c), n = 1 + class % 5;
    Real *want = calloc((size_t)xs, sizeof *want);
    open_case("softmax_loss_grad of %d, kind %d, class %d, %d images", c, kind, class, n);
    float *z = given_logits(c, kind), *dz = blank(xs);
    int32_t *target = given_ints(1, class, class);
    seal();
    double most = z[first_largest(z, c)], sum = sum_of_powers(z, c, most);
    for (int i = 0; i < c; i++) {
        double p = exp(z[i] - most) / sum;
        want[i] = rounded((i == class ? p - 1 : p) / n, in_double * p / n);
    }
    softmax_loss_grad(z, target, dz, n, c, xs);
    near_all(dz, want, xs);
    free(want);
    close_case();
}

static void each_loss(void (*run)(int c, Kind kind, int class))
{
    const int classes[] = { 1, 2, 3, 10, 17, 48 };
    for (int i = 0; i < COUNT(classes); i++)
        for (Kind kind = DRAWN; kind < KINDS; kind++)
            for (int class = 0; class < classes[i]; class++)
                run(classes[i], kind, class);
}

static void test_softmax_loss(void)      { each_loss(softmax_loss_case); }
static void test_softmax_loss_grad(void) { each_loss(softmax_loss_grad_case); }

WIDE_TESTS(smooth) = {
    { "exp and log", test_math },
    { "activations and their slopes", test_curves },
    { "activation", test_activation },
    { "activation_grad", test_activation_grad },
    { "sigmoid", test_sigmoid },
    { "sigmoid_grad", test_sigmoid_grad },
    { "softmax", test_softmax },
    { "softmax_grad", test_softmax_grad },
    { "sigmoid_loss", test_sigmoid_loss },
    { "sigmoid_loss_grad", test_sigmoid_loss_grad },
    { "softmax_loss", test_softmax_loss },
    { "softmax_loss_grad", test_softmax_loss_grad },
    { 0 },
};
