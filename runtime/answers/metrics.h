/* metrics.h - what the answers to a part of the data are worth, in the numbers that people ask for. */

#ifndef ANSWERS_METRICS_H
#define ANSWERS_METRICS_H

#include "runtime/answers/ranked.h"
#include "runtime/network/program.h"

typedef struct Metrics Metrics;
typedef struct Decision Decision;       /* runtime/answers/decision.h */

/* Counts of classes, [classes][classes]: row the true class, column the answer. Of a mask they are of pixels. Of labels
 * there are [classes] of these: */
typedef struct {
    long both;                  /* true, and answered above the threshold, a half unless another was chosen */
    long missed, wrong;         /* true alone, answered alone */
    long neither;
} LabelCounts;

Metrics *metrics_open(const Program *program);
void     metrics_close(Metrics *metrics);

/* Decides as that does, instead of as the network answers; it outlives the metrics. */
void metrics_decide(Metrics *metrics, const Decision *decision);

/* Keeps all answers to whole pictures from now on: then [images][outputs] of them; NULL where there are none. */
void          metrics_keep(Metrics *metrics);
const Ranked *metrics_answers(const Metrics *metrics, long *images);

/* Adds the answers of a step whose targets are known. */
void metrics_add(Metrics *metrics, const Step *step);

/* What the answers so far come to. NaN where nothing can be said, and of what does not fit the card's target:
 *
 *   accuracy            the share that is right: of images, of pixels that count, of labels
 *   top                 the share of images of whose classes fewer than k have a larger answer than the right one
 *   precision, recall   of what is answered to be of a class, the share that is; of what is, the share so answered
 *   f1, dice            twice what is both over what is answered and what is
 *   iou                 what is both over what is either
 *   auc                 how often one of a class has a larger answer for it than one that is not; equals count half
 *   mae, mse, r2        of numbers in the table's unit: mean absolute and squared error; what of the variance is
 *                       explained
 *
 * Of one output they are of the second class; of several the mean over those classes, labels or columns that occur in
 * targets or answers. The same numbers come from scikit-learn, with average='macro' and multi_class='ovr'. */
double metrics_value(const Metrics *metrics, MetricKind kind);

/* NULL where the target has none; the metrics'. */
const long        *metrics_confusion(const Metrics *metrics);
const LabelCounts *metrics_labels(const Metrics *metrics);

/* What is counted of one class or label: of precision, recall, f1, dice and iou. A class that is the only output's
 * opposite counts like any other. */
LabelCounts metrics_counts(const Metrics *metrics, int class);
double      counts_value(MetricKind kind, LabelCounts counts);

/* A number of an answer or a target in the table's unit, or as it is where there is no table. */
double metrics_in_unit(const Job *job, int column, double number);

/* The mean absolute error of one of the output's channels, in the table's unit. */
double metrics_error(const Metrics *metrics, int channel);

/* The words of the list, and whether more is better. */
extern const char *const metric_word[METRIC_COUNT];
extern const bool metric_rises[METRIC_COUNT];

#endif
