#include "runtime/look/excitation.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/network/pool.h"
#include "runtime/show/progress.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

enum { MOST_AT_ONCE = 8 };      /* views: each holds the weights */

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

/* Views at the same time, each worker's by a network of its own. */
typedef struct {
    Excitation *excitation;
    Pool *pool;
    Network *network[MOST_AT_ONCE];
    float *input[MOST_AT_ONCE]; /* one image, behind which the view may read */
    const Batch *batch;
    float *strength;            /* [batch][filters] */
} Viewers;

static Viewers viewers_open(Excitation *excitation, int threads)
{
    const Network *network = excitation->scoring->trained.network;
    const Program *program = network->program;
    size_t image = sizeof(float) * (size_t)shape_size(program->job.input.shape) + INPUT_SLACK;
    Viewers viewers = { .excitation = excitation, .pool = pool_open(threads < MOST_AT_ONCE ? threads : MOST_AT_ONCE) };
    for (int i = 0; i < pool_threads(viewers.pool); i++) {
        viewers.network[i] = network_viewer(network);
        viewers.input[i] = need_memory(image);
    }
    viewers.strength = need_memory(sizeof(float) * (size_t)program->batch * (size_t)excitation->layer->shape.c);
    return viewers;
}

static void viewers_close(Viewers *viewers)
{
    for (int i = 0; i < pool_threads(viewers->pool); i++) {
        network_close(viewers->network[i]);
        free(viewers->input[i]);
    }
    pool_close(viewers->pool);
    free(viewers->strength);
}

/* Every so many pictures one, so that no more than enough are looked at. */
static bool is_drawn(const Excitation *excitation, long position)
{
    long most = EXCITATION_MOST, all = excitation->all;
    return all <= most || position == 0 || position * most / all != (position - 1) * most / all;
}

static void view_one(void *context, int task, int worker)
{
    const Viewers *viewers = context;
    const Excitation *excitation = viewers->excitation;
    const Network *network = viewers->network[worker];
    long size = shape_size(network->program->job.input.shape);
    int filters = excitation->layer->shape.c;
    Step step;
    if (!is_drawn(excitation, viewers->batch->position + task))
        return;
    memcpy(viewers->input[worker], viewers->batch->input + task * size, sizeof(float) * (size_t)size);
    view_run(network, viewers->input[worker], NULL, &step);
    for (int k = 0; k < filters; k++)
        viewers->strength[(long)task * filters + k] = excitation_of(network, excitation->layer, k);
}

/* In the order of pictures, whoever looked at them. */
static void keep_batch(const Viewers *viewers)
{
    Excitation *excitation = viewers->excitation;
    int filters = excitation->layer->shape.c;
    for (int i = 0; i < viewers->batch->n; i++) {
        long position = (long)viewers->batch->position + i;
        if (!is_drawn(excitation, position))
            continue;
        for (int k = 0; k < filters; k++)
            keep(excitation->best + (long)k * EXCITING, (Exciting){ viewers->strength[(long)i * filters + k], position });
        excitation->seen++;
    }
}

Excitation excitation_open(const Scoring *scoring, const LayerRow *layer, const Options *options)
{
    Loader *loader = scoring->loader;
    Excitation excitation = { .layer = layer, .scoring = scoring, .all = loader_images(loader) };
    Progress progress = progress_open(options->quiet);
    excitation.best = need_memory(sizeof *excitation.best * (size_t)(layer->shape.c * EXCITING));
    Viewers viewers = viewers_open(&excitation, options->threads);
    loader_start(loader, 0, 0);
    while ((viewers.batch = loader_next(loader))) {
        pool_run(viewers.pool, view_one, &viewers, viewers.batch->n);
        keep_batch(&viewers);
        if (progress_due(&progress))
            progress_draw(&progress, "looking at training pictures  %ld/%ld",
                          (long)viewers.batch->position + viewers.batch->n, excitation.all);
    }
    progress_clear(&progress);
    viewers_close(&viewers);
    if (loader_lost(loader))
        fault("%s", loader_lost(loader));
    return excitation;
}

void excitation_close(Excitation *excitation)
{
    free(excitation->best);
}
