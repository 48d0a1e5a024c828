/* dataset_build.h - a data set while it is being opened: what the kinds of data share. */

#ifndef RUNTIME_DATASET_BUILD_H
#define RUNTIME_DATASET_BUILD_H

#include "base/arena.h"
#include "runtime/dataset.h"

typedef struct {
    Dataset set;                /* first: what dataset_open returns and dataset_close gets back */
    Arena *arena;               /* holds all of it */
    int outputs;                /* classes that the network tells apart; 0: any */
    int mistakes;
} DatasetBuild;

/* Prints a mistake of the card or its data; the program will end once all are found. */
void dataset_mistake(DatasetBuild *build, const Place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Where a part is asked for: its own line, or the data section's. */
const Place *dataset_part_place(const DatasetBuild *build, PartKind part);

/* What to add where a path of the card's cannot be opened. */
const char *dataset_hint(const Dataset *dataset, const char *path);

/* Fills class_name, classes, and items, sorted, of the parts that have paths. */
void dataset_open_folders(DatasetBuild *build);
void dataset_open_arrays(DatasetBuild *build);

#endif
