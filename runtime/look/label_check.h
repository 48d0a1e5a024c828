/* label_check.h - labels that are likely wrong, by what a network says that never learned from them:
 * confident learning (C. Northcutt, L. Jiang, I. Chuang, "Confident learning: estimating uncertainty in
 * dataset labels", JAIR 70, 2021).
 *
 * How sure the network is of class j where the label says j, in the mean, is the class's threshold t_j. A
 * label i is doubted where some class reaches its threshold and the likeliest of those that do is another
 * than i. The more likely that one is than i, the earlier the label comes. */

#ifndef LOOK_LABEL_CHECK_H
#define LOOK_LABEL_CHECK_H

#include <stdint.h>

typedef struct {
    long at;                    /* of the labels */
    int label, likely;
    double margin;              /* probability of `likely` less that of `label` */
} Doubt;

/* `share` [count][classes] are probabilities, `label` [count] from 0. Fills `doubt`, with room for `count`,
 * the worst first, and returns how many there are. */
long labels_doubted(const float *share, const int32_t *label, long count, int classes, Doubt *doubt);

#endif
