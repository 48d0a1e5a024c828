#include "compiler/tools/explain.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"

static bool wrote_before(const Plan *plan, int call, const Buffer *buffer)
{
    for (int i = 0; i < call; i++)
        for (int k = 0; k < plan->call[i]->arguments; k++)
            if (plan->call[i]->argument[k].writes && plan->call[i]->argument[k].buffer == buffer)
                return true;
    return false;
}

/* What a layer's forward calls keep of a batch until the backward pass has read it. A pool that is
 * computed with the convolution before it is kept there. */
static long held_by(const Plan *plan, const char *layer)
{
    long bytes = 0;
    for (int i = 0; i < plan->calls; i++) {
        const Call *call = plan->call[i];
        if (!op_info[call->op->kind].inference || strcmp(call->op->name, layer))
            continue;
        for (int k = 0; k < call->arguments; k++) {
            const Buffer *b = call->argument[k].buffer;
            if (b && call->argument[k].writes && b->store == STORE_BATCH && !wrote_before(plan, i, b))
                bytes += (long)b->bytes;
        }
    }
    return bytes;
}

static void print_use(FILE *out, const char *what, const Plan *plan, int threads)
{
    fprintf(out, "%-11s %8.1f MB: a block of %s bytes, and %s for each of %d threads\n", what,
            ((double)plan->bytes + (double)plan->scratch_bytes * threads) / 1e6, grouped_text(plan->arena, (long)plan->bytes),
            grouped_text(plan->arena, (long)plan->scratch_bytes), threads);
}

void explain(FILE *out, const Generation *g)
{
    const Plan *train = g->plan[USE_TRAIN];
    Arena *arena = train->arena;
    long parameters = 0, multiply_adds = 0, held = 0;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    Shape input = g->job->input.shape;
    fprintf(out, "%-12s %-30s %14s %13s %16s %13s\n", "layer", "line", "output", "parameters", "multiply-adds", "bytes held");
    fprintf(out, "%-12s %-30s %14s %13s %16s %13s\n", "input", "", shape_short_text(arena, input), "0", "0", "0");
    for (int i = 0; i < g->layers; i++) {
        const LayerNote *layer = &g->layer[i];
        long kept = held_by(train, layer->name);
        parameters += layer->parameters;
        multiply_adds += layer->multiply_adds;
        held += kept;
        fprintf(out, "%-12s %-30s %14s %13s %16s %13s\n", layer->name, layer->text, shape_short_text(arena, layer->shape),
                grouped_text(arena, layer->parameters), grouped_text(arena, layer->multiply_adds), grouped_text(arena, kept));
    }
    fprintf(out, "%-12s %-30s %14s %13s %16s %13s\n\n", "total", "", "", grouped_text(arena, parameters),
            grouped_text(arena, multiply_adds), grouped_text(arena, held));
    fprintf(out, "Multiply-adds are those of one picture, forward; bytes held those of a batch of %d, until its gradient is known.\n",
            train->batch);
    fprintf(out, "Made for %s.\n\n", train->target->name);
    print_use(out, "training", train, (int)processors);
    print_use(out, "predicting", g->plan[USE_PREDICT], (int)processors);
}
