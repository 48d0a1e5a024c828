/* reference.c - see reference.h. */

#include "tests/generated/reference.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/pass/pass.h"
#include "runtime/kernels/random.h"
#include "tests/support/card_text.h"

Reference *reference_open(const char *text)
{
    Arena *arena = arena_open();
    Card *card = card_of(arena, text);
    if (!card) {
        arena_close(arena);
        return NULL;
    }
    Reference *reference = arena_new(arena, Reference);
    *reference = (Reference){ arena, card, lower(arena, card, USE_TRAIN), lower(arena, card, USE_PREDICT),
                              lower(arena, card, USE_VIEW) };
    derive(reference->train);
    derive(reference->view);
    graph_verify(reference->train, "derive");
    graph_verify(reference->view, "derive");
    return reference;
}

void reference_close(Reference *reference)
{
    arena_close(reference->arena);
}

const Value *value_named(const Graph *graph, const char *name)
{
    for (int i = 0; i < graph->values; i++)
        if (!strcmp(graph->value[i]->name, name))
            return graph->value[i];
    return NULL;
}

long value_count(const Value *value, int n)
{
    return value_size(value) * (value->per_image ? n : 1);
}

/* ---- leaves ---- */

static unsigned hash_of(const char *name, unsigned seed, long at)
{
    unsigned hash = 5381 + seed * 2654435761u;
    while (*name)
        hash = hash * 33 + (unsigned char)*name++;
    hash ^= (unsigned)at * 2246822519u;
    hash ^= hash >> 15;
    hash *= 2246822519u;
    hash ^= hash >> 13;
    hash *= 3266489917u;
    return hash ^ hash >> 16;
}

/* The bias that leads to the logits with nothing between but what keeps it large. */
static bool is_last_bias(const Graph *graph, const Value *leaf)
{
    const Op *op = first_loss(graph)->in[0]->maker;
    while (op->kind == OP_AVERAGE_POOL || op->kind == OP_RESHAPE)
        op = op->in[0]->maker;
    return op->kind == OP_BIAS && op->in[1] == leaf;
}

static bool is_of_numbers(const Graph *graph)
{
    return !graph->right;
}

/* Large enough that another class, or the other sign, has no float's worth of probability. */
static double decisive(const Graph *graph, const Value *leaf, unsigned seed, long at)
{
    enum { LARGE = 1 << 14 };
    if (first_loss(graph)->kind == OP_SIGMOID_LOSS)
        return hash_of(leaf->name, seed, at) % 2 ? LARGE : -LARGE;
    return hash_of(leaf->name, seed, 0) % (unsigned)leaf->dim[0] == (unsigned)at ? LARGE : 0;
}

/* Sparse weights of 1 and -1, so that values stay small through many layers. */
static double whole_value(const Recipe *recipe, const Graph *graph, const Value *leaf, unsigned hash, long at)
{
    switch (leaf->maker->kind) {
    case OP_INPUT:
        return hash % 5 - 2.0;
    case OP_PARAMETER:
        if (leaf->dims == 1)
            return is_last_bias(graph, leaf) && !is_of_numbers(graph) ? decisive(graph, leaf, recipe->seed, at) : hash % 5 - 2.0;
        double terms = (double)value_size(leaf) / leaf->dim[leaf->dims - 1];
        if (hash / 4 % 65536 >= recipe->density / terms * 65536)
            return 0;
        return hash % 2 ? 1 : -1;
    default:
        return hash % 3 - 1.0;
    }
}

static double real_value(const Value *leaf, unsigned hash)
{
    double even = hash / 2147483648.0 - 1;      /* -1 to 1 */
    if (strstr(leaf->name, ".running_var"))
        return 0.25 + even * even;
    switch (leaf->maker->kind) {
    case OP_PARAMETER:
        if (leaf->dims == 1)
            return even / 4;
        return even * sqrt(6.0 * leaf->dim[leaf->dims - 1] / (double)value_size(leaf));
    case OP_STATE:
        return strstr(leaf->name, "mean_square") ? 0.02 + even * even : even / 8;
    default:
        return even;
    }
}

/* Some pixels do not count, but of whole numbers, whose means would not be exact. */
static double target_value(const Recipe *recipe, const Graph *graph, TargetKind target, unsigned hash)
{
    switch (target) {
    case TARGET_SHARES:
        return recipe->whole ? hash % 2 : (float)(hash / 4294967296.0);
    case TARGET_NUMBERS:
        return recipe->whole ? hash % 7 - 3.0 : (float)(hash / 2147483648.0 - 1);
    case TARGET_MASK:
        if (!recipe->whole && hash % 5 == 0)
            return -1;
        /* fall through */
    default: {
        int classes = first_loss(graph)->in[0]->dim[2];
        return hash / 5 % (unsigned)(classes == 1 ? 2 : classes);
    }
    }
}

const double reference_weights[REFERENCE_WEIGHTS] = { 2, 0.5, 1, 4 };

double recipe_value(const Recipe *recipe, const Graph *graph, const Value *leaf, long at)
{
    unsigned hash = hash_of(leaf->name, recipe->seed, at);
    if (leaf->maker->kind == OP_TARGET)
        return target_value(recipe, graph, leaf->maker->target, hash);
    return recipe->whole ? whole_value(recipe, graph, leaf, hash, at) : (float)real_value(leaf, hash);
}

/* ---- evaluation ---- */

static const Recipe *dropping;

/* Dropout as runtime/kernels/random.h tells it: one word of each draw for each element. */
static bool keeps(const Op *op, int image, long element)
{
    uint32_t words[4];
    random_draw(words, dropping->seed, dropping->epoch, dropping->position + (uint32_t)image,
                (uint32_t)element / 4, RANDOM_LAYER + (uint32_t)op->salt);
    return words[element % 4] * 0x1p-32 >= op->rate;
}

Evaluated evaluate_all(const Reference *reference, const Graph *graph, const Recipe *recipe)
{
    Arena *arena = reference->arena;
    Evaluated all = { .graph = graph, .recipe = recipe };
    all.evaluation = (Evaluation){ .n = recipe->n, .keep = keeps, .update = UPDATE,
                                   .class_weight = reference_weights };
    Evaluation *e = &all.evaluation;
    dropping = recipe;
    e->data = arena_array(arena, double *, graph->values);
    for (int i = 0; i < graph->ops; i++) {
        const Value *leaf = graph->op[i]->out[0];
        if (op_info[graph->op[i]->kind].most)
            continue;
        const Value *trained = value_named(reference->train, leaf->name);
        long count = value_count(leaf, recipe->n);
        e->data[leaf->id] = arena_array(arena, double, count);
        for (long at = 0; at < count; at++)
            e->data[leaf->id][at] = trained ? recipe_value(recipe, reference->train, trained, at)
                                            : recipe_value(recipe, graph, leaf, at);
    }
    graph_evaluate(graph, e);
    all.bound = arena_array(arena, double *, graph->values);
    for (int i = 0; i < graph->values; i++)
        all.bound[i] = arena_array(arena, double, value_count(graph->value[i], recipe->n));
    bound_all(&all);
    return all;
}
