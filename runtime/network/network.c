#include "runtime/network/network.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/network/average.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

enum { ALIGN = 64, MAX_STATES = 2 };

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* The most of what the use takes and what any phase does: to predict, and for the training use to train, too. */
static size_t most(const Program *program, const Use *use, size_t of(const Use *use))
{
    size_t most = of(use);
    for (int i = 0; i < program->job.phases; i++) {
        most = larger(most, of(program->phase[i].predict));
        if (use == &program->train)
            most = larger(most, of(program->phase[i].train));
    }
    return most;
}

static size_t block_of(const Use *use)
{
    return use->bytes;
}

static size_t scratch_of(const Use *use)
{
    return use->scratch;
}

size_t network_block(const Program *program, const Use *use)
{
    size_t bytes = most(program, use, block_of);
    return use == &program->train && program->average ? larger(bytes, program->average + average_bytes(program)) : bytes;
}

size_t network_scratch(const Program *program, const Use *use)
{
    return (most(program, use, scratch_of) + ALIGN - 1) / ALIGN * ALIGN;
}

Resident network_resident(const Program *program, int threads)
{
    const Use *train = &program->train, *view = &program->view;
    return resident_training(&program->job,
                             (ResidentNetwork){ network_block(program, train), network_scratch(program, train) },
                             (ResidentNetwork){ network_block(program, view), network_scratch(program, view) },
                             program->states, threads);
}

Network *network_open(const Program *program, const Use *use, int threads)
{
    Network *network = need_memory(sizeof *network);
    network->program = program;
    network->pool = pool_open(threads);
    network->predict = &program->predict;
    network->scratch_bytes = network_scratch(program, use);
    network->block_bytes = network_block(program, use);
    network->block = need_pages(network->block_bytes);
    network->scratch = need_pages(network->scratch_bytes * (size_t)threads);
    network->missed = need_memory(sizeof *network->missed * (size_t)program->parameters);
    return network;
}

void network_close(Network *network)
{
    free_pages(network->block, network->block_bytes);
    free_pages(network->scratch, network->scratch_bytes * (size_t)pool_threads(network->pool));
    pool_close(network->pool);
    free(network->missed);
    free(network);
}

/* ---- a view of a network that trains ---- */

static void copy_parameters(const Network *from, const Network *to)
{
    for (int i = 0; i < from->program->parameters; i++) {
        const Parameter *parameter = &from->program->parameter[i];
        memcpy(to->block + parameter->place, from->block + parameter->place, sizeof(float) * (size_t)parameter->floats);
    }
}

/* The pool is the network's, and so is the block, if the view ends before what is kept from step to step begins. */
Network network_view(const Network *network)
{
    const Use *use = &network->program->view;
    Network view = *network;
    view.scratch_bytes = network_scratch(network->program, use);
    view.scratch = need_pages(view.scratch_bytes * (size_t)pool_threads(view.pool));
    if (use->bytes <= network->program->states)
        return view;
    view.block_bytes = use->bytes;
    view.block = need_pages(view.block_bytes);
    copy_parameters(network, &view);
    return view;
}

void network_view_end(const Network *network, Network *view)
{
    free_pages(view->scratch, view->scratch_bytes * (size_t)pool_threads(view->pool));
    if (view->block != network->block)
        free_pages(view->block, view->block_bytes);
}

Network *network_viewer(const Network *network)
{
    Network *viewer = network_open(network->program, &network->program->view, 1);
    copy_parameters(network, viewer);
    return viewer;
}

/* ---- runs ---- */

static bool trains(const Program *program, const Use *use)
{
    bool found = use == &program->train;
    for (int i = 0; i < program->job.phases; i++)
        found |= use == program->phase[i].train;
    return found;
}

void network_run(const Network *network, const Use *use, Step *step)
{
    assert(step->n >= 1 && step->n <= network->program->batch);
    assert(use->scratch <= network->scratch_bytes);
    step->block = network->block;
    step->scratch = network->scratch;
    step->scratch_bytes = network->scratch_bytes;
    step->pool = network->pool;
    step->missed = network->missed;
    step->shortened = 1;
    if (trains(network->program, use))
        step->prepared = 0;
    use->run(step);
    for (int i = 0; i < use->idles; i++)
        network->missed[use->idle[i]]++;
}

void network_begin_optimizer(const Network *network)
{
    const Program *program = network->program;
    size_t end = program->average ? program->average : network->block_bytes;
    memset(network->block + program->states, 0, end - program->states);
    memset(network->missed, 0, sizeof *network->missed * (size_t)program->parameters);
}

/* ---- tensors ---- */

static Tensor tensor_at(const Network *network, const Parameter *layout, const char *state,
                        size_t place)
{
    Tensor tensor = { .layout = layout, .values = (float *)(network->block + place) };
    if (asprintf(&tensor.name, "%s%s%s", layout->name, state ? "." : "", state ? state : "") < 0)
        fault("out of memory");
    return tensor;
}

Tensors network_tensors(const Network *network, const Use *training)
{
    const Program *program = network->program;
    const Parameter *end = program->parameter + program->parameters;
    int room = program->parameters * (1 + MAX_STATES);
    Tensors all = { .tensor = need_memory(sizeof(Tensor) * (size_t)room) };
    for (const Parameter *p = program->parameter; p < end; p++)
        all.tensor[all.count++] = tensor_at(network, p, NULL, p->place);
    for (const Parameter *p = program->parameter; p < end && training; p++)
        for (int s = 0; s < p->states && s < training->states; s++)
            all.tensor[all.count++] = tensor_at(network, p, training->state_name[s], p->state[s]);
    return all;
}

void network_free_tensors(Tensors tensors)
{
    for (int i = 0; i < tensors.count; i++)
        free(tensors.tensor[i].name);
    free(tensors.tensor);
}

/* A row lies in pieces, one in each of its tiles. */
void tensor_get_row(const Tensor *tensor, long row, float *values)
{
    const Parameter *p = tensor->layout;
    for (int column = 0; column < p->columns; column += p->tile_columns)
        memcpy(values + column, tensor->values + parameter_at(p, row, column),
               sizeof(float) * (size_t)smaller(p->tile_columns, p->columns - column));
}

void tensor_set_row(const Tensor *tensor, long row, const float *values)
{
    const Parameter *p = tensor->layout;
    for (int column = 0; column < p->columns; column += p->tile_columns)
        memcpy(tensor->values + parameter_at(p, row, column), values + column,
               sizeof(float) * (size_t)smaller(p->tile_columns, p->columns - column));
}

static bool is_new(const Network *network, const Parameter *p)
{
    const float *values = (const float *)(network->block + p->place);
    bool new = p->untrained;
    for (long row = 0; new && row < p->rows; row++)
        for (int column = 0; column < p->columns; column++)
            new = new && values[parameter_at(p, row, column)] == (float)p->value;
    return new;
}

bool network_has_new_statistics(const Network *network)
{
    const Program *program = network->program;
    bool found = false;
    for (int i = 0; i < program->parameters; i++)
        found = found || is_new(network, &program->parameter[i]);
    return found;
}

static bool all_finite(const float *values, long count)
{
    float sum = 0;              /* once no number, always no number */
    for (long i = 0; i < count; i++)
        sum += values[i] * 0;
    return sum == 0;
}

const Parameter *network_broken(const Network *network)
{
    const Program *program = network->program;
    for (const Parameter *p = program->parameter; p < program->parameter + program->parameters; p++)
        if (!all_finite((const float *)(network->block + p->place), p->floats))
            return p;
    return NULL;
}
