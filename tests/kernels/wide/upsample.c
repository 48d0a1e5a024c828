/* upsample.c - enlarging and its gradients: exactly, where the parts of a pixel are halves of halves. */

#include "tests/kernels/wide/bounded.h"
#include "tests/kernels/wide/wide.h"

#include "runtime/kernels/upsample_bilinear.c"
#include "runtime/kernels/upsample_bilinear_grad.c"
#include "runtime/kernels/upsample_nearest.c"
#include "runtime/kernels/upsample_nearest_grad.c"

typedef struct { int h, w, c, nh, nw; } Picture;

static const Picture pictures[] = {
    { 3, 4, 5, 2, 2 }, { 1, 5, 16, 4, 2 }, { 4, 1, 17, 1, 8 }, { 2, 3, 33, 1, 1 }, { 1, 1, 7, 4, 4 },
    { 5, 4, 3, 3, 3 }, { 2, 2, 32, 5, 3 }, { 3, 2, 1, 6, 7 },
};

static bool is_power(int n)
{
    return (n & (n - 1)) == 0;
}

/* How much pixel h of a row of `size` adds to pixel p of times * size: a tent around h, at whose ends the outermost
 * pixels go on. */
static double part(int p, int h, int times, int size, bool bilinear)
{
    if (!bilinear)
        return p / times == h;
    double middle = fmin(fmax((p + 0.5) / times - 0.5, 0), size - 1);
    return fmax(0, 1 - fabs(middle - h));
}

/* One number of the enlarged, or of the gradient, as the sum over all of the other. */
static Real naive(const Picture *t, const float *from, int at, bool bilinear, bool grad)
{
    int xs = up(t->c), large_w = t->w * t->nw, c = at % xs, row = at / xs / (grad ? t->w : large_w);
    int column = at / xs % (grad ? t->w : large_w);
    int rows = grad ? t->h * t->nh : t->h, columns = grad ? large_w : t->w;
    double sum = 0, all = 0;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            double share = grad ? part(i, row, t->nh, t->h, bilinear) * part(j, column, t->nw, t->w, bilinear)
                                : part(row, i, t->nh, t->h, bilinear) * part(column, j, t->nw, t->w, bilinear);
            sum += share * from[(i * columns + j) * xs + c];
            all += share * fabs(from[(i * columns + j) * xs + c]);
        }
    bool exact = !bilinear || (is_power(t->nh) && is_power(t->nw));
    return (Real){ sum, exact ? 0 : all * 0x1p-20 + 0x1p-18 };
}

static void check_picture(const Picture *t, bool bilinear, bool grad)
{
    int xs = up(t->c), small = t->h * t->w * xs, large = small * t->nh * t->nw;
    open_case("upsample %s%s of %dx%dx%d, %dx%d times", bilinear ? "bilinear" : "nearest", grad ? "_grad" : "", t->h,
              t->w, t->c, t->nh, t->nw);
    float *from = given_rows((grad ? large : small) / xs, t->c, xs, 99), *to = blank(grad ? small : large);
    seal();
    if (grad)
        (bilinear ? upsample_bilinear_grad : upsample_nearest_grad)(from, to, t->h, t->w, xs, t->nh, t->nw);
    else
        (bilinear ? upsample_bilinear : upsample_nearest)(from, to, t->h, t->w, xs, t->nh, t->nw);
    for (int i = 0; i < (grad ? small : large); i++) {
        Real want = naive(t, from, i, bilinear, grad);
        if (!is_near(to[i], want))
            differs("[%d] is %.9g, not %.9g", i, to[i], want.is);
    }
    close_case();
}

static void each_picture(bool bilinear, bool grad)
{
    for (int i = 0; i < COUNT(pictures); i++)
        check_picture(&pictures[i], bilinear, grad);
}

static void test_nearest(void)       { each_picture(false, false); }
static void test_nearest_grad(void)  { each_picture(false, true); }
static void test_bilinear(void)      { each_picture(true, false); }
static void test_bilinear_grad(void) { each_picture(true, true); }

WIDE_TESTS(upsample) = {
    { "upsample_nearest", test_nearest },
    { "upsample_nearest_grad", test_nearest_grad },
    { "upsample_bilinear", test_bilinear },
    { "upsample_bilinear_grad", test_bilinear_grad },
    { 0 },
};
