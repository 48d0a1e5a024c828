/* program.c - the generated file from its first line to its last: the head, the code, the tables that
 * the runtime drives, main. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "compiler/gen/gen.h"

/* What runtime/network/program.h calls PROGRAM_VERSION: the compiler includes nothing of the runtime. */
enum { PROGRAM_FORMAT = 8 };

/* A plan, and its graph's values by name. */
typedef struct {
    const Plan *plan;
    Value **value;
} Index;

static int by_name(const void *a, const void *b)
{
    return strcmp((*(Value *const *)a)->name, (*(Value *const *)b)->name);
}

static Index index_of(const Plan *plan)
{
    const Graph *graph = plan->graph;
    Index index = { plan, arena_array(plan->arena, Value *, graph->values) };
    memcpy(index.value, graph->value, (size_t)graph->values * sizeof *index.value);
    qsort(index.value, (size_t)graph->values, sizeof *index.value, by_name);
    return index;
}

/* NULL where no value has the name. */
static const Value *value_of(const Index *index, const char *name)
{
    const Value wanted = { .name = name }, *key = &wanted;
    Value **found = bsearch(&key, index->value, (size_t)index->plan->graph->values, sizeof *found, by_name);
    return found ? *found : NULL;
}

/* ---- the phases' uses ---- */

static PhasePlans plans_of(const Generation *g, int phase)
{
    return g->phases ? g->phase[phase] : (PhasePlans){ g->plan[USE_TRAIN], g->plan[USE_PREDICT] };
}

static int phases_of(const Generation *g)
{
    return g->phases ? g->phases : 1;
}

const char *use_name(const Generation *g, const Plan *plan)
{
    for (int i = 0; i < g->others; i++)
        if (g->other[i] == plan)
            return arena_printf(plan->arena, "%s_%d", use_word[plan->graph->use], i + 2);
    return use_word[plan->graph->use];
}

size_t average_place(const Generation *g)
{
    size_t place = 0;
    bool wanted = false;
    for (int i = 0; i < g->job->phases; i++)
        wanted |= g->job->phase[i].ema != 0;
    for (int i = 0; i < phases_of(g); i++) {
        size_t trains = plans_of(g, i).train->bytes, predicts = plans_of(g, i).predict->bytes;
        place = trains > place ? trains : place;
        place = predicts > place ? predicts : place;
    }
    return wanted ? (size_t)round_up((long)place, 64) : 0;
}

/* ---- parameters and their states ---- */

/* The map that a dense layer sees flattened, with what keeps the order of values between; else 0. */
static Shape flattened(const Value *w)
{
    const Value *x = NULL;
    for (int i = 0; i < w->users; i++) {
        OpKind kind = w->user[i]->kind;
        if ((kind == OP_DENSE || kind == OP_DENSE_BLOCK) && w->user[i]->in[1] == w)
            x = w->user[i]->in[0];
    }
    while (x && x->maker->ins && x->maker->kind != OP_RESHAPE && image_shape(x).h * image_shape(x).w == 1 &&
           value_size(x) == value_size(x->maker->in[0]) && x->maker->kind != OP_DENSE && x->maker->kind != OP_DENSE_BLOCK &&
           x->maker->in[0]->per_image)
        x = x->maker->in[0];
    bool flat = x && x->maker->kind == OP_RESHAPE && shape_is_vector(image_shape(x));
    Shape from = flat ? image_shape(x->maker->in[0]) : (Shape){ 0 };
    return from.h * from.w > 1 ? from : (Shape){ 0 };
}

/* The rows of states that a training keeps; what else lies there is told by no op. */
static int rows_of(const Plan *plan)
{
    int rows = 0;
    for (int i = 0; i < plan->graph->ops; i++) {
        const Op *op = plan->graph->op[i];
        if (op->kind == OP_STATE && plan->home[op->out[0]->id].buffer->row >= rows)
            rows = plan->home[op->out[0]->id].buffer->row + 1;
    }
    return rows;
}

/* What a row is called: "momentum". */
static const char *row_name(const Plan *plan, int row)
{
    for (int i = 0; i < plan->graph->ops; i++) {
        const Op *op = plan->graph->op[i];
        if (op->kind == OP_STATE && plan->home[op->out[0]->id].buffer->row == row)
            return strrchr(op->out[0]->name, '.') + 1;
    }
    return NULL;
}

/* True where the plan changes the parameter of that name. */
static bool is_learned(const Plan *plan, const char *name)
{
    for (int i = 0; i < plan->graph->ops; i++) {
        const Op *op = plan->graph->op[i];
        if (is_update(op->kind) && !strcmp(op->in[0]->name, name))
            return true;
        if (op->kind == OP_DENSE_UPDATE && !strcmp(op->in[1]->name, name))
            return true;
    }
    return false;
}

/* As many as any phase keeps, where one lets it learn: all phases know the same places. */
static void put_states(FILE *out, const Generation *g, const Value *w)
{
    const Plan *first = plans_of(g, 0).train;
    size_t place = first->home[w->id].buffer->place;
    int states = 0;
    bool learns = false;
    for (int i = 0; i < phases_of(g); i++) {
        const Plan *plan = plans_of(g, i).train;
        learns = learns || is_learned(plan, w->name);
        states = rows_of(plan) > states ? rows_of(plan) : states;
    }
    for (int row = 0; learns && row < states; row++)
        fprintf(out, " .state[%d] = %zu,", row, first->states + (size_t)row * first->parameter_bytes + place);
    fprintf(out, " .states = %d", learns ? states : 0);
}

/* As files have it. A depthwise convolution's weight is [R][S][C][multiplier] there, and here [R][S][1][C*multiplier]:
 * the same numbers in the same order. */
static void put_dims(FILE *out, const Op *op)
{
    const Value *w = op->out[0];
    fprintf(out, ", .dims = %d, .dim = { ", w->dims);
    if (op->groups)
        fprintf(out, "%d, %d, %d, %d }", w->dim[0], w->dim[1], op->groups, w->dim[3] / op->groups);
    else
        for (int i = 0; i < w->dims; i++)
            fprintf(out, "%d%s", w->dim[i], i + 1 < w->dims ? ", " : " }");
}

/* "conv1.weight" and "conv1.bias" are of conv1. */
static bool is_of(const char *tensor, const char *layer)
{
    size_t length = strlen(layer);
    return !strncmp(tensor, layer, length) && tensor[length] == '.' && !strchr(tensor + length + 1, '.');
}

static void put_run_table(FILE *out, Channels channels)
{
    for (int i = 0; i < channels.runs; i++) {
        const ChannelRun *run = &channels.run[i];
        fprintf(out, " { %d, %d, %d, %d, %d, ", run->group, run->channels, run->times, run->each, run->parts);
        put_string(out, run->maker);
        fprintf(out, " },");
    }
}

static void put_groups(FILE *out, const Generation *g)
{
    static const char *const fixed[] = {
#define X(id, text) [FIT_##id] = "FIT_" #id,
        FIT_REASONS(X)
#undef X
    };
    fprintf(out, "/* Groups of channels, for a warm start: how many, in how many parts, whether all as often, and why they cannot "
                 "grow. */\nstatic const ChannelGroup groups[] = {\n");
    for (int i = 0; i < g->groups; i++)
        fprintf(out, "    { %d, %d, %d, %s },\n", g->group[i].channels, g->group[i].parts, g->group[i].even,
                fixed[g->group[i].fixed]);
    fprintf(out, "};\n\n");
}

/* Of each layer with tensors, what its sums take, then what it makes. */
static void put_runs(FILE *out, const Generation *g)
{
    const Graph *graph = g->plan[USE_TRAIN]->graph;
    int layer = 0, last = -1;
    fprintf(out, "/* Channels that lie side by side: their group, how many, how often, numbers for each, what part of the "
                 "group. */\nstatic const ChannelRun runs[] = {\n");
    for (int i = 0; i < graph->ops; i++) {
        const Op *op = graph->op[i];
        if (op->kind != OP_PARAMETER)
            continue;
        while (!is_of(op->out[0]->name, g->layer[layer].name))
            layer++;
        if (layer != last) {
            fprintf(out, "   ");
            put_run_table(out, g->layer[layer].in);
            put_run_table(out, g->layer[layer].out);
            fprintf(out, "\n");
        }
        last = layer;
    }
    fprintf(out, "};\n\n");
}

/* `run` is where its layer's begin. */
static void put_channels(FILE *out, const LayerNote *layer, const char *tensor, int run)
{
    bool takes = layer->in.runs && !strcmp(strrchr(tensor, '.'), ".weight");
    fprintf(out, ",\n      .out = { .run = &runs[%d], .runs = %d }", run + layer->in.runs, layer->out.runs);
    if (takes)
        fprintf(out, ", .in = { .run = &runs[%d], .runs = %d }", run, layer->in.runs);
    if (takes && layer->turned)
        fprintf(out, ", .turned = 1");
}

static void put_parameter(FILE *out, const Generation *g, const Op *op, const LayerNote *layer, int run)
{
    const Plan *plan = g->plan[USE_TRAIN];
    const Value *w = op->out[0];
    const Home *home = &plan->home[w->id];
    int columns = w->dim[w->dims - 1];
    fprintf(out, "    { .name = ");
    put_string(out, w->name);
    put_dims(out, op);
    fprintf(out, ", .rows = %ld, .columns = %d,\n", value_size(w) / columns, columns);
    fprintf(out, "      .tile_rows = %d, .tile_columns = %d, .floats = %ld, .place = %zu,\n", home->tile.rows,
            home->tile.columns, home->buffer->count, home->buffer->place);
    fprintf(out, "      .limit = %.17g, .deviation = %.17g,\n     ", op->start.limit, op->start.deviation);
    Shape from = flattened(w);
    if (from.c)
        fprintf(out, " .flattened = { %d, %d, %d },", from.h, from.w, from.c);
    if (op->start.value != 0)
        fprintf(out, " .value = %.17g,", op->start.value);
    if (op->untrained)
        fprintf(out, " .untrained = 1,");
    put_states(out, g, w);
    put_channels(out, layer, w->name, run);
    fprintf(out, " },\n");
}

static int put_parameters(FILE *out, const Generation *g)
{
    const Plan *plan = g->plan[USE_TRAIN];
    int count = 0, layer = 0, run = 0, last = -1;
    put_groups(out, g);
    put_runs(out, g);
    fprintf(out, "static const Parameter parameters[] = {\n");
    for (int i = 0; i < plan->graph->ops; i++)
        if (plan->graph->op[i]->kind == OP_PARAMETER) {
            while (!is_of(plan->graph->op[i]->out[0]->name, g->layer[layer].name))
                layer++;
            if (last >= 0 && layer != last)
                run += g->layer[last].in.runs + g->layer[last].out.runs;
            last = layer;
            put_parameter(out, g, plan->graph->op[i], &g->layer[layer], run);
            count++;
        }
    fprintf(out, "};\n\n");
    return count;
}

/* "{ 4096, 16 }": where a value lies in a view, and how far from pixel to pixel. Nothing has a stride of 0, and what
 * the caller holds is no part of the block. */
static void put_view(FILE *out, const Plan *plan, const Value *value)
{
    const Home *home = value ? &plan->home[value->id] : NULL;
    if (home && home->buffer->store != STORE_INPUT)
        fprintf(out, "{ %zu, %d }", home->buffer->place, home->stride);
    else
        fprintf(out, "{ 0, 0 }");
}

static void put_layers(FILE *out, const Generation *g)
{
    const Plan *plan = g->plan[USE_VIEW];
    const Index view = index_of(plan);
    fprintf(out, "static const LayerRow layers[] = {\n");
    for (int i = 0; i < g->layers; i++) {
        const LayerNote *layer = &g->layer[i];
        const Value *value = value_of(&view, layer->shows);
        fprintf(out, "    { .name = ");
        put_string(out, layer->name);
        fprintf(out, ", .text = ");
        put_string(out, layer->text);
        fprintf(out, ", .shape = { %d, %d, %d },\n", layer->shape.h, layer->shape.w, layer->shape.c);
        fprintf(out, "      .parameters = %ld, .multiply_adds = %ld,\n      ", layer->parameters,
                layer->multiply_adds);
        put_place(out, &layer->place);
        if (layer->untrained)
            fprintf(out, ", .untrained = %ld", layer->untrained);
        fprintf(out, ",\n      .value = ");
        put_view(out, plan, value);
        fprintf(out, ", .gradient = ");
        put_view(out, plan, value ? value->gradient : NULL);
        fprintf(out, ", .is_conv = %d },\n", layer->is_conv);
    }
    fprintf(out, "};\n\n");
}

/* The model as people look at it. */
static void put_boxes(FILE *out, const GraphView *view)
{
    fprintf(out, "/* The model as it is drawn: what each box takes, by their numbers. */\nstatic const Box boxes[] = {\n");
    for (const Box *box = view->box; box < view->box + view->boxes; box++) {
        fprintf(out, "    { .name = ");
        put_string(out, box->name);
        fprintf(out, ", .text = ");
        put_string(out, box->text);
        fprintf(out, ", .shape = { %d, %d, %d },\n      .parameters = %ld, .multiply_adds = %ld, .first = %d, .layers = %d",
                box->shape.h, box->shape.w, box->shape.c, box->parameters, box->multiply_adds, box->first, box->layers);
        for (int i = 0; i < box->inputs; i++)
            fprintf(out, "%s %d", i ? "," : ", .input = (int[]){", box->input[i]);
        fprintf(out, box->inputs ? " }, .inputs = %d },\n" : " },\n", box->inputs);
    }
    fprintf(out, "};\n\n");
}

static void put_graph(FILE *out, const GraphView *view)
{
    fprintf(out, "    .graph = { .name = ");
    put_string(out, view->name);
    fprintf(out, ", .box = boxes, .boxes = %d, .chain = %d },\n", view->boxes, view->chain);
}

/* In the order of their laps. */
static void put_calls(FILE *out, const Generation *g, const Plan *plan)
{
    fprintf(out, "static const CallRow %s_calls[] = {\n", use_name(g, plan));
    for (int s = 0; s < plan->segments; s++)
        for (int i = 0; i < plan->segment[s].calls; i++) {
            const Call *call = plan->segment[s].call[i];
            fprintf(out, "    { \"%s\", \"%s\", \"%s\", %ld, %ld, %ld, %ld },\n", call->name, call->op->name,
                    call->cost.work, call->cost.multiply_adds, call->cost.done, call->cost.image_bytes,
                    call->cost.batch_bytes);
        }
    fprintf(out, "};\n\n");
}

/* ---- the uses ---- */

/* True where the plan leaves the parameter alone, and that of another phase does not. */
static bool is_idle(const Generation *g, const Plan *plan, const char *name)
{
    bool learns = false;
    for (int i = 0; i < g->phases; i++)
        learns |= g->phase[i].train != plan && is_learned(g->phase[i].train, name);
    return learns && plan->graph->use == USE_TRAIN && !is_learned(plan, name);
}

/* The numbers of those, and how many. */
static void put_idle(FILE *out, const Generation *g, const Plan *plan)
{
    int number = 0, idles = 0;
    for (int i = 0; g->phases && i < plan->graph->ops; i++) {
        const Op *op = plan->graph->op[i];
        if (op->kind != OP_PARAMETER)
            continue;
        if (is_idle(g, plan, op->out[0]->name))
            fprintf(out, "%s%d", idles++ ? ", " : ", (const int[]){ ", number);
        number++;
    }
    fprintf(out, idles ? " }, %d" : ", NULL, %d", idles);
}

/* What predicts many images predicts one, too. */
size_t use_scratch(const Generation *g, const Plan *plan)
{
    size_t own = plan->scratch_bytes, single = g->plan[USE_SINGLE]->scratch_bytes;
    return plan->graph->use == USE_PREDICT && single > own ? single : own;
}

/* What stands between the braces of a use's initialiser. */
static void put_use_row(FILE *out, const Generation *g, const Plan *plan)
{
    const char *name = use_name(g, plan);
    fprintf(out, "{ %s, %zu, %zu, %s_calls, %d", name, plan->bytes, use_scratch(g, plan), name, plan->calls);
    fprintf(out, ", %d, { ", rows_of(plan));
    for (int row = 0; row < rows_of(plan); row++)
        fprintf(out, "%s\"%s\"", row ? ", " : "", row_name(plan, row));
    fprintf(out, rows_of(plan) ? " }" : "NULL }");
    put_idle(out, g, plan);
    fprintf(out, " }");
}

/* The address of a plan's use. */
static void put_use_address(FILE *out, const Generation *g, const Plan *plan)
{
    for (int i = 0; i < g->others; i++)
        if (g->other[i] == plan) {
            fprintf(out, "&other_uses[%d]", i);
            return;
        }
    fprintf(out, "&program.%s", use_word[plan->graph->use]);
}

static void put_others(FILE *out, const Generation *g)
{
    for (int i = 0; i < g->others; i++)
        put_calls(out, g, g->other[i]);
    if (!g->others)
        return;
    fprintf(out, "/* What later phases run that is not as in the first. */\nstatic const Use other_uses[] = {\n");
    for (int i = 0; i < g->others; i++) {
        fprintf(out, "    ");
        put_use_row(out, g, g->other[i]);
        fprintf(out, ",\n");
    }
    fprintf(out, "};\n\n");
}

static void put_phases(FILE *out, const Generation *g)
{
    fprintf(out, "extern const Program program;\n\nstatic const PhaseUses phases[] = {\n");
    for (int i = 0; i < phases_of(g); i++) {
        fprintf(out, "    { ");
        put_use_address(out, g, plans_of(g, i).train);
        fprintf(out, ", ");
        put_use_address(out, g, plans_of(g, i).predict);
        fprintf(out, " },\n");
    }
    fprintf(out, "};\n\n");
}

/* ---- what a run keeps of its card ---- */

/* What stands below the card's folder keeps its way there, so that `include` finds it; all else, its name alone. */
static const char *name_beside(const char *card, const char *path)
{
    const char *slash = strrchr(card, '/'), *last = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash + 1 - card) : 0;
    bool below = !strncmp(card, path, folder) && path[folder] != '/' && !strstr(path + folder, "..");
    return below ? path + folder : last ? last + 1 : path;
}

/* A literal for each line. */
static void put_lines(FILE *out, Arena *arena, const Source *source)
{
    for (const char *line = source->text, *end; *line; line = end) {
        end = strchrnul(line, '\n');
        end += *end == '\n';
        fprintf(out, "\n      ");
        put_string(out, arena_copy(arena, line, (size_t)(end - line)));
    }
    if (!*source->text)
        fprintf(out, " \"\"");
}

static void put_texts(FILE *out, const Generation *g)
{
    Arena *arena = g->plan[USE_TRAIN]->arena;
    fprintf(out, "/* The card as it was, and what it includes: a run's folder keeps them. */\n"
                 "static const CardText texts[] = {\n");
    for (int i = 0; i < g->sources; i++) {
        fprintf(out, "    { ");
        put_string(out, i ? name_beside(g->source[0]->name, g->source[i]->name) : g->card);
        fprintf(out, ",");
        put_lines(out, arena, g->source[i]);
        fprintf(out, " },\n");
    }
    fprintf(out, "    { NULL, NULL }\n};\n\n");
}

static void put_set(FILE *out, const Generation *g)
{
    fprintf(out, "    .set = (const char *const[]){ ");
    for (int i = 0; i < g->sets; i++) {
        put_string(out, g->set[i]);
        fprintf(out, ", ");
    }
    fprintf(out, "NULL },\n");
}

/* Of the batch norms that learn in some phase, the largest share that stays of a running statistic. */
static double norm_keep(const Generation *g)
{
    double keep = 0;
    for (int i = 0; i < phases_of(g); i++) {
        const Graph *graph = plans_of(g, i).train->graph;
        for (int k = 0; k < graph->ops; k++)
            if (graph->op[k]->kind == OP_RUNNING_MEAN && graph->op[k]->keep > keep)
                keep = graph->op[k]->keep;
    }
    return keep;
}

/* What the output can tell apart. */
static int classes_of(const Job *job, const Value *answer)
{
    if (job->target.kind == TARGET_NUMBERS)
        return 0;
    return answer->dim[2] == 1 ? 2 : answer->dim[2];
}

void generate_program(FILE *out, const Generation *g)
{
    const Plan *train = g->plan[USE_TRAIN], *predict = g->plan[USE_PREDICT], *view = g->plan[USE_VIEW];
    const Shape logits = image_shape(view->graph->logits);
    int parameters = put_parameters(out, g);
    put_layers(out, g);
    if (g->view)
        put_boxes(out, g->view);
    fprintf(out, "/* What profile tells of each call: function, layer, work; multiply-adds of an image, as the\n"
                 " * layer's sums have them and as they are done; bytes of the arrays read and written, of an\n"
                 " * image, of the batch. */\n");
    for (int use = 0; use < USE_COUNT; use++)
        if (use != USE_SINGLE)
            put_calls(out, g, g->plan[use]);
    put_others(out, g);
    put_phases(out, g);
    put_texts(out, g);
    const Value *answer = predict->graph->output;
    fprintf(out, "const Program program = {\n    .version = %d,\n    .card = ", PROGRAM_FORMAT);
    put_string(out, g->card);
    fprintf(out, ",\n    .hash = CARD_HASH,\n    .target = \"%s\",\n    .batch = %d,\n", train->target->name,
            train->batch);
    fprintf(out, "    .netc = \"%s\", .compiler = PROGRAM_COMPILER, .direct = %d, .text = texts,\n", NETC_VERSION, train->direct);
    put_set(out, g);
    fprintf(out, "    .output = { %d, %d, %d }, .output_stride = %zu, .pixel_stride = %d,\n", answer->dim[0], answer->dim[1],
            answer->dim[2], predict->home[answer->id].buffer->stride / sizeof(float), predict->home[answer->id].stride);
    fprintf(out, "    .classes = %d,\n", classes_of(g->job, answer));
    fprintf(out, "    .parameter = parameters, .parameters = %d,\n    .group = groups, .groups = %d,\n    .layer = layers, .layers = %d,\n",
            parameters, g->groups, g->layers);
    if (g->view)
        put_graph(out, g->view);
    for (int use = 0; use < USE_COUNT; use++)
        if (use != USE_SINGLE) {
            fprintf(out, "    .%s = ", use_word[use]);
            put_use_row(out, g, g->plan[use]);
            fprintf(out, ",\n");
        }
    fprintf(out, "    .phase = phases, .states = %zu, .average = %zu, .norm_keep = %.17g,\n", train->states, average_place(g),
            norm_keep(g));
    fprintf(out, "    .logits = { %d, %d, %d }, .input_gradient = ", logits.h, logits.w, logits.c);
    put_view(out, view, view->graph->input_gradient);
    fprintf(out, ",\n    .peak = { peak, %d },\n", train->target->peak_sums * train->target->lanes);
    fprintf(out, "    .job = {\n");
    generate_job(out, g->job);
    fprintf(out, "    },\n};\n\n"
                 "int main(int argc, char **argv)\n{\n    return trainer_main(&program, argc, argv);\n}\n");
}

/* FNV-1a (Fowler, Noll, Vo) over all that decides the result: the step's graph, the job, the target, and
 * whether convolutions are summed as they are written. A comment in the card changes none of them. */
static unsigned long long hash_of(const Generation *g)
{
    const Plan *train = g->plan[USE_TRAIN];
    Job job = job_without_places(train->arena, g->job);
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    fprintf(memory, "%s%s %d\n", train->target->name, train->direct ? " direct" : "", PROGRAM_FORMAT);
    for (int i = 0; i < phases_of(g); i++)
        graph_print(memory, plans_of(g, i).train->graph);
    generate_job(memory, &job);
    fclose(memory);
    unsigned long long hash = hash_bytes(HASH_BEGIN, text, length);
    free(text);
    return hash;
}

static void put_head(FILE *out, const Generation *g)
{
    const Target *target = g->plan[USE_TRAIN]->target;
    fprintf(out, "/* Made by netc %s from %s for %s. What to change is the card, not this file.\n *\n"
                 " * A network is run by three functions, train, predict and view. Each is a schedule: where its arrays\n"
                 " * lie, and which kernels take which of them; its segments run one after another, all threads at once\n"
                 " * within one. The table `program` at the end is what the runtime drives. */\n\n",
            NETC_VERSION, g->card, target->name);
    fprintf(out, "#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n\n"
                 "#include \"runtime/network/program.h\"\n#include \"runtime/network/schedule.h\"\n\n");
    fprintf(out, "#if !(%s) || defined __FAST_MATH__\n"
                 "#error \"made for -march=%s without fast-math: another would give other numbers\"\n"
                 "#endif\n\n", target->test, target->name);
    fprintf(out, "#define VL %d\n#define CARD_HASH \"%016llx\"\n\n", target->lanes, hash_of(g));
}

void generate(FILE *out, const Generation *g)
{
    put_head(out, g);
    generate_functions(out, g);
    generate_program(out, g);
}
