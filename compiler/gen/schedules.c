/* schedules.c - a function for every use, which holds the use's schedule: its arrays, its calls, its segments. */

#include <string.h>

#include "compiler/gen/writer.h"

enum { COLUMNS = 108 };         /* where a line of names ends */

static const char *local(Writer *w, const Buffer *buffer)
{
    return name_of(&w->names, buffer, is_taken, w);
}

/* Names one after another, in lines that begin with `indent`; the first line has `column` letters already. */
static void put_names(Writer *w, const char *const *name, int names, int column, const char *indent)
{
    for (int i = 0; i < names; i++) {
        int length = (int)strlen(name[i]) + 2;
        bool full = column + length > COLUMNS;
        if (i)
            fprintf(w->out, full ? ",\n%s" : ", ", indent);
        else if (full)
            fprintf(w->out, "\n%s", indent);
        fprintf(w->out, "%s", name[i]);
        column = (full ? (int)strlen(indent) : column) + length;
    }
}

/* ---- arrays ---- */

/* The caller's images lie without a gap. */
static void put_base(Writer *w, const Buffer *b)
{
    switch (b->store) {
    case STORE_INPUT: case STORE_TARGET:
        fprintf(w->out, "%s, .image = %zu", b->store == STORE_INPUT ? "IN_INPUT" : "IN_TARGET",
                (size_t)b->count * element_bytes(b->element));
        break;
    case STORE_SCRATCH:
        fprintf(w->out, "IN_SCRATCH, .place = %zu", b->place);
        break;
    case STORE_BATCH: case STORE_SHARD:
        fprintf(w->out, "IN_BLOCK, .place = %zu, .%s = %zu", b->place, b->store == STORE_BATCH ? "image" : "shard", b->stride);
        break;
    default:
        fprintf(w->out, "IN_BLOCK, .place = %zu", b->place);
    }
}

/* True the first time. */
static bool meets(bool *met, const Buffer *buffer)
{
    bool before = met[buffer->number];
    met[buffer->number] = true;
    return !before;
}

/* The buffers that calls take, in the order in which they are first met. */
static int collect(Writer *w, const Plan *plan, const Buffer **buffer)
{
    bool *met = arena_array(w->arena, bool, plan->buffers);
    int count = 0;
    for (int s = 0; s < plan->segments; s++)
        for (int i = 0; i < plan->segment[s].calls; i++)
            for (int k = 0; k < plan->segment[s].call[i]->arguments; k++) {
                const Buffer *b = plan->segment[s].call[i]->argument[k].buffer;
                if (b && meets(met, b))
                    buffer[count++] = b;
            }
    return count;
}

static void put_arrays(Writer *w, const Plan *plan)
{
    const Buffer **buffer = arena_array(w->arena, const Buffer *, plan->buffers);
    int count = collect(w, plan, buffer);
    const char **name = arena_array(w->arena, const char *, count);
    for (int i = 0; i < count; i++)
        name[i] = local(w, buffer[i]);
    fprintf(w->out, "    enum {\n        nothing,\n        ");
    put_names(w, name, count, 8, "        ");
    fprintf(w->out, "\n    };\n    static const ArrayRow array[] = {\n");
    for (int i = 0; i < count; i++) {
        fprintf(w->out, "        [%s] = { ", local(w, buffer[i]));
        put_base(w, buffer[i]);
        fprintf(w->out, " },\n");
    }
    fprintf(w->out, "    };\n");
}

/* ---- calls ---- */

static bool takes_share(const Argument *a)
{
    return !a->buffer && (a->handed == HANDED_FROM || a->handed == HANDED_TO);
}

/* By number of a value, that of the parameter that it is: as the program's table has them, and all uses. */
static int *number_parameters(Writer *w, const Graph *graph)
{
    int *number = arena_array(w->arena, int, graph->values), count = 0;
    for (int i = 0; i < graph->ops; i++)
        if (graph->op[i]->kind == OP_PARAMETER)
            number[graph->op[i]->out[0]->id] = count++;
    return number;
}

/* `parameter` is by number_parameters. */
static void put_call(Writer *w, const Call *call, const int *parameter)
{
    bool shares = false;
    const Value *updated = updated_by(call);
    int number = updated && corrects(call->train) ? parameter[updated->id] : 0, arrays = 0;
    const char *name[MOST_ARGS];
    for (int i = 0; i < call->arguments; i++) {
        const Argument *a = &call->argument[i];
        if (takes_array(a))
            name[arrays++] = a->buffer ? local(w, a->buffer) : "nothing";
        shares |= takes_share(a);
        number += a->number;
    }
    const char *head = arena_printf(w->arena, "        { %s_turn", function_of(w, call));
    if (!call->per_image)
        head = arena_printf(w->arena, "%s, .tasks = %d", head, call->tasks);
    if (shares)
        head = arena_printf(w->arena, "%s, .share = { %d, %d, %d }", head, call->rows.all, call->rows.rows,
                            call->rows.each);
    if (number)
        head = arena_printf(w->arena, "%s, .number = %d", head, number);
    fprintf(w->out, "%s, .array = { ", head);
    put_names(w, name, arrays, (int)strlen(head) + 13, "          ");
    fprintf(w->out, " } },\n");
}

static void put_calls(Writer *w, const Plan *plan)
{
    const int *parameter = number_parameters(w, plan->graph);
    fprintf(w->out, "    static const ScheduleRow call[] = {\n");
    for (int s = 0; s < plan->segments; s++) {
        fprintf(w->out, "        /* %s */\n", plan->segment[s].per_image ? "one image after another"
                                                                          : "the batch, cut in tasks");
        for (int i = 0; i < plan->segment[s].calls; i++)
            put_call(w, plan->segment[s].call[i], parameter);
    }
    fprintf(w->out, "    };\n    static const SegmentRow segment[] = {");
    for (int s = 0; s < plan->segments; s++)
        fprintf(w->out, "%s{ %s, %d },", s % 4 == 0 ? "\n        " : " ",
                plan->segment[s].per_image ? "OF_IMAGES" : "OF_BATCH", plan->segment[s].calls);
    fprintf(w->out, "\n    };\n    static const Schedule schedule = { array, call, segment, %d, %d };\n", plan->segments,
            SHARDS);
}

/* ---- the whole ---- */

/* By which a run knows what it finds prepared. */
static int number_of(const Writer *w, const Plan *plan)
{
    for (int i = 0; i < w->g->others; i++)
        if (w->g->other[i] == plan)
            return USE_COUNT + i;
    return (int)plan->graph->use;
}

/* What changes from one step to the next; returns what it is called there. */
static const char *put_rates_of_use(Writer *w, const Plan *plan)
{
    const JobTrain *train = plan->graph->train;
    int parameters = 0;
    for (int i = 0; i < plan->graph->ops; i++)
        parameters += plan->graph->op[i]->kind == OP_PARAMETER;
    if (plan->graph->use != USE_TRAIN)
        return "NULL";
    if (!corrects(train)) {
        fprintf(w->out, "    const Rates rates = { .rate = (float)step->rate };\n\n");
        return "&rates";
    }
    fprintf(w->out, "    Rates rates[%d];\n    for (int i = 0; i < %d; i++)\n"
                    "        rates[i] = rates_of(step, i, %.17g, %.17g);\n\n", parameters, parameters, train->beta1, train->beta2);
    return "rates";
}

/* What the first segments have prepared holds for as long as the weights do. */
static void put_run(Writer *w, const Plan *plan)
{
    int use = number_of(w, plan);
    const char *rates = put_rates_of_use(w, plan);
    fprintf(w->out, "    schedule_run(&schedule, step, %s, ", rates);
    if (plan->prepares > 1)
        fprintf(w->out, "step->prepared == %d ? %d : 0);\n", use, plan->prepares);
    else if (plan->prepares)
        fprintf(w->out, "step->prepared == %d);\n", use);
    else
        fprintf(w->out, "0);\n");
    if (plan->graph->use != USE_TRAIN)
        fprintf(w->out, "    step->prepared = %d;\n", plan->prepares ? use : 0);
}

static void put_answer(Writer *w, const Plan *plan)
{
    const Graph *graph = plan->graph;
    fprintf(w->out, "    step->output = (const float *)(step->block + %zu);\n", plan->home[graph->output->id].buffer->place);
    for (int i = 0; i < graph->ops; i++)
        if (graph->op[i]->kind == OP_CLIP)
            fprintf(w->out, "    step->shortened = *(const float *)(step->block + %zu);\n",
                    plan->home[graph->op[i]->out[0]->id].buffer->place);
    if (!graph->loss)
        return;
    const Buffer *loss = plan->home[graph->loss->id].buffer;
    const Buffer *right = graph->right ? plan->home[graph->right->id].buffer : NULL;
    fprintf(w->out, "    step->loss = 0;\n    step->correct = 0;\n"
                    "    for (int image = 0; step->target && image < step->n; image++) {\n"
                    "        step->loss += (double)*(float *)(step->block + %zu + (size_t)image * %zu) / step->n;\n",
            loss->place, loss->stride);
    if (right)
        fprintf(w->out, "        step->correct += *(%s *)(step->block + %zu + (size_t)image * %zu);\n",
                right->element == ELEMENT_INT ? "int32_t" : "float", right->place, right->stride);
    fprintf(w->out, "    }\n");
}

void put_use(Writer *w, const Plan *plan)
{
    w->names = names_of_plan(w->arena, plan);
    fprintf(w->out, "static void %s(Step *step)\n{\n", use_name(w->g, plan));
    put_arrays(w, plan);
    put_calls(w, plan);
    if (plan == w->g->plan[USE_PREDICT])
        fprintf(w->out, "    if (step->n == 1 && !step->laps) {\n        single(step);\n        return;\n    }\n");
    put_run(w, plan);
    put_answer(w, plan);
    fprintf(w->out, "}\n\n");
}
