/* metrics.h - the `metric` and `watch` lines of a train section. */

#ifndef CHECK_METRICS_H
#define CHECK_METRICS_H

#include "compiler/check/context.h"

/* Binds the metrics that stand within the braces of train, and what train or a phase watches. */
void fill_metrics(Check *check, const Statement *train);
void fill_watch(Check *check, const Statement *braces, JobTrain *to);

/* What a phase watches is measured, whether or not a line `metric` asks for it. */
void measure_watched(Check *check);

/* That all of them measure what the answer is held against. */
Sound check_metrics_fit(Check *check);

#endif
