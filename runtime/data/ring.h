/* ring.h - the memory of the batches that a loader works ahead. Loaders that run one after another share
 * one ring: it is by far the most that a loader holds. */

#ifndef DATA_RING_H
#define DATA_RING_H

#include <stdint.h>

#include "base/resident.h"

typedef struct Loader Loader;

/* Batch b of an epoch lies at b % RING_BATCHES. */
typedef struct {
    int batch;                  /* the most images of one */
    float *input[RING_BATCHES]; /* [batch][H][W][C], as Step.input wants it */
    void *target[RING_BATCHES]; /* [batch] as Step.target wants it */
    Loader *holder;             /* that started last, or NULL; the loaders' own */
} Ring;

Ring *ring_open(const Job *job, int batch);
void  ring_close(Ring *ring);

#endif
