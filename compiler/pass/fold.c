/* fold.c - a norm by running statistics behind a conv or a dense layer becomes part of its weights and its bias, to
 * predict with: what is left of it is a bias.
 *
 *   conv [, bias], batch_norm       fold of the weights; conv, bias
 *
 * requires: verified graph.  leaves: verified, sorted graph of the same meaning. A graph for training, where weights
 * change, or for viewing, where each layer's value is wanted, stays as it is. */

#include "compiler/pass/pass.h"

#include <string.h>

/* What makes a value that nobody else reads, if it is of that kind. */
static Op *maker_of(const Graph *graph, const Value *value, OpKind kind)
{
    bool alone = value->users == 1 && value != graph->output;
    return alone && value->maker->kind == kind ? value->maker : NULL;
}

static Op *weighted(const Graph *graph, const Value *value)
{
    Op *conv = maker_of(graph, value, OP_CONV);
    return conv ? conv : maker_of(graph, value, OP_DENSE);
}

static void fold_norm(Graph *graph, Op *norm, bool *keep)
{
    Op *bias = maker_of(graph, norm->in[0], OP_BIAS);
    Op *layer = weighted(graph, bias ? bias->in[0] : norm->in[0]);
    if (!layer)
        return;
    Value *in[6] = { layer->in[1] };
    int ins = 1;
    if (bias)
        in[ins++] = bias->in[1];
    const int order[] = { 3, 4, 1, 2 };         /* w, b, mean, variance */
    for (int i = 0; i < 4; i++)
        in[ins++] = norm->in[order[i]];
    Op *fold = graph_op(graph, OP_FOLD, &(Op){ .epsilon = norm->epsilon }, layer->name, layer->span, in, ins);
    fold->out[0]->name = arena_printf(graph->arena, "%s/folded", layer->name);
    fold->out[1]->name = arena_printf(graph->arena, "%s/folded.bias", layer->name);
    graph_read_by(graph, layer, (Value *[]){ layer->in[0], fold->out[0] }, 2);
    layer->out[0]->name = arena_printf(graph->arena, "%s/folded.sum", layer->name);
    graph_read_by(graph, norm, (Value *[]){ layer->out[0], fold->out[1] }, 2);
    norm->kind = OP_BIAS;
    norm->epsilon = 0;
    if (bias) {
        graph_read_by(graph, bias, NULL, 0);
        keep[bias->place] = false;
    }
}

void fold(Graph *graph)
{
    if (graph->use == USE_TRAIN || graph->use == USE_VIEW)
        return;
    int ops = graph->ops;
    bool *keep = arena_array(graph->arena, bool, 2 * ops);      /* no op has more than one fold */
    memset(keep, true, (size_t)(2 * ops) * sizeof *keep);
    for (int i = 0; i < ops; i++)
        if (graph->op[i]->kind == OP_BATCH_NORM)
            fold_norm(graph, graph->op[i], keep);
    graph_keep(graph, keep);
    graph_sort(graph);
}
