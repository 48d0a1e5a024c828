/* hold.c - see hold.h. */

#include "tests/generated/hold.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Subject subject_open(const char *name, const char *text, int threads, const CompiledHow *how)
{
    Subject s = { .reference = reference_open(text), .name = name, .direct = how->direct };
    snprintf(s.text, sizeof s.text, "%s", text);
    if (s.reference)
        s.compiled = compiled_open_as(name, text, threads, how);
    CU_ASSERT_PTR_NOT_NULL(s.compiled);
    if (!s.compiled)
        fprintf(stderr, "%s:\n%s", name, text);
    return s;
}

void subject_close(Subject *s)
{
    if (s->compiled)
        compiled_close(s->compiled);
    if (s->reference)
        reference_close(s->reference);
}

/* ---- comparing ---- */

typedef struct {
    Subject *subject;
    const Recipe *recipe;
    Held *held;
} Holding;

static void compare(Holding *h, const char *what, const float *found, const double *expected,
                    const double *bound, long count)
{
    long wrong = 0, first = 0;
    for (long i = 0; i < count; i++) {
        double off = fabs(found[i] - expected[i]);
        if (off <= bound[i]) {
            h->held->worst = fmax(h->held->worst, off > 0 ? off / bound[i] : 0);
            continue;
        }
        first = wrong++ ? first : i;
    }
    h->held->wrong += wrong;
    h->held->compared += count;
    if (wrong)
        fprintf(stderr, "%s, n %d, seed %u: %s: %ld of %ld are wrong; "
                "[%ld] is %.9g, should be %.9g within %.3g\n",
                h->subject->name, h->recipe->n, h->recipe->seed, what, wrong, count, first, found[first],
                expected[first], bound[first]);
}

/* The value of that name, of which `found` is image `image`, or all where it is -1. */
static void compare_value(Holding *h, const Evaluated *all, const char *name, const float *found, int image)
{
    const Value *value = value_named(all->graph, name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(value);
    long size = value_size(value), from = image < 0 ? 0 : image * size;
    long count = image < 0 ? value_count(value, h->recipe->n) : size;
    compare(h, name, found, all->evaluation.data[value->id] + from, all->bound[value->id] + from, count);
}

/* The mean over n, which the program takes in double. */
static void compare_loss(Holding *h, const Evaluated *all, const Step *step)
{
    int loss_id = all->graph->loss->id;
    const Value *right = all->graph->right;
    const double *loss = all->evaluation.data[loss_id], *bound = all->bound[loss_id];
    double mean = 0, allowed = 0, correct = 0, open = 0;
    for (int i = 0; i < step->n; i++) {
        mean += loss[i] / step->n;
        allowed += bound[i] / step->n;
        correct += right ? all->evaluation.data[right->id][i] : 0;
        open += right ? all->bound[right->id][i] + 1e-6 : 0;
    }
    bool wrong = !(fabs(step->loss - mean) <= allowed + 1e-12 * mean) || fabs(step->correct - correct) > open;
    h->held->wrong += wrong;
    if (wrong)
        fprintf(stderr, "%s, n %d, seed %u: loss %.9g and %g right, should be %.9g within %.3g and %g\n",
                h->subject->name, step->n, h->recipe->seed, step->loss, step->correct, mean, allowed,
                correct);
}

/* ---- the program's leaves ---- */

static float *values_of(const Holding *h, const Graph *graph, const char *name)
{
    const Value *leaf = value_named(graph, name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(leaf);
    long count = value_count(leaf, h->recipe->n);
    float *values = malloc((size_t)count * sizeof *values);
    for (long i = 0; i < count; i++)
        values[i] = (float)recipe_value(h->recipe, graph, leaf, i);
    return values;
}

static void put(Holding *h, const char *name)
{
    float *values = values_of(h, h->subject->reference->train, name);
    compiled_put(h->subject->compiled, name, values);
    free(values);
}

typedef void Visit(Holding *h, const Evaluated *all, const char *name);

/* Calls visit for every parameter and every state that the optimizer keeps with it. */
static void each_tensor(Holding *h, const Evaluated *all, Visit *visit)
{
    const Program *program = h->subject->compiled->program;
    for (int p = 0; p < program->parameters; p++) {
        const Parameter *parameter = &program->parameter[p];
        visit(h, all, parameter->name);
        for (int s = 0; s < parameter->states; s++) {
            char name[256];
            snprintf(name, sizeof name, "%s.%s", parameter->name, program->train.state_name[s]);
            visit(h, all, name);
        }
    }
}

static void put_tensor(Holding *h, const Evaluated *all, const char *name)
{
    (void)all;
    put(h, name);
}

/* What is frozen is as it was. */
static void compare_tensor(Holding *h, const Evaluated *all, const char *name)
{
    char key[272];
    const Value *old = value_named(all->graph, name);
    bool frozen = old && old->maker->frozen;
    snprintf(key, sizeof key, "%s%s", name, frozen ? "" : ".new");
    const Value *value = value_named(all->graph, key);
    CU_ASSERT_PTR_NOT_NULL_FATAL(value);
    float *found = malloc((size_t)value_size(value) * sizeof *found);
    compiled_take(h->subject->compiled, name, found);
    compare_value(h, all, key, found, -1);
    free(found);
}

/* What no row and column leads to is zero in every tensor, and stays so. */
static long nonzeros(const float *values, long count)
{
    long found = 0;
    for (long i = 0; i < count; i++)
        found += values[i] != 0;
    return found;
}

static void compare_padding(Holding *h)
{
    const Compiled *c = h->subject->compiled;
    for (int p = 0; p < c->program->parameters; p++) {
        const Parameter *parameter = &c->program->parameter[p];
        long count = compiled_count(parameter);
        float *dense = malloc((size_t)count * sizeof *dense);
        compiled_take(c, parameter->name, dense);
        long all = nonzeros((const float *)(c->network->block + parameter->place), parameter->floats);
        bool wrong = all != nonzeros(dense, count);
        h->held->wrong += wrong;
        if (wrong)
            fprintf(stderr, "%s, n %d: %s: its padding is not zero\n", h->subject->name, h->recipe->n,
                    parameter->name);
        free(dense);
    }
}

static long target_numbers(const Holding *h)
{
    return (long)(target_bytes(h->subject->compiled->program) / sizeof(float)) * h->recipe->n;
}

/* ---- the three uses ---- */

static Step step_of(const Holding *h, const float *input, const void *target)
{
    const Program *program = h->subject->compiled->program;
    return (Step){ .input = input, .target = target, .n = h->recipe->n, .rate = program->job.train.rate,
                   .update = UPDATE, .seed = h->recipe->seed, .epoch = h->recipe->epoch,
                   .position = h->recipe->position };
}

static void hold_answers(Holding *h, const Evaluated *all, const float *input, const void *target)
{
    const Program *program = h->subject->compiled->program;
    float *answers = malloc((size_t)(h->recipe->n * shape_size(program->output)) * sizeof *answers);
    Step step = step_of(h, input, target);
    compiled_predict(h->subject->compiled, &step, answers);
    compare_value(h, all, all->graph->output->name, answers, -1);
    compare_loss(h, all, &step);
    free(answers);
}

/* The layer whose value a dropout shows, which passes its input on when it predicts. */
static const Layer *shown(const Card *card, const char *name)
{
    for (int i = 0; i < card->layers; i++)
        if (!strcmp(card->layer[i]->name, name)) {
            const Layer *layer = card->layer[i];
            while (is_for_training(layer))
                layer = layer->input[0];
            return layer;
        }
    return NULL;
}

/* Every layer of the last image, and where the input lies is the caller's matter. */
static void hold_layers(Holding *h, const Evaluated *all, const float *input)
{
    const Program *program = h->subject->compiled->program;
    int image = h->recipe->n - 1;
    long size = shape_size(program->job.input.shape);
    for (int l = 0; l < program->layers; l++) {
        const LayerRow *row = &program->layer[l];
        const Layer *layer = shown(h->subject->reference->card, row->name);
        CU_ASSERT_PTR_NOT_NULL_FATAL(layer);
        if (layer->kind == LAYER_INPUT)
            continue;
        float *found = malloc((size_t)shape_size(row->shape) * sizeof *found);
        compiled_view(h->subject->compiled, input + image * size, row->name, found);
        compare_value(h, all, layer->name, found, image);
        free(found);
    }
}

/* Of the last image, by every layer that the logits hang on and, of no layer, by the image. */
static void hold_gradient(Holding *h, const Evaluated *all, const float *input, const float *direction, const LayerRow *row)
{
    const Layer *layer = row ? shown(h->subject->reference->card, row->name) : NULL;
    const Value *value = value_named(all->graph, layer ? layer->name : "input");
    float *found = malloc((size_t)value_size(value) * sizeof *found);
    bool hangs = compiled_gradient(h->subject->compiled, input, direction, row ? row->name : NULL, found);
    CU_ASSERT_EQUAL(hangs, value->gradient != NULL);
    if (hangs)
        compare_value(h, all, value->gradient->name, found, h->recipe->n - 1);
    free(found);
}

static void hold_gradients(Holding *h, const Evaluated *all, const float *input)
{
    const Program *program = h->subject->compiled->program;
    int image = h->recipe->n - 1;
    long size = shape_size(program->job.input.shape), asked = shape_size(program->logits);
    float *direction = values_of(h, all->graph, "view/direction");
    for (int l = -1; l < program->layers; l++)
        hold_gradient(h, all, input + image * size, direction + image * asked, l < 0 ? NULL : &program->layer[l]);
    free(direction);
}

static void hold_step(Holding *h, const Evaluated *all, const float *input, const void *target)
{
    Step step = step_of(h, input, target);
    float weight[REFERENCE_WEIGHTS];    /* of training alone */
    for (int i = 0; i < REFERENCE_WEIGHTS; i++)
        weight[i] = (float)reference_weights[i];
    step.class_weight = weight;
    compiled_train(h->subject->compiled, &step);
    compare_loss(h, all, &step);
    each_tensor(h, all, compare_tensor);
    compare_padding(h);
}

/* ---- all of it ---- */

static bool is_exact(const Evaluated *all)
{
    for (int i = 0; i < all->graph->values; i++) {
        const Value *value = all->graph->value[i];
        OpKind kind = value->maker->kind;
        for (long k = 0; k < value_count(value, all->recipe->n); k++)
            if (all->bound[i][k] > 0 && kind != OP_SIGMOID && kind != OP_SOFTMAX)
                return false;
    }
    return true;
}

Held hold(Subject *s, Recipe recipe)
{
    Held held = { 0 };
    Holding h = { s, &recipe, &held };
    Evaluated train, predict, view;
    recipe.direct = s->direct;
    for (bool again = true; again; recipe.density /= 2) {
        train = evaluate_all(s->reference, s->reference->train, &recipe);
        predict = evaluate_all(s->reference, s->reference->predict, &recipe);
        view = evaluate_all(s->reference, s->reference->view, &recipe);
        held.exact = is_exact(&train) && is_exact(&predict) && is_exact(&view);
        held.unsure = train.unsure + predict.unsure;
        again = recipe.whole && !held.exact && recipe.density > 1;
        if (!again)
            break;
    }
    each_tensor(&h, &train, put_tensor);        /* all else keeps what ran before: nobody may rely on it */
    float *input = values_of(&h, s->reference->train, "input");
    float *target = values_of(&h, s->reference->train, "loss/target");
    TargetKind kind = s->compiled->program->job.target.kind;
    for (long i = 0; (kind == TARGET_CLASS || kind == TARGET_MASK) && i < target_numbers(&h); i++)
        memcpy(&target[i], &(int32_t){ (int32_t)target[i] }, sizeof *target);
    hold_answers(&h, &predict, input, target);
    hold_layers(&h, &predict, input);
    if (!view.unsure)
        hold_gradients(&h, &view, input);
    if (!held.unsure)
        hold_step(&h, &train, input, target);
    free(input);
    free(target);
    CU_ASSERT_EQUAL(held.wrong, 0);
    return held;
}
