#include "compiler/tools/tensors.h"

#include <string.h>

#include "compiler/pass/pass.h"

static FitTensor tensor_of(const Op *op, const LayerNote *layer)
{
    const Value *w = op->out[0];
    FitTensor tensor = { .name = w->name, .dims = w->dims, .columns = w->dim[w->dims - 1], .out = layer->out };
    for (int d = 0; d < w->dims; d++)
        tensor.dim[d] = w->dim[d];
    if (op->groups) {                                       /* depthwise: [R][S][C][multiplier] */
        tensor.dim[2] = op->groups;
        tensor.dim[3] = w->dim[3] / op->groups;
    }
    if (layer->in.runs && !strcmp(strrchr(w->name, '.'), ".weight")) {
        tensor.in = layer->in;
        tensor.turned = layer->turned;
    }
    return tensor;
}

static bool is_of(const char *tensor, const char *layer)
{
    size_t length = (size_t)(strrchr(tensor, '.') - tensor);
    return strlen(layer) == length && !memcmp(tensor, layer, length);
}

FitTensor *tensors_of(Arena *arena, const Card *card, const Generation *g, int *count)
{
    const Graph *graph = lower(arena, card, USE_PREDICT);
    FitTensor *tensor = arena_array(arena, FitTensor, graph->ops + 1);
    int layer = 0;
    *count = 0;
    for (int i = 0; i < graph->ops; i++) {
        if (graph->op[i]->kind != OP_PARAMETER)
            continue;
        while (!is_of(graph->op[i]->out[0]->name, g->layer[layer].name))
            layer++;
        tensor[(*count)++] = tensor_of(graph->op[i], &g->layer[layer]);
    }
    return tensor;
}
