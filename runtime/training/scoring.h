/* scoring.h - a part of the data and trained weights, opened for each other: what is measured on it, as `evaluate` does. */

#ifndef TRAINING_SCORING_H
#define TRAINING_SCORING_H

#include "runtime/answers/score.h"
#include "runtime/data/shelves.h"
#include "runtime/show/progress.h"
#include "runtime/training/trained.h"

typedef struct {
    Trained trained;
    Dataset *dataset;
    Item *moved;                /* by split_apply */
    PartKind part;
    Shelves shelves;
    Loader *loader;
    Progress progress;
} Scoring;

/* Opens the weights that the command line means, for a use as network_open does, and the part: --part, else `wanted`, of
 * which PART_COUNT is validation or, where nothing is held out for that, test. That there is none is a fault. */
Scoring scoring_open(const Program *program, const Options *options, const Use *use, PartKind wanted);

/* The same, and the shelves of all other parts beside the one that is scored, as far as their files can be read. */
Scoring scoring_open_all(const Program *program, const Options *options, const Use *use, PartKind wanted);
void    scoring_close(Scoring *scoring);

/* The image at a position of the loader's order, for itself: `input` [H][W][C] and INPUT_SLACK bytes, `target` of
 * target_bytes(). Whoever goes through the loader has to start anew. Freed by scoring_free. */
typedef struct { float *input; void *target; } Sample;
Sample scoring_sample(const Scoring *scoring, long position);
void   scoring_free(Sample sample);

/* Answers all pictures. A picture that has gone, or a loss that is no finite number, is a fault. */
Score scoring_run(Scoring *scoring, Metrics *metrics);

/* Prints the part, how many pictures, the loss, what is always told of such a target, and what the card asks for. */
void score_print(const Job *job, PartKind part, const Score *score);

#endif
