#include "runtime/network/average.h"

#include <string.h>

enum { CHUNK = 1 << 14 };       /* floats of a task */

typedef struct {
    const Network *network;
    float share;                /* of the distance */
    bool first;
} Averaging;

/* One chunk of a parameter, in the block and in the mean; they are counted through all parameters. */
typedef struct { float *weight, *mean; long count; } Piece;

size_t average_bytes(const Program *program)
{
    size_t end = 0;
    for (const Parameter *p = program->parameter; p < program->parameter + program->parameters; p++)
        end = p->place + sizeof(float) * (size_t)p->floats > end ? p->place + sizeof(float) * (size_t)p->floats : end;
    return end;
}

float *average_of(const Network *network, const Parameter *parameter)
{
    return (float *)(network->block + network->program->average + parameter->place);
}

static long chunks_of(const Parameter *p)
{
    return p->untrained ? 0 : (p->floats + CHUNK - 1) / CHUNK;
}

static int chunks(const Program *program)
{
    long all = 0;
    for (const Parameter *p = program->parameter; p < program->parameter + program->parameters; p++)
        all += chunks_of(p);
    return (int)all;
}

static Piece piece_of(const Network *network, long chunk)
{
    const Parameter *p = network->program->parameter;
    for (; chunk >= chunks_of(p); p++)
        chunk -= chunks_of(p);
    long from = chunk * CHUNK, left = p->floats - from;
    return (Piece){ (float *)(network->block + p->place) + from, average_of(network, p) + from,
                    left < CHUNK ? left : CHUNK };
}

static void step_chunk(void *context, int chunk, int worker)
{
    const Averaging *averaging = context;
    const Piece piece = piece_of(averaging->network, chunk);
    (void)worker;
    if (averaging->first)
        memcpy(piece.mean, piece.weight, sizeof(float) * (size_t)piece.count);
    for (long i = 0; i < piece.count && !averaging->first; i++)
        piece.mean[i] += averaging->share * (piece.weight[i] - piece.mean[i]);
}

static void swap_chunk(void *context, int chunk, int worker)
{
    const Averaging *averaging = context;
    const Piece piece = piece_of(averaging->network, chunk);
    (void)worker;
    for (long i = 0; i < piece.count; i++) {
        float weight = piece.weight[i];
        piece.weight[i] = piece.mean[i];
        piece.mean[i] = weight;
    }
}

void average_step(const Network *network, double keep, bool first)
{
    Averaging averaging = { network, (float)(1 - keep), first };
    pool_run(network->pool, step_chunk, &averaging, chunks(network->program));
}

void average_swap(const Network *network)
{
    Averaging averaging = { .network = network };
    pool_run(network->pool, swap_chunk, &averaging, chunks(network->program));
}
