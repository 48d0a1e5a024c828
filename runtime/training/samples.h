/* samples.h - batches to measure steps with: some that are held in memory, and the loader that goes on
 * making more as it does for a training. Or noise, where there are no pictures or none are wanted. */

#ifndef TRAINING_SAMPLES_H
#define TRAINING_SAMPLES_H

#include "runtime/data/loader.h"
#include "runtime/data/shelves.h"
#include "runtime/options/options.h"

enum { SAMPLES_HELD = 4 };

typedef struct {
    Batch held[SAMPLES_HELD];   /* whole batches; where the data does not fill one, what there is */
    int count;                  /* at least 1, of samples_open */
    Dataset *dataset;           /* these three: NULL of noise */
    Shelves shelves;
    Loader *loader;             /* of the part for training, augmented */
    Ring *ring;                 /* its own, which others may share; NULL of noise */
} Samples;

/* Batches of at most `batch` images, as a training with that seed takes them. Reads the card's data, whose
 * mistakes end the program, unless --random was given. */
Samples samples_open(const Program *program, const Options *options, int batch, uint64_t seed);
void    samples_close(Samples *samples);

/* The loader of data that is read and judged already, at least the part for training; it is the samples'
 * from here on. None are held. */
Samples samples_of(const Options *options, Dataset *dataset, Shelves shelves, int batch, uint64_t seed);

/* The loader's next batch, of the next epoch where one has ended. Pictures that cannot be had are a fault. */
const Batch *samples_next(Samples *samples, uint32_t *epoch);

/* A batch of one's own, freed by samples_free. */
Batch samples_copy(const Program *program, const Batch *batch);
void  samples_free(Batch *batch);

#endif
