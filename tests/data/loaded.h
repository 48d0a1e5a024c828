/* loaded.h - small data sets of every kind, opened up to their first batch, and what is expected of them. */

#ifndef TESTS_DATA_LOADED_H
#define TESTS_DATA_LOADED_H

#include <stdbool.h>

#include "runtime/data/loader.h"
#include "runtime/data/shelves.h"

/* ---- files ---- */

/* A grey PNG of bytes [h][w]: a mask, or a picture that tells its pixels apart. */
void write_grey(const char *folder, const char *name, int h, int w, const uint8_t *pixel);
void write_text(const char *folder, const char *name, const char *text);

/* A .npy file of values of one type ("<f4"), of a shape as Python writes it. */
void write_npy(const char *folder, const char *name, const char *type, const char *shape, const void *values,
               size_t bytes);

/* ---- jobs ---- */

/* A card without classes, of which nothing is held out; of shares: labels. */
Job  plain_job(DataKind kind, Shape input, TargetKind target, Shape answer);
void set_paths(Job *job, PartKind part, const char *const *path, int paths);

/* ---- a batch ---- */

typedef struct {
    Dataset *set;
    Shelves shelves;            /* of the parts that have items */
    Loader *loader;             /* of what is trained on */
    const Batch *batch;         /* its first, of up to 8 */
} Loaded;

Shelves shelve_data(const Dataset *set);
Loaded  load_data(const Job *job, int outputs, const char *root, bool augment);
void    unload_data(Loaded *loaded);

void expect_floats(const float *got, const float *expected, int count);
void expect_classes(const int32_t *got, const int32_t *expected, int count);

/* Within what the `data` command says; what `data --json` has under a key, or NULL where it is to have none. */
void expect_report(const Loaded *loaded, const char *expected);
void expect_json(const Loaded *loaded, const char *key, const char *expected);

/* ---- mistakes ---- */

typedef struct {
    Job job;
    int outputs;
    const char *root;
} Opening;

/* Opens it in a child process, reads all files and measures them, as a training would; returns the exit code, and
 * what was said. */
int  try_opening(Opening opening, char *said, size_t room);
void expect_said(Opening opening, int code, const char *said);
void expect_mistake(Opening opening, const char *said);         /* code EXIT_MISTAKE */
void expect_one_mistake(Opening opening, const char *said);     /* and nothing else */

/* ---- data sets that several tests take ---- */

/* Two pictures of 4 x 6 in photos/ and masks/, whose masks have a value for each quarter; the second has one pixel of
 * 255, which the job ignores. */
char *draw_pairs(void);
Job   pairs_job(void);

/* A table t.csv of vectors of two, and one of whose columns, "kind", tells classes or labels. */
extern const char *const table_path[1];
Job table_job(TargetKind target, Shape answer);
Job labels_job(void);

#endif
