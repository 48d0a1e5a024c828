/* fuse.c - chains of ops that one kernel does in one go become one op:
 *
 *   conv, bias, relu, max_pool 2x2      conv_pool, and its whole backward chain conv_pool_grad
 *   conv, bias, activation              conv_block
 *   deconv, bias, activation            deconv_block
 *   conv_grad_input, crop               conv_grad_input
 *   pad, conv_grad_weight               conv_grad_weight, beside the pad
 *   pad, depthwise conv                 conv, likewise
 *   dense, bias, activation             dense_block
 *   batch_norm, add, activation         batch_norm_block, and where nothing is added its gradients with relu's
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
    f->keep[op->place] = false;
    graph_read_by(f->graph, op, NULL, 0);
}

/* Those of the inputs that there are. */
static void set_inputs(Fusion *f, Op *op, Value *const *wanted, int count)
{
    Value *in[8];
    int ins = 0;
    for (int i = 0; i < count; i++)
        if (wanted[i])
            in[ins++] = wanted[i];
    graph_read_by(f->graph, op, in, ins);
}

/* The op of that kind that is the only reader of a value, if it may swallow the value. */
static Op *only_user(const Fusion *f, const Value *value, OpKind kind)
{
    if (value == f->graph->output || value->users != 1)
        return NULL;
    Op *user = value_user(value, kind);
    bool hides = f->graph->use == USE_VIEW && user && user->name != value->maker->name;
    return hides ? NULL : user;
}

/* A conv or dense op and what follows it. */
typedef struct {
    Op *first, *bias, *activation;
    Value *end;
} Chain;

/* What may follow each sum before it is stored: relu, or another that is as cheap. */
static Op *activation_behind(const Fusion *f, const Value *value)
{
    Op *relu = only_user(f, value, OP_RELU), *other = only_user(f, value, OP_ACTIVATION);
    return relu ? relu : other && activation_info[other->activation].after ? other : NULL;
}

static ActivationKind activation_of(const Chain *chain)
{
    const Op *op = chain->activation;
    return !op ? ACTIVATION_NONE : op->kind == OP_RELU ? ACTIVATION_RELU : op->activation;
}

static Chain chain_from(const Fusion *f, Op *first)
{
    Chain chain = { .first = first, .end = first->out[0] };
    if ((chain.bias = only_user(f, chain.end, OP_BIAS)))
        chain.end = chain.bias->out[0];
    if ((chain.activation = activation_behind(f, chain.end)))
        chain.end = chain.activation->out[0];
    return chain;
}

/* Makes `op`, which may be the last of the chain or what follows it, do the work of all. */
static void swallow(Fusion *f, const Chain *chain, Op *op, OpKind kind)
{
    Op *links[] = { chain->first, chain->bias, chain->activation }, *first = chain->first;
    Value *in[] = { first->in[0], first->in[1], chain->bias ? chain->bias->in[1] : NULL };
    for (int i = 0; i < 3; i++)
        if (links[i] && links[i] != op)
            drop(f, links[i]);
    set_inputs(f, op, in, 3);
    op->stride = first->stride;
    op->dilation = first->dilation;
    op->padding = first->padding;
    op->groups = first->groups;
    op->shape = first->shape;
    op->name = first->name;
    op->span = first->span;
    op->activation = activation_of(chain);
    op->rate = chain->activation ? chain->activation->rate : 0;
    op->window = (Extent){ 0 };
    op->kind = kind;
}

/* The backward ops that belong to a chain with a pool, all of them or none. */
typedef struct {
    Op *pool, *relu, *bias, *weight, *input;
} Backward;

static bool has_backward(const Fusion *f, const Chain *chain, const Op *pool, Backward *b)
{
    *b = (Backward){ .pool = value_user(pool->out[1], OP_MAX_POOL_GRAD) };
    if (!b->pool)
        return false;
    const Value *dy = b->pool->out[0];
    if (chain->activation) {
        b->relu = only_user(f, dy, OP_RELU_GRAD);
        if (!b->relu)
            return false;
        dy = b->relu->out[0];
    }
    b->bias = value_user(dy, OP_BIAS_GRAD);
    b->weight = value_user(dy, OP_CONV_GRAD_WEIGHT);
    b->input = value_user(dy, OP_CONV_GRAD_INPUT);
    int known = (b->bias != NULL) + (b->weight != NULL) + (b->input != NULL);
    return b->weight && dy->users == known;
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
    Op *pool = value_user(chain->end, OP_MAX_POOL);
    if (!pool || chain->end == f->graph->output || f->graph->use == USE_VIEW || !is_pool_2x2(pool))
        return NULL;
    if (chain->first->dilation.h != 1 || chain->first->dilation.w != 1 || groups_of(chain->first) > 1)
        return NULL;
    if (chain->activation && chain->activation->kind != OP_RELU)
        return NULL;
    *training = has_backward(f, chain, pool, backward);
    if (!*training && pool->out[1]->users)
        return NULL;            /* its gradient stays a max_pool's, and so must it */
    int readers = 1 + (*training && chain->activation);
    return chain->end->users == readers ? pool : NULL;
}

static void fuse_backward(Fusion *f, const Op *forward, const Backward *b)
{
    Op *links[] = { b->relu, b->bias, b->weight, b->input };
    for (int i = 0; i < 4; i++)
        if (links[i])
            drop(f, links[i]);
    Op *op = b->pool;
    set_inputs(f, op, (Value *[]){ forward->in[0], forward->in[1], forward->out[1], op->in[1] }, 4);
    *op = (Op){ .kind = OP_CONV_POOL_GRAD, .place = op->place, .name = forward->name, .span = forward->span,
                .in = op->in, .ins = op->ins, .stride = forward->stride, .dilation = forward->dilation };
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

/* What would be cut off again is not made. */
static void fuse_crop(Fusion *f, Op *gradient)
{
    Op *crop = only_user(f, gradient->out[0], OP_CROP);
    if (!crop)
        return;
    gradient->padding = crop->padding;
    gradient->shape = image_shape(crop->out[0]);
    give(gradient, 0, crop);
    drop(f, crop);
}

/* Zeros add nothing, so the backward pass and depthwise convolutions need no padded copy. But of a picture, which
 * has few channels, a whole row of the window is taken at once, where none of its taps may be missing. */
static void fuse_pad(Fusion *f, Op *op)
{
    const Op *pad = op->in[0]->maker;
    if (pad->kind != OP_PAD || (pad->in[0]->maker->kind == OP_INPUT && !is_depthwise(op)))
        return;
    op->padding = pad->padding;
    graph_read_by(f->graph, op, (Value *[]){ pad->in[0], op->in[1] }, 2);
}

/* ---- batch norm ---- */

/* The sum of a norm and something else. */
static Op *sum_behind(const Fusion *f, const Value *value)
{
    Op *add = only_user(f, value, OP_ADD);
    return add && add->ins == 2 ? add : NULL;
}

static void fuse_norm(Fusion *f, Op *norm)
{
    Value *y = norm->out[0];
    Op *add = sum_behind(f, y), *activation = activation_behind(f, add ? add->out[0] : y);
    Op *end = activation ? activation : add ? add : norm;
    Chain chain = { .activation = activation };
    Value *in[] = { norm->in[0], norm->in[1], norm->in[2], norm->in[3], norm->in[4],
                    add ? add->in[add->in[0] == y] : NULL };
    if (norm != end)
        drop(f, norm);
    if (add && add != end)
        drop(f, add);
    set_inputs(f, end, in, 6);
    end->name = norm->name;
    end->span = norm->span;
    end->epsilon = norm->epsilon;
    end->activation = activation_of(&chain);
    end->rate = activation ? activation->rate : 0;
    end->kind = OP_BATCH_NORM_BLOCK;
}

/* The gradient of a relu that is part of a norm which adds nothing: what was cut off shows again by the norm's own
 * numbers, so its result need not be read. */
static Op *relu_grad_of(const Value *dy, const Value *x)
{
    Op *bend = dy->maker;
    bool relu = bend->kind == OP_RELU_GRAD
             || (bend->kind == OP_ACTIVATION_GRAD && bend->activation == ACTIVATION_RELU6);
    const Op *norm = relu ? bend->in[0]->maker : NULL;
    return norm && norm->kind == OP_BATCH_NORM_BLOCK && norm->ins == 5 && norm->in[0] == x ? bend : NULL;
}

static void fuse_norm_grad(Fusion *f, Op *weight)
{
    Value *dz = weight->in[3];
    Op *bend = relu_grad_of(dz, weight->in[0]), *input = value_user(dz, OP_BATCH_NORM_GRAD_INPUT);
    if (!bend || dz->users != 1 + (input != NULL))
        return;
    const Op *norm = bend->in[0]->maker;
    Value *dy = bend->in[1], *w = norm->in[3], *b = norm->in[4];
    ActivationKind kind = bend->kind == OP_RELU_GRAD ? ACTIVATION_RELU : bend->activation;
    set_inputs(f, weight, (Value *[]){ weight->in[0], weight->in[1], weight->in[2], dy, w, b }, 6);
    weight->activation = kind;
    if (input) {
        set_inputs(f, input, (Value *[]){ input->in[0], input->in[1], input->in[2], w, dy, input->in[5], input->in[6], b }, 8);
        input->activation = kind;
    }
    drop(f, bend);
}

static Op *update_with(const Value *gradient)
{
    const Op *user = gradient->users == 1 ? gradient->user[0] : NULL;
    return user && is_update(user->kind) && user->in[1] == gradient ? gradient->user[0] : NULL;
}

static Op *grad_input_of(const Value *dy, const Value *w)
{
    for (int i = 0; i < dy->users; i++)
        if (dy->user[i]->kind == OP_DENSE_GRAD_INPUT && dy->user[i]->in[0] == dy && dy->user[i]->in[1] == w)
            return dy->user[i];
    return NULL;
}

static void fuse_update(Fusion *f, Op *weight)
{
    Op *update = update_with(weight->out[0]);
    if (!update)
        return;
    Value *x = weight->in[0], *dy = weight->in[1], *w = update->in[0];
    Value *state[2] = { update->ins > 2 ? update->in[2] : NULL, update->ins > 3 ? update->in[3] : NULL };
    Value *made[2] = { update->out[1], update->out[2] };
    Op *input = grad_input_of(dy, w);
    update->update = update->kind;
    update->kind = OP_DENSE_UPDATE;
    set_inputs(f, update, (Value *[]){ x, w, dy, state[0], state[1] }, 5);
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
        if (op->kind == OP_CONV && is_depthwise(op))
            fuse_pad(&f, op);
        if (op->kind == OP_CONV)
            fuse_conv(&f, op);
        else if (op->kind == OP_CONV_GRAD_INPUT)
            fuse_crop(&f, op);
        else if (op->kind == OP_CONV_GRAD_WEIGHT)
            fuse_pad(&f, op);
        else if (op->kind == OP_BATCH_NORM)
            fuse_norm(&f, op);
        else if (op->kind == OP_BATCH_NORM_GRAD_WEIGHT)
            fuse_norm_grad(&f, op);
        else if (op->kind == OP_DENSE || op->kind == OP_DECONV) {
            Chain chain = chain_from(&f, op);
            swallow(&f, &chain, chain.end->maker, op->kind == OP_DENSE ? OP_DENSE_BLOCK : OP_DECONV_BLOCK);
        } else if (op->kind == OP_DENSE_GRAD_WEIGHT)
            fuse_update(&f, op);
    }
    graph_keep(graph, f.keep);
    graph_sort(graph);
}
