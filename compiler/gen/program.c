/* program.c - the generated file from its first line to its last: the head, the code, the tables that
 * the runtime drives, main. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/gen/gen.h"

/* What runtime/program.h calls PROGRAM_VERSION: the compiler includes nothing of the runtime. */
enum { PROGRAM_FORMAT = 1 };

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
static const Home *home_of(const Index *index, const char *name)
{
    const Value wanted = { .name = name }, *key = &wanted;
    Value **found = bsearch(&key, index->value, (size_t)index->plan->graph->values, sizeof *found, by_name);
    return found ? &index->plan->home[(*found)->id] : NULL;
}

static void put_parameter(FILE *out, const Index *index, const Op *op)
{
    const Plan *plan = index->plan;
    static const char *const suffixes[] = { "momentum", "mean_square", "mean" };
    const Value *w = op->out[0];
    const Home *home = &plan->home[w->id];
    Tile tile = home->tile;
    int columns = w->dim[w->dims - 1], states = 0;
    fprintf(out, "    { .name = ");
    put_string(out, w->name);
    fprintf(out, ", .dims = %d, .dim = { ", w->dims);
    for (int i = 0; i < w->dims; i++)
        fprintf(out, "%d%s", w->dim[i], i + 1 < w->dims ? ", " : " }");
    fprintf(out, ", .rows = %ld, .columns = %d,\n      .tile_rows = %d, .tile_columns = %d, .floats = %ld, .place = %zu,\n"
                 "      .limit = %.17g, .deviation = %.17g",
            value_size(w) / columns, columns, tile.rows, tile.columns, home->buffer->count, home->buffer->place,
            op->start.limit, op->start.deviation);
    const char *order[2];
    size_t place[2];
    for (int i = 2; i >= 0; i--) {
        const Home *state = home_of(index, arena_printf(plan->arena, "%s.%s", w->name, suffixes[i]));
        if (state && states < 2) {
            order[states] = suffixes[i];
            place[states++] = state->buffer->place;
        }
    }
    fprintf(out, ",\n      .states = %d", states);
    for (int i = 0; i < states; i++)
        fprintf(out, ", .state[%d] = %zu, .state_name[%d] = \"%s\"", i, place[i], i, order[i]);
    fprintf(out, " },\n");
}

static int put_parameters(FILE *out, const Plan *plan)
{
    int count = 0;
    const Index index = index_of(plan);
    fprintf(out, "static const Parameter parameters[] = {\n");
    for (int i = 0; i < plan->graph->ops; i++)
        if (plan->graph->op[i]->kind == OP_PARAMETER) {
            put_parameter(out, &index, plan->graph->op[i]);
            count++;
        }
    fprintf(out, "};\n\n");
    return count;
}

static void put_layers(FILE *out, const Generation *g)
{
    const Index view = index_of(g->plan[USE_VIEW]);
    fprintf(out, "static const LayerRow layers[] = {\n");
    for (int i = 0; i < g->layers; i++) {
        const LayerNote *layer = &g->layer[i];
        const Home *home = home_of(&view, layer->shows);
        bool input = home->buffer->store == STORE_INPUT;
        fprintf(out, "    { .name = ");
        put_string(out, layer->name);
        fprintf(out, ", .text = ");
        put_string(out, layer->text);
        fprintf(out, ", .shape = { %d, %d, %d }, .parameters = %ld, .multiply_adds = %ld,\n      ", layer->shape.h, layer->shape.w, layer->shape.c, layer->parameters, layer->multiply_adds);
        put_place(out, &layer->place);
        fprintf(out, ",\n      .view = %zu, .stride = %d, .is_conv = %d },\n",
                input ? 0 : home->buffer->place, home->stride, layer->is_conv);
    }
    fprintf(out, "};\n\n");
}

void generate_program(FILE *out, const Generation *g)
{
    const Plan *train = g->plan[USE_TRAIN], *predict = g->plan[USE_PREDICT];
    int parameters = put_parameters(out, train);
    put_layers(out, g);
    const Value *answer = predict->graph->output;
    fprintf(out, "const Program program = {\n    .version = %d,\n    .card = ", PROGRAM_FORMAT);
    put_string(out, g->card);
    fprintf(out, ",\n    .hash = CARD_HASH,\n    .target = \"%s\",\n    .batch = %d,\n    .output = { %d, %d, %d }, .output_stride = %zu,\n"
                 "    .classes = %d,\n    .parameter = parameters, .parameters = %d,\n    .layer = layers, .layers = %d,\n",
            train->target->name, train->batch, answer->dim[0], answer->dim[1], answer->dim[2],
            predict->home[answer->id].buffer->stride / 4, answer->dim[2] == 1 ? 2 : answer->dim[2], parameters, g->layers);
    for (int use = 0; use < USE_COUNT; use++)
        fprintf(out, "    .%s = { %s, %zu, %zu },\n", use_word[use], use_word[use], g->plan[use]->bytes, g->plan[use]->scratch_bytes);
    fprintf(out, "    .job = {\n");
    generate_job(out, g->job);
    fprintf(out, "    },\n};\n\nint main(int argc, char **argv)\n{\n    return trainer_main(&program, argc, argv);\n}\n");
}

/* FNV-1a (Fowler, Noll, Vo) over all that decides the result: the step's graph, the job, the target. A
 * comment in the card changes none of them. */
static unsigned long long hash_of(const Generation *g)
{
    const Plan *train = g->plan[USE_TRAIN];
    Job job = job_without_places(train->arena, g->job);
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    fprintf(memory, "%s %d\n", train->target->name, PROGRAM_FORMAT);
    graph_print(memory, train->graph);
    generate_job(memory, &job);
    fclose(memory);
    unsigned long long hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    free(text);
    return hash;
}

void generate(FILE *out, const Generation *g)
{
    const Target *target = g->plan[USE_TRAIN]->target;
    fprintf(out, "/* Made by netc %s from %s for %s. What to change is the card, not this file.\n *\n"
                 " * A network is run by three functions, train, predict and view; each runs its segments one after\n"
                 " * another, all threads at once within one. The table `program` at the end is what the runtime drives. */\n\n"
                 "#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n\n#include \"runtime/program.h\"\n\n"
                 "#if !(%s) || defined __FAST_MATH__\n#error \"made for -march=%s without fast-math: another would give other numbers\"\n#endif\n\n"
                 "#define VL %d\n#define CARD_HASH \"%016llx\"\n\n", NETC_VERSION, g->card, target->name, target->test,
            target->name, target->lanes, hash_of(g));
    generate_functions(out, g);
    generate_program(out, g);
}
