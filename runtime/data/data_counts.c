#include "runtime/data/data_counts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/measure.h"
#include "runtime/system/memory.h"

const char *const data_part_name[PART_COUNT] = { "training", "validation", "test" };

/* ---- items ---- */

bool data_has_class(const Dataset *set, const Item *item, int class)
{
    if (class == ANY_CLASS || !dataset_has_labels(set->job))
        return class == ANY_CLASS || item->class == class;
    return ((const float *)item->target)[class] == 1;
}

long data_count(const Shelves *shelves, int part, int class, bool damaged)
{
    const DataPart *items = &shelves->dataset->part[part];
    const Seen *seen = shelf_seen(shelves->shelf[part]);
    long files = 0;
    for (long i = 0; i < items->items; i++)
        files += data_has_class(shelves->dataset, &items->item[i], class) && damaged == (seen && seen[i].reason);
    return files;
}

/* ---- columns of numbers ---- */

void data_add_number(DataNumbers *numbers, double number)
{
    numbers->least = numbers->count && numbers->least < number ? numbers->least : number;
    numbers->most = numbers->count && numbers->most > number ? numbers->most : number;
    numbers->count++;
    double before = number - numbers->mean;     /* Welford's way */
    numbers->mean += before / (double)numbers->count;
    numbers->squares += before * (number - numbers->mean);
}

/* A target in the unit of its table: the shortest number that the table may have told, since floats hold it scaled. */
static double as_told(const JobTable *table, long k, float target)
{
    double number = (table->std[k] * (double)target + table->mean[k]) / table->scale;
    for (int digits = 1; digits < 10; digits++) {
        char text[32];
        snprintf(text, sizeof text, "%.*g", digits, number);
        double shorter = strtod(text, NULL);
        if ((float)((table->scale * shorter - table->mean[k]) / table->std[k]) == target)
            return shorter;
    }
    return number;
}

int data_columns(const Job *job)
{
    return job->data.table.targets ? job->data.table.targets : 1;
}

DataNumbers data_numbers(const Shelves *shelves, int column)
{
    const Job *job = shelves->dataset->job;
    const JobTable *table = &job->data.table;
    const DataPart *train = &shelves->dataset->part[PART_TRAIN];
    DataNumbers numbers = { 0 };
    for (long i = 0; i < train->items; i++)
        for (long k = column; k < shape_size(job->target.shape); k += data_columns(job)) {
            float target = ((const float *)train->item[i].target)[k];
            data_add_number(&numbers, table->targets ? as_told(table, k, target) : (double)target);
        }
    return numbers;
}

/* ---- sizes ---- */

static int by_area(const void *a, const void *b)
{
    const DataSize *left = a, *right = b;
    long difference = (long)left->h * left->w - (long)right->h * right->w;
    if (!difference)
        difference = left->w - right->w;
    if (!difference)
        return strcmp(left->path, right->path);
    return difference < 0 ? -1 : 1;
}

DataSize *data_sizes(const Shelves *shelves, long *count)
{
    long room = 0;
    for (int part = 0; part < PART_COUNT; part++)
        room += shelves->dataset->part[part].items;
    DataSize *list = need_memory((size_t)(room + 1) * sizeof *list);
    *count = 0;
    for (int part = 0; part < PART_COUNT; part++) {
        const Seen *seen = shelf_seen(shelves->shelf[part]);
        for (long i = 0; seen && i < shelves->dataset->part[part].items; i++)
            if (!seen[i].reason)
                list[(*count)++] = (DataSize){ seen[i].h, seen[i].w, shelves->dataset->part[part].item[i].path };
    }
    qsort(list, (size_t)*count, sizeof *list, by_area);
    return list;
}

/* The longest run of equal sizes. */
const DataSize *data_common_size(const DataSize *list, long count, long *times)
{
    const DataSize *found = list;
    *times = 0;
    for (long i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && list[i].h == list[i + run].h &&
             list[i].w == list[i + run].w; )
            run++;
        if (run > *times) {
            *times = run;
            found = &list[i];
        }
    }
    return found;
}
