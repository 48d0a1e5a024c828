/* evaluate_loss.c - what losses mean: see evaluate.c. job.h tells what targets are; gradients are those of the mean
 * over n. */

#include "compiler/ir/evaluate.h"

#include <math.h>
#include <string.h>

/* ---- targets ---- */

/* What one pixel of an answer is held against. */
typedef struct {
    bool counts;
    double *share;              /* [C], or numbers */
    double *weight;             /* [C], of each channel's loss */
    double all;                 /* that of the classes, by their shares */
} Truth;

static double weight_of(const Frame *f, int class)
{
    const double *weight = f->op->weighted ? f->evaluation->class_weight : NULL;
    return weight ? weight[class] : 1;
}

static void fill_shares(const Frame *f, long pixel, int c, Truth *truth)
{
    bool classes = f->op->target == TARGET_CLASS || f->op->target == TARGET_MASK;
    int class = classes ? (int)f->in[1][pixel] : 0;
    truth->counts = classes ? class >= 0 : f->op->target != TARGET_SHARES || f->in[1][pixel * c] >= 0;
    for (int k = 0; k < c; k++)
        truth->share[k] = !classes ? f->in[1][pixel * c + k] : c == 1 ? class : class == k;
}

/* One channel tells two classes apart, of which it is the second's. */
static Truth truth_at(const Frame *f, long pixel)
{
    int c = in_shape(f, 0).c;
    Truth truth = { .share = scratch(f, c), .weight = scratch(f, c) };
    fill_shares(f, pixel, c, &truth);
    if (!f->op->weighted || !truth.counts)
        truth.all = 1;
    for (int k = 0; k < c; k++) {
        double t = truth.share[k];
        truth.weight[k] = !f->op->weighted ? 1 : c == 1 ? weight_of(f, 0) * (1 - t) + weight_of(f, 1) * t
                                                        : weight_of(f, k);
        truth.all += f->op->weighted && truth.counts ? t * weight_of(f, k) : 0;
    }
    return truth;
}

static long pixels_of(const Frame *f)
{
    return (long)in_shape(f, 0).h * in_shape(f, 0).w;
}

/* Of an image, at least 1. */
static double counted(const Frame *f, int image)
{
    long count = 0, across = f->op->target == TARGET_SHARES ? in_shape(f, 0).c : 1;
    for (long p = image * pixels_of(f); p < (image + 1) * pixels_of(f); p++)
        count += f->op->target == TARGET_NUMBERS || f->in[1][p * across] >= 0;
    return count ? (double)count : 1;
}

static bool is_right(const double *z, const double *share, int c)
{
    int best = 0, first = 0;
    for (int k = 1; k < c; k++) {
        best = z[k] > z[best] ? k : best;
        first = share[k] > share[first] ? k : first;
    }
    return best == first;
}

/* ---- of logits, so that nothing overflows ---- */

EVALUATE(SIGMOID_LOSS)
{
    int c = in_shape(f, 0).c;
    for (int i = 0; i < f->n; i++)
        for (long p = i * pixels_of(f); p < (i + 1) * pixels_of(f); p++) {
            Truth truth = truth_at(f, p);
            for (int k = 0; k < c && truth.counts; k++) {
                double z = f->in[0][p * c + k], t = truth.share[k];
                double loss = (z > 0 ? z : 0) - z * t + log1p(exp(-fabs(z)));
                f->out[0][i] += f->op->weight * truth.weight[k] * loss / (counted(f, i) * c);
                f->out[1][i] += ((z > 0) == (t > 0.5)) / (counted(f, i) * c);
            }
        }
}

EVALUATE(SIGMOID_LOSS_GRAD)
{
    int c = in_shape(f, 0).c;
    for (long p = 0; p < f->n * pixels_of(f); p++) {
        Truth truth = truth_at(f, p);
        double parts = counted(f, (int)(p / pixels_of(f))) * c * f->n;
        for (int k = 0; k < c && truth.counts; k++)
            f->out[0][p * c + k] =
                f->op->weight * truth.weight[k] * (activation_value(ACTIVATION_SIGMOID, 0, f->in[0][p * c + k]) - truth.share[k]) / parts;
    }
}

/* The share that is aimed at, some of it evenly spread: Szegedy et al. 2016, section 7. */
static double smoothed(const Frame *f, double share)
{
    return share * (1 - f->op->smooth) + f->op->smooth / in_shape(f, 0).c;
}

EVALUATE(SOFTMAX_LOSS)
{
    int c = in_shape(f, 0).c;
    for (int i = 0; i < f->n; i++)
        for (long p = i * pixels_of(f); p < (i + 1) * pixels_of(f); p++) {
            const double *z = f->in[0] + p * c;
            Truth truth = truth_at(f, p);
            double sum = log_sum_exp(z, c), loss = 0;
            for (int k = 0; k < c; k++) {
                double t = smoothed(f, truth.share[k]);
                loss += t != 0 ? t * (sum - z[k]) : 0;
            }
            if (!truth.counts)
                continue;
            f->out[0][i] += f->op->weight * truth.all * loss / counted(f, i);
            f->out[1][i] += is_right(z, truth.share, c) / counted(f, i);
        }
}

EVALUATE(SOFTMAX_LOSS_GRAD)
{
    int c = in_shape(f, 0).c;
    for (long p = 0; p < f->n * pixels_of(f); p++) {
        Truth truth = truth_at(f, p);
        double sum = log_sum_exp(f->in[0] + p * c, c), all = 0;
        double scale = f->op->weight * truth.all / (counted(f, (int)(p / pixels_of(f))) * f->n);
        for (int k = 0; k < c; k++)
            all += smoothed(f, truth.share[k]);
        for (int k = 0; k < c && truth.counts; k++)
            f->out[0][p * c + k] = scale * (exp(f->in[0][p * c + k] - sum) * all - smoothed(f, truth.share[k]));
    }
}

/* The sums of an image that dice is made of; what they say, with 1 added above and below the line, so that an
 * image without the thing has a loss too. Milletari et al. 2016, equation 3, without the squares. */
typedef struct { double both, either; } Overlap;

static Overlap overlap_of(const Frame *f, int image)
{
    Overlap o = { 0 };
    for (long p = image * pixels_of(f); p < (image + 1) * pixels_of(f); p++) {
        Truth truth = truth_at(f, p);
        double y = activation_value(ACTIVATION_SIGMOID, 0, f->in[0][p]);
        o.both += truth.counts ? y * truth.share[0] : 0;
        o.either += truth.counts ? y + truth.share[0] : 0;
    }
    return o;
}

static double dice_of(Overlap o)
{
    return (2 * o.both + 1) / (o.either + 1);
}

EVALUATE(DICE_LOSS)
{
    for (int i = 0; i < f->n; i++) {
        f->out[0][i] = f->op->weight * (1 - dice_of(overlap_of(f, i)));
        for (long p = i * pixels_of(f); p < (i + 1) * pixels_of(f); p++) {
            Truth truth = truth_at(f, p);
            f->out[1][i] += truth.counts ? ((f->in[0][p] > 0) == (truth.share[0] > 0.5)) / counted(f, i) : 0;
        }
    }
}

EVALUATE(DICE_LOSS_GRAD)
{
    for (int i = 0; i < f->n; i++) {
        Overlap o = overlap_of(f, i);
        for (long p = i * pixels_of(f); p < (i + 1) * pixels_of(f); p++) {
            Truth truth = truth_at(f, p);
            double y = activation_value(ACTIVATION_SIGMOID, 0, f->in[0][p]), slope = (dice_of(o) - 2 * truth.share[0]) / (o.either + 1);
            f->out[0][p] = truth.counts ? f->op->weight * slope * y * (1 - y) / f->n : 0;
        }
    }
}

/* ---- of numbers ---- */

/* Of what an answer is off by: the loss of it, and its slope. Huber 1964. */
typedef struct { double loss, slope; } Penalty;

static Penalty penalty_of(OpKind kind, double delta, double off)
{
    double size = fabs(off), sign = off > 0 ? 1 : off < 0 ? -1 : 0;
    switch (kind) {
    case OP_MSE_LOSS: case OP_MSE_LOSS_GRAD:
        return (Penalty){ off * off, 2 * off };
    case OP_MAE_LOSS: case OP_MAE_LOSS_GRAD:
        return (Penalty){ size, sign };
    default:
        return size <= delta ? (Penalty){ off * off / 2, off }
                             : (Penalty){ delta * (size - delta / 2), delta * sign };
    }
}

static void number_loss(const Frame *f)
{
    long size = in_size(f, 0);
    for (long j = 0; j < f->n * size; j++)
        f->out[0][j / size] +=
            f->op->weight * penalty_of(f->op->kind, f->op->delta, f->in[0][j] - f->in[1][j]).loss / (double)size;
}

static void number_loss_grad(const Frame *f)
{
    long size = in_size(f, 0);
    for (long j = 0; j < f->n * size; j++)
        f->out[0][j] = f->op->weight * penalty_of(f->op->kind, f->op->delta, f->in[0][j] - f->in[1][j]).slope
                     / ((double)size * f->n);
}

EVALUATE(MSE_LOSS)        { number_loss(f); }
EVALUATE(MAE_LOSS)        { number_loss(f); }
EVALUATE(HUBER_LOSS)      { number_loss(f); }
EVALUATE(MSE_LOSS_GRAD)   { number_loss_grad(f); }
EVALUATE(MAE_LOSS_GRAD)   { number_loss_grad(f); }
EVALUATE(HUBER_LOSS_GRAD) { number_loss_grad(f); }

EVALUATE(LOSS_SUM)
{
    for (int i = 0; i < f->n; i++)
        f->out[0][i] = f->in[0][i] + f->in[1][i];
}
