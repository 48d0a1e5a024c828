#include "runtime/answers/threshold.h"

#include <math.h>

/* How many of both are answered yes. */
typedef struct { double yes_are, yes_are_not; } Yes;

static double measure(Yes yes, double are, double are_not, bool label)
{
    if (label)
        return 2 * yes.yes_are / (yes.yes_are + yes.yes_are_not + are);
    return (yes.yes_are / are + 1 - yes.yes_are_not / are_not) / 2;
}

/* Of the difference between two measures: each picture whose answer changes counts as chance has it. */
static double standard_error(Yes a, Yes b, double are, double are_not, bool label)
{
    double changed = fabs(a.yes_are - b.yes_are), changed_not = fabs(a.yes_are_not - b.yes_are_not);
    if (label)
        return sqrt(changed + changed_not) / are;
    return sqrt(changed / (are * are) + changed_not / (are_not * are_not)) / 2;
}

/* A threshold that `first` and those behind it exceed and no other, as a checkpoint keeps it: a float between 0 and 1.
 * False where there is none. */
static bool between(const Ranked *answer, long count, long first, double *threshold)
{
    double below = first > 0 ? answer[first - 1].answer : 0, above = first < count ? answer[first].answer : 1;
    float middle = (float)fmin(fmax((below + above) / 2, 1e-6), 1 - 1e-6);
    *threshold = middle;
    return middle >= below && middle < above;
}

Threshold choose_threshold(const Ranked *answer, long count, bool label)
{
    double are = 0;
    for (long i = 0; i < count; i++)
        are += answer[i].is;
    double are_not = (double)count - are;
    Threshold half = { 0.5, NAN, NAN };
    if (are == 0 || are_not == 0)
        return half;
    Yes yes = { are, are_not }, best_yes = yes, half_yes = { 0 };
    for (long i = 0; i < count; i++)
        *(answer[i].is ? &half_yes.yes_are : &half_yes.yes_are_not) += answer[i].answer > 0.5f;
    half.measure = half.at_half = measure(half_yes, are, are_not, label);
    Threshold best = half;
    for (long i = 0; i <= count; i++) {
        double threshold, value = measure(yes, are, are_not, label);
        if (between(answer, count, i, &threshold) && (value > best.measure ||
                (value == best.measure && fabs(threshold - 0.5) < fabs(best.threshold - 0.5)))) {
            best = (Threshold){ threshold, value, half.measure };
            best_yes = yes;
        }
        if (i < count)
            *(answer[i].is ? &yes.yes_are : &yes.yes_are_not) -= 1;
    }
    double error = standard_error(best_yes, half_yes, are, are_not, label);
    return best.measure - half.measure > 2 * error ? best : half;
}
