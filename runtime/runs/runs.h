/* runs.h - the folders runs/CARD/1, runs/CARD/2, ... below the current one, CARD being the card's file
 * without ".net", and those with names instead of numbers. docs/formats.md tells what is in them. */

#ifndef RUNS_RUNS_H
#define RUNS_RUNS_H

#include <stdbool.h>

#include <jansson.h>

#include "base/arena.h"
#include "runtime/runs/checkpoint.h"

typedef struct {
    char *folder;               /* "runs/catdog/3" */
    int order;                  /* which run of the card it is, from 1: those with a name are counted along */
    int lock;                   /* descriptor; -1 where the run is only looked at */
} Run;

/* "catdog", what the card's file is called; and "runs/catdog", where its runs lie. To be freed. */
char *card_name(const Program *program);
char *runs_folder(const Program *program);

/* A run as the folder of all lists it. */
typedef struct {
    const char *name;           /* "3", or what --run said */
    int order;                  /* from 1, as they began */
} RunEntry;

/* All runs in such a folder, the newest first, in the arena. A run.json that cannot be read is warned of: one run that
 * is broken keeps nobody from the others. */
RunEntry *runs_list(Arena *arena, const char *folder, int *count);

/* Makes the folder of a new run and locks it: of that name, or NULL: of the number behind the highest that a run has
 * for a name. A name that a run has is a fault. */
Run run_create(const Program *program, const char *name);

/* A run's run.json; NULL where it has none. One that cannot be read is a fault. To be given up with json_decref. */
json_t *run_json(const char *folder);

/* NULL, too, where it cannot be read: for who has listed the runs, which warns of it. */
json_t *run_json_if_sound(const char *folder);

/* A run that is meant by its name: a run.json that cannot be read is a fault. */
void run_check(const char *folder, const char *name);

/* The newest run of this very program (its hash), and of that name unless NULL, that holds the file "last" or
 * "best".safetensors and for which `fits`, unless NULL, is true of it. False where there is none; `others` then
 * counts the runs that another program left there. */
typedef bool RunFits(const Checkpoint *checkpoint, const void *context);
bool run_find(const Program *program, const char *name, const char *file, RunFits *fits, const void *context,
              Run *run, int *others);

/* True while a process trains the run in that folder. */
bool run_is_locked(const char *folder);

/* Keeps other processes from training the run, until this one ends, and clears away what a killed one
 * left behind. A run that another process trains or holds is a fault. */
void run_lock(Run *run);

/* Clears away as much of a run that no process trains or writes into, and keeps them from it meanwhile. */
void run_tidy(const Run *run);

/* For who writes beside a training into what may be a run's folder, each into a file of its own: keeps others from training
 * and tidying it, until the descriptor that is returned is closed. That one is trained is a fault. */
int run_hold(const char *folder);
void run_close(Run *run);

#endif
