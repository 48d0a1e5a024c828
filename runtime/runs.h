/* runs.h - the folders runs/NAME/1, runs/NAME/2, ... below the current one, NAME being the card's file
 * without ".net". A run holds last.safetensors, best.safetensors once an epoch is done, results.csv
 * and split.txt. */

#ifndef RUNTIME_RUNS_H
#define RUNTIME_RUNS_H

#include <stdbool.h>

#include "runtime/checkpoint.h"

typedef struct {
    char *folder;               /* "runs/catdog/3" */
    int lock;                   /* descriptor; -1 where the run is only looked at */
} Run;

/* "catdog", what the card's file is called; and "runs/catdog", where its runs lie. To be freed. */
char *card_name(const Program *program);
char *runs_folder(const Program *program);

/* Makes the folder of a new run and locks it. */
Run run_create(const Program *program);

/* The newest run of this very program (its hash) that holds the file "last" or "best".safetensors and
 * for which `fits`, unless NULL, is true of it. False where there is none; `others` then counts the
 * runs that another program left there. */
typedef bool RunFits(const Checkpoint *checkpoint, const void *context);
bool run_find(const Program *program, const char *file, RunFits *fits, const void *context,
              Run *run, int *others);

/* True where the run was begun after the other. */
bool run_is_newer(const Run *run, const Run *other);

/* Keeps other processes from training the run, until this one ends, and clears away what a killed one
 * left behind. A run that another process trains is a fault. */
void run_lock(Run *run);
void run_close(Run *run);

#endif
