/* dataset_build.h - a data set while it is being opened: what the kinds of data share. */

#ifndef DATA_DATASET_BUILD_H
#define DATA_DATASET_BUILD_H

#include "base/arena.h"
#include "base/text.h"
#include "runtime/data/dataset.h"
#include "runtime/system/folder.h"

typedef struct {
    Dataset set;                /* first: what dataset_open returns and dataset_close gets back */
    Arena *arena;               /* holds all of it */
    Job *job;                   /* set.job, while what the data know is filled in */
    int outputs;                /* classes that the network tells apart; 0: any */
    int mistakes;
} DatasetBuild;

/* Prints a mistake of the card or its data; the program will end once all are found. */
void dataset_mistake(DatasetBuild *build, const Place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- things of one kind of mistake ---- */

/* The first few of them, and how many there are. */
typedef struct {
    const char *text;
    long count;
} Misfits;

/* Notes one, as a message will name it. */
void misfit(DatasetBuild *build, Misfits *misfits, const char *text);

/* "'a', 'b' and 3 more" */
const char *misfits_text(DatasetBuild *build, const Misfits *misfits);

/* ---- files ---- */

/* The lists of a part's folders, [paths]; what cannot be listed is a mistake. */
FolderList *dataset_list_part(DatasetBuild *build, PartKind part);

/* A file that is in two parts, by whatever path, is a mistake. */
void dataset_check_shared(DatasetBuild *build);

/* The card's classes, or as many numbers as the network tells apart; of masks and arrays. */
void dataset_number_classes(DatasetBuild *build, int classes);

/* Sorts a part's items by path. */
void dataset_sort(DataPart *part);

/* ---- the kinds ---- */

/* Fills class_name, classes, and items, sorted, of the parts that have paths. */
void dataset_open_folders(DatasetBuild *build);
void dataset_open_pairs(DatasetBuild *build);
void dataset_open_tables(DatasetBuild *build);
void dataset_open_arrays(DatasetBuild *build);

#endif
