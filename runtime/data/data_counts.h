/* data_counts.h - what a data set holds: how many of which class, pictures of which sizes, numbers of which range. */

#ifndef DATA_DATA_COUNTS_H
#define DATA_DATA_COUNTS_H

#include <math.h>

#include "runtime/data/shelves.h"

/* Items of a class, or that have the label, in a part: those that can be read, or those that cannot. */
enum { ANY_CLASS = -1 };
bool data_has_class(const Dataset *set, const Item *item, int class);
long data_count(const Shelves *shelves, int part, int class, bool damaged);

/* A picture's size, and the file that has it. */
typedef struct {
    int h, w;
    const char *path;
} DataSize;

/* The sizes of all pictures that can be read, by area, then width, then path; to be freed. */
DataSize *data_sizes(const Shelves *shelves, long *count);

/* Of a list that is sorted so, the size that most have; and how many. */
const DataSize *data_common_size(const DataSize *list, long count, long *times);

/* What some numbers are. */
typedef struct {
    double least, mean, most;
    double squares;             /* of the distances from the mean */
    long count;
} DataNumbers;

void data_add_number(DataNumbers *numbers, double number);

static inline double data_deviation(const DataNumbers *numbers)
{
    return numbers->count ? sqrt(numbers->squares / (double)numbers->count) : 0;
}

/* Of the numbers that are trained on, in their table's unit: of a table one of its target columns; else, of column 0, all
 * numbers together. */
int         data_columns(const Job *job);
DataNumbers data_numbers(const Shelves *shelves, int column);

/* What a part is called: "training". */
extern const char *const data_part_name[PART_COUNT];

#endif
