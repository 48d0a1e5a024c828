/* profile.h - what was measured of a program's steps, and how it is told. */

#ifndef COMMANDS_PROFILE_H
#define COMMANDS_PROFILE_H

#include <stdbool.h>

#include "runtime/network/machine.h"
#include "runtime/training/dry_run.h"

typedef struct {
    const Program *program;
    const Use *use;             /* what was measured: train, or predict */
    int threads, batch;
    bool random;                /* noise, not pictures */
    Machine machine;
    long steps;                 /* of which the faster half is told */
    Pace bare;                  /* over batches that lie in memory: that half of them */
    const double *call;         /* [use->calls] seconds of those steps, of all threads together */
    Pace whole;                 /* with the loader at work beside; no steps where there is none */
} Profile;

/* A table with a row for each layer and direction, or, with `calls`, for each function. */
void profile_print(const Profile *profile, bool calls);

/* The same numbers in one line, both by direction and by function. */
void profile_print_json(const Profile *profile);

#endif
