/* onednn.c - one layer by oneDNN: forward, the gradient of its input and that of its weights. Each has the
 * layouts that oneDNN likes best for it; to bring one's into another's is not counted. A round runs each
 * over the batch; "parts" tells their times. Threads are OMP_NUM_THREADS.
 *
 * usage: onednn --batch N --side N --in N --out N --window N       a contender, see serve.h
 *   [--stride N] [--pad N [--pad-end N]]   above and left, and where they differ, below and right
 *   [--relu 1] [--pool 1]                  what follows: relu, a 2x2 max pool
 *   [--dense 1]                            a dense layer of `in` inputs; side and window are 1 */

#include <dnnl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/contenders/serve.h"
#include "runtime/system/clock.h"

#if DNNL_VERSION_MAJOR != 2
#error "written for oneDNN 2, whose interface is another than that of 3"
#endif

#define CHECK(call) \
    do { \
         dnnl_status_t status_ = (call); \
         if (status_ != dnnl_success) \
             give_up(#call, status_); \
    } while (0)

static _Noreturn void give_up(const char *call, dnnl_status_t status)
{
    fprintf(stderr, "oneDNN: %s: %d\n", call, (int)status);
    exit(3);
}

enum { MOST_ARGS = 6, MOST_RUNS = 4 };

/* A primitive and its memory. */
typedef struct {
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t argument[MOST_ARGS];
    int arguments;
} Run;

/* What is timed together. */
typedef struct {
    Run run[MOST_RUNS];
    int runs;
} Part;

enum { FORWARD, INPUT_GRADIENT, WEIGHT_GRADIENT, PARTS };
static const char *const part_name[PARTS] = { "forward", "input gradient", "weight gradient" };

static dnnl_engine_t engine;
static dnnl_stream_t stream;
static Part part[PARTS];
static double part_ms[PARTS];

/* The layer, and the memory that one primitive hands to the next. */
typedef struct {
    int batch, side, in, out, window, stride, pad, pad_end, made;
    bool relu, pool, dense;
    dnnl_memory_t y, dy, dpooled, where;
    dnnl_primitive_desc_t forward, pool_forward;
} Layer;

/* ---- memory ---- */

static dnnl_memory_desc_t shaped(int dims, const dnnl_dim_t *dim)
{
    dnnl_memory_desc_t desc;
    CHECK(dnnl_memory_desc_init_by_tag(&desc, dims, dim, dnnl_f32, dnnl_format_tag_any));
    return desc;
}

static dnnl_memory_desc_t image(const Layer *l, int channels, int side)
{
    return shaped(4, (dnnl_dim_t[]){ l->batch, channels, side, side });
}

/* Numbers like those of a network, of which none is dead or denormal. */
static dnnl_memory_t filled(const dnnl_memory_desc_t *desc)
{
    dnnl_memory_t memory;
    void *data;
    CHECK(dnnl_memory_create(&memory, desc, engine, DNNL_MEMORY_ALLOCATE));
    CHECK(dnnl_memory_get_data_handle(memory, &data));
    for (size_t i = 0; i < dnnl_memory_desc_get_size(desc) / sizeof(float); i++)
        ((float *)data)[i] = 0.01f * (float)(i % 17) - 0.05f;
    return memory;
}

static const dnnl_memory_desc_t *desc_of(const_dnnl_primitive_desc_t desc, dnnl_query_t what)
{
    return dnnl_primitive_desc_query_md(desc, what, 0);
}

static const dnnl_memory_desc_t *memory_desc(dnnl_memory_t memory)
{
    const dnnl_memory_desc_t *desc;
    CHECK(dnnl_memory_get_memory_desc(memory, &desc));
    return desc;
}

/* ---- primitives ---- */

static void add_run(Part *to, const_dnnl_primitive_desc_t desc, int arguments,
                    const dnnl_exec_arg_t *argument)
{
    Run *run = &to->run[to->runs++];
    CHECK(dnnl_primitive_create(&run->primitive, desc));
    for (run->arguments = 0; run->arguments < arguments; run->arguments++)
        run->argument[run->arguments] = argument[run->arguments];
}

#define ADD_RUN(to, desc, ...) \
    add_run(&part[to], desc, (int)(sizeof((dnnl_exec_arg_t[]){ __VA_ARGS__ }) / sizeof(dnnl_exec_arg_t)), \
            (dnnl_exec_arg_t[]){ __VA_ARGS__ })

static dnnl_primitive_desc_t described(const void *desc, const_dnnl_primitive_attr_t attributes,
                                       const_dnnl_primitive_desc_t hint)
{
    dnnl_primitive_desc_t primitive;
    CHECK(dnnl_primitive_desc_create(&primitive, desc, attributes, engine, hint));
    return primitive;
}

static dnnl_primitive_attr_t with_relu(const Layer *l)
{
    dnnl_primitive_attr_t attributes;
    dnnl_post_ops_t after;
    CHECK(dnnl_primitive_attr_create(&attributes));
    CHECK(dnnl_post_ops_create(&after));
    if (l->relu)
        CHECK(dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, 0, 0));
    CHECK(dnnl_primitive_attr_set_post_ops(attributes, after));
    return attributes;
}

static dnnl_dims_t stride, before, behind;

/* Of the layer's arrays, any layout. */
typedef struct { dnnl_memory_desc_t x, w, b, y; } Shapes;

static Shapes shapes_of(const Layer *l)
{
    if (l->dense)
        return (Shapes){
            .x = shaped(2, (dnnl_dim_t[]){ l->batch, l->in }), .w = shaped(2, (dnnl_dim_t[]){ l->out,
                l->in }),
            .b = shaped(1, (dnnl_dim_t[]){ l->out }), .y = shaped(2, (dnnl_dim_t[]){ l->batch, l->out }),
        };
    return (Shapes){
        .x = image(l, l->in, l->side), .w = shaped(4, (dnnl_dim_t[]){ l->out, l->in, l->window, l->window }),
        .b = shaped(1, (dnnl_dim_t[]){ l->out }), .y = image(l, l->out, l->made),
    };
}

static void add_forward(Layer *l)
{
    Shapes s = shapes_of(l);
    dnnl_convolution_desc_t conv;
    dnnl_inner_product_desc_t dense;
    if (l->dense)
        CHECK(dnnl_inner_product_forward_desc_init(&dense, dnnl_forward_training, &s.x, &s.w, &s.b, &s.y));
    else
        CHECK(dnnl_convolution_forward_desc_init(&conv, dnnl_forward_training, dnnl_convolution_auto, &s.x,
                                                 &s.w, &s.b, &s.y, stride, before, behind));
    l->forward = described(l->dense ? (void *)&dense : (void *)&conv, with_relu(l), NULL);
    l->y = filled(desc_of(l->forward, dnnl_query_dst_md));
    l->dy = filled(memory_desc(l->y));
    ADD_RUN(FORWARD, l->forward, { DNNL_ARG_SRC, filled(desc_of(l->forward, dnnl_query_src_md)) },
            { DNNL_ARG_WEIGHTS, filled(desc_of(l->forward, dnnl_query_weights_md)) },
            { DNNL_ARG_BIAS, filled(dnnl_primitive_desc_query_md(l->forward, dnnl_query_weights_md, 1)) },
            { DNNL_ARG_DST, l->y });
}

static const dnnl_dims_t two = { 2, 2 }, none = { 0, 0 };

static void add_pool_forward(Layer *l)
{
    dnnl_pooling_desc_t pool;
    dnnl_memory_desc_t pooled = image(l, l->out, l->made / 2);
    CHECK(dnnl_pooling_forward_desc_init(&pool, dnnl_forward_training, dnnl_pooling_max, memory_desc(l->y),
                                         &pooled, two, two, none, none));
    l->pool_forward = described(&pool, NULL, NULL);
    l->dpooled = filled(desc_of(l->pool_forward, dnnl_query_dst_md));
    l->where = filled(desc_of(l->pool_forward, dnnl_query_workspace_md));
    ADD_RUN(FORWARD, l->pool_forward, { DNNL_ARG_SRC, l->y },
            { DNNL_ARG_DST, filled(memory_desc(l->dpooled)) }, { DNNL_ARG_WORKSPACE, l->where });
}

/* Pool and relu belong to the way of the weights, which every layer has. */
static void add_pool_backward(Layer *l)
{
    dnnl_pooling_desc_t pool;
    CHECK(dnnl_pooling_backward_desc_init(&pool, dnnl_pooling_max, memory_desc(l->dy),
                                          memory_desc(l->dpooled), two, two, none, none));
    ADD_RUN(WEIGHT_GRADIENT, described(&pool, NULL, l->pool_forward), { DNNL_ARG_DIFF_DST, l->dpooled },
            { DNNL_ARG_DIFF_SRC, l->dy }, { DNNL_ARG_WORKSPACE, l->where });
}

static void add_relu_backward(Layer *l)
{
    dnnl_eltwise_desc_t ahead, back;
    CHECK(dnnl_eltwise_forward_desc_init(&ahead, dnnl_forward_training, dnnl_eltwise_relu, memory_desc(l->y),
                                         0, 0));
    CHECK(dnnl_eltwise_backward_desc_init(&back, dnnl_eltwise_relu, memory_desc(l->dy), memory_desc(l->y), 0,
                                          0));
    ADD_RUN(WEIGHT_GRADIENT, described(&back, NULL, described(&ahead, NULL, NULL)), { DNNL_ARG_SRC, l->y },
            { DNNL_ARG_DIFF_DST, l->dy }, { DNNL_ARG_DIFF_SRC, l->dy });
}

static dnnl_primitive_desc_t backward_input(const Layer *l, const Shapes *s)
{
    dnnl_convolution_desc_t conv;
    dnnl_inner_product_desc_t dense;
    if (l->dense) {
        CHECK(dnnl_inner_product_backward_data_desc_init(&dense, &s->x, &s->w, &s->y));
        return described(&dense, NULL, l->forward);
    }
    CHECK(dnnl_convolution_backward_data_desc_init(&conv, dnnl_convolution_auto, &s->x, &s->w, &s->y, stride,
                                                   before, behind));
    return described(&conv, NULL, l->forward);
}

static dnnl_primitive_desc_t backward_weights(const Layer *l, const Shapes *s)
{
    dnnl_convolution_desc_t conv;
    dnnl_inner_product_desc_t dense;
    if (l->dense) {
        CHECK(dnnl_inner_product_backward_weights_desc_init(&dense, &s->x, &s->w, &s->b, &s->y));
        return described(&dense, NULL, l->forward);
    }
    CHECK(dnnl_convolution_backward_weights_desc_init(&conv, dnnl_convolution_auto, &s->x, &s->w, &s->b,
                                                      &s->y, stride, before, behind));
    return described(&conv, NULL, l->forward);
}

static void add_backward(const Layer *l)
{
    Shapes shapes = shapes_of(l);
    dnnl_primitive_desc_t input = backward_input(l, &shapes), weights = backward_weights(l, &shapes);
    ADD_RUN(INPUT_GRADIENT, input, { DNNL_ARG_DIFF_DST, filled(desc_of(input, dnnl_query_diff_dst_md)) },
            { DNNL_ARG_WEIGHTS, filled(desc_of(input, dnnl_query_weights_md)) },
            { DNNL_ARG_DIFF_SRC, filled(desc_of(input, dnnl_query_diff_src_md)) });
    ADD_RUN(WEIGHT_GRADIENT, weights, { DNNL_ARG_SRC, filled(desc_of(weights, dnnl_query_src_md)) },
            { DNNL_ARG_DIFF_DST, filled(desc_of(weights, dnnl_query_diff_dst_md)) },
            { DNNL_ARG_DIFF_WEIGHTS, filled(desc_of(weights, dnnl_query_diff_weights_md)) },
            { DNNL_ARG_DIFF_BIAS,
                filled(dnnl_primitive_desc_query_md(weights, dnnl_query_diff_weights_md, 1)) });
}

/* ---- rounds ---- */

static void round_of_all(void *context)
{
    (void)context;
    for (int p = 0; p < PARTS; p++) {
        double begun = seconds_now();
        for (int r = 0; r < part[p].runs; r++)
            CHECK(dnnl_primitive_execute(part[p].run[r].primitive, stream, part[p].run[r].arguments,
                                         part[p].run[r].argument));
        CHECK(dnnl_stream_wait(stream));
        part_ms[p] += 1e3 * (seconds_now() - begun);
    }
}

static Layer layer_told(int argc, char **argv)
{
    Layer l = {
        .batch = told_number(argc, argv, "batch", 32), .side = told_number(argc, argv, "side", 1),
        .in = told_number(argc, argv, "in", 1), .out = told_number(argc, argv, "out", 1),
        .window = told_number(argc, argv, "window", 1), .stride = told_number(argc, argv, "stride", 1),
        .pad = told_number(argc, argv, "pad", 0), .relu = told_number(argc, argv, "relu", 0),
        .pool = told_number(argc, argv, "pool", 0), .dense = told_number(argc, argv, "dense", 0),
    };
    l.pad_end = told_number(argc, argv, "pad-end", l.pad);
    l.made = (l.side + l.pad + l.pad_end - l.window) / l.stride + 1;
    for (int i = 0; i < 2; i++) {
        stride[i] = l.stride;
        before[i] = l.pad;
        behind[i] = l.pad_end;
    }
    return l;
}

int main(int argc, char **argv)
{
    Layer layer = layer_told(argc, argv);
    CHECK(dnnl_engine_create(&engine, dnnl_cpu, 0));
    CHECK(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
    add_forward(&layer);
    if (layer.pool) {
        add_pool_forward(&layer);
        add_pool_backward(&layer);
    }
    if (layer.relu)
        add_relu_backward(&layer);
    add_backward(&layer);
    char facts[80];
    snprintf(facts, sizeof facts, "{\"version\": \"%d.%d.%d\"}", DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR,
             DNNL_VERSION_PATCH);
    serve_parts(facts, round_of_all, NULL, &(Parts){ part_name, part_ms, PARTS });
}
