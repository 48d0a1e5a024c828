#include "runtime/look/label_check.h"

#include <math.h>
#include <stdlib.h>

#include "runtime/system/memory.h"

/* A class that no label names has no threshold that could be reached. */
static double *thresholds(const float *share, const int32_t *label, long count, int classes)
{
    double *threshold = need_memory(sizeof *threshold * (size_t)classes);
    long *labelled = need_memory(sizeof *labelled * (size_t)classes);
    for (long i = 0; i < count; i++) {
        threshold[label[i]] += (double)share[i * classes + label[i]];
        labelled[label[i]]++;
    }
    for (int j = 0; j < classes; j++)
        threshold[j] = labelled[j] ? threshold[j] / (double)labelled[j] : INFINITY;
    free(labelled);
    return threshold;
}

/* The likeliest of the classes that reach theirs; -1 where none does. */
static int confident(const float *share, const double *threshold, int classes)
{
    int best = -1;
    for (int j = 0; j < classes; j++)
        if ((double)share[j] >= threshold[j] && (best < 0 || share[j] > share[best]))
            best = j;
    return best;
}

Knowledge knowledge_of(const int32_t *answered, const int32_t *label, long count, int classes)
{
    long *labelled = need_memory(sizeof *labelled * (size_t)classes), alone = 0;
    Knowledge knowledge = { 0 };
    for (long i = 0; i < count; i++)
        labelled[label[i]]++;
    for (int j = 1; j < classes; j++)
        if (labelled[j] > labelled[knowledge.commonest])
            knowledge.commonest = j;
    knowledge.common = labelled[knowledge.commonest];
    for (long i = 0; i < count; i++) {
        bool right = answered[i] == label[i];
        knowledge.right += right;
        alone += right != (label[i] == knowledge.commonest);
    }
    knowledge.enough = (double)(knowledge.right - knowledge.common) > 2 * sqrt((double)alone);
    free(labelled);
    return knowledge;
}

static int by_margin(const void *a, const void *b)
{
    const Doubt *x = a, *y = b;
    if (x->margin != y->margin)
        return x->margin < y->margin ? 1 : -1;
    return (x->at > y->at) - (x->at < y->at);
}

long labels_doubted(const float *share, const int32_t *label, long count, int classes, Doubt *doubt)
{
    double *threshold = thresholds(share, label, count, classes);
    long doubts = 0;
    for (long i = 0; i < count; i++) {
        const float *of = share + i * classes;
        int likely = confident(of, threshold, classes);
        if (likely >= 0 && likely != label[i] && of[likely] > of[label[i]])
            doubt[doubts++] = (Doubt){ i, label[i], likely, (double)of[likely] - (double)of[label[i]] };
    }
    if (doubts)
        qsort(doubt, (size_t)doubts, sizeof *doubt, by_margin);
    free(threshold);
    return doubts;
}
