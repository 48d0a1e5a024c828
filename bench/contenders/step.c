/* step.c - a contender that netc made: steps of the program it is linked with, on noise and weights after
 * He. Its facts are the program's: bytes of its block, multiply-adds of a picture's step, and which share
 * of each pool's values is dead when the third step meets it.
 *
 * usage: step [--mode train|evaluate] [--threads N] [--batch N]        a contender, see serve.h */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/contenders/numbers.h"
#include "bench/contenders/serve.h"
#include "runtime/network/initialise.h"
#include "runtime/network/network.h"
#include "runtime/system/memory.h"

extern const Program program;

enum { STEPS_BEFORE = 2 };      /* the facts are told of what the third step meets */

typedef struct {
    Network *network;
    const Use *use;
    Step step;
} Steps;

static void run(void *context)
{
    Steps *steps = context;
    steps->step.update++;
    network_run(steps->network, steps->use, &steps->step);
}

/* ---- what it starts with ---- */

static void fill_tensor(Numbers *numbers, const Tensor *tensor)
{
    const Parameter *layout = tensor->layout;
    float *row = need_memory(sizeof *row * (size_t)layout->columns);
    for (long r = 0; r < layout->rows && layout->dims > 1; r++) {       /* biases stay zero, scales one */
        fill_weights(numbers, row, layout->columns, layout->rows);
        tensor_set_row(tensor, r, row);
    }
    free(row);
}

static void fill(Numbers *numbers, const Network *network)
{
    Tensors all = network_tensors(network, NULL);
    for (int i = 0; i < all.count; i++)
        fill_tensor(numbers, &all.tensor[i]);
    network_free_tensors(all);
}

static Step first_step(Numbers *numbers, int images)
{
    long size = shape_size(program.job.input.shape);
    float *input = need_memory(sizeof *input * (size_t)(images * size) + INPUT_SLACK);
    int32_t *target = need_memory(sizeof *target * (size_t)images);
    fill_even(numbers, input, images * size);
    fill_classes(numbers, target, images);
    return (Step){ .input = input, .target = target, .n = images, .rate = program.job.train.rate, .seed = 1 };
}

/* ---- facts ---- */

static bool is_pool(const LayerRow *layer)
{
    return !strncmp(layer->text, "pool", strlen("pool"));
}

/* How many of one picture's values a layer leaves at zero. */
static long count_dead(const Network *viewer, const LayerRow *layer)
{
    const float *pixel = (const float *)(viewer->block + layer->view);
    long dead = 0;
    for (long i = 0; i < (long)layer->shape.h * layer->shape.w; i++, pixel += layer->stride)
        for (int c = 0; c < layer->shape.c; c++)
            dead += pixel[c] == 0;
    return dead;
}

/* The shares of the pools, in order, as the view of a program shows each layer's values. */
static void put_dead(FILE *out, const Steps *steps)
{
    Network *viewer = network_open(&program, &program.view, 1);
    long *dead = need_memory(sizeof *dead * (size_t)program.layers);
    long size = shape_size(program.job.input.shape);
    for (const Parameter *p = program.parameter; p < program.parameter + program.parameters; p++)
        memcpy(viewer->block + p->place, steps->network->block + p->place, sizeof(float) * (size_t)p->floats);
    for (int image = 0; image < steps->step.n; image++) {
        Step step = { .input = steps->step.input + image * size, .n = 1 };
        network_run(viewer, &program.view, &step);
        for (int l = 0; l < program.layers; l++)
            dead[l] += is_pool(&program.layer[l]) ? count_dead(viewer, &program.layer[l]) : 0;
    }
    const char *comma = "";
    fprintf(out, "\"dead\": [");
    for (int l = 0; l < program.layers; l++)
        if (is_pool(&program.layer[l])) {
            double all = (double)(shape_size(program.layer[l].shape) * steps->step.n);
            fprintf(out, "%s%.3f", comma, (double)dead[l] / all);
            comma = ", ";
        }
    fprintf(out, "]");
    free(dead);
    network_close(viewer);
}

/* Of one picture, forward and both ways back; of the first layer's input there is no gradient. */
static long step_multiply_adds(void)
{
    long forward = 0;
    for (int l = 0; l < program.layers; l++)
        forward += program.layer[l].multiply_adds;
    return 3 * forward - program.layer[0].multiply_adds;
}

static char *facts_of(const Steps *steps)
{
    char *facts;
    size_t length;
    FILE *out = open_memstream(&facts, &length);
    fprintf(out, "{\"target\": \"%s\", \"step_multiply_adds\": %ld, \"block\": %zu, ", program.target,
            step_multiply_adds(), program.train.bytes);
    put_dead(out, steps);
    fprintf(out, "}");
    fclose(out);
    return facts;
}

int main(int argc, char **argv)
{
    Numbers numbers = { 1 };
    Steps steps = {
        .use = strcmp(told(argc, argv, "mode", "train"), "train") ? &program.predict : &program.train,
        .network = network_open(&program, &program.train, told_number(argc, argv, "threads", 2)),
    };
    initialise(steps.network, 1);
    fill(&numbers, steps.network);
    steps.step = first_step(&numbers, told_number(argc, argv, "batch", program.batch));
    for (int i = 0; i < STEPS_BEFORE; i++)
        run(&steps);
    serve(facts_of(&steps), run, &steps);
}
