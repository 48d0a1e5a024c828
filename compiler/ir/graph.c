/* graph.c - building a graph, finding one's way in it, keeping it in order. */

#include "compiler/ir/ir.h"

#include <assert.h>
#include <string.h>

const OpInfo op_info[OP_COUNT] = {
#define X(id, word, least, most, outs, inference) [OP_##id] = { word, least, most, outs, inference },
#include "compiler/ir/ops.def"
#undef X
};

const char *const use_word[USE_COUNT] = { "train", "predict", "single", "view" };

Graph *graph_new(Arena *arena, UseKind use, const JobTrain *train)
{
    Graph *graph = arena_new(arena, Graph);
    graph->arena = arena;
    graph->use = use;
    graph->train = train;
    return graph;
}

static Value *new_value(Graph *graph, const char *name, Op *maker)
{
    Value *value = arena_new(graph->arena, Value);
    value->id = graph->values;
    value->name = name;
    value->maker = maker;
    *arena_push(graph->arena, graph->value, graph->values, graph->value_room) = value;
    return value;
}

static Op *new_op(Graph *graph, OpKind kind, const Op *like, const char *name, Span span)
{
    Op *op = arena_new(graph->arena, Op);
    if (like)
        *op = *like;
    op->kind = kind;
    op->place = graph->ops;
    op->name = name;
    op->span = span;
    op->in = NULL;
    op->ins = 0;
    memset(op->out, 0, sizeof op->out);
    *arena_push(graph->arena, graph->op, graph->ops, graph->op_room) = op;
    return op;
}

static void add_users(Graph *graph, Op *op)
{
    for (int i = 0; i < op->ins; i++) {
        Value *value = op->in[i];
        *arena_push(graph->arena, value->user, value->users, value->user_room) = op;
    }
}

static void remove_user(Value *value, const Op *op)
{
    int kept = 0;
    for (int i = 0; i < value->users; i++)
        if (value->user[i] != op)
            value->user[kept++] = value->user[i];
    value->users = kept;
}

void graph_read_by(Graph *graph, Op *op, Value *const *in, int ins)
{
    for (int i = 0; i < op->ins; i++)
        remove_user(op->in[i], op);
    op->in = arena_array(graph->arena, Value *, ins);
    for (int i = 0; i < ins; i++)
        op->in[i] = in[i];
    op->ins = ins;
    add_users(graph, op);
}

Op *graph_op(Graph *graph, OpKind kind, const Op *like, const char *name, Span span, Value *const *in, int ins)
{
    Op *op = new_op(graph, kind, like, name, span);
    graph_read_by(graph, op, in, ins);

    Value shape[MOST_OUTS] = { 0 };
    const char *wrong = infer(op, shape);
    assert(!wrong);
    (void)wrong;
    for (int i = 0; i < op_info[kind].outs; i++) {
        if (!shape[i].dims)
            continue;
        Value *value = new_value(graph, i ? arena_printf(graph->arena, "%s.%d", name, i) : name, op);
        value->per_image = shape[i].per_image;
        value->dims = shape[i].dims;
        memcpy(value->dim, shape[i].dim, sizeof value->dim);
        op->out[i] = value;
    }
    return op;
}

Value *graph_leaf(Graph *graph, OpKind kind, const char *name, const char *layer, Span span,
                  bool per_image, int dims, const int *dim)
{
    Op *op = new_op(graph, kind, NULL, layer, span);
    op->out[0] = new_value(graph, name, op);
    op->out[0]->per_image = per_image;
    op->out[0]->dims = dims;
    memcpy(op->out[0]->dim, dim, (size_t)dims * sizeof *dim);
    return op->out[0];
}

void graph_keep(Graph *graph, const bool *keep)
{
    int ops = 0, values = 0;
    for (int i = 0; i < graph->ops; i++)
        if (keep[i])
            graph->op[ops++] = graph->op[i];
    graph->ops = ops;
    for (int i = 0; i < ops; i++) {
        graph->op[i]->place = i;
        for (int k = 0; k < MOST_OUTS; k++)
            if (graph->op[i]->out[k]) {
                graph->op[i]->out[k]->maker = graph->op[i];
                graph->op[i]->out[k]->users = 0;
                graph->op[i]->out[k]->id = values++;
            }
    }
    graph->value = arena_array(graph->arena, Value *, values);
    graph->values = graph->value_room = values;
    for (int i = 0; i < ops; i++)
        for (int k = 0; k < MOST_OUTS; k++)
            if (graph->op[i]->out[k])
                graph->value[graph->op[i]->out[k]->id] = graph->op[i]->out[k];
    for (int i = 0; i < ops; i++)
        add_users(graph, graph->op[i]);
}

/* ---- sorting ---- */

typedef enum { WAITING, ENTERED, PLACED } Mark;

/* An op that waits for what it needs; the next to look at is `user` of input `in`, -1: the input's maker. */
typedef struct { Op *op; int in, user; } Visit;

typedef struct {
    Graph *graph;
    Mark *mark;                 /* by op's old place */
    Op **order;
    int placed;
    int leaves;                 /* ops that were looked at for parameters which come before one */
    Visit *visit;               /* a stack of its own: a chain of ops may be longer than C's is deep */
    int visits, room;
} Sorting;

/* An update overwrites these inputs; all their other readers must have run. */
static bool overwrites(const Op *op, const Value *value)
{
    return takes_place(op->kind)
        && (value->maker->kind == OP_PARAMETER || value->maker->kind == OP_STATE);
}

/* The next op that must stand before this one and does not yet, or NULL. */
static Op *next_needed(const Sorting *s, Visit *v)
{
    for (; v->in < v->op->ins; v->in++, v->user = -1) {
        const Value *value = v->op->in[v->in];
        int users = overwrites(v->op, value) ? value->users : 0;
        for (; v->user < users; v->user++) {
            Op *needed = v->user < 0 ? value->maker : value->user[v->user];
            if (needed != v->op && s->mark[needed->place] != PLACED)
                return needed;
        }
    }
    return NULL;
}

static void enter(Sorting *s, Op *op)
{
    assert(s->mark[op->place] == WAITING);
    s->mark[op->place] = ENTERED;
    *arena_push(s->graph->arena, s->visit, s->visits, s->room) = (Visit){ op, 0, -1 };
}

/* Parameters keep their order, whoever needs them first: all uses of a card count on it. */
static void place_parameters_before(Sorting *s, const Op *op)
{
    for (; s->leaves < op->place; s->leaves++) {
        Op *leaf = s->graph->op[s->leaves];
        if (leaf->kind == OP_PARAMETER && s->mark[leaf->place] == WAITING) {
            s->mark[leaf->place] = PLACED;
            s->order[s->placed++] = leaf;
        }
    }
}

static void place(Sorting *s, Op *op)
{
    enter(s, op);
    while (s->visits) {
        Visit *top = &s->visit[s->visits - 1];
        Op *needed = next_needed(s, top);
        if (needed) {
            enter(s, needed);
            continue;
        }
        if (top->op->kind == OP_PARAMETER)
            place_parameters_before(s, top->op);
        s->mark[top->op->place] = PLACED;
        s->order[s->placed++] = top->op;
        s->visits--;
    }
}

void graph_sort(Graph *graph)
{
    Sorting s = { .graph = graph, .mark = arena_array(graph->arena, Mark, graph->ops),
                  .order = arena_array(graph->arena, Op *, graph->ops) };
    for (int i = 0; i < graph->ops; i++)
        if (s.mark[i] == WAITING)
            place(&s, graph->op[i]);
    graph->op = s.order;
    graph->op_room = graph->ops;
    bool *all = arena_array(graph->arena, bool, graph->ops);
    memset(all, true, (size_t)graph->ops * sizeof *all);
    graph_keep(graph, all);
}

/* ---- finding one's way ---- */

int groups_of(const Op *op)
{
    return op->groups > 1 ? op->groups : 1;
}

bool is_depthwise(const Op *op)
{
    const Value *w = op->kind == OP_CONV_GRAD_WEIGHT ? op->out[0] : op->in[1];
    return groups_of(op) > 1 && w->dim[2] == 1;
}

Shape image_shape(const Value *value)
{
    assert(value->per_image && value->dims == 3);
    return (Shape){ value->dim[0], value->dim[1], value->dim[2] };
}

long value_size(const Value *value)
{
    long size = 1;
    for (int i = 0; i < value->dims; i++)
        size *= value->dim[i];
    return size;
}

Op *value_user(const Value *value, OpKind kind)
{
    for (int i = 0; i < value->users; i++)
        if (value->user[i]->kind == kind)
            return value->user[i];
    return NULL;
}

bool is_update(OpKind kind)
{
    return kind == OP_SGD || kind == OP_RMSPROP || kind == OP_ADAM || kind == OP_ADAMW;
}

bool takes_place(OpKind kind)
{
    return is_update(kind) || kind == OP_DENSE_UPDATE || kind == OP_RUNNING_MEAN;
}

bool is_loss(OpKind kind)
{
    switch (kind) {
    case OP_SIGMOID_LOSS: case OP_SOFTMAX_LOSS: case OP_DICE_LOSS:
    case OP_MSE_LOSS: case OP_MAE_LOSS: case OP_HUBER_LOSS:
        return true;
    default:
        return false;
    }
}

const Op *first_loss(const Graph *graph)
{
    const Op *op = graph->loss->maker;
    while (op->kind == OP_LOSS_SUM)
        op = op->in[0]->maker;
    return op;
}

const char *dims_text(Arena *arena, const Value *value)
{
    const char *text = arena_printf(arena, "%d", value->dim[0]);
    for (int i = 1; i < value->dims; i++)
        text = arena_printf(arena, "%sx%d", text, value->dim[i]);
    return text;
}
