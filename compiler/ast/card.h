/* card.h - a sound card: what `check` makes of a card without mistakes and `lower` turns into a graph
 * and a job. The model is expanded (repeats and blocks are gone), every number is resolved, every
 * shape known; every part keeps its span. */

#ifndef AST_CARD_H
#define AST_CARD_H

#include <stdbool.h>

#include "base/activation.h"
#include "base/job.h"
#include "base/shape.h"
#include "base/source.h"

/* What the graph can be made of. Which words of the language lead here: layers.def. */
typedef enum {
    LAYER_INPUT,                /* layer[0], and no other */
    LAYER_CONV,                 /* a depthwise one has as many groups as its input has channels */
    LAYER_DECONV,
    LAYER_POOL,
    LAYER_FLATTEN,
    LAYER_DENSE,
    LAYER_NORM,
    LAYER_RESHAPE,
    LAYER_UPSAMPLE,
    LAYER_DROPOUT,
    LAYER_DROP_PATH,            /* loses whole images of its branch */
    LAYER_ACTIVATION,           /* an activation on a line of its own */
    LAYER_ADD,
    LAYER_MULTIPLY,
    LAYER_CONCAT,
} LayerKind;

typedef enum { POOL_MAX, POOL_AVERAGE } PoolKind;
typedef enum { NORM_BATCH, NORM_LAYER, NORM_GROUP, NORM_LOCAL } NormKind;
typedef enum { UPSAMPLING_NEAREST, UPSAMPLING_BILINEAR } UpsamplingKind;
typedef enum { INIT_GLOROT, INIT_HE, INIT_LECUN, INIT_GLOROT_NORMAL, INIT_HE_NORMAL, INIT_LECUN_NORMAL,
               INIT_ZERO } InitKind;

typedef struct Layer Layer;
struct Layer {
    LayerKind kind;
    const char *name;           /* "conv2", "stage1.3.basic1.conv2"; tensors are NAME.weight, NAME.bias */
    Span span;                  /* of the keyword (for `input`, of its line's keyword) */
    Span line;                  /* of the whole statement without its block and comment */
    Layer **input;              /* the layers whose values it takes, in order */
    int inputs;
    Shape shape;                /* of what it makes */

    int filters;                /* conv: in all; deconv; dense: the outputs */
    Extent window, stride, dilation;  /* conv, deconv, pool; a global pool's window is its input; upsample: how often */
    Padding padding;            /* conv, pool: resolved, also from `same`; deconv: what is cut off */
    int groups;                 /* conv: each of its own channels and filters; norm group: parts of the channels */
    bool depthwise;             /* conv: by the statement, which says how files hold its weights */
    bool bias;                  /* conv, dense */
    InitKind init;              /* conv, dense */
    PoolKind pool;
    NormKind norm;
    double epsilon;             /* norm batch, layer, group: added to the variance */
    int size;                   /* norm local: channels in its window */
    double alpha, beta, level;  /* norm local: x / (level + alpha * sum of squares)^beta */
    double keep;                /* norm batch: the share of a running statistic that stays at each update */
    UpsamplingKind upsampling;
    double rate;                /* dropout, drop_path: the share lost; leaky: the share of negative values that passes */
    ActivationKind activation;  /* conv, dense, norm: at the line's end; activation: itself */
};

/* Of what acts in training alone: else it passes on what it takes. */
static inline bool is_for_training(const Layer *layer)
{
    return layer->kind == LAYER_DROPOUT || layer->kind == LAYER_DROP_PATH;
}

/* What is true of the layers in a phase, by their place in Card.layer. */
typedef struct {
    const bool *frozen;         /* it does not learn */
    const double *factor;       /* times the optimizer's rate; 0: once */
} CardPhase;

/* A constant for which the card names several values. */
typedef struct {
    const char *name;
    const char *const *value;   /* as written */
    int values, chosen;
} CardSweep;

typedef struct {
    const Source *source;       /* the card itself, not what it includes */
    const Source *const *read;  /* every text that was read, the card first */
    int reads;
    Layer **layer;              /* in the order of execution; the last one's value is the answer */
    int layers;
    bool is_library;            /* it names constants and blocks for others, and is no network itself */
    bool has_model, has_train;  /* a card may lack either; then it can be checked but not compiled */
    CardSweep *sweep;           /* in the card's order */
    int sweeps, sweep_room;
    const CardPhase *phase;     /* as many as the job has */
    Job job;                    /* bound from the input, data, augment and train sections */
} Card;

#endif
