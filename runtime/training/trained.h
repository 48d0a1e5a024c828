/* trained.h - a network with the weights that the command line means, for the commands that use one. */

#ifndef TRAINING_TRAINED_H
#define TRAINING_TRAINED_H

#include "runtime/answers/decision.h"
#include "runtime/network/network.h"
#include "runtime/options/options.h"

typedef struct {
    Network *network;
    Checkpoint *checkpoint;     /* open still, for what it says */
    Job job;                    /* the program's, with what was measured of the input */
    double *mean, *std;         /* of job.input */
    const char **class_name;    /* [program->classes] */
    Decision decision;          /* as the weights' file has it, or --threshold */
    char *folder;               /* where the weights lie, and their split */
} Trained;

/* Opens --weights or the best of --run or else of the newest run, and says which on standard error, unless --quiet. That
 * there is none is a fault, with what to do. `use` as in network_open. */
Trained trained_open(const Program *program, const Options *options, const Use *use);
void    trained_close(Trained *trained);

#endif
