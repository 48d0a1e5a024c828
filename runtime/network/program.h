/* program.h - what a generated file hands to the runtime: one constant of type Program. The runtime
 * drives this table and knows nothing else of the network. */

#ifndef NETWORK_PROGRAM_H
#define NETWORK_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/fit.h"
#include "base/graph_view.h"
#include "base/job.h"
#include "base/shape.h"
#include "runtime/network/pool.h"

enum {
    PROGRAM_VERSION = 8,
    INPUT_SLACK = 64,           /* bytes behind a step's input that its kernels may read */
};

/* One tensor that is trained, or kept by training: a running statistic. In files it is dense, in Keras's order: conv
 * [R][S][C][K], depthwise [R][S][C][multiplier], dense [inputs][outputs], bias [K]: `rows` rows of `columns` floats, the
 * last dimension being the columns, or the last two of a depthwise one.
 * In the block it lies in tiles, as its kernels want it: parameter_at() tells where. What no row and
 * column leads to is padding, which is zero and stays zero. */
typedef struct {
    const char *name;           /* "conv1.weight" */
    int dims;
    int dim[4];
    long rows;
    int columns;
    int tile_rows, tile_columns;
    long floats;                /* in the block, padding included */
    size_t place;               /* bytes from the start of the block, for every use */
    size_t state[2];            /* of the running means that an optimiser keeps, laid out like the tensor; in the
                                   training block alone */
    int states;                 /* 0 to 2: as many as any phase keeps; 0 where none lets it learn */
    Shape flattened;            /* of a dense weight behind `flatten`: the map whose values are its rows, by height,
                                   width, channels; else 0 */
    /* Drawn uniformly from -limit to limit, or, where `deviation` is not 0, from a normal
     * distribution truncated at two deviations; both 0: all of one value. */
    double limit, deviation, value;
    int untrained;              /* no optimiser changes it */
    Channels out, in;           /* what its columns make and its rows take, or, where `turned`, otherwise: base/fit.h */
    int turned;
} Parameter;

/* Floats from the tensor's place to one element. A tile is tile_rows x tile_columns, row by row; the
 * tiles of one band of rows lie side by side. A plain matrix has tile_rows 1. */
static inline long parameter_at(const Parameter *p, long row, int column)
{
    long across = (p->columns + p->tile_columns - 1) / p->tile_columns;
    long tile = row / p->tile_rows * across + column / p->tile_columns;
    return (tile * p->tile_rows + row % p->tile_rows) * p->tile_columns + column % p->tile_columns;
}

/* Where a view leaves a map [h][w][c]: bytes from the block's start, and floats from pixel to pixel. What is not there has
 * a stride of 0. */
typedef struct { size_t place; int stride; } ViewRow;

/* One layer of the card, in order, for summaries and `look`. */
typedef struct {
    const char *name;           /* "conv1" */
    const char *text;           /* as the card has it: "conv 32 3x3 relu" */
    Shape shape;                /* of what it makes */
    long parameters;            /* all that files hold */
    long untrained;             /* of them */
    long multiply_adds;         /* of one image, forward */
    Place place;
    ViewRow value;              /* what it makes of the image, and */
    ViewRow gradient;           /* by how much what is asked of the logits grows with each of its numbers; none behind
                                   the logits */
    int is_conv;
} LayerRow;

/* Whether a view tells how the logits hang on its values, and these are more than one pixel's. */
static inline int layer_has_maps(const LayerRow *layer)
{
    return layer->gradient.stride > 0 && layer->shape.h * layer->shape.w > 1;
}

/* One call of a kernel in a use, for profiles. */
typedef struct {
    const char *name;           /* "conv1_grad_weight", which the plan's text says, too */
    const char *layer;          /* "conv1"; "loss" */
    const char *work;           /* "forward", "input gradient", "weight gradient", "update", ... */
    long multiply_adds;         /* of one image, as many as the layer's sums are written with */
    long done;                  /* as the kernel does them, whole vectors: at most, where it passes over zeros */
    long image_bytes, batch_bytes;      /* of the arrays read and written: for each image, and once a step */
} CallRow;

/* What each worker's calls took: runtime/network/laps.h. */
typedef struct Laps Laps;

/* One call of a program's function. The block is `bytes` of the use at hand, scratch is
 * pool_threads(pool) times its `scratch` bytes; both 64-byte aligned, cleared once, when allocated.
 * A block of the training use also serves predicting, which keeps parameters and states. */
typedef struct {
    char *block, *scratch;
    size_t scratch_bytes;       /* of one worker: at least the use's `scratch` */
    Pool *pool;
    const float *input;         /* [n][H][W][C], 64-byte aligned, then INPUT_SLACK bytes */
    int prepared;               /* of predicting: what the run before left here, if it was on this block and neither
                                   the weights nor anything else of the block has changed since; else 0 */
    const void *target;         /* [n] of target_bytes(): see JobTarget; predicting takes NULL where none are known. A view
                                   takes floats of the logits' shape: the weights of the sum that it differentiates */
    const float *class_weight;  /* [Program.classes], by which the loss of an image, or of a pixel, of that class
                                   counts; NULL: all count alike */
    int n;                      /* 1 to Program.batch */
    Laps *laps;                 /* where a profile notes the calls' times, [the use's calls]; NULL: nowhere */
    /* of a training step */
    double rate;
    uint64_t update;            /* number of this update, from 1 */
    const uint64_t *missed;     /* [Program.parameters] how many of those before it left each alone: Adam's means count
                                   but a parameter's own; NULL: none did */
    uint64_t seed;
    uint32_t epoch;             /* counted from 0 across phases */
    uint32_t position;          /* of the batch's first image in the epoch's order */
    /* filled */
    double loss;                /* mean over n, where there were targets */
    double correct;             /* how many of n were answered rightly, where there were targets: of a mask the share
                                   of its pixels, of labels that of the labels; 0 of numbers */
    double shortened;           /* of training: what `clip` left of the gradient's length, 1 where it was short enough */
    const float *output;        /* [n] of Program.output_stride floats: see output_read() */
} Step;

typedef struct {
    void (*run)(Step *step);
    size_t bytes, scratch;      /* of the block, and of each worker's scratch */
    const CallRow *call;        /* in the order in which they run */
    int calls;
    int states;                 /* of training: how many running means the optimiser keeps of what learns, */
    const char *state_name[2];  /* "momentum", "mean_square", "mean", ... as files name them */
    const int *idle;            /* of training: the parameters that it leaves alone, though another phase's does not; */
    int idles;                  /* numbers in Program.parameter */
} Use;

/* What a phase of the training runs; predicting is the same in all, but for the loss. */
typedef struct { const Use *train, *predict; } PhaseUses;

/* A text that the card was made of; a list ends in NULL. */
typedef struct { const char *name, *text; } CardText;

/* Of the generated file. */
#if defined __clang__
#define PROGRAM_COMPILER "clang " __clang_version__
#elif defined __GNUC__
#define PROGRAM_COMPILER "gcc " __VERSION__
#endif

/* As many products and sums as the processor can do: `rounds` times one of each for every one of `sums`,
 * which are `floats` of Program.peak, 64-byte aligned. */
typedef struct {
    void (*run)(float *sums, int rounds);
    int floats;
} Peak;

typedef struct {
    int version;                /* PROGRAM_VERSION of the netc that wrote it */
    const char *card;           /* the card's file name: "catdog.net" */
    const char *hash;           /* 16 hexadecimal digits of all that decides the result */
    const char *target;         /* "x86-64-v4" */
    const char *netc;           /* the version of netc that wrote it, */
    const char *compiler;       /* and what compiled that: "gcc 12.2.0" */
    int direct;                 /* no convolution was to take a way of its own */
    const CardText *text;       /* the card as it was, by the file's name, then what it includes, by the ways there */
    const char *const *set;     /* "NAME=value" of what the card sweeps, as netc was told; ends in NULL */
    int batch;                  /* the largest n */
    Shape output;
    int output_stride;          /* floats from an image's output to the next one's */
    int pixel_stride;           /* from a pixel's channels to those of the next */
    int classes;                /* that the output can tell apart: 2 for one sigmoid; 0 of numbers */
    const Parameter *parameter;
    int parameters;
    const ChannelGroup *group;  /* of channels, that the parameters speak of */
    int groups;
    const LayerRow *layer;
    int layers;
    GraphView graph;            /* the model with its blocks and repeats folded; no boxes: none is known */
    const PhaseUses *phase;     /* [job.phases] */
    size_t states;              /* from the training block's start: behind it is what is kept from step to step
                                   beside the parameters, and nothing else */
    size_t average;             /* from the training block's start to the running mean of the weights, which is the
                                   last there; 0 where no phase keeps one */
    double norm_keep;           /* what a step leaves of the running statistics that change most slowly; 0: there are none */
    Use train, predict, view;   /* the first phase's, the last phase's; view takes one image and keeps every layer's
                                   values and gradients */
    Shape logits;               /* the answer before the activation that goes with its loss */
    ViewRow input_gradient;     /* of view: as LayerRow.gradient */
    Peak peak;                  /* what profile takes shares of */
    Job job;
} Program;

/* Bytes of an image's target, one behind the other in Step.target. */
static inline size_t target_bytes(const Program *program)
{
    return job_target_bytes(&program->job.target);
}

/* An image's output [P][Q][C], without what lies between. */
static inline void output_read(const Program *program, const Step *step, int image, float *to)
{
    const float *from = step->output + (long)image * program->output_stride;
    long pixels = (long)program->output.h * program->output.w;
    for (long i = 0; i < pixels; i++)
        for (int c = 0; c < program->output.c; c++)
            *to++ = from[i * program->pixel_stride + c];
}

/* The whole trainer: reads the command line, returns the exit code. */
int trainer_main(const Program *program, int argc, char **argv);

#endif
