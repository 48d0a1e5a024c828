/* choose_view.c - how a view's ops are done. It runs seldom, and for one image: what it has to itself is made
 * with the least code, so that the C compiler takes no longer for it; what a training step or the prediction
 * of an image does, too, is done as there, with the same functions. */

#include "compiler/plan/choose.h"

#include <stdlib.h>
#include <string.h>

/* All that tells which functions do an op's work, of those ops that have tiles. */
typedef struct {
    OpKind kind;
    ActivationKind activation;
    int ins, outs, groups;
    Extent stride, dilation;
    Padding padding;
    int in[2][MOST_DIMS], out[MOST_DIMS];
} Likeness;

static Likeness likeness_of(const Op *op)
{
    Likeness like;
    memset(&like, 0, sizeof like);          /* it is compared byte by byte */
    like.kind = op->kind;
    like.activation = op->activation;
    like.ins = op->ins;
    like.groups = op->groups;
    like.stride = op->stride;
    like.dilation = op->dilation;
    like.padding = op->padding;
    for (int i = 0; i < 2 && i < op->ins; i++)
        memcpy(like.in[i], op->in[i]->dim, sizeof like.in[i]);
    for (int i = 0; i < MOST_OUTS; i++)
        like.outs += op->out[i] != NULL;
    if (op->out[0])
        memcpy(like.out, op->out[0]->dim, sizeof like.out);
    return like;
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(Likeness));
}

typedef struct { Likeness *of; int count, room; } Likenesses;

static Likenesses likenesses(const Plan *plan)
{
    Likenesses all = { 0 };
    for (size_t g = 0; g < sizeof plan->beside / sizeof *plan->beside; g++)
        for (int i = 0; plan->beside[g] && i < plan->beside[g]->ops; i++)
            *arena_push(plan->arena, all.of, all.count, all.room) = likeness_of(plan->beside[g]->op[i]);
    if (all.count)
        qsort(all.of, (size_t)all.count, sizeof *all.of, by_bytes);
    return all;
}

static bool is_shared(const Likenesses *all, const Op *op)
{
    const Likeness like = likeness_of(op);
    return all->count && bsearch(&like, all->of, (size_t)all->count, sizeof *all->of, by_bytes);
}

/* The same processor, with tiles of some sums. */
static const Target *with_small_tiles(const Plan *plan)
{
    Target *target = arena_new(plan->arena, Target);
    *target = *plan->target;
    target->conv_sums = 4;
    target->conv_vectors = target->dense_tile_images = target->dense_tile_vectors = 1;
    target->dense_live_images = target->dense_back_inputs = target->dense_back_vectors = 1;
    return target;
}

void choose_view(Plan *plan, Choose *const rule[OP_COUNT])
{
    const Likenesses all = likenesses(plan);
    const Target *usual = plan->target, *small = with_small_tiles(plan);
    bool direct = plan->direct;
    for (int i = 0; i < plan->graph->ops; i++) {
        const Op *op = plan->graph->op[i];
        bool shared = is_shared(&all, op);
        plan->target = shared ? usual : small;
        plan->direct = direct || !shared;       /* Winograd's transforms are long */
        rule[op->kind](plan, op);
    }
    plan->target = usual;
    plan->direct = direct;
}
