/* choose_conv.h - a convolution as its ways see it: choose_conv.c has the direct one, choose_winograd.c the other. */

#ifndef PLAN_CHOOSE_CONV_H
#define PLAN_CHOOSE_CONV_H

#include "compiler/plan/choose.h"

/* x [..][w][xs], of which c channels count, to y [p][q][ks], by a window of taps. Where a pool follows, p and q are
 * what it leaves. */
typedef struct {
    const Op *op;               /* whose work it is part of */
    const char *suffix;         /* of the call */
    Buffer *x;
    int w, xs, c;
    const int *window;          /* its height and width */
    Extent step, dilation;
    Buffer *bias;               /* or NULL */
    bool relu;
    bool pool;
    Buffer *y, *winner;         /* the winner may be NULL */
    int p, q, ks;
} Convolution;

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
    call->relu = c->relu;
}

#endif
