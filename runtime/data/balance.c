#include "runtime/data/balance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/kernels/random.h"
#include "runtime/numbers/shuffle.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

/* ---- weights ---- */

static double *balanced_weights(const Dataset *dataset, const Shelf *shelf)
{
    double *weight = need_memory(sizeof *weight * (size_t)dataset->classes), all = 0;
    long *count = shelf_count_classes(shelf);
    int present = 0;
    for (int class = 0; class < dataset->classes; class++) {
        all += (double)count[class];
        present += count[class] > 0;
    }
    for (int class = 0; class < dataset->classes; class++)
        weight[class] = count[class] ? all / (present * (double)count[class]) : 1;
    free(count);
    return weight;
}

void balance_weigh(Dataset *dataset, const Shelf *shelf)
{
    const JobData *data = &dataset->job->data;
    bool balanced = data->balance == BALANCE_WEIGHT, unequal = balanced;
    double *balance = balanced ? balanced_weights(dataset, shelf) : NULL;
    for (int class = 0; class < dataset->classes; class++) {
        double own = class < data->classes ? data->class[class].weight : 1;
        unequal = unequal || own != 1;
        dataset->weights[class] = (float)(balanced ? own * balance[class] : own);
    }
    dataset->class_weight = unequal ? dataset->weights : NULL;
    free(balance);
}

/* ---- words ---- */

static void print_weights(FILE *out, const Dataset *dataset)
{
    enum { FEW = 8 };
    const float *weight = dataset->class_weight;
    float least = weight[0], most = weight[0];
    fputs("weights ", out);
    for (int i = 0; i < dataset->classes; i++) {
        least = weight[i] < least ? weight[i] : least;
        most = weight[i] > most ? weight[i] : most;
        if (dataset->classes <= FEW)
            fprintf(out, "%s%s %.3g", i ? ", " : "", dataset->class_name[i], (double)weight[i]);
    }
    if (dataset->classes > FEW)
        fprintf(out, "%.3g to %.3g", (double)least, (double)most);
}

char *balance_text(const Dataset *dataset)
{
    bool samples = dataset->job->data.balance == BALANCE_SAMPLE;
    char *text;
    size_t length;
    if (!samples && !dataset->class_weight)
        return NULL;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        fault("out of memory");
    if (samples)
        fprintf(out, "all classes equally often%s", dataset->class_weight ? ", " : "");
    if (dataset->class_weight)
        print_weights(out, dataset);
    fclose(out);
    return text;
}

/* ---- orders ---- */

/* The items by class: those of class c are item[first[c]] to item[first[c + 1] - 1]. */
typedef struct {
    long *item, *first;
    int *class;                 /* those that have any, by chance */
    int classes;
} Classed;

static Classed sort_by_class(const DataPart *part, const long *sound, long images, int classes)
{
    Classed classed = {
        .item = need_memory(sizeof(long) * (size_t)images),
        .first = need_memory(sizeof(long) * (size_t)(classes + 2)),
        .class = need_memory(sizeof(int) * (size_t)classes),
    };
    long *next = classed.first + 1;     /* counts, then where each class begins, then ends */
    for (long i = 0; i < images; i++)
        next[part->item[sound[i]].class + 1]++;
    for (int class = 0; class < classes; class++)
        if (next[class + 1])
            classed.class[classed.classes++] = class;
    for (int class = 0; class < classes; class++)
        next[class + 1] += next[class];
    for (long i = 0; i < images; i++)
        classed.item[next[part->item[sound[i]].class]++] = sound[i];
    return classed;
}

static void classed_free(Classed *classed)
{
    free(classed->item);
    free(classed->first);
    free(classed->class);
}

/* Which classes have one more than the others: chance decides. */
static void shuffle_classes(Classed *classed, uint64_t seed, uint32_t epoch)
{
    long *order = need_memory(sizeof *order * (size_t)classed->classes);
    for (int i = 0; i < classed->classes; i++)
        order[i] = classed->class[i];
    shuffle(order, classed->classes, seed, epoch, UINT32_MAX, RANDOM_BALANCE);
    for (int i = 0; i < classed->classes; i++)
        classed->class[i] = (int)order[i];
    free(order);
}

void balance_order(const DataPart *part, const long *sound, long images, int classes, uint64_t seed,
                   uint32_t epoch, long *order)
{
    Classed classed = sort_by_class(part, sound, images, classes);
    shuffle_classes(&classed, seed, epoch);
    for (int i = 0; i < classed.classes; i++) {
        int class = classed.class[i];
        long *item = classed.item + classed.first[class];
        long items = classed.first[class + 1] - classed.first[class];
        long wanted = images / classed.classes + (i < images % classed.classes);
        for (uint32_t round = 0; wanted; round++) {
            long taken = wanted < items ? wanted : items;
            shuffle(item, items, seed, epoch, (uint32_t)class + round * (uint32_t)classes, RANDOM_BALANCE);
            memcpy(order, item, sizeof *order * (size_t)taken);
            order += taken;
            wanted -= taken;
        }
    }
    classed_free(&classed);
}
