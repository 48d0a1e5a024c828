/* excitation.h - which pictures of those that were trained on make each filter of a layer answer most. */

#ifndef LOOK_EXCITATION_H
#define LOOK_EXCITATION_H

#include "runtime/network/view.h"
#include "runtime/training/scoring.h"

enum {
    EXCITING = 8,               /* pictures that are kept of each filter */
    EXCITATION_MOST = 2000,     /* pictures that are looked at; of more, as many evenly spread ones */
};

/* A picture, and the strongest of a filter's answers to it. */
typedef struct {
    float strength;
    long position;              /* in the loader's order */
} Exciting;

typedef struct {
    const LayerRow *layer;
    const Scoring *scoring;     /* of the part for training */
    Exciting *best;             /* [filters][EXCITING], the strongest first; strength is 0 where there is none */
    long seen, all;             /* pictures: looked at, and that there are */
} Excitation;

/* Looks at the pictures. `scoring` was opened for viewing, and outlives it. */
Excitation excitation_open(const Scoring *scoring, const LayerRow *layer, const Options *options);
void       excitation_close(Excitation *excitation);

/* The strongest of a filter's answers in the view that ran last, not below 0. */
float excitation_of(const Network *network, const LayerRow *layer, int filter);

#endif
