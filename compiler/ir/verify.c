/* verify.c - what must hold of a graph after every pass. A breach is our fault, never the user's. */

#include "compiler/ir/ir.h"

#include <stdlib.h>
#include <string.h>

static void breach(const Graph *graph, const char *pass, const Op *op, const char *what)
{
    fprintf(stderr, "netc: internal error: after %s, %s graph: op %s of %s %s\n", pass,
            use_word[graph->use], op_info[op->kind].word, op->name, what);
    abort();
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(Value *const *)a)->name, (*(Value *const *)b)->name);
}

static void verify_names(const Graph *graph, const char *pass)
{
    Value **sorted = arena_array(graph->arena, Value *, graph->values);
    memcpy(sorted, graph->value, (size_t)graph->values * sizeof *sorted);
    qsort(sorted, (size_t)graph->values, sizeof *sorted, by_name);
    for (int i = 1; i < graph->values; i++)
        if (!strcmp(sorted[i - 1]->name, sorted[i]->name))
            breach(graph, pass, sorted[i]->maker, "makes a value whose name is taken");
}

/* An id alone proves nothing: once ops are dropped, another value has the number of one that is gone. */
static void verify_input(const Graph *graph, const char *pass, const Op *op, const Value *in, const bool *made)
{
    if (!in || in->id < 0 || in->id >= graph->values || graph->value[in->id] != in)
        breach(graph, pass, op, "reads what the graph does not hold");
    if (!made[in->id])
        breach(graph, pass, op, "comes before what it needs");
}

static void verify_outputs(const Graph *graph, const char *pass, const Op *op)
{
    Value shape[MOST_OUTS] = { 0 };
    const char *wrong = infer(op, shape);
    if (wrong)
        breach(graph, pass, op, wrong);
    for (int i = 0; i < MOST_OUTS; i++) {
        const Value *out = op->out[i];
        if (!out)
            continue;
        if (i >= op_info[op->kind].outs || out->maker != op)
            breach(graph, pass, op, "has an output that is not its own");
        if (out->id < 0 || out->id >= graph->values || graph->value[out->id] != out)
            breach(graph, pass, op, "has an output that the graph does not list");
        if (out->per_image != shape[i].per_image || out->dims != shape[i].dims
            || memcmp(out->dim, shape[i].dim, (size_t)out->dims * sizeof *out->dim))
            breach(graph, pass, op, "has an output of the wrong shape");
    }
}

/* Every value knows all its readers: as many as there are, and each in the graph. */
static void verify_users(const Graph *graph, const char *pass)
{
    int *readings = arena_array(graph->arena, int, graph->values);
    for (int i = 0; i < graph->ops; i++)
        for (int k = 0; k < graph->op[i]->ins; k++)
            readings[graph->op[i]->in[k]->id]++;
    for (int i = 0; i < graph->values; i++) {
        const Value *value = graph->value[i];
        if (value->users != readings[i])
            breach(graph, pass, value->maker, "makes a value that does not know its readers");
        for (int k = 0; k < value->users; k++)
            if (value->user[k]->place >= graph->ops || graph->op[value->user[k]->place] != value->user[k])
                breach(graph, pass, value->maker, "makes a value with a reader outside the graph");
    }
}

void graph_verify(const Graph *graph, const char *pass)
{
    bool *made = arena_array(graph->arena, bool, graph->values);
    bool predicts = graph->use == USE_PREDICT || graph->use == USE_SINGLE;
    for (int i = 0; i < graph->ops; i++) {
        const Op *op = graph->op[i];
        if (op->place != i)
            breach(graph, pass, op, "stands elsewhere than it says");
        if (predicts && !op_info[op->kind].inference)
            breach(graph, pass, op, "has no part in predicting");
        for (int k = 0; k < op->ins; k++)
            verify_input(graph, pass, op, op->in[k], made);
        verify_outputs(graph, pass, op);
        for (int k = 0; k < MOST_OUTS; k++)
            if (op->out[k])
                made[op->out[k]->id] = true;
    }
    if (!graph->output || !graph->output->per_image || !made[graph->output->id])
        breach(graph, pass, graph->op[0], "leads to no answer");
    verify_names(graph, pass);
    verify_users(graph, pass);
}
