/* summary.c - the layers as a table, and what they cost. */

#include <stdio.h>
#include <string.h>

#include "runtime/options.h"

enum { ROOM = 40 };             /* characters of a number or a shape */

/* 1234567 as "1,234,567" */
static const char *grouped(long number, char text[ROOM])
{
    char digits[ROOM], *to = text;
    int length = snprintf(digits, sizeof digits, "%ld", number);
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

static const char *shape_text(Shape shape, char text[ROOM])
{
    if (shape_is_vector(shape))
        snprintf(text, ROOM, "%d", shape.c);
    else
        snprintf(text, ROOM, "%dx%dx%d", shape.h, shape.w, shape.c);
    return text;
}

static int wider(int width, const char *text)
{
    return (int)strlen(text) > width ? (int)strlen(text) : width;
}

static void print_row(const int width[2], const char *name, const char *text, Shape shape,
                      long parameters, long multiply_adds)
{
    char of_shape[ROOM], of_parameters[ROOM], of_costs[ROOM];
    printf("%-*s  %-*s  %14s  %14s  %16s\n", width[0], name, width[1], text,
           shape_text(shape, of_shape), grouped(parameters, of_parameters),
           grouped(multiply_adds, of_costs));
}

static void print_memory(const char *what, const Use *use, int threads)
{
    double bytes = (double)use->bytes + (double)use->scratch * threads;
    printf("%-16s %10.1f MB with %d thread%s\n", what, bytes / 1e6, threads,
           threads == 1 ? "" : "s");
}

int summary_command(const Program *program, const Options *options)
{
    const LayerRow *end = program->layer + program->layers;
    int width[2] = { 5, 4 };    /* of the headings "input" and "line" */
    long parameters = 0, multiply_adds = 0;
    char text[ROOM];
    for (const LayerRow *layer = program->layer; layer < end; layer++) {
        width[0] = wider(width[0], layer->name);
        width[1] = wider(width[1], layer->text);
        parameters += layer->parameters;
        multiply_adds += layer->multiply_adds;
    }
    printf("%-*s  %-*s  %14s  %14s  %16s\n", width[0], "layer", width[1], "line", "output",
           "parameters", "multiply-adds");
    print_row(width, "input", "", program->job.input.shape, 0, 0);
    for (const LayerRow *layer = program->layer; layer < end; layer++)
        print_row(width, layer->name, layer->text, layer->shape, layer->parameters,
                  layer->multiply_adds);
    printf("\n%-16s %10s\n", "parameters", grouped(parameters, text));
    printf("%-16s %10s for one picture, forward\n", "multiply-adds", grouped(multiply_adds, text));
    print_memory("training takes", &program->train, options->threads);
    print_memory("predicting takes", &program->predict, options->threads);
    return 0;
}
