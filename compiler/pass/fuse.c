/* fuse.c - chains of ops that one kernel does in one go become one op:
 *
 *   conv, bias, relu, max_pool 2x2      conv_pool, and its whole backward chain conv_pool_grad
 *   conv, bias, relu                    conv_block
 *   dense, bias, relu                   dense_block
 *   dense_grad_weight, an update        dense_update, with dense_grad_input where there is one
 *
 * requires: verified graph.  leaves: verified, sorted graph of the same meaning. Only values with no
 * other reader disappear; a graph for viewing keeps the value that ends each layer. */

#include "compiler/pass/pass.h"

#include <assert.h>
#include <string.h>

typedef struct {
    Graph *graph;
    bool *keep;                 /* by op's place */
} Fusion;

/* A dropped op reads nothing any more. */
static void drop(Fusion *f, Op *op)
{
    for (int i = 0; i < f->graph->ops; i++)
        if (f->graph->op[i] == op)
            f->keep[i] = false;
    op->ins = 0;
}

static void set_inputs(Fusion *f, Op *op, Value *a, Value *b, Value *c, Value *d)
{
    Value *in[] = { a, b, c, d };
    op->in = arena_array(f->graph->arena, Value *, 4);
    op->ins = 0;
    for (int i = 0; i < 4; i++)
        if (in[i])
            op->in[op->ins++] = in[i];
}

/* The op of that kind that is the only reader of a value, if it may swallow the value. */
static Op *only_user(const Fusion *f, const Value *value, OpKind kind)
{
    if (value == f->graph->output || value_users(f->graph, value) != 1)
        return NULL;
    Op *user = value_user(f->graph, value, kind);
    bool hides = f->graph->use == USE_VIEW && user && user->name != value->maker->name;
    return hides ? NULL : user;
}

/* A conv or dense op and what follows it. */
typedef struct {
    Op *first, *bias, *relu;
    Value *end;
} Chain;

static Chain chain_from(const Fusion *f, Op *first)
{
    Chain chain = { .first = first, .end = first->out[0] };
    if ((chain.bias = only_user(f, chain.end, OP_BIAS)))
        chain.end = chain.bias->out[0];
    if ((chain.relu = only_user(f, chain.end, OP_RELU)))
        chain.end = chain.relu->out[0];
    return chain;
}

/* Makes `op`, which may be the last of the chain or what follows it, do the work of all. */
static void swallow(Fusion *f, const Chain *chain, Op *op, OpKind kind)
{
    Op *links[] = { chain->first, chain->bias, chain->relu };
    for (int i = 0; i < 3; i++)
        if (links[i] && links[i] != op)
            drop(f, links[i]);
    Op *first = chain->first;
    op->stride = first->stride;
    op->dilation = first->dilation;
    op->name = first->name;
    op->span = first->span;
    op->relu = chain->relu != NULL;
    set_inputs(f, op, first->in[0], first->in[1], chain->bias ? chain->bias->in[1] : NULL, NULL);
    op->window = (Extent){ 0 };
    op->kind = kind;
}

/* The backward ops that belong to a chain with a pool, all of them or none. */
typedef struct {
    Op *pool, *relu, *bias, *weight, *input;
} Backward;

static bool has_backward(const Fusion *f, const Chain *chain, const Op *pool, Backward *b)
{
    *b = (Backward){ .pool = value_user(f->graph, pool->out[1], OP_MAX_POOL_GRAD) };
    if (!b->pool)
        return false;
    const Value *dy = b->pool->out[0];
    if (chain->relu) {
        b->relu = only_user(f, dy, OP_RELU_GRAD);
        if (!b->relu)
            return false;
        dy = b->relu->out[0];
    }
    b->bias = value_user(f->graph, dy, OP_BIAS_GRAD);
    b->weight = value_user(f->graph, dy, OP_CONV_GRAD_WEIGHT);
    b->input = value_user(f->graph, dy, OP_CONV_GRAD_INPUT);
    int known = (b->bias != NULL) + (b->weight != NULL) + (b->input != NULL);
    return b->weight && value_users(f->graph, dy) == known;
}

static bool is_pool_2x2(const Op *op)
{
    const Padding *p = &op->padding;
    return op->window.h == 2 && op->window.w == 2 && op->stride.h == 2 && op->stride.w == 2
        && !p->top && !p->bottom && !p->left && !p->right;
}

static void give(Op *op, int i, Op *from)
{
    op->out[i] = from ? from->out[0] : NULL;
    if (from)
        op->out[i]->maker = op;
}

/* In training the end of the chain has two readers, the pool and the relu's gradient. */
static Op *pool_of(const Fusion *f, Chain *chain, Backward *backward, bool *training)
{
    Op *pool = value_user(f->graph, chain->end, OP_MAX_POOL);
    if (!pool || chain->end == f->graph->output || f->graph->use == USE_VIEW || !is_pool_2x2(pool))
        return NULL;
    if (chain->first->dilation.h != 1 || chain->first->dilation.w != 1)
        return NULL;
    *training = has_backward(f, chain, pool, backward);
    if (!*training && value_users(f->graph, pool->out[1]))
        return NULL;            /* its gradient stays a max_pool's, and so must it */
    int readers = 1 + (*training && chain->relu);
    return value_users(f->graph, chain->end) == readers ? pool : NULL;
}

static void fuse_backward(Fusion *f, const Op *forward, const Backward *b)
{
    Op *links[] = { b->relu, b->bias, b->weight, b->input };
    for (int i = 0; i < 4; i++)
        if (links[i])
            drop(f, links[i]);
    Op *op = b->pool;
    set_inputs(f, op, forward->in[0], forward->in[1], forward->out[1], op->in[1]);
    *op = (Op){ .kind = OP_CONV_POOL_GRAD, .name = forward->name, .span = forward->span, .in = op->in,
                .ins = op->ins, .stride = forward->stride, .dilation = forward->dilation };
    give(op, 0, b->weight);
    give(op, 1, b->bias);
    give(op, 2, b->input);
}

static void fuse_conv(Fusion *f, Op *conv)
{
    Chain chain = chain_from(f, conv);
    Backward backward = { 0 };
    bool training = false;
    Op *pool = pool_of(f, &chain, &backward, &training);
    if (pool) {
        swallow(f, &chain, pool, OP_CONV_POOL);
        if (training)
            fuse_backward(f, pool, &backward);
        return;
    }
    swallow(f, &chain, chain.end->maker, OP_CONV_BLOCK);
}

static void fuse_update(Fusion *f, Op *weight)
{
    Op *update = NULL;
    for (int i = 0; i < f->graph->ops && !update; i++)
        if (is_update(f->graph->op[i]->kind) && f->graph->op[i]->in[1] == weight->out[0])
            update = f->graph->op[i];
    if (!update || value_users(f->graph, weight->out[0]) != 1)
        return;
    Value *x = weight->in[0], *dy = weight->in[1], *w = update->in[0], **old = update->in;
    Op *input = NULL;
    for (int i = 0; i < f->graph->ops && !input; i++) {
        Op *op = f->graph->op[i];
        if (op->kind == OP_DENSE_GRAD_INPUT && op->in[0] == dy && op->in[1] == w)
            input = op;
    }
    Value *state[2] = { update->ins > 2 ? old[2] : NULL, update->ins > 3 ? old[3] : NULL };
    Value *made[2] = { update->out[1], update->out[2] };
    update->update = update->kind;
    update->kind = OP_DENSE_UPDATE;
    update->in = arena_array(f->graph->arena, Value *, 5);
    update->ins = 0;
    Value *in[] = { x, w, dy, state[0], state[1] };
    for (int i = 0; i < 5; i++)
        if (in[i])
            update->in[update->ins++] = in[i];
    give(update, 1, input);
    update->out[2] = made[0];
    update->out[3] = made[1];
    drop(f, weight);
    if (input)
        drop(f, input);
}

void fuse(Graph *graph)
{
    Fusion f = { graph, arena_array(graph->arena, bool, graph->ops) };
    memset(f.keep, true, (size_t)graph->ops * sizeof *f.keep);
    for (int i = 0; i < graph->ops; i++) {
        Op *op = graph->op[i];
        if (!f.keep[i])
            continue;
        if (op->kind == OP_CONV)
            fuse_conv(&f, op);
        else if (op->kind == OP_DENSE) {
            Chain chain = chain_from(&f, op);
            swallow(&f, &chain, chain.end->maker, OP_DENSE_BLOCK);
        } else if (op->kind == OP_DENSE_GRAD_WEIGHT)
            fuse_update(&f, op);
    }
    graph_keep(graph, f.keep);
    graph_sort(graph);
}
