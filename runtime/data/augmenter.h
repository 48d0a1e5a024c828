/* augmenter.h - an image's way from the shelf to the network: through the card's augment rows, from top to
 * bottom, and scaled. Neighbouring rows that move the picture are one gather; the others act between. */

#ifndef DATA_AUGMENTER_H
#define DATA_AUGMENTER_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/data/augment.h"

/* What is the same for all pictures of a loader. */
typedef struct {
    const Job *job;
    int rows;                   /* of the job that act: all or none */
    Gather raw, last;           /* from the shelf: as it is, scaled */
    Gather between, end;        /* from floats: as they are, scaled */
} Augmenter;

/* `augment`: in training; else pictures are scaled, and nothing more. */
Augmenter augmenter_open(const Job *job, bool bytes, bool augment);
void      augmenter_close(Augmenter *augmenter);

/* True where the rows may act on floats of this range: what changes values takes those of 0 to 255, and noise, which
 * is measured by 255, none that end at 1. Else the card's mistake has been printed; `path` holds the values. */
bool augmenter_takes(const Augmenter *augmenter, float low, float high, const char *path);

/* Bytes of the room that a thread brings along. */
size_t augmenter_room(const Augmenter *augmenter);

/* picture [h][w][c] of bytes or floats, then 16 bytes that may be read -> result [h][w][c], as the network
 * wants it. `draw` holds the rows' draws for the key; what a row draws for each value or window comes from the
 * key itself. */
void augmenter_run(const Augmenter *augmenter, AugmentKey key, const AugmentDraw *draw, const void *picture,
                   float *result, void *room);

/* Where the draws move the picture: what moves its target likewise. */
Moves augmenter_moves(const Augmenter *augmenter, const AugmentDraw *draw);

#endif
