/* choose.h - what the choosers share: buffers, homes, and calls with what they take. A chooser has one family
 * of ops: choose_conv.c and choose_conv_grad.c with choose_winograd.c and choose_depthwise.c, choose_sparse.c (a conv's
 * gradient behind a pool), choose_dense.c, choose_move.c, choose_each.c (pixel by pixel), choose_norm.c, choose_pool.c,
 * choose_loss.c, choose_upsample.c. cut.c has the cuts, choose_view.c which a view takes. */

#ifndef PLAN_CHOOSE_H
#define PLAN_CHOOSE_H

#include <assert.h>

#include "compiler/plan/plan.h"

/* How an op's work is done: the calls that do it, with their buffers. One for each row of ops.def. */
#define CHOOSE(ID) void choose_##ID(Plan *plan, const Op *op)
#define X(id, ...) CHOOSE(id);
#include "compiler/ir/ops.def"
#undef X

typedef void Choose(Plan *plan, const Op *op);

/* All of a view's ops by these rules: choose_view.c. */
void choose_view(Plan *plan, Choose *const rule[OP_COUNT]);

/* ---- buffers ---- */

Buffer *plan_buffer(Plan *plan, const Op *op, const char *name, Store store, Element element, long count);

/* A part of each image of another, which begins `offset` elements further on. */
Buffer *part_of(Plan *plan, const Op *op, const char *name, Buffer *whole, long offset, long count);

/* One for the op's own use, called LAYER/SUFFIX. */
Buffer *helper_buffer(Plan *plan, const Op *op, const char *suffix, Store store, Element element, long count);

long  lanes_up(const Plan *plan, long count);           /* whole vectors */
long  parameter_count(const Plan *plan, const Value *value);
Home *home_of(Plan *plan, const Value *value);          /* made when it is first asked for */
void  share_home(Plan *plan, const Value *value, const Value *as, int stride);

static inline Buffer *at(Plan *plan, const Value *value)  { return home_of(plan, value)->buffer; }
static inline int stride(Plan *plan, const Value *value)  { return home_of(plan, value)->stride; }
static inline long pixels(const Value *value)             { return (long)value->dim[0] * value->dim[1]; }
static inline int smaller(int a, int b)                   { return a < b ? a : b; }
static inline int larger(int a, int b)                    { return a > b ? a : b; }

/* ---- maps that lie in wider ones: join.c ---- */

/* Whether a concatenation's input has been given its channels in the result. */
bool lies_within(Plan *plan, const Value *input, const Value *result);

/* Gives a slice its home within what it is cut from, where all its readers can take that. */
bool read_in_place(Plan *plan, const Op *slice);

/* ---- calls: LAYER_SUFFIX runs a kernel ---- */

Call *call_images(Plan *plan, const Op *op, const char *kernel, const char *suffix);
Call *call_batch(Plan *plan, const Op *op, const char *kernel, const char *suffix, long tasks);

/* For an image or, where all threads share one, in tasks of `least` and more rows. */
Call *call_rows(Plan *plan, const Op *op, const char *kernel, const char *suffix, Rows rows, int least);

/* One that reads all the op's inputs and writes its first output. */
Call *elementwise(Plan *plan, const Op *op, const char *kernel);

/* The op's weights, its second input, as `kernel` packs them tap by tap, a task for each of its blocks. */
Call *call_taps(Plan *plan, const Op *op, const char *kernel, Buffer *packed, long blocks);

/* The parts of a sum over images, one a shard, added in a fixed tree. */
void sum_of(Plan *plan, const Op *op, const char *suffix, Buffer *part, Buffer *gradient);

static inline void argument(Call *call, Argument a)
{
    assert(call->arguments < MOST_ARGS);
    call->argument[call->arguments++] = a;
}

static inline void reads(Call *call, Buffer *buffer)  { argument(call, (Argument){ .buffer = buffer }); }
static inline void writes(Call *call, Buffer *buffer) { argument(call, (Argument){ .buffer = buffer, .writes = true }); }

/* Each of several calls writes a part of its own: they need not wait for each other. */
static inline void writes_its_own(Call *call, Buffer *buffer)
{
    argument(call, (Argument){ .buffer = buffer, .writes = true, .own = true });
}

static inline void hand(Call *call, Handed what) { argument(call, (Argument){ .handed = what }); }

/* Of NULL, nothing. */
static inline void reads_or_nothing(Call *call, Buffer *buffer) { argument(call, (Argument){ .buffer = buffer }); }

static inline void size(Call *call, const char *name, long value)
{
    assert(call->sizes < MOST_SIZES);
    call->size[call->sizes++] = (Size){ name, value };
}

static inline void factor(Call *call, const char *name, double value)
{
    assert(call->factors < MOST_FACTORS);
    call->factor[call->factors++] = (Factor){ name, value };
}

/* ---- cuts: a call's first one, and others, for a picker to take one ---- */

typedef struct {
    Cut cut[MOST_CUTS];
    double cycles[MOST_CUTS];   /* but of the first, from less to more */
    int cuts;
} Cuts;

/* A cut's sizes, and what Call.key is to be. */
typedef struct {
    const char *key;
    int size[CUT_SIZES];
} Picked;

Cuts   cuts_begin(Cut cut);
void   cuts_try(Cuts *cuts, Cut cut, double cycles);    /* of many the cheapest are kept */
Picked cuts_pick(const Plan *plan, const Op *op, const char *what, const Cuts *cuts);

/* A tile of sums, each row of which takes one number times all vectors: whether it can be had, and its cycles
 * for each of these numbers. */
bool   fits_registers(const Target *target, int rows, int vectors);
double tile_cycles(int rows, int vectors);

/* ---- what several choosers reckon ---- */

/* Of one class an image, and nothing else: its own kernels are exact in double, and tell what is right as a
 * whole number. */
bool is_plain_loss(const Op *op);                       /* choose_loss.c */

static inline bool holds_classes(TargetKind target)
{
    return target == TARGET_CLASS || target == TARGET_MASK;
}

/* Products and sums of an image, of the ops that have them; 0 where nobody would count. */
long multiply_adds(const Op *op);                       /* cost.c */

#endif
