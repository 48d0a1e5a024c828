/* ranked.h - the answers for one class or label in their order, each with whether it is: what thresholds, the area under
 * a ROC curve and the curve itself are read from. */

#ifndef ANSWERS_RANKED_H
#define ANSWERS_RANKED_H

/* An answer for a class or label, and whether it is. */
typedef struct { float answer; int is; } Ranked;

/* Sorts them, the smallest first, behind all others those that are no number. */
void ranked_sort(Ranked *answer, long count);

/* Of [images][outputs] those of one output, sorted; to be freed. */
Ranked *ranked_output(const Ranked *answer, long images, int outputs, int output);

/* Of sorted answers how often one that is exceeds one that is not, equals counting half: the area under the ROC curve, by
 * Mann and Whitney's count. NaN where all are or none is, or an answer is no number. */
double ranked_area(const Ranked *answer, long count);

#endif
