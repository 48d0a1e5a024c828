/* plan.c - the plan's parts in their order, and its text for --dump=plan. */

#include "compiler/plan/plan.h"

#include "base/text.h"

Plan *plan_graph(const Graph *graph, PlanOrder order)
{
    Plan *plan = arena_new(graph->arena, Plan);
    *plan = (Plan){ .graph = graph, .target = order.target, .arena = graph->arena, .batch = order.batch,
                    .direct = order.direct, .picker = order.picker, .beside = { order.beside[0], order.beside[1] } };
    plan->home = arena_array(plan->arena, Home, graph->values);
    plan_join(plan);
    plan_choose(plan);
    if (plan->too_large)
        return plan;
    plan_segment(plan);
    plan_place(plan, order.least);
    plan_cost(plan);
    return plan;
}

static const char *const store_word[] = {
    [STORE_INPUT] = "input", [STORE_TARGET] = "target", [STORE_PARAMETER] = "parameter", [STORE_STATE] = "state",
    [STORE_TABLE] = "table", [STORE_BATCH] = "batch", [STORE_SHARD] = "shard", [STORE_SCRATCH] = "scratch",
};

static const char *const handed_word[] = {
#define X(id, word, text) word,
    HANDED(X)
#undef X
};

static void print_call(FILE *out, const Call *call)
{
    fprintf(out, "    %s = %s", call->name, call->kernel);
    if (!call->per_image)
        fprintf(out, ", %d task%s", call->tasks, plural(call->tasks));
    fprintf(out, ":");
    for (int i = 0; i < call->sizes; i++)
        fprintf(out, " %s=%ld", call->size[i].name, call->size[i].value);
    for (int i = 0; i < call->factors; i++)
        fprintf(out, " %s=%.9g", call->factor[i].name, call->factor[i].value);
    const char *activation = call->activation ? activation_info[call->activation].word : "";
    fprintf(out, "%s%s%s\n       ", call->bias ? ", bias" : "", *activation ? ", " : "", activation);
    for (int i = 0; i < call->arguments; i++) {
        const Argument *a = &call->argument[i];
        fprintf(out, " %s%s", a->buffer ? a->buffer->name : handed_word[a->handed], a->writes ? "!" : "");
    }
    fprintf(out, "\n");
}

void plan_print(FILE *out, const Plan *plan)
{
    fprintf(out, "plan %s for %s, batch %d: block %zu bytes, scratch %zu bytes a worker\n",
            use_word[plan->graph->use], plan->target->name, plan->batch, plan->bytes, plan->scratch_bytes);
    for (int s = 0; s < plan->segments; s++) {
        fprintf(out, "segment %d, of %s\n", s, plan->segment[s].per_image ? "images" : "the batch");
        for (int i = 0; i < plan->segment[s].calls; i++)
            print_call(out, plan->segment[s].call[i]);
    }
    for (int i = 0; i < plan->buffers; i++) {
        const Buffer *b = plan->buffer[i];
        if (b->first >= 0)
            fprintf(out, "%-9s %10zu + %9zu bytes, %d to %d: %s\n", store_word[b->store], b->place, b->bytes,
                    b->first, b->last, b->name);
    }
}
