#include "runtime/excitation.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/memory.h"
#include "runtime/progress.h"

float excitation_of(const Network *network, const LayerRow *layer, int filter)
{
    const float *value = view_at(network, layer->value);
    float most = 0;
    for (long i = 0; i < (long)layer->shape.h * layer->shape.w; i++)
        if (value[i * layer->value.stride + filter] > most)
            most = value[i * layer->value.stride + filter];
    return most;
}

/* Keeps the strongest; of equals those that came first. */
static void keep(Exciting *best, Exciting one)
{
    int at = EXCITING;
    while (at && best[at - 1].strength < one.strength)
        at--;
    if (at == EXCITING)
        return;
    memmove(best + at + 1, best + at, sizeof *best * (size_t)(EXCITING - 1 - at));
    best[at] = one;
}

static void look_at(Excitation *excitation, const float *input, long position)
{
    const Network *network = excitation->scoring->trained.network;
    Step step;
    view_run(network, input, NULL, &step);
    for (int k = 0; k < excitation->layer->shape.c; k++)
        keep(excitation->best + (long)k * EXCITING,
             (Exciting){ excitation_of(network, excitation->layer, k), position });
}

/* A picture of a batch, where the view may read behind it. */
static float *copy_of(const Program *program, const Batch *batch, long at)
{
    size_t bytes = sizeof(float) * (size_t)shape_size(program->job.input.shape);
    float *copy = need_memory(bytes + INPUT_SLACK);
    return memcpy(copy, batch->input + at * shape_size(program->job.input.shape), bytes);
}

/* Every so many pictures one, so that no more than enough are looked at. */
static bool is_drawn(const Excitation *excitation, long position)
{
    long most = EXCITATION_MOST, all = excitation->all;
    return all <= most || position * most / all != (position - 1) * most / all || position == 0;
}

Excitation excitation_open(const Scoring *scoring, const LayerRow *layer, bool quiet)
{
    const Program *program = scoring->trained.network->program;
    Loader *loader = scoring->loader;
    Excitation excitation = { .layer = layer, .scoring = scoring, .all = loader_images(loader) };
    Progress progress = progress_open(quiet);
    excitation.best = need_memory(sizeof *excitation.best * (size_t)(layer->shape.c * EXCITING));
    loader_start(loader, 0, 0);
    for (const Batch *batch; (batch = loader_next(loader)); )
        for (int i = 0; i < batch->n; i++) {
            if (!is_drawn(&excitation, batch->position + i))
                continue;
            float *input = copy_of(program, batch, i);
            look_at(&excitation, input, batch->position + i);
            free(input);
            excitation.seen++;
            if (progress_due(&progress))
                progress_draw(&progress, "looking at training pictures  %ld/%ld", (long)batch->position + i + 1,
                              excitation.all);
        }
    progress_clear(&progress);
    if (loader_lost(loader))
        fault("%s", loader_lost(loader));
    return excitation;
}

void excitation_close(Excitation *excitation)
{
    free(excitation->best);
}
