/* trial.h - the checks of the command `try`. Each prints its line. */

#ifndef COMMANDS_TRIAL_H
#define COMMANDS_TRIAL_H

#include "base/text.h"
#include "runtime/commands/finding.h"
#include "runtime/show/progress.h"
#include "runtime/training/dry_run.h"

typedef struct {
    const Program *program;
    const Options *options;
    DryRun run;                 /* once the data has been found sound */
    Loader *validation;         /* NULL where nothing is held out */
    Progress progress;
    char *train, *rate, *data;  /* how these are called */
    int checks, wrong;
} Trial;

/* The rate of its steps: as the command line or the card has it. */
static inline double trial_rate(const Trial *trial)
{
    return trial->options->rate > 0 ? trial->options->rate : trial->program->job.phase[0].rate;
}

/* Prints what a check found, and counts it. */
void trial_tell(Trial *trial, Finding *finding);

/* Whether there is something to train on. */
bool try_data(Trial *trial, const Shelves *shelves);

/* Bytes of all pictures that are trained and validated on, once decoded; of rows 0. */
double trial_decoded_bytes(const Trial *trial);

/* What a whole training will hold, against what there is. */
void try_memory(Trial *trial);

/* Whether one batch can be learned by heart; where not, why. Begins anew. */
void try_overfit(Trial *trial);

/* "s" of none or several. */
#endif
