/* plan.h - from the step's graph to a schedule: which kernels run, over which memory, in which order.
 * After `plan` nobody reckons with shapes; reports and comments may tell them.
 *
 * A call runs one kernel, either once for each image or cut into numbered tasks over the whole batch.
 * A segment is a run of calls between two barriers: of images, which go one after another through all
 * its calls while they are in cache, or of tasks. Sums over images are kept in SHARDS fixed parts. */

#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "compiler/ir/ir.h"

enum {
    SHARDS = 8,
    SPARE = 64,                 /* bytes behind each buffer: the last vector that a kernel reads may begin in it */
    MOST_ARGS = 12, MOST_SIZES = 24, MOST_FACTORS = 4,
    CUT_SIZES = 3, MOST_CUTS = 8
};

/* What the code is made for, with the numbers that steer choices for it. */
typedef struct {
    const char *name;           /* "x86-64-v4", as -march takes it */
    const char *test;           /* the C preprocessor's condition that holds under it */
#define NUMBER(number, v4, v3, v2, armv8, unit, meaning) int number;
#include "compiler/plan/numbers.def"
#undef NUMBER
} Target;

extern const Target targets[];
const Target *target_named(const char *name);   /* NULL: unknown; "native" is this machine's best */

typedef enum {
    STORE_INPUT,                /* the caller's pictures and targets */
    STORE_TARGET,
    STORE_PARAMETER,            /* the first in every use's block, at the same place */
    STORE_STATE,                /* behind all else in the training block, in rows that are like the parameters */
    STORE_TABLE,                /* one for the batch, such as packed weights */
    STORE_BATCH,                /* one for each image of the batch */
    STORE_SHARD,                /* one for each shard, cleared where a segment begins to add to it */
    STORE_SCRATCH,              /* one for each worker, for one image or one task */
} Store;

/* What a buffer holds: its name and bytes. BITS are 64 of them. */
#define ELEMENTS(X) X(FLOAT, 4) X(INT, 4) X(BYTE, 1) X(BITS, 8)

typedef enum {
#define X(name, bytes) ELEMENT_##name,
    ELEMENTS(X)
#undef X
} Element;

size_t element_bytes(Element element);                      /* place.c */

typedef struct Buffer {
    int number;                 /* its place in Plan.buffer */
    const Op *op;               /* whose work needs it */
    const char *name;
    Store store;
    Element element;
    long count;                 /* elements of one image, shard or table */
    size_t stride;              /* bytes from one image or shard to the next */
    size_t bytes;               /* of all, spare bytes included */
    size_t place;               /* from the start of the block, or of the worker's scratch */
    int first, last;            /* segments; scratch: calls */
    const struct Buffer *like;  /* states: it lies in its row as this parameter among the parameters; */
    int row;                    /* the number of the row */
    struct Buffer *within;      /* of which it is a part, or NULL; then store, stride, place and life follow from that */
    long offset;                /* elements from the beginning of each of its images */
} Buffer;

/* Itself, or what it is a part of in the end. */
static inline Buffer *owner_of(Buffer *buffer)
{
    while (buffer->within)
        buffer = buffer->within;
    return buffer;
}

/* What a kernel is handed beside memory: X(ID, word in a dump, text in the generated function); from and to
 * are of Call.rows */
#define HANDED(X) \
    X(NOTHING, "none", "NULL") \
    X(COUNT, "n", "turn->step->n") \
    X(IMAGE, "image", "turn->image") \
    X(TASK, "task", "turn->task") \
    X(FROM, "from", "turn->from") \
    X(TO, "to", "turn->to") \
    X(CLASS_WEIGHT, "class_weight", "turn->step->class_weight") \
    X(RATES, "rates", "(const Rates *)turn->rates + turn->number") \
    X(SEED, "seed", "turn->step->seed") \
    X(EPOCH, "epoch", "turn->step->epoch") \
    X(POSITION, "position", "turn->step->position + (uint32_t)turn->image") \
    X(PURPOSE, "purpose", "RANDOM_LAYER + (uint32_t)turn->number")

typedef enum {
#define X(id, word, text) HANDED_##id,
    HANDED(X)
#undef X
} Handed;

/* Memory, or where there is no buffer, `handed`; of a purpose the `number`th. */
typedef struct {
    Buffer *buffer;
    Handed handed;
    int number;
    bool writes, own;           /* own: a part of the buffer, and each call that does so another */
} Argument;

typedef struct { const char *name; long value; } Size;
typedef struct { const char *name; double value; } Factor;

/* A small function that a kernel is composed with. */
typedef struct { const char *name, *function; } Piece;

/* Sizes in which a kernel cuts its work, such as those of a tile of sums. No bit depends on them. */
typedef struct { int size[CUT_SIZES]; } Cut;

/* Takes one of the cuts that would do for a call, of which number 0 is what the target's numbers say. Calls
 * whose `key` is the same take equally long with the same cut. */
typedef struct {
    int (*pick)(void *context, const char *key, const Cut *cut, int cuts);
    void *context;
} Picker;

/* What a kernel makes that is handed from and to: 0 to `all` for an image, or a task's share in `rows` rows
 * of `each`, the last of which goes on to the end. */
typedef struct { int all, rows, each; } Rows;

/* What a kernel's AFTER is handed: one sum, or the largest of a pool's window and which it was. */
typedef enum { AFTER_NOTHING, AFTER_SUM, AFTER_POOL } After;

/* What a call costs, as far as the plan can tell: see cost.c. */
typedef struct {
    const char *work;           /* "forward", "input gradient", "weight gradient", "update" */
    long multiply_adds;         /* of an image, by the sums as they are written; 0 where nobody would count */
    long done;                  /* as the kernel does them, whole vectors: at most, where it passes over zeros */
    long image_bytes, batch_bytes;      /* of the arrays read and written: for each image, and once a batch */
} Cost;

typedef struct {
    const char *kernel;         /* its file in runtime/kernels, without .c */
    const char *name;           /* of the function: "conv1_grad_weight" */
    const Op *op;
    bool per_image;
    int tasks;                  /* where not per_image */
    Argument argument[MOST_ARGS];
    int arguments;
    Size size[MOST_SIZES];
    int sizes;
    Piece piece;                /* of no name where it takes none */
    const char *key;            /* by which its cut was picked; NULL: it has but one */
    Rows rows;
    After after;
    bool bias;                  /* what its AFTER does: adds one, then */
    ActivationKind activation;  /* this, of op->rate; or the kernel is one of activations */
    bool decays;                /* its UPDATE: of weights, not of biases */
    bool keeps;                 /* its UPDATE: keeps the gradient, and is no step */
    double rate_factor;         /* its UPDATE: times the rate; 0: once */
    const JobTrain *train;      /* the phase that it is of */
    Factor factor[MOST_FACTORS];        /* the kernel's numbers that are no sizes */
    int factors;
    long multiply_adds;         /* of the whole op, for one image; 0 where nobody would count */
    int segment;
    Cost cost;
} Call;

typedef struct {
    bool per_image;
    Call **call;
    int calls, room;
} Segment;

/* How a parameter is cut into tiles, one behind the other: a dense layer's weight is, in columns that
 * fill whole vectors; any other is one tile wide and its rows follow each other. */
typedef struct { int rows, columns; } Tile;

/* Where a value lies: its channels are `stride` elements from pixel to pixel. */
typedef struct {
    Buffer *buffer;
    int stride;
    Tile tile;
} Home;

typedef struct {
    const Graph *graph;
    const Target *target;
    Arena *arena;
    int batch;                  /* the most images of one run */
    bool direct;
    const Picker *picker;       /* NULL: takes the first of each call's cuts */
    const Graph *beside[2];
    Home *home;                 /* by value */
    Buffer **buffer;
    int buffers, buffer_room;
    Call **call;
    int calls, call_room;
    const Op *too_large;        /* needs more numbers at once than kernels count; then nothing below is filled */
    Segment *segment;
    int segments, segment_room;
    int prepares;               /* the first segments, so many, lay out parameters, and do nothing else */
    size_t parameter_bytes;     /* the block begins with them */
    size_t states;              /* from the block's start to the rows of states */
    size_t bytes, scratch_bytes;
} Plan;

/* Values of the batch are for `batch` images at most. Parameters and values take the block's first `least` bytes at
 * least, and states come behind: so a training block serves predicting, too. */
typedef struct {
    const Target *target;
    int batch;
    bool direct;                /* no way that rounds otherwise than the sum as it is written: no Winograd */
    const Picker *picker;
    size_t least;
    const Graph *beside[2];     /* of a view: the program's other graphs, with whose ops it may share functions */
} PlanOrder;

/* The whole plan of a graph that fuse and dead have run over. */
Plan *plan_graph(const Graph *graph, PlanOrder order);

/* Its parts, in order. */
void plan_join(Plan *plan);     /* homes of maps that lie in a concatenation's: join.c */
void plan_choose(Plan *plan);   /* homes, buffers and calls: choose.c and choose_*.c */
void plan_segment(Plan *plan);  /* segments: segment.c */
void plan_place(Plan *plan, size_t least);   /* places: place.c */
void plan_cost(Plan *plan);     /* what the calls cost: cost.c */

/* Cycles of a batch on one core that multiplies and adds one vector in each, if nothing else held it up. */
double cost_cycles(const Plan *plan, const Cost *cost);

void plan_print(FILE *out, const Plan *plan);

/* Rounds up to whole parts. */
static inline long round_up(long count, long part)
{
    return (count + part - 1) / part * part;
}

#endif
