/* graph.c - building a graph, finding one's way in it, keeping it in order. */

#include "compiler/ir/ir.h"

#include <assert.h>
#include <string.h>

const OpInfo op_info[OP_COUNT] = {
#define X(id, word, least, most, outs, inference) [OP_##id] = { word, least, most, outs, inference },
#include "compiler/ir/ops.def"
#undef X
};

const char *const use_word[USE_COUNT] = { "train", "predict", "view" };

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
    op->name = name;
    op->span = span;
    op->ins = 0;
    memset(op->out, 0, sizeof op->out);
    *arena_push(graph->arena, graph->op, graph->ops, graph->op_room) = op;
    return op;
}

Op *graph_op(Graph *graph, OpKind kind, const Op *like, const char *name, Span span, Value *const *in, int ins)
{
    Op *op = new_op(graph, kind, like, name, span);
    op->in = arena_array(graph->arena, Value *, ins);
    memcpy(op->in, in, (size_t)ins * sizeof *in);
    op->ins = ins;

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
    for (int i = 0; i < ops; i++)
        for (int k = 0; k < MOST_OUTS; k++)
            if (graph->op[i]->out[k]) {
                graph->op[i]->out[k]->maker = graph->op[i];
                graph->op[i]->out[k]->id = values++;
            }
    graph->value = arena_array(graph->arena, Value *, values);
    graph->values = graph->value_room = values;
    for (int i = 0; i < ops; i++)
        for (int k = 0; k < MOST_OUTS; k++)
            if (graph->op[i]->out[k])
                graph->value[graph->op[i]->out[k]->id] = graph->op[i]->out[k];
}

/* An update overwrites these inputs; all their other readers must have run. */
static bool overwrites(const Op *op, const Value *value)
{
    if (!is_update(op->kind) && op->kind != OP_DENSE_UPDATE)
        return false;
    for (int i = 0; i < op->ins; i++)
        if (op->in[i] == value)
            return value->maker->kind == OP_PARAMETER || value->maker->kind == OP_STATE;
    return false;
}

typedef enum { WAITING, ENTERED, PLACED } Mark;

typedef struct {
    const Graph *graph;
    Mark *mark;                 /* by op's old place */
    Op **order;
    int placed;
} Sorting;

static int place_of(const Graph *graph, const Op *op)
{
    for (int i = 0; i < graph->ops; i++)
        if (graph->op[i] == op)
            return i;
    assert(!"an op outside its graph");
    return -1;
}

static void place(Sorting *s, int i)
{
    if (s->mark[i] == PLACED)
        return;
    assert(s->mark[i] == WAITING);
    s->mark[i] = ENTERED;
    const Op *op = s->graph->op[i];
    for (int k = 0; k < op->ins; k++) {
        place(s, place_of(s->graph, op->in[k]->maker));
        if (overwrites(op, op->in[k]))
            for (int j = 0; j < s->graph->ops; j++)
                for (int m = 0; j != i && m < s->graph->op[j]->ins; m++)
                    if (s->graph->op[j]->in[m] == op->in[k])
                        place(s, j);
    }
    s->mark[i] = PLACED;
    s->order[s->placed++] = s->graph->op[i];
}

void graph_sort(Graph *graph)
{
    Sorting s = { graph, arena_array(graph->arena, Mark, graph->ops),
                  arena_array(graph->arena, Op *, graph->ops), 0 };
    for (int i = 0; i < graph->ops; i++)
        place(&s, i);
    graph->op = s.order;
    graph->op_room = graph->ops;
    bool *all = arena_array(graph->arena, bool, graph->ops);
    memset(all, true, (size_t)graph->ops * sizeof *all);
    graph_keep(graph, all);
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

int value_users(const Graph *graph, const Value *value)
{
    int users = 0;
    for (int i = 0; i < graph->ops; i++)
        for (int k = 0; k < graph->op[i]->ins; k++)
            users += graph->op[i]->in[k] == value;
    return users;
}

Op *value_user(const Graph *graph, const Value *value, OpKind kind)
{
    for (int i = 0; i < graph->ops; i++)
        for (int k = 0; k < graph->op[i]->ins; k++)
            if (graph->op[i]->kind == kind && graph->op[i]->in[k] == value)
                return graph->op[i];
    return NULL;
}

bool is_update(OpKind kind)
{
    return kind == OP_SGD || kind == OP_RMSPROP || kind == OP_ADAM;
}

const char *dims_text(Arena *arena, const Value *value)
{
    const char *text = arena_printf(arena, "%d", value->dim[0]);
    for (int i = 1; i < value->dims; i++)
        text = arena_printf(arena, "%sx%d", text, value->dim[i]);
    return text;
}
