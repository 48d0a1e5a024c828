/* fit.h - what of one network's weights another one can take: tensors of the same name and shape, and those that grew
 * where more channels than before can do what the old ones did (Chen, Goodfellow, Shlens 2015: Net2Net).
 *
 * Channels that are added, scaled or normalised together form a group. Where a group has grown, each new channel copies
 * an old one; whatever takes the channels splits the old one's weight among its copies, by shares of its own for each
 * weight, so that the copies learn apart. So the network answers as before. */

#ifndef BASE_FIT_H
#define BASE_FIT_H

#include <stdbool.h>

#include "base/arena.h"

/* Channels that lie side by side, `times` over: of an array that was flattened, once for each pixel. */
typedef struct {
    int group;                  /* -1: their number cannot grow */
    int channels, times;
} ChannelRun;

typedef enum { FATE_KEPT, FATE_ADAPTED, FATE_NEW } Fate;

enum { FIT_DIMS = 4 };

/* A tensor of the network, and the other's of the same name. */
typedef struct {
    const char *name;
    int dims, dim[FIT_DIMS];
    int columns;                /* its last dimension, of a depthwise one its last two */
    const ChannelRun *out;      /* what its columns are channels of */
    const ChannelRun *in;       /* what its rows are, over and over for each place of the window */
    int outs, ins;              /* ins 0: its rows are none */
    bool there;                 /* the other has one */
    int old_dims;
    long old_dim[FIT_DIMS];
    Fate fate;                  /* filled */
} FitTensor;

/* The channels of a group, and where they come from. */
typedef struct {
    int channels;
    int old;                    /* how many the other network has; 0: it cannot be taken over as a whole */
    const int *source;          /* [channels] the other's channel that each is a copy of */
    const int *next;            /* [channels] the next copy of the same one, around to the first; where old is not 0 */
} FitGroup;

/* Fills each tensor's fate; returns the groups. All is in the arena. */
const FitGroup *fit_tensors(Arena *arena, FitTensor *tensor, int tensors, int groups);

/* The other network's channel that one of these runs' is a copy of; of the other's runs, side by side likewise. */
long fit_source(const ChannelRun *run, int runs, const FitGroup *group, long channel);

/* The share of an old channel's weight that this copy of it gets, of a weight that `key` tells from others. All copies'
 * shares are 1 together; 1 where there is one. */
double fit_share(const ChannelRun *run, int runs, const FitGroup *group, long channel, unsigned long key);

/* How many channels such runs have, and how many the other network's. */
long fit_channels(const ChannelRun *run, int runs);
long fit_old_channels(const ChannelRun *run, int runs, const FitGroup *group);

#endif
