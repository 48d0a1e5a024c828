/* fit.h - what of one network's weights another one can take: tensors of the same name and shape, and those that grew
 * where more channels than before can do what the old ones did (Chen, Goodfellow, Shlens 2015: Net2Net).
 *
 * Channels that are added, scaled or normalised together form a group. Where a group has grown, each new channel copies
 * an old one; whatever takes the channels splits the old one's weight among its copies, by shares of its own for each
 * weight, so that the copies learn apart. So the network answers as before.
 *
 * Of the gradients: a copy's weights and what takes it meet the same values as the old channel's did, and the shares are 1
 * together. So the gradient of what makes a channel, its weights, bias, scale and shift, falls apart among the copies,
 * each getting about one part in as many as there are; that of a weight that takes a copy is the old one's whole. What an
 * optimiser keeps of gradients is taken over likewise, its squares by the square. */

#ifndef BASE_FIT_H
#define BASE_FIT_H

#include <stdbool.h>

#include "base/arena.h"

/* Why a tensor begins anew; those from FIT_ANSWER on also why channels cannot grow. */
#define FIT_REASONS(X) \
    X(FINE,     "") \
    X(ABSENT,   "the file has none of that name") \
    X(SHAPE,    "another shape") \
    X(CHANNELS, "the same shape, but of other channels") \
    X(ORDER,    "other layers are joined in front of it") \
    X(FEWER,    "fewer channels than before") \
    X(UNLIKE,   "layers whose channels are one now had unlike numbers of them") \
    X(UNEVEN,   "the mean of a layer or group norm wants each channel as often: a multiple of the old number") \
    X(PARTS,    "the channels are no whole number in each group or pixel, now or before") \
    X(ANSWER,   "what the network answers, or asks, is another thing") \
    X(SOFTMAX,  "softmax weighs a channel against all others") \
    X(LOCAL,    "a local norm weighs a channel against its neighbours") \
    X(LAID_OUT, "maps that are joined are laid out anew behind it") \
    X(MET,      "it meets channels that are laid out otherwise")

typedef enum {
#define X(id, text) FIT_##id,
    FIT_REASONS(X)
#undef X
} FitReason;

const char *fit_reason_text(FitReason reason);

/* Channels that belong together. */
typedef struct {
    int channels;
    int parts;                  /* equal parts, next to each other, that must grow alike */
    bool even;                  /* each old channel must have as many copies as any other */
    FitReason fixed;            /* why their number cannot grow; FIT_FINE: it can */
} ChannelGroup;

/* Channels that lie side by side. */
typedef struct {
    int group;
    int channels;
    int times;                  /* over: of an array that was flattened, once for each pixel */
    int each;                   /* numbers for each: a depthwise convolution's filters */
    int parts;                  /* the group has so many times as many: these are the same part of any of them */
    const char *maker;          /* the layer that they come from */
} ChannelRun;

/* What the rows or the columns of a tensor are. */
typedef struct {
    const ChannelRun *run;
    int runs;
    const long *from;           /* filled: [runs] where the other network's begin */
} Channels;

/* The numbers that a run of the other network had, side by side. */
typedef struct {
    const char *maker;
    long width, times;
} OldRun;

typedef enum { FATE_KEPT, FATE_ADAPTED, FATE_NEW } Fate;

enum { FIT_DIMS = 4 };

/* A tensor of the network, and the other's of the same name. */
typedef struct {
    const char *name;
    int dims, dim[FIT_DIMS];
    int columns;                /* its last dimension, of a depthwise one its last two */
    Channels out;               /* what its columns make */
    Channels in;                /* what its rows take, over and over for each place of the window; no runs: nothing */
    bool turned;                /* of a deconv: its columns take, its rows make */
    bool there;                 /* the other has one */
    int old_dims;
    long old_dim[FIT_DIMS];
    const OldRun *old_run;      /* where the other tells that several runs lie side by side, of either list */
    int old_runs;
    Fate fate;                  /* filled */
    FitReason reason;           /* filled, where it is new */
} FitTensor;

/* The channels of a group, and where they come from. */
typedef struct {
    int channels;
    int old;                    /* how many the other network has; 0: it cannot be taken over as a whole */
    FitReason reason;           /* why not */
    int part, old_part;         /* channels of each part, which all are alike */
    const int *source;          /* [part] the other's channel that each is a copy of */
    const int *next;            /* [part] the next copy of the same one, around to the first; where old is not 0 */
} FitGroup;

/* Fills what is to be filled of each tensor; returns the groups. All is in the arena. */
const FitGroup *fit_tensors(Arena *arena, FitTensor *tensor, int tensors, const ChannelGroup *rule, int groups);

/* The other network's number that one of these channels' is a copy of. */
long fit_source(const Channels *channels, const FitGroup *group, long channel);

/* How many copies of the same one there are, itself included. */
int fit_copies(const Channels *channels, const FitGroup *group, long channel);

/* The share of an old channel's weight that this copy of it gets, of a weight that `key` tells from others. All copies'
 * shares are 1 together; 1 where there is one. */
double fit_share(const Channels *channels, const FitGroup *group, long channel, unsigned long key);

/* How many numbers such channels have, and how many the other network's. */
long fit_width(const Channels *channels);
long fit_old_width(const Channels *channels, const FitGroup *group);

#endif
