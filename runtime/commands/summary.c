/* summary.c - the layers as a table, and what they cost. */

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "runtime/network/network.h"
#include "runtime/options/options.h"

static int wider(int width, const char *text)
{
    return (int)strlen(text) > width ? (int)strlen(text) : width;
}

static void print_row(Arena *arena, const int width[2], const char *name, const char *text, Shape shape,
                      long parameters, long multiply_adds)
{
    printf("%-*s  %-*s  %14s  %14s  %16s\n", width[0], name, width[1], text,
           shape_short_text(arena, shape), grouped_text(arena, parameters),
           grouped_text(arena, multiply_adds));
}

static void print_memory(const char *what, const Use *use, int threads)
{
    double bytes = (double)use->bytes + (double)use->scratch * threads;
    printf("%-16s %10.1f MB with %d thread%s\n", what, bytes / 1e6, threads,
           plural(threads));
}

static void print_resident(const Program *program, int threads)
{
    printf("%-16s %10.1f MB in all while it trains, without the pictures that are kept in memory\n",
           "resident", 1e-6 * (double)network_resident(program, threads).all);
}

int summary_command(const Program *program, const Options *options)
{
    const LayerRow *end = program->layer + program->layers;
    int width[2] = { 5, 4 };    /* of the headings "input" and "line" */
    long parameters = 0, untrained = 0, multiply_adds = 0;
    Arena *arena = arena_open();
    for (const LayerRow *layer = program->layer; layer < end; layer++) {
        width[0] = wider(width[0], layer->name);
        width[1] = wider(width[1], layer->text);
        parameters += layer->parameters;
        untrained += layer->untrained;
        multiply_adds += layer->multiply_adds;
    }
    printf("%-*s  %-*s  %14s  %14s  %16s\n", width[0], "layer", width[1], "line", "output",
           "parameters", "multiply-adds");
    print_row(arena, width, "input", "", program->job.input.shape, 0, 0);
    for (const LayerRow *layer = program->layer; layer < end; layer++)
        print_row(arena, width, layer->name, layer->text, layer->shape, layer->parameters,
                  layer->multiply_adds);
    printf("\n%-16s %10s\n", "parameters", grouped_text(arena, parameters));
    if (untrained)
        printf("%-16s %10s of them, running statistics of norms\n", "not trained", grouped_text(arena, untrained));
    printf("%-16s %10s for one picture, forward\n", "multiply-adds", grouped_text(arena, multiply_adds));
    print_memory("training takes", &program->train, options->threads);
    print_memory("predicting takes", &program->predict, options->threads);
    print_resident(program, options->threads);
    arena_close(arena);
    return 0;
}
