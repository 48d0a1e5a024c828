/* dead.c - drops the ops whose outputs nothing uses. One that nobody reads of several stays.
 * requires: verified graph.  leaves: every op leads to the answer, the loss, an update or a view's last gradient. */

#include "compiler/pass/pass.h"

#include <string.h>

static bool is_root(const Graph *graph, const Op *op)
{
    if (takes_place(op->kind))
        return true;
    for (int i = 0; i < MOST_OUTS; i++) {
        const Value *out = op->out[i];
        if (out && (out == graph->output || out == graph->loss || out == graph->right || out == graph->input_gradient))
            return true;
    }
    return false;
}

void dead(Graph *graph)
{
    bool *live = arena_array(graph->arena, bool, graph->ops);
    bool *read = arena_array(graph->arena, bool, graph->values);
    for (int i = graph->ops - 1; i >= 0; i--) {
        const Op *op = graph->op[i];
        live[i] = is_root(graph, op);
        for (int k = 0; k < MOST_OUTS; k++)
            live[i] |= op->out[k] && read[op->out[k]->id];
        for (int k = 0; live[i] && k < op->ins; k++)
            read[op->in[k]->id] = true;
    }
    graph_keep(graph, live);
}
