#include "runtime/training/range_test.h"

#include <math.h>
#include <stdlib.h>

#include "runtime/network/rate.h"
#include "runtime/system/memory.h"

static const double greatest = 10, least_share = 1e-7;
static const double rounding = 1e-6;    /* of a mean of losses, which are floats */

RangeCurve range_open(int steps)
{
    size_t bytes = sizeof(double) * (size_t)steps;
    return (RangeCurve){ .steps = steps, .rate = need_memory(bytes), .loss = need_memory(bytes),
                         .smooth = need_memory(bytes) };
}

void range_close(RangeCurve *curve)
{
    free(curve->rate);
    free(curve->loss);
    free(curve->smooth);
}

double range_next(const RangeCurve *curve)
{
    double left = (double)(curve->steps - 1 - curve->points) / (double)(curve->steps - 1);
    return greatest * rate_power(least_share, left);
}

bool range_add(RangeCurve *curve, double loss)
{
    if (!isfinite(loss)) {
        curve->diverged = true;
        return false;
    }
    bool first = curve->points == 0;
    curve->rate[curve->points] = range_next(curve);
    curve->loss[curve->points++] = loss;
    curve->mean = first ? loss : curve->mean + (loss - curve->mean) / 10;
    curve->lowest = first || curve->mean < curve->lowest ? curve->mean : curve->lowest;
    curve->diverged = curve->mean > 4 * curve->lowest && curve->mean > curve->loss[0];
    return !curve->diverged && curve->points < curve->steps;
}

/* ---- reading it ---- */

/* Points in half a decade. */
static int half_decade(const RangeCurve *curve)
{
    int points = (int)((double)curve->steps / RANGE_DECADES / 2 + 0.5);
    return points > 1 ? points : 1;
}

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

/* `error` becomes what the standard error of the mean is as a share of a loss's deviation. */
static double smoothed(const RangeCurve *curve, int point, int reach, double *error)
{
    double sum = 0, weights = 0, squares = 0;
    for (int away = -at_most(reach, point); away <= at_most(reach, curve->points - 1 - point); away++) {
        double weight = reach + 1 - abs(away);
        sum += weight * curve->loss[point + away];
        weights += weight;
        squares += weight * weight;
    }
    *error = sqrt(squares) / weights;
    return sum / weights;
}

static int lowest_point(const RangeCurve *curve)
{
    int lowest = 0;
    for (int i = 1; i < curve->points; i++)
        lowest = curve->smooth[i] < curve->smooth[lowest] ? i : lowest;
    return lowest;
}

/* Equal reach to both sides, so that falls compare. */
static int steepest_point(const RangeCurve *curve, int lowest, int reach)
{
    reach = at_most(reach, lowest / 2);
    int steepest = reach;
    double most = -INFINITY;
    for (int i = reach; i + reach <= lowest; i++) {
        double fall = curve->smooth[i - reach] - curve->smooth[i + reach];
        steepest = fall > most ? i : steepest;
        most = fmax(fall, most);
    }
    return steepest;
}

/* The loss's fall from the mean of the first points to the lowest, as a share of that mean; NaN where it is no more than
 * chance, given the standard error of the lowest, or rounding, which equal losses show. */
static double fall_of(const RangeCurve *curve, double lowest, double error, int first)
{
    double mean = 0, squares = 0;
    first = at_most(first, curve->points);
    for (int i = 0; i < first; i++)
        mean += curve->loss[i] / first;
    for (int i = 0; i < first; i++)
        squares += (curve->loss[i] - mean) * (curve->loss[i] - mean) / first;
    double chance = fmax(4 * sqrt(squares * (error * error + 1.0 / first)), rounding * fabs(mean));
    return mean - lowest > chance ? (mean - lowest) / fabs(mean) : NAN;
}

RangeVerdict range_judge(RangeCurve *curve)
{
    const RangeVerdict nothing = { .suggested = NAN, .below_lowest = NAN, .fall = NAN };
    int reach = half_decade(curve);
    double error;
    if (!curve->points)
        return nothing;
    for (int i = 0; i < curve->points; i++)
        curve->smooth[i] = smoothed(curve, i, reach, &error);
    int lowest = lowest_point(curve);
    double least = smoothed(curve, lowest, reach, &error);
    double fall = fall_of(curve, least, error, 2 * reach);
    if (isnan(fall))
        return nothing;
    int steepest = steepest_point(curve, lowest, reach);
    return (RangeVerdict){ .steepest = steepest, .lowest = lowest, .suggested = curve->rate[steepest],
                           .below_lowest = curve->rate[lowest] / 10, .fall = fall };
}
