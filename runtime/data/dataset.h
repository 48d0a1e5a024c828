/* dataset.h - what a card's `data` section leads to: which pictures or rows there are, what is to be
 * answered for each, which part (train, validation, test) each belongs to. Lists files, and reads tables
 * and arrays; never decodes a picture; no file is ever changed. */

#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/job.h"

enum {
    NO_CLASS = -1,
    MASK_LEFT_OUT = 255,        /* in masks, where a pixel does not count */
    MASK_CLASSES = 254,         /* at most; between them MASK_UNKNOWN */
    MASK_UNKNOWN = 254,
    PIXEL_VALUES = 256,
};

/* One picture or vector. Items of a part are sorted by relative path in byte order, those without a path by
 * index. */
typedef struct {
    const char *path;           /* the folder as the card writes it, "/", the file; of rows NULL */
    const char *mask;           /* pairs: the same of its mask */
    long index;                 /* of arrays and tables: the row, from 0 */
    const char *source;         /* the same: the file, as the card writes it, */
    long number;                /* and where the row is in it: a table's line from 1, an array's row from 0 */
    int32_t class;              /* NO_CLASS where it has no single one */
    const void *values;         /* without a path: [h][w][c] as DataPart says; 16 bytes behind them may be read */
    const void *target;         /* where neither class nor mask nor input is: floats [P][Q][C], or of arrays
                                   classes of pixels, bytes [P][Q] */
} Item;

typedef struct Arrays Arrays;   /* opened .npy or IDX files of a part */

typedef struct {
    Item *item;
    long items;
    Arrays *arrays;             /* DATA_ARRAYS alone: what the items' values lie in */
    bool floats;                /* the items' values are floats, else bytes */
} DataPart;

typedef struct {
    const Job *job;             /* a copy of the card's, that tells of the input what is known: */
    double *mean, *std;         /* [c] of job->input, to be filled where they are measured */
    const char *root;           /* --data DIR, or NULL */
    const char **class_name;    /* [classes]: from the card, the subfolders, the labels, or "0", "1", ... */
    int classes;                /* 0 where numbers or the input are to be answered */
    const uint8_t *class_of_pixel;      /* pairs: [PIXEL_VALUES] class, MASK_LEFT_OUT or MASK_UNKNOWN */
    const float *class_weight;  /* [classes], in training; NULL where all count alike */
    float *weights;             /* [classes] room for them */
    DataPart part[PART_COUNT];
    long passed_over;           /* hidden files, Thumbs.db, desktop.ini */
} Dataset;

/* The card's words: "train", "validation", "test". */
extern const char *const part_word[PART_COUNT];

/* A path of the card's or an item's as the system takes it: below the root, where there is one.
 * To be freed. */
char *dataset_path(const Dataset *dataset, const char *path);

/* What to add where a path of the card's cannot be opened. */
const char *dataset_hint(const Dataset *dataset, const char *path);

/* Where the card asks for a part: its own line, or the data section's; and where a path of it stands, or else the part is
 * asked for. */
const Place *dataset_part_place(const Dataset *dataset, PartKind part);
const Place *dataset_path_place(const Dataset *dataset, PartKind part, int path);

/* What people call an item: its path, or "houses.csv:17", the line, or "x.npy:17", the row, as `predict` names them; in the
 * arena, or the item's. */
const char *dataset_item_name(Arena *arena, const Item *item);

/* True for a name that files and messages can carry: UTF-8 without control characters. */
bool class_name_is_sound(const char *name);

/* True where items have several labels or none, not one class. */
bool dataset_has_labels(const Job *job);

/* True for a column that a line of the card names: it is not what comes in. */
bool table_names_column(const JobTable *table, const char *name);

/* True where an item has a class for each pixel: in a file, or in an array. */
static inline bool dataset_has_pixels(const Job *job)
{
    bool classes = job->target.kind == TARGET_MASK || job->target.kind == TARGET_SHARES;
    return classes && !job->data.target_is_input && !shape_is_vector(job->target.shape);
}

/* Lists the card's data. `classes` is what the program's output tells apart, 0 for any. Mistakes (a
 * class without files, a file of no class or two, a missing folder, a table's line, too many classes) are
 * printed with the card's line, all of them, and end the program with EXIT_MISTAKE. */
Dataset *dataset_open(const Job *job, int classes, const char *root);
void     dataset_close(Dataset *dataset);

#endif
