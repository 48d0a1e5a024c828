/* checkpoint.h - a training run's state in one safetensors file: parameters, the optimiser's running
 * means, and in the metadata where the training stands. docs/formats.md describes the file. */

#ifndef RUNS_CHECKPOINT_H
#define RUNS_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/data/dataset.h"
#include "runtime/network/network.h"
#include "runtime/network/safetensors.h"

/* Where a training stands; these are all the numbers that it needs to go on as if never stopped.
 * TYPE, field, and in files its name. */
#define STANDING_FIELDS(X) \
    X(U64, seed)                /* of weights, order, augmentation, dropout */ \
    X(U64, batch)               /* images in a step, at most */ \
    X(U64, epochs)              /* that were asked for */ \
    X(U64, left_out)            /* of these, since phases stopped early */ \
    X(REAL, rate)               /* of the first phase, as the card or the command line has it */ \
    X(U64, epoch)               /* that are done */ \
    X(U64, position)            /* images of the next epoch that are done */ \
    X(U64, update)              /* updates that are done, in all */ \
    X(U64, optimizer_update)    /* of these, since the optimiser's running means began */ \
    X(U64, averaged)            /* since the running mean of the weights began; 0: there is none, or not yet */ \
    X(REAL, loss_sum)           /* over those `position` images */ \
    X(REAL, correct)            /* of them */ \
    X(U64, clipped)             /* steps on them in which the gradient was too long */ \
    X(U64, pictures)            /* loader_fingerprint of those trained and validated on */ \
    X(U64, phase)               /* at hand, from 0 */ \
    X(U64, phase_epoch)         /* epochs that were done before it began */ \
    X(U64, plateau_drops)       /* how often its schedule lowered the rate */ \
    X(U64, plateau_waited)      /* epochs since the last improvement, for that */ \
    X(REAL, plateau_best)       /* that last improvement; the less the better */ \
    X(U64, stop_waited)         /* the same for `stop` */ \
    X(REAL, stop_best) \
    X(U64, best_epoch)          /* from 1; 0: none yet */ \
    X(U64, best_phase)          /* that it is of */ \
    X(U64, best_watch)          /* the MetricKind that it was chosen by */ \
    X(REAL, best_watched)       /* what that came to, the less the better */ \
    X(REAL, best_loss)          /* its loss, on the same part */ \
    X(REAL, best_accuracy)      /* its accuracy, on the same part */

typedef struct {
#define FIELD_U64  uint64_t
#define FIELD_REAL double
#define X(type, field) FIELD_##type field;
    STANDING_FIELDS(X)
#undef X
#undef FIELD_U64
#undef FIELD_REAL
} Standing;

/* The epochs that there will have been in all. */
static inline uint64_t epochs_wanted(const Standing *standing)
{
    return standing->epochs > standing->left_out ? standing->epochs - standing->left_out : 0;
}

/* What belongs to the weights beside the numbers: of classes, of a table's columns. */
typedef struct {
    const char *const *name;    /* NULL where there are none, or a foreign file tells none */
    int count;
} Names;

/* Writes FOLDER/last.safetensors and, where `best`, FOLDER/best.safetensors of the same content; the best
 * first, so that the last never speaks of a best that is not there. Of the job it tells what the data alone know: what
 * was measured of the input, a table's columns. Failures are faults. */
void checkpoint_save(const Network *network, const Standing *standing, Names classes, const Job *job,
                     const char *folder, bool best);

/* Writes FOLDER/best.safetensors alone: of a phase that has just ended, before the next one is entered. */
void checkpoint_save_best(const Network *network, const Standing *standing, Names classes, const Job *job,
                          const char *folder);

typedef struct {
    char *path;
    Safetensors *file;
    const char *hash;           /* of the program that wrote it; NULL: it is not one of ours */
    Standing standing;          /* where hash is there */
    Names classes;
    Names columns;              /* of a table whose rows are what comes in, in that order */
    struct json_t *missed;      /* how many updates each tensor had no part in; where hash is there */
} Checkpoint;

/* Opens a checkpoint, or any safetensors file. A file that is not sound is a fault that names it. */
Checkpoint *checkpoint_open(const char *path);
void        checkpoint_close(Checkpoint *checkpoint);

/* A standing that the program, which wrote the checkpoint, cannot have come to is a fault. */
void checkpoint_check_standing(const Checkpoint *checkpoint, const Program *program);

/* True where this very program wrote it. */
bool checkpoint_is_of(const Checkpoint *checkpoint, const Program *program);

/* That the data has other classes than the weights were trained for is a fault. A foreign file does not
 * tell its classes. */
void checkpoint_check_classes(const Checkpoint *checkpoint, const Dataset *dataset);

/* That a table's columns are not those that the weights were trained on is a fault; likewise. */
void checkpoint_check_columns(const Checkpoint *checkpoint, const Dataset *dataset);

/* Fills what of the input [c] was measured when the weights were trained; a file that does not tell it is a
 * fault. Of an input that is not measured, nothing is filled. */
void checkpoint_measures(const Checkpoint *checkpoint, const JobInput *input, double *mean, double *std);

/* Of the updates since the optimiser began, how many the tensor of that name had no part in. */
uint64_t checkpoint_missed(const Checkpoint *checkpoint, const char *name);

/* Fills the network's parameters and, where `states`, the running means of the phase at which it
 * stands. All must be there, with the
 * same shapes; else a fault names file and tensor. */
void checkpoint_read(const Checkpoint *checkpoint, const Network *network, bool states);

#endif
