/* functions.c - the code of a generated file: each kernel once for its shapes, a function for every
 * segment, and one for every use that runs the segments in order. */

#include <assert.h>
#include <string.h>

#include "compiler/gen/gen.h"
#include "compiler/gen/instantiate.h"
#include "compiler/gen/kernels.h"
#include "compiler/gen/names.h"

/* A kernel with its numbers: calls that agree in all share one function. */
typedef struct { const char *key, *name; } Instance;

typedef struct {
    FILE *out;
    Arena *arena;
    const Generation *g;
    Instance *instance;
    int instances, room;
    Names names;                /* of the plan at hand */
    int *met, passage;          /* by buffer: the last passage of text that speaks of it; the one at hand */
} Writer;

static const char *kernel_text(const char *file)
{
    for (const KernelText *k = kernel_texts; k->name; k++)
        if (!strcmp(k->name, file))
            return k->text;
    fprintf(stderr, "netc: internal error: no kernel %s\n", file);
    assert(!"a kernel that netc holds");
    return "";
}

/* ---- kernels ---- */

static bool pools(const Call *call)
{
    return !strcmp(call->kernel, "conv_pool");
}

static bool has_after(const Call *call)
{
    return pools(call) || !strcmp(call->kernel, "conv") || !strcmp(call->kernel, "dense_sum");
}

static const char *after_name(Arena *arena, const Call *call)
{
    const char *what = call->bias ? call->relu ? "bias_relu" : "bias" : call->relu ? "relu" : "nothing";
    return arena_printf(arena, "after_%s%s", what, pools(call) ? "_pool" : "");
}

static const char *key_of(Arena *arena, const Call *call)
{
    const char *key = arena_printf(arena, "%s %d%d%d", call->kernel, call->bias, call->relu, call->decays);
    for (int i = 0; i < call->sizes; i++)
        key = arena_printf(arena, "%s %ld", key, call->size[i].value);
    return key;
}

static const char *function_of(Writer *w, const Call *call)
{
    const char *key = key_of(w->arena, call);
    for (int i = 0; i < w->instances; i++)
        if (!strcmp(w->instance[i].key, key))
            return w->instance[i].name;
    return NULL;
}

static bool is_taken(const void *writer, const char *name)
{
    const Writer *w = writer;
    for (int i = 0; i < w->instances; i++)
        if (!strcmp(w->instance[i].name, name))
            return true;
    return false;
}

static const LayerNote *note_of(const Writer *w, const char *layer)
{
    for (int i = 0; i < w->g->layers; i++)
        if (!strcmp(w->g->layer[i].name, layer))
            return &w->g->layer[i];
    return NULL;
}

/* Whose work a function does: the card's line, the op's shapes, what it costs. */
static void put_where(Writer *w, const Call *call)
{
    const Op *op = call->op;
    const LayerNote *note = note_of(w, op->name);
    fprintf(w->out, "/* ---- %s", op->name);
    if (note)
        fprintf(w->out, ", line %d of the card: %s", note->place.line, note->text);
    fprintf(w->out, " ----\n * Part of %s:", op_info[op->kind].word);
    for (int i = 0; i < op->ins; i++)
        fprintf(w->out, " %s", dims_text(w->arena, op->in[i]));
    fprintf(w->out, " ->");
    for (int i = 0; i < MOST_OUTS; i++)
        if (op->out[i])
            fprintf(w->out, " %s", dims_text(w->arena, op->out[i]));
    if (call->multiply_adds)
        fprintf(w->out, "; %.3g million multiply-adds an image", (double)call->multiply_adds / 1e6);
    fprintf(w->out, ". */\n\n");
}

/* Numbers of the card become literals that C reads as floats. */
static const char *literal(Arena *arena, double value)
{
    const char *text = arena_printf(arena, "%.9g", value);
    return arena_printf(arena, strpbrk(text, ".en") ? "%sf" : "%s.0f", text);
}

/* Biases do not decay. */
static const char *update_name(const Writer *w, const Call *call)
{
    return !call->decays && w->g->job->train.decay != 0 ? "update_bias" : "update_step";
}

static const char *size_text(Arena *arena, const Size *size)
{
    return arena_printf(arena, size->value > 2147483647 ? "%ldu" : "%ld", size->value);
}

/* What the file calls its own: no layer's function may take these names. */
static void reserve(Writer *w)
{
    static const char *const own[] = {
        "after_bias_relu", "after_bias", "after_relu", "after_nothing", "after_bias_relu_pool", "after_bias_pool",
        "after_relu_pool", "after_nothing_pool", "update_step", "update_bias", "power", "rates_of", "parameters",
        "layers", "program", "main", "train", "predict", "view",
    };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        *arena_push(w->arena, w->instance, w->instances, w->room) = (Instance){ "", own[i] };
}

static void put_kernel(Writer *w, const Call *call)
{
    Param param[MOST_SIZES + 3];
    int params = 0;
    for (int i = 0; i < call->sizes; i++)
        param[params++] = (Param){ call->size[i].name, size_text(w->arena, &call->size[i]) };
    if (!strcmp(call->kernel, "dropout"))
        param[params++] = (Param){ "SCALE", literal(w->arena, call->scale) };
    if (has_after(call))
        param[params++] = (Param){ "AFTER", after_name(w->arena, call) };
    param[params++] = (Param){ "UPDATE", update_name(w, call) };

    const char *name = identifier(w->arena, call->name);
    for (int i = 2; is_taken(w, name); i++)
        name = arena_printf(w->arena, "%s_%d", identifier(w->arena, call->name), i);
    *arena_push(w->arena, w->instance, w->instances, w->room) = (Instance){ key_of(w->arena, call), name };
    put_where(w, call);
    instantiate(w->out, kernel_text(arena_printf(w->arena, "%s.c", call->kernel)), name, param, params);
    fprintf(w->out, "\n");
}

/* ---- what follows a convolution or a dense sum, and the optimiser's step ---- */

static void put_after(Writer *w, const Call *call)
{
    bool pool = pools(call);
    const char *name = after_name(w->arena, call);
    if (pool)
        fprintf(w->out, "INLINE void %s(vf *v, vi *who, const float *b, int k)\n{\n", name);
    else
        fprintf(w->out, "INLINE vf %s(vf v, const float *b, int k)\n{\n", name);
    if (!call->bias)
        fprintf(w->out, "    (void)b;\n    (void)k;\n");
    if (pool && !call->bias && !call->relu)
        fprintf(w->out, "    (void)v;\n");
    if (pool && !call->relu)
        fprintf(w->out, "    (void)who;\n");
    if (call->bias)
        fprintf(w->out, pool ? "    *v += load(b + k);\n" : "    v += load(b + k);\n");
    if (call->relu && pool)
        fprintf(w->out, "    vi dead = *v <= (vf){0};\n    *who = ipick(dead, isplat(4), *who);\n"
                        "    *v = keep_where(~(*v < (vf){0}), *v);\n");
    else if (call->relu)
        fprintf(w->out, "    v = keep_where(~(v < (vf){0}), v);\n");
    fprintf(w->out, "%s}\n\n", pool ? "" : "    return v;\n");
}

static const Call **all_calls(Writer *w, int *count)
{
    int room = 0;
    const Call **all = NULL;
    *count = 0;
    for (int use = 0; use < USE_COUNT; use++)
        for (int i = 0; i < w->g->plan[use]->calls; i++)
            *arena_push(w->arena, all, *count, room) = w->g->plan[use]->call[i];
    return all;
}

static void put_afters(Writer *w, const Call **call, int calls)
{
    for (int i = 0; i < calls; i++) {
        bool known = !has_after(call[i]);
        for (int k = 0; k < i && !known; k++)
            known = has_after(call[k]) && !strcmp(after_name(w->arena, call[k]), after_name(w->arena, call[i]));
        if (!known)
            put_after(w, call[i]);
    }
}

static void put_step(Writer *w, const char *name, double decay)
{
    const JobTrain *t = &w->g->job->train;
    Arena *a = w->arena;
    bool moves = t->momentum != 0;
    fprintf(w->out, "INLINE void %s(vf *w, vf g, float *s0, float *s1, long at, const Rates *rates)\n{\n", name);
    if (t->optimizer != OPTIMIZER_ADAM)
        fprintf(w->out, t->optimizer == OPTIMIZER_SGD && !moves ? "    (void)s0;\n    (void)s1;\n    (void)at;\n" : "    (void)s1;\n");
    if (decay != 0)
        fprintf(w->out, "    g = decayed(*w, g, %s);\n", literal(a, decay));
    switch (t->optimizer) {
    case OPTIMIZER_SGD:
        if (moves)
            fprintf(w->out, "    sgd_%s(w, g, s0 + at, rates->rate, %s);\n", t->nesterov ? "nesterov" : "momentum", literal(a, t->momentum));
        else
            fprintf(w->out, "    sgd(w, g, rates->rate);\n");
        break;
    case OPTIMIZER_RMSPROP:
        fprintf(w->out, "    rmsprop(w, g, s0 + at, rates->rate, %s, %s);\n", literal(a, 1 - t->rho), literal(a, t->epsilon));
        break;
    default:
        fprintf(w->out, "    adam(w, g, s0 + at, s1 + at, rates->adam_rate, %s, %s, %s);\n", literal(a, 1 - t->beta1),
                literal(a, 1 - t->beta2), literal(a, t->epsilon));
    }
    fprintf(w->out, "}\n\n");
}

/* Biases do not decay. */
static void put_update(Writer *w)
{
    fprintf(w->out, "/* The optimiser's step for one vector of weights with gradient g. */\n");
    put_step(w, "update_step", w->g->job->train.decay);
    if (w->g->job->train.decay != 0)
        put_step(w, "update_bias", 0);
}

/* ---- headers ---- */

/* What the kernels stand on; a header without `kernels` serves all. */
static const struct { const char *header, *kernels; } headers[] = {
    { "vec.h", NULL },
    { "math.h", " sigmoid softmax sigmoid_loss softmax_loss sigmoid_loss_grad softmax_loss_grad softmax_grad " },
    { "random.h", " dropout " },
    { "list.h", " pool_grad_weight pool_grad_input " },
    { "update.h", NULL },
};

static void put_headers(Writer *w, const Call **call, int calls)
{
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        bool needed = !headers[i].kernels;
        for (int k = 0; k < calls && !needed; k++)
            needed = strstr(headers[i].kernels, arena_printf(w->arena, " %s ", call[k]->kernel)) != NULL;
        if (needed)
            fprintf(w->out, "%s\n", kernel_text(headers[i].header));
    }
}

/* ---- segments ---- */

static const char *const element_type[] = { [ELEMENT_FLOAT] = "float", [ELEMENT_INT] = "int32_t", [ELEMENT_BYTE] = "int8_t" };

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

static void put_call(Writer *w, const Call *call, const char *indent)
{
    bool loss = call->op->kind == OP_SIGMOID_LOSS || call->op->kind == OP_SOFTMAX_LOSS;
    fprintf(w->out, "%s%s%s(", indent, loss ? "if (step->target) " : "", function_of(w, call));
    for (int i = 0; i < call->arguments; i++) {
        const Argument *a = &call->argument[i];
        const char *text = a->buffer ? local(w, a->buffer) : a->word;
        if (!a->buffer && !strcmp(text, "n"))
            text = "step->n";
        else if (!a->buffer && !strcmp(text, "rates"))
            text = "&run->rates";
        else if (!a->buffer && !strcmp(text, "seed"))
            text = "step->seed";
        else if (!a->buffer && !strcmp(text, "epoch"))
            text = "step->epoch";
        else if (!a->buffer && !strcmp(text, "position + image"))
            text = "step->position + (uint32_t)image";
        fprintf(w->out, "%s%s", i ? ", " : "", text);
    }
    fprintf(w->out, ");\n");
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
                fprintf(w->out, "    memset(block + %zu + (size_t)shard * %zu, 0, %zu);\n", b->place, b->stride, b->stride);
        }
    fprintf(w->out, "    for (int image = first; image < end; image++) {\n");
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
        if (!call->argument[i].buffer && !strcmp(call->argument[i].word, "task"))
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
    else
        fprintf(w->out, "    (void)worker;\n");
    if (!segment->per_image && segment->calls == 1 && !takes_task(segment->call[0]))
        fprintf(w->out, "    (void)task;\n");
    if (segment->per_image)
        put_image_segment(w, segment);
    else
        put_batch_segment(w, segment);
    fprintf(w->out, "}\n\n");
}

static void put_use(Writer *w, const Plan *plan)
{
    w->names = names_of_plan(w->arena, plan);
    w->met = arena_array(w->arena, int, plan->buffers);
    for (int s = 0; s < plan->segments; s++)
        put_segment(w, plan, s);
    const Graph *graph = plan->graph;
    const Home *answer = &plan->home[graph->output->id];
    fprintf(w->out, "static void %s(Step *step)\n{\n    Run run = { step, rates_of(step->rate, step->update) };\n",
            use_word[graph->use]);
    for (int s = 0; s < plan->segments; s++)
        fprintf(w->out, "    pool_run(step->pool, %s%d, &run, %d);\n", use_word[graph->use], s, segment_tasks(&plan->segment[s]));
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

void generate_functions(FILE *out, const Generation *g)
{
    Writer w = { .out = out, .arena = g->plan[USE_TRAIN]->arena, .g = g };
    int calls;
    const Call **call = all_calls(&w, &calls);
    const JobTrain *t = &g->job->train;

    reserve(&w);
    put_headers(&w, call, calls);
    put_afters(&w, call, calls);
    put_update(&w);
    for (int i = 0; i < calls; i++)
        if (!function_of(&w, call[i]))
            put_kernel(&w, call[i]);

    fprintf(out, "/* ---- the uses: segments between barriers ---- */\n\n"
                 "typedef struct {\n    const Step *step;\n    Rates rates;\n} Run;\n\n"
                 "static double power(double base, uint64_t exponent)\n{\n    double product = 1;\n"
                 "    for (; exponent; exponent >>= 1, base *= base)\n        if (exponent & 1)\n"
                 "            product *= base;\n    return product;\n}\n\n"
                 "static Rates rates_of(double rate, uint64_t update)\n{\n"
                 "    double start = 1 - power(%.17g, update), start_square = 1 - power(%.17g, update);\n"
                 "    return (Rates){ (float)rate, update ? (float)(rate * __builtin_sqrt(start_square) / start) : 0 };\n}\n\n",
            t->beta1, t->beta2);
    for (int use = 0; use < USE_COUNT; use++)
        put_use(&w, g->plan[use]);
}
