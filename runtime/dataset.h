/* dataset.h - the files behind a card's `data` section: which there are, what class each has, which
 * part (train, validation, test) each belongs to. Lists, never decodes; no file is ever changed. */

#ifndef RUNTIME_DATASET_H
#define RUNTIME_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/job.h"

/* One picture. Items of a part are sorted by relative path in byte order (arrays: by index). */
typedef struct {
    const char *path;           /* the folder as the card writes it, "/", the file; arrays: NULL */
    long index;                 /* arrays: the row */
    int32_t class;
} Item;

typedef struct Arrays Arrays;   /* opened .npy or IDX files of a part */

typedef struct {
    Item *item;
    long items;
    Arrays *arrays;             /* DATA_ARRAYS alone */
} DataPart;

typedef struct {
    const Job *job;
    const char *root;           /* --data DIR, or NULL */
    const char **class_name;    /* [classes]: from the card, the subfolders, or "0", "1", ... */
    int classes;
    const float *class_weight;  /* [classes], in training; NULL where all count alike */
    DataPart part[PART_COUNT];
    long passed_over;           /* hidden files, Thumbs.db, desktop.ini */
} Dataset;

/* The card's words: "train", "validation", "test". */
extern const char *const part_word[PART_COUNT];

/* A path of the card's or an item's as the system takes it: below the root, where there is one.
 * To be freed. */
char *dataset_path(const Dataset *dataset, const char *path);

/* True for a name that files and messages can carry: UTF-8 without control characters. */
bool class_name_is_sound(const char *name);

/* Lists the card's data. `classes` is what the program's output tells apart, 0 for any. Mistakes (a
 * class without files, a file of no class or two, a missing folder, too many classes) are printed
 * with the card's line, all of them, and end the program with EXIT_MISTAKE. */
Dataset *dataset_open(const Job *job, int classes, const char *root);
void     dataset_close(Dataset *dataset);

#endif
