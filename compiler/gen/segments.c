/* segments.c - a function for every segment of a plan, and one for the use that runs them in order. */

#include "compiler/gen/writer.h"

static const char *const element_type[] = {
#define X(name, type, bytes) [ELEMENT_##name] = type,
    ELEMENTS(X)
#undef X
};

static void put_pointer(Writer *w, const Buffer *b, bool per_image)
{
    const char *type = element_type[b->element];
    switch (b->store) {
    case STORE_INPUT:
        fprintf(w->out, per_image ? "(float *)step->input + (size_t)image * %ld" : "(float *)step->input", b->count);
        break;
    case STORE_TARGET:
        fprintf(w->out, per_image ? "(int32_t *)step->target + image" : "(int32_t *)step->target");
        break;
    case STORE_SCRATCH:
        fprintf(w->out, "(%s *)(scratch + %zu)", type, b->place);
        break;
    case STORE_BATCH: case STORE_SHARD:
        if (per_image) {
            fprintf(w->out, "(%s *)(block + %zu + (size_t)%s * %zu)", type, b->place,
                    b->store == STORE_BATCH ? "image" : "shard", b->stride);
            break;
        }
        /* fall through */
    default:
        fprintf(w->out, "(%s *)(block + %zu)", type, b->place);
    }
}

/* From here on no buffer has been met. */
static void forget(Writer *w)
{
    w->passage++;
}

/* True the first time. */
static bool meets(Writer *w, const Buffer *buffer)
{
    bool met = w->met[buffer->number] == w->passage;
    w->met[buffer->number] = w->passage;
    return !met;
}

static const char *local(Writer *w, const Buffer *buffer)
{
    return name_of(&w->names, buffer, is_taken, w);
}

static const char *const handed_text[] = {
#define X(id, word, text) text,
    HANDED(X)
#undef X
};

/* Where the share of a task begins. */
static void put_share(FILE *out, const Call *call, const char *task)
{
    fprintf(out, "%s * %d / %d", task, call->rows.rows, call->tasks);
    if (call->rows.each > 1)
        fprintf(out, " * %d", call->rows.each);
}

static void put_from(FILE *out, const Call *call)
{
    if (call->per_image)
        fprintf(out, "0");
    else
        put_share(out, call, "task");
}

static void put_to(FILE *out, const Call *call)
{
    const Rows *rows = &call->rows;
    if (call->per_image) {
        fprintf(out, "%d", rows->all);
        return;
    }
    if (rows->rows * rows->each != rows->all)
        fprintf(out, "task == %d ? %d : ", call->tasks - 1, rows->all);
    put_share(out, call, "(task + 1)");
}

static void put_argument(Writer *w, const Call *call, const Argument *a)
{
    if (a->buffer)
        fprintf(w->out, "%s", local(w, a->buffer));
    else if (a->handed == HANDED_FROM)
        put_from(w->out, call);
    else if (a->handed == HANDED_TO)
        put_to(w->out, call);
    else
        fprintf(w->out, "%s", handed_text[a->handed]);
    if (a->number)
        fprintf(w->out, " + %d", a->number);
}

/* Behind each call, a profile's lap. */
static void put_call(Writer *w, const Call *call, const char *indent)
{
    bool loss = call->op->kind == OP_SIGMOID_LOSS || call->op->kind == OP_SOFTMAX_LOSS;
    fprintf(w->out, "%s%s%s(", indent, loss ? "if (step->target) " : "", function_of(w, call));
    for (int i = 0; i < call->arguments; i++) {
        fprintf(w->out, "%s", i ? ", " : "");
        put_argument(w, call, &call->argument[i]);
    }
    fprintf(w->out, ");\n%slap(step, worker, %d);\n", indent, w->laps++);
}

static void declare(Writer *w, const Call *call, bool per_image, const char *indent)
{
    for (int i = 0; i < call->arguments; i++) {
        const Buffer *b = call->argument[i].buffer;
        if (!b || !meets(w, b))
            continue;
        fprintf(w->out, "%s%s *%s = ", indent, element_type[b->element], local(w, b));
        put_pointer(w, b, per_image);
        fprintf(w->out, ";\n");
    }
}

static void put_image_segment(Writer *w, const Segment *segment)
{
    forget(w);
    fprintf(w->out, "    int first = (shard * step->n + %d) / %d, end = ((shard + 1) * step->n + %d) / %d;\n",
            SHARDS - 1, SHARDS, SHARDS - 1, SHARDS);
    for (int i = 0; i < segment->calls; i++)
        for (int k = 0; k < segment->call[i]->arguments; k++) {
            const Buffer *b = segment->call[i]->argument[k].buffer;
            if (b && b->store == STORE_SHARD && meets(w, b))
                fprintf(w->out, "    memset(block + %zu + (size_t)shard * %zu, 0, %zu);\n", b->place, b->stride,
                        b->stride);
        }
    fprintf(w->out, "    lap_begin(step, worker);\n    for (int image = first; image < end; image++) {\n");
    forget(w);
    for (int i = 0; i < segment->calls; i++) {
        declare(w, segment->call[i], true, "        ");
        put_call(w, segment->call[i], "        ");
    }
    fprintf(w->out, "    }\n");
}

static int segment_tasks(const Segment *segment)
{
    int tasks = 0;
    for (int i = 0; i < segment->calls; i++)
        tasks += segment->call[i]->tasks;
    return segment->per_image ? SHARDS : tasks;
}

/* Tasks are numbered through all calls of a segment. */
static void put_batch_segment(Writer *w, const Segment *segment)
{
    fprintf(w->out, "    lap_begin(step, worker);\n");
    for (int i = 0; i < segment->calls; i++) {
        const Call *call = segment->call[i];
        bool last = i + 1 == segment->calls;
        forget(w);
        if (!last)
            fprintf(w->out, "    if (task < %d) {\n", call->tasks);
        declare(w, call, false, last ? "    " : "        ");
        put_call(w, call, last ? "    " : "        ");
        if (!last)
            fprintf(w->out, "        return;\n    }\n    task -= %d;\n", call->tasks);
    }
}

static bool takes_task(const Call *call)
{
    for (int i = 0; i < call->arguments; i++)
        if (!call->argument[i].buffer
            && (call->argument[i].handed == HANDED_TASK || call->argument[i].handed == HANDED_FROM))
            return true;
    return false;
}

static bool uses_scratch(const Segment *segment)
{
    for (int i = 0; i < segment->calls; i++)
        for (int k = 0; k < segment->call[i]->arguments; k++)
            if (segment->call[i]->argument[k].buffer && segment->call[i]->argument[k].buffer->store == STORE_SCRATCH)
                return true;
    return false;
}

static void put_segment(Writer *w, const Plan *plan, int number)
{
    const Segment *segment = &plan->segment[number];
    fprintf(w->out, "/* %s\n *", segment->per_image ? "One image after another through:" : "The batch, cut in tasks:");
    for (int i = 0; i < segment->calls; i++)
        fprintf(w->out, "%s %s", i && i % 4 == 0 ? "\n *" : "", identifier(w->arena, segment->call[i]->name));
    fprintf(w->out, " */\n");
    fprintf(w->out, "static void %s%d(void *context, int %s, int worker)\n{\n", use_word[plan->graph->use], number,
            segment->per_image ? "shard" : "task");
    fprintf(w->out, "    const Run *run = context;\n    const Step *step = run->step;\n    char *block = step->block;\n");
    if (uses_scratch(segment))
        fprintf(w->out, "    char *scratch = step->scratch + (size_t)worker * step->scratch_bytes;\n");
    if (!segment->per_image && segment->calls == 1 && !takes_task(segment->call[0]))
        fprintf(w->out, "    (void)task;\n");
    if (segment->per_image)
        put_image_segment(w, segment);
    else
        put_batch_segment(w, segment);
    fprintf(w->out, "}\n\n");
}

void put_use(Writer *w, const Plan *plan)
{
    w->laps = 0;
    w->names = names_of_plan(w->arena, plan);
    w->met = arena_array(w->arena, int, plan->buffers);
    for (int s = 0; s < plan->segments; s++)
        put_segment(w, plan, s);
    const Graph *graph = plan->graph;
    const Home *answer = &plan->home[graph->output->id];
    fprintf(w->out, "static void %s(Step *step)\n{\n", use_word[graph->use]);
    if (graph->use == USE_PREDICT)
        fprintf(w->out, "    if (step->n == 1 && !step->laps) {\n        single(step);\n        return;\n    }\n");
    fprintf(w->out, "    Run run = { step, rates_of(step->rate, step->update) };\n");
    for (int s = 0; s < plan->segments; s++) {
        if (s == 0 && plan->prepares)
            fprintf(w->out, "    if (step->prepared != %d)\n    ", graph->use);
        fprintf(w->out, "    pool_run(step->pool, %s%d, &run, %d);\n", use_word[graph->use], s,
                segment_tasks(&plan->segment[s]));
    }
    if (graph->use != USE_TRAIN)
        fprintf(w->out, "    step->prepared = %d;\n", plan->prepares ? (int)graph->use : 0);
    fprintf(w->out, "    step->output = (const float *)(step->block + %zu);\n", answer->buffer->place);
    if (graph->loss) {
        const Buffer *loss = plan->home[graph->loss->id].buffer, *right = plan->home[graph->right->id].buffer;
        fprintf(w->out, "    step->loss = 0;\n    step->correct = 0;\n"
                        "    for (int image = 0; step->target && image < step->n; image++) {\n"
                        "        step->loss += (double)*(float *)(step->block + %zu + (size_t)image * %zu) / step->n;\n"
                        "        step->correct += *(int32_t *)(step->block + %zu + (size_t)image * %zu);\n    }\n",
                loss->place, loss->stride, right->place, right->stride);
    }
    fprintf(w->out, "}\n\n");
}

