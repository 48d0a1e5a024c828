/* ir.h - the graph: ops over tensors, in an order in which they can run. A value belongs to one image
 * (the batch is implied) or to the whole batch. After `lower` nobody sees the card; every op keeps the
 * name and the span of the line that it came from. */

#ifndef IR_IR_H
#define IR_IR_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/activation.h"
#include "base/arena.h"
#include "base/job.h"
#include "base/shape.h"
#include "base/source.h"

typedef enum {
#define X(id, ...) OP_##id,
#include "compiler/ir/ops.def"
#undef X
    OP_COUNT
} OpKind;

typedef struct {
    const char *word;
    int least, most, outs;      /* inputs, outputs; most is 0 for leaves, MANY where nothing limits it */
    bool inference;
} OpInfo;

extern const OpInfo op_info[OP_COUNT];

enum { MOST_OUTS = 4, MOST_DIMS = 4, MANY = INT_MAX };

typedef struct Op Op;

typedef struct Value {
    int id;                     /* its place in Graph.value */
    const char *name;           /* unique: "conv1", "conv1.weight", "conv1.weight.gradient" */
    bool per_image;
    int dims;                   /* per image always 3: height, width, channels */
    int dim[MOST_DIMS];
    Op *maker;
    Op **user;                  /* the ops that read it, once for each time that they do */
    int users, user_room;
    struct Value *gradient;     /* of a view: of what is asked of the logits, by this value; NULL: nothing hangs on it */
} Value;

/* How a parameter starts: uniform within +-limit, or truncated normal, or all of one value. */
typedef struct { double limit, deviation, value; } Start;

struct Op {
    OpKind kind;
    int place;                  /* in Graph.op */
    const char *name;           /* of the layer: "conv1" */
    Span span;                  /* of the layer's line */
    Value **in;
    int ins;
    Value *out[MOST_OUTS];      /* NULL: not wanted */

    Extent window, stride, dilation;  /* conv: stride, dilation; pools: window, stride; upsample: window */
    int groups;                 /* conv and its gradients: each of its own channels and filters; 0: all are one.
                                   group_norm: parts of the channels, of one size.
                                   parameter: of a depthwise convolution, whose weights files hold by channel */
    Shape shape;                /* of the output, where the inputs do not tell: reshape, slice, deconv, the
                                   gradients towards a conv's or a pool's input */
    Padding padding;            /* pad, crop; pools; of a depthwise conv and of gradients: what the input lacks;
                                   deconv: what is cropped */
    double rate;                /* dropout, drop_path: the share lost; leaky: the share of negative values that passes */
    int salt;                   /* dropout, drop_path: which of them, so that no two draw the same */
    int offset;                 /* slice: the first channel */
    ActivationKind activation;  /* activation and its gradient; fused: what follows the bias */
    TargetKind target;          /* target; losses and their gradients: what it holds */
    bool weighted;              /* losses and their gradients: classes may count more or less than others */
    double weight, smooth, delta;   /* losses and their gradients: as JobLoss says */
    OpKind update;              /* DENSE_UPDATE: the optimiser's op */
    double epsilon;             /* norms: added to the variance */
    int size;                   /* local_norm: channels in the window: size/2 before, (size-1)/2 behind */
    double alpha, beta, level;  /* local_norm */
    double keep;                /* running_mean: the share of the old value that stays */
    Start start;                /* parameter */
    bool untrained;             /* parameter: no optimiser changes it */
    int frozen;                 /* parameter: 1 where it does not learn */
    double factor;              /* parameter, update: times the optimiser's rate; 0: once */
    double length;              /* clip: the greatest */
};

typedef enum {
    USE_TRAIN,
    USE_PREDICT,
    USE_SINGLE,                 /* a prediction of one image, whose convolutions all threads share */
    USE_VIEW,
    USE_COUNT
} UseKind;

extern const char *const use_word[USE_COUNT];

typedef struct {
    Arena *arena;
    UseKind use;
    const JobTrain *train;      /* the optimiser's numbers */
    Op **op;
    int ops, op_room;
    Value **value;
    int values, value_room;
    Value *output;              /* the answer; per image */
    Value *loss, *right;        /* per image, one number each; NULL where there is no loss, or no answer is right */
    Value *logits;              /* of a view: what it goes backward from; */
    Value *input_gradient;      /* and where that ends */
} Graph;

/* ---- building ---- */

Graph *graph_new(Arena *arena, UseKind use, const JobTrain *train);

/* Appends an op with its inputs and makes its outputs, whose shapes infer_ID tells; `name` and `span`
 * are the layer's. Attributes that shapes depend on come in `like` (may be NULL), of which only the
 * attributes are used. Outputs are called after the layer until their name is set. */
Op *graph_op(Graph *graph, OpKind kind, const Op *like, const char *name, Span span, Value *const *in, int ins);

/* The op reads these from now on, and nothing that it read before. */
void graph_read_by(Graph *graph, Op *op, Value *const *in, int ins);

/* A leaf with a shape of its own. */
Value *graph_leaf(Graph *graph, OpKind kind, const char *name, const char *layer, Span span,
                  bool per_image, int dims, const int *dim);

/* Drops the ops that `keep` does not name, renumbers ops and values. keep[i] is about op[i]. */
void graph_keep(Graph *graph, const bool *keep);

/* Sorts ops so that each comes after what makes its inputs, and updates after all that reads the old
 * value; keeps the order where it is free. requires: no cycle. */
void graph_sort(Graph *graph);

Shape image_shape(const Value *value);       /* requires per_image */
int   groups_of(const Op *op);               /* of a conv or its gradients: 1 and more */
bool  is_depthwise(const Op *op);            /* whether each of its groups, of several, has one channel */
long  value_size(const Value *value);        /* numbers, of one image where per_image */
Op   *value_user(const Value *value, OpKind kind);  /* the first of that kind, or NULL */
bool  is_update(OpKind kind);                /* an optimiser's */
bool  takes_place(OpKind kind);              /* puts new values where parameters and states lie: an update, too */
bool  is_loss(OpKind kind);                  /* of an answer: not the sum of two */
const Op *first_loss(const Graph *graph);    /* requires a loss */
const char *dims_text(Arena *arena, const Value *value);  /* "150x150x3" */

/* ---- shapes: one rule for each op, used when it is built and again by the verifier ---- */

/* Writes dims of every output. Returns NULL, or what is wrong with the inputs. */
const char *infer(const Op *op, Value out[MOST_OUTS]);

/* ---- activations: activation.c ---- */

typedef struct {
    const char *word;
    enum { SLOPE_BY_RESULT, SLOPE_BY_INPUT } by;
    bool keeps_zero, after;
} ActivationInfo;

extern const ActivationInfo activation_info[ACTIVATIONS];      /* of ACTIVATION_NONE nothing */

/* In double. `share` is leaky's; `told` is what tells the slope: y or x. */
double activation_value(ActivationKind kind, double share, double x);
double activation_slope(ActivationKind kind, double share, double told);

/* ---- text ---- */

/* One line an op; graph_read of the text gives the same graph (spans become those of the text). */
void graph_print(FILE *out, const Graph *graph);
Graph *graph_read(Arena *arena, const char *text, const JobTrain *train, const char **error);

/* ---- proof ---- */

/* Asserts every invariant: order, arity, shapes, unique names, single makers. `pass` names the one
 * that ran before. Ends the program with a message where one does not hold: it is our fault. */
void graph_verify(const Graph *graph, const char *pass);

/* What a graph computes, slowly and in double, for n images. `data[id]` are the values: leaves are
 * given by the caller ([n][size] for those of an image, `target` as job.h says), all others are
 * filled. `class_weight` is by class, NULL where all count alike. `keep` answers for dropout whether an element
 * survives, for drop_path of element 0 whether all do. `update` counts from 1. */
typedef struct {
    int n;
    double **data;
    const double *class_weight;
    bool (*keep)(const Op *op, int image, long element);
    long update;
} Evaluation;

/* Allocates data[] for every value that is NULL, in the graph's arena, and runs all ops. */
void graph_evaluate(const Graph *graph, Evaluation *evaluation);

#endif
