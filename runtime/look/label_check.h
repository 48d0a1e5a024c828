/* label_check.h - labels that are likely wrong, by what a network says that never learned from them:
 * confident learning (C. Northcutt, L. Jiang, I. Chuang, "Confident learning: estimating uncertainty in
 * dataset labels", JAIR 70, 2021).
 *
 * How sure the network is of class j where the label says j, in the mean, is the class's threshold t_j. A
 * label i is doubted where some class reaches its threshold and the likeliest of those that do is another
 * than i. The more likely that one is than i, the earlier the label comes. */

#ifndef LOOK_LABEL_CHECK_H
#define LOOK_LABEL_CHECK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    long at;                    /* of the labels */
    int label, likely;
    double margin;              /* probability of `likely` less that of `label` */
} Doubt;

/* Whether a network knows enough to doubt labels: its answers are clearly more often right than the commonest label would
 * be. Of the pictures of which one of the two alone is right, a guess would have either half; McNemar's test asks for two
 * standard errors more ("Note on the sampling error of the difference between correlated proportions or percentages",
 * 1947). `answered` and `label` are [count]. */
typedef struct {
    long right;                 /* answers */
    int commonest;              /* label */
    long common;                /* labels that are that one */
    bool enough;
} Knowledge;
Knowledge knowledge_of(const int32_t *answered, const int32_t *label, long count, int classes);

/* `share` [count][classes] are probabilities, `label` [count] from 0. Fills `doubt`, with room for `count`,
 * the worst first, and returns how many there are. */
long labels_doubted(const float *share, const int32_t *label, long count, int classes, Doubt *doubt);

#endif
