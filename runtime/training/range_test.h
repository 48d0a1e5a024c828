/* range_test.h - the learning-rate range test: the rate grows from step to step by the same factor, over all
 * that make sense, and the loss tells which of them teach (Smith, Cyclical Learning Rates for Training
 * Neural Networks, 2017; the choice of a rate as in fastai's lr_find). */

#ifndef TRAINING_RANGE_TEST_H
#define TRAINING_RANGE_TEST_H

#include <stdbool.h>

/* Steps over the whole range, from 1e-6 to 10, the largest that the language knows; and where the loss has
 * not fallen by then, so many times as often. */
enum { RANGE_DECADES = 7, RANGE_STEPS = 200, RANGE_LONGEST = 4 };

typedef struct {
    int steps;                  /* that the whole range takes */
    int points;                 /* that were taken; fewer where the loss diverged */
    double *rate, *loss;        /* [points] */
    double *smooth;             /* [points] the loss, each with its neighbours; filled by range_judge */
    double mean, lowest;        /* of the loss: its running mean, and the least that was */
    bool diverged;
} RangeCurve;

/* What a curve suggests. Rates are NaN where the loss never fell. */
typedef struct {
    int steepest, lowest;       /* points: where the loss falls fastest by decade, and where it is least */
    double suggested;           /* the rate at the steepest */
    double below_lowest;        /* a tenth of the rate at the lowest: another rule */
    double fall;                /* from the first decade's mean to the lowest, as a share of that mean */
} RangeVerdict;

RangeCurve range_open(int steps);
void       range_close(RangeCurve *curve);

/* The rate of the next step; the same on every machine. */
double range_next(const RangeCurve *curve);

/* Adds what the loss was before that step was taken. False where the test is over: all steps are taken; or
 * the loss is no finite number; or its running mean, with a tenth of each new loss, is four times the least
 * that it was, and above the first. */
bool range_add(RangeCurve *curve, double loss);

/* Smooths the curve, over half a decade to either side as far as it goes, neighbours counting the less the
 * farther they are, and reads it. The loss fell where its lowest lies below the mean over the first decade
 * by four standard errors of that difference, by the losses' deviation there: less may be the chance of
 * which images came; and by a millionth of that mean: less may be rounding. The fall is taken from half a
 * decade before a point to half a decade behind it, no farther than the lowest. */
RangeVerdict range_judge(RangeCurve *curve);

#endif
