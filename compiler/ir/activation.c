/* activation.c - the rows of activations.def as tables, with their functions in double. */

#include "compiler/ir/ir.h"

#include <math.h>

const ActivationInfo activation_info[ACTIVATIONS] = {
#define X(id, word, by, keeps_zero, after, value, slope) \
    [ACTIVATION_##id] = { #word, SLOPE_BY_##by, keeps_zero, after },
#include "base/activations.def"
#undef X
};

static double relu6(double x)   { return x < 0 ? 0 : x > 6 ? 6 : x; }
static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

/* Of the normal distribution: how much lies below x, and how thick it is there. */
static double normal(double x)  { return erfc(-x * M_SQRT1_2) / 2; }
static double density(double x) { return exp(-x * x / 2) * M_2_SQRTPI * M_SQRT1_2 / 2; }

static double hard_swish_slope(double x)
{
    return x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
}

#define X(id, word, by, keeps_zero, after, value, slope) \
    static double value_##id(double x, double share) { (void)share; return value; } \
    static double slope_##id(double x, double y, double share) { (void)x; (void)y; (void)share; return slope; }
#include "base/activations.def"
#undef X

double activation_value(ActivationKind kind, double share, double x)
{
    static double (*const value[ACTIVATIONS])(double x, double share) = {
#define X(id, ...) [ACTIVATION_##id] = value_##id,
#include "base/activations.def"
#undef X
    };
    return value[kind](x, share);
}

double activation_slope(ActivationKind kind, double share, double told)
{
    static double (*const slope[ACTIVATIONS])(double x, double y, double share) = {
#define X(id, ...) [ACTIVATION_##id] = slope_##id,
#include "base/activations.def"
#undef X
    };
    return slope[kind](told, told, share);
}
