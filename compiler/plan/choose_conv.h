/* choose_conv.h - a convolution as its ways see it: choose_conv.c has the direct one, choose_winograd.c the
 * other, and choose_conv_grad.c makes one of a gradient. choose_depthwise.c has the ops of which each channel is on its
 * own. */

#ifndef PLAN_CHOOSE_CONV_H
#define PLAN_CHOOSE_CONV_H

#include "compiler/plan/choose.h"

/* The channels of an op's map or table by its groups: `each` of them in a group, which kernels see as `wide`, whole
 * vectors. Where these differ, kernels work on copies with zeros between the groups; else on map and table themselves. */
typedef struct { int groups, each, wide; } Groups;

/* What lies in regroup.c. spread_* makes a copy, to be read; wide_* the place of one, to be written, and gather_* puts
 * what is there into the map or the table. */
Groups  groups_in(const Plan *plan, const Op *op, int channels);
Buffer *spread_map(Plan *plan, const Op *op, const char *suffix, const Value *map, Groups g);
Buffer *wide_map(Plan *plan, const Op *op, const char *suffix, const Value *map, Groups g);
void    gather_map(Plan *plan, const Op *op, const char *suffix, Buffer *wide, const Value *map, Groups g);
Buffer *spread_table(Plan *plan, const Op *op, const char *suffix, const Value *table, Groups g);
Buffer *wide_table(Plan *plan, const Op *op, const char *suffix, const Value *table, Groups g);
void    gather_table(Plan *plan, const Op *op, const char *suffix, Buffer *wide, const Value *table, Groups g);

/* x [..][w][xs], of which c channels count for each group, to y [p][q][ks], by a window of taps. Where a pool follows, p
 * and q are what it leaves. */
typedef struct {
    const Op *op;               /* whose work it is part of */
    const char *suffix;         /* of the call */
    Buffer *x;
    int w, xs, c;
    int groups;                 /* of y's ks channels; the weights' blocks lie within them */
    const int *window;          /* its height and width */
    Extent step, dilation;
    Buffer *bias;               /* or NULL */
    ActivationKind activation;
    bool pool;
    Buffer *y, *winner;         /* the winner may be NULL */
    int p, q, ks, ys;           /* ys: from pixel to pixel of y, which may be a part of a wider map */
} Convolution;

/* Vectors of output channels in a tile: as the target has it, where they divide the channels. */
int channel_vectors(const Plan *plan, int padded);

/* Positions in a tile of a row of so many, `each` of which takes as many sums for a vector: the accumulators
 * leave room for the weights and one pixel. */
int positions(const Plan *plan, int columns, int vectors, int each);

/* A kernel's row of s taps is one run of floats where pixels are dense and next to each other. */
typedef struct { int runs, run; } Runs;
Runs runs_of(int s, int c, int pixel, int dilation);

/* The sizes that tell of x, whose rows have w pixels, and of how a window goes over it. */
void conv_sizes(Call *call, int w, int pixel, const int *window, Runs runs, Extent step, Extent dilation);

/* A window of one pixel, a step of one: a product of matrices, whose rows of pixels need not end where the map's do. */
bool is_matrix_product(const Op *op, const int *window);

/* Such a convolution over one long row, but where threads share its rows. */
void join_rows(const Plan *plan, Convolution *c);

/* Tiles of some positions by some vectors of channels: the target's own, and others that fit the
 * registers. */
Picked tile_of(const Plan *plan, const Convolution *c);

/* The call that does it as it is written. The weights lie in blocks of so many vectors as the tile has. */
void call_direct(Plan *plan, const Convolution *c, Buffer *weight, Picked tile);

/* What the call that does an op's products is called after its layer. */
static inline const char *work_suffix(const Op *op)
{
    return op->kind == OP_CONV_GRAD_INPUT || op->kind == OP_DECONV_GRAD_INPUT ? "grad_input" : "forward";
}

/* Of ops that are is_depthwise. */
void choose_depthwise(Plan *plan, const Op *op);
void choose_depthwise_grad_input(Plan *plan, const Op *op);
void choose_depthwise_grad_weight(Plan *plan, const Op *op);

/* True where Winograd's F(4x4,3x3) can do it, and in less time. */
bool winograd_wins(const Plan *plan, const Convolution *c);

/* The calls that do it so. A tap's weights lie `step` floats from one input channel to the next, and `next` floats
 * from one vector of output channels to the next. */
void call_winograd(Plan *plan, const Convolution *c, Buffer *weight, long step, long next);

/* What a call makes, and what follows the sum. */
static inline void writes_winner(Call *call, const Convolution *c)
{
    argument(call, (Argument){ .buffer = c->winner, .writes = c->winner != NULL });
}

static inline void writes_results(Call *call, const Convolution *c)
{
    writes(call, c->y);
    call->after = c->pool ? AFTER_POOL : AFTER_SUM;
    call->bias = c->bias != NULL;
    call->activation = c->activation;
}

#endif
