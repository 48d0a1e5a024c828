/* baseline.c - the tutorial's network as a careful engineer writes it by hand: dense, direct convolutions
 * in register tiles, forward and both ways back, an update that runs while its weights are in cache, all
 * threads busy. It skips no multiplication that the network's text asks for. What netc gains over it, it
 * gains by other means than good loops.
 *
 *   conv 32, 64, 128 of 3x3, each with relu and a 2x2 max pool; dense 512 relu; dense 1 sigmoid; RMSprop
 *
 * Maps are [height][width][channel], weights [3][3][in][out] and [in][out].
 *
 * usage: baseline [--mode train|evaluate] [--threads N]        a contender, see serve.h */

#include <omp.h>

#include "bench/contenders/memory.h"
#include "bench/contenders/numbers.h"
#include "bench/contenders/serve.h"
#include "bench/contenders/tile.h"

/* X(layer, side of its square input, channels in, out) */
#define LAYERS(X) X(0, 150, 3, 32) X(1, 74, 32, 64) X(2, 36, 64, 128)

enum {
    BATCH = 32, CONVS = 3, DEAD = 4,
    FLAT = 17 * 17 * 128, HIDDEN = 512, BLOCK = 32,     /* inputs of the dense layer, taken together */
    PICTURES = BATCH * 150 * 150 * 3, MOST_ROWS = 2 * 148 * 32, MOST_GROWN = 152 * 152 * 32, MOST_THREADS = 64
};

static const float rate = 1e-4f, rho = .9f, epsilon = 1e-7f;

typedef struct { int in, out, pooled; } Shape;      /* `pooled`: numbers that the pool makes of one image */

#define SHAPE(l, side, in, out) { in, out, (side - 2) / 2 * ((side - 2) / 2) * out },
static const Shape shape[CONVS] = { LAYERS(SHAPE) };

typedef struct { float *value, *square; long count; } Weights;

/* One thread's own. */
typedef struct {
    float *rows;                            /* two rows of a map, before the pool */
    float *grown;                           /* the gradient of a whole map, with two zeros around */
    float *grad[CONVS];                     /* of the pooled values */
    float *sum[2 * CONVS];                  /* of the gradients of weights, then of biases */
    float *hidden;                          /* [BATCH][HIDDEN], its part of the sums */
} Worker;

static Weights weight[2 * CONVS];           /* of the convolutions, then their biases */
static Weights dense, dense_bias, last, last_bias;
static float *flipped[CONVS];               /* [3][3][out][in], turned by half a turn */
static float *map[CONVS + 1];               /* [BATCH][..]: the pictures, and what the pools made */
static int8_t *winner[CONVS];               /* which of a window's four was the largest, or DEAD */
static float *hidden, *hidden_grad, *hidden_grad_turned, *flat_grad;
static float answer[BATCH];
static int32_t target[BATCH];
static Worker worker[MOST_THREADS];
static int threads;

/* ---- convolutions; capitals are an image's shape, known when it is compiled ---- */

/* One row of results, y [Q][K], from rows of x, W pixels of C channels; with a bias, then relu. */
INLINE void convolve_row(const float *restrict x, int W, int C, const float *restrict w, int K,
                         const float *bias, float *restrict y, int Q)
{
    for (int k = 0; k < K; k += PAIR)
        for (int t = 0; t < Q; t += TILE) {
            int q = least(t, Q - TILE);     /* the last tile overlaps its neighbour */
            Vector sum[TILE][2];
            load_tile(sum, TILE, NULL, 0);
            for (int r = 0; r < 3; r++)
                multiply_add(sum, TILE, 3 * C, x + (r * W + q) * C, C, 1, w + r * 3 * C * K + k, K);
            UNROLL for (int i = 0; bias && i < TILE; i++)
                UNROLL for (int v = 0; v < 2; v++) {
                    sum[i][v] += load(bias + k + v * LANES);
                    sum[i][v] = where(sum[i][v] > (Vector){0}, sum[i][v]);
                }
            store_tile(sum, TILE, y + q * K + k, K);
        }
}

/* The largest of each window of two rows [2*P][K], and which it was. */
INLINE void pool_rows(const float *restrict rows, int P, int K, float *restrict y, int8_t *restrict who)
{
    for (int p = 0; p < P; p++)
        for (int k = 0; k < K; k += LANES) {
            Vector best = load(rows + 2 * p * K + k);
            Mask at = {0};
            UNROLL for (int i = 1; i < 4; i++) {
                Vector other = load(rows + ((i / 2) * 2 * P + 2 * p + i % 2) * K + k);
                Mask more = other > best;
                best = (Vector)choose(more, (Mask)other, (Mask)best);
                at = choose(more, every(i), at);
            }
            store(y + p * K + k, best);
            at = choose(best > (Vector){0}, at, every(DEAD));
            *(Bytes *)(who + p * K + k) = __builtin_convertvector(at, Bytes);
        }
}

INLINE void forward(int layer, int image, float *rows, int SIDE, int C, int K)
{
    int P = (SIDE - 2) / 2;
    const float *x = map[layer] + (long)image * SIDE * SIDE * C;
    long at = (long)image * P * P * K;
    for (int p = 0; p < P; p++) {
        for (int i = 0; i < 2; i++)
            convolve_row(x + (2 * p + i) * SIDE * C, SIDE, C, weight[layer].value, K,
                         weight[CONVS + layer].value,
                         rows + i * 2 * P * K, 2 * P);
        pool_rows(rows, P, K, map[layer + 1] + at + p * P * K, winner[layer] + at + p * P * K);
    }
}

/* Back through pool and relu: the gradient lands where the largest was, nothing elsewhere. */
INLINE void grow(const float *restrict grad, const int8_t *restrict who, float *restrict grown, int SIDE,
                 int K)
{
    int P = (SIDE - 2) / 2, wide = SIDE + 2;
    memset(grown, 0, sizeof(float) * (size_t)(wide * wide * K));
    for (int p = 0; p < P * P; p++)
        for (int k = 0; k < K; k += LANES) {
            Mask at = __builtin_convertvector(*(const Bytes *)(who + p * K + k), Mask);
            Vector g = load(grad + p * K + k);
            float *to = grown + ((p / P * 2 + 2) * wide + p % P * 2 + 2) * K + k;
            UNROLL for (int i = 0; i < 4; i++)
                store(to + (i / 2 * wide + i % 2) * K, where(at == every(i), g));
        }
}

/* dw += sum over a row of x * dy, EACH of the 9*C rows of weights at a time. */
INLINE void weight_gradient_row(const float *restrict x, int W, int C, const float *restrict dy, int K, int Q,
                                float *restrict dw, int EACH)
{
    for (int k = 0; k < K; k += PAIR)
        for (int r = 0; r < 3; r++)
            for (int e = 0; e < 3 * C; e += EACH) {
                float *to = dw + (r * 3 * C + e) * K + k;
                Vector sum[EACH][2];
                load_tile(sum, EACH, to, K);
                multiply_add(sum, EACH, Q, x + r * W * C + e, 1, C, dy + k, K);
                store_tile(sum, EACH, to, K);
            }
}

INLINE void backward(int layer, int image, Worker *me, int SIDE, int C, int K)
{
    enum { EACH = LANES == 16 ? 12 : 4, EACH_FIRST = LANES == 16 ? 9 : 3 };
    int P = (SIDE - 2) / 2, wide = SIDE + 2;
    const float *x = map[layer] + (long)image * SIDE * SIDE * C, *inner = me->grown + (2 * wide + 2) * K;
    float *sums = me->sum[CONVS + layer];
    grow(me->grad[layer], winner[layer] + (long)image * P * P * K, me->grown, SIDE, K);
    for (int p = 0; p < SIDE - 2; p++) {
        const float *dy = inner + p * wide * K;
        if (layer)
            weight_gradient_row(x + p * SIDE * C, SIDE, C, dy, K, SIDE - 2, me->sum[layer], EACH);
        else
            weight_gradient_row(x + p * SIDE * C, SIDE, C, dy, K, SIDE - 2, me->sum[layer], EACH_FIRST);
        for (int q = 0; q < SIDE - 2; q++)
            for (int k = 0; k < K; k++)
                sums[k] += dy[q * K + k];
    }
    float *dx = layer ? me->grad[layer - 1] : NULL;
    for (int p = 0; dx && p < SIDE; p++)
        convolve_row(me->grown + p * wide * K, wide, K, flipped[layer], C, NULL, dx + p * SIDE * C, SIDE);
}

/* A copy of the code for each layer, its shape in numbers. */
static void forward_of(int layer, int image, Worker *me)
{
#define FORWARD(l, side, in, out) if (layer == l) forward(l, image, me->rows, side, in, out);
    LAYERS(FORWARD)
}

static void backward_of(int layer, int image, Worker *me)
{
#define BACKWARD(l, side, in, out) if (layer == l) backward(l, image, me, side, in, out);
    LAYERS(BACKWARD)
}

static void flip(int layer)
{
    int in = shape[layer].in, out = shape[layer].out;
    const float *from = weight[layer].value;
    for (int tap = 0; tap < 9; tap++)
        for (int c = 0; c < in; c++)
            for (int k = 0; k < out; k++)
                flipped[layer][((8 - tap) * out + k) * in + c] = *from++;
}

/* ---- the update ---- */

INLINE void update(float *restrict value, float *restrict square, const float *restrict grad, long count)
{
    for (long i = 0; i < count; i++) {
        square[i] += (1 - rho) * (grad[i] * grad[i] - square[i]);
        value[i] -= rate * grad[i] / sqrtf(square[i] + epsilon);
    }
}

/* A tensor of the convolutions: adds the workers' sums, and updates it. */
static void update_conv(int tensor)
{
    float *sum = worker[0].sum[tensor];
    for (int t = 1; t < threads; t++)
        for (long i = 0; i < weight[tensor].count; i++)
            sum[i] += worker[t].sum[tensor][i];
    update(weight[tensor].value, weight[tensor].square, sum, weight[tensor].count);
}

/* ---- dense layers ---- */

/* A worker's part of the sums: a block of inputs, whose weights stay in cache for all images. */
static void dense_forward(int j, float *restrict sums)
{
    const float *w = dense.value + (long)j * HIDDEN;
    for (int k = 0; k < HIDDEN; k += PAIR)
        for (int n = 0; n < BATCH; n += SOME) {
            Vector sum[SOME][2];
            load_tile(sum, SOME, sums + n * HIDDEN + k, HIDDEN);
            multiply_add(sum, SOME, BLOCK, map[CONVS] + n * FLAT + j, FLAT, 1, w + k, HIDDEN);
            store_tile(sum, SOME, sums + n * HIDDEN + k, HIDDEN);
        }
}

/* Adds the workers' parts; then the last layer, which is one sum an image. */
static void finish_forward(void)
{
    for (int n = 0; n < BATCH; n++) {
        float sum = last_bias.value[0];
        for (int k = 0; k < HIDDEN; k++) {
            float y = dense_bias.value[k];
            for (int t = 0; t < threads; t++)
                y += worker[t].hidden[n * HIDDEN + k];
            hidden[n * HIDDEN + k] = y = y > 0 ? y : 0;
            sum += y * last.value[k];
        }
        answer[n] = 1 / (1 + expf(-sum));
    }
}

/* Loss, last layer and relu, back to the gradient of the hidden layer's sums. */
static void last_backward(void)
{
    float grad[HIDDEN] = {0}, sums[HIDDEN] = {0}, errors = 0;
    for (int n = 0; n < BATCH; n++) {
        float error = (answer[n] - (float)target[n]) / BATCH;
        errors += error;
        for (int k = 0; k < HIDDEN; k++) {
            float y = hidden[n * HIDDEN + k], g = y > 0 ? error * last.value[k] : 0;
            grad[k] += error * y;
            sums[k] += g;
            hidden_grad[n * HIDDEN + k] = hidden_grad_turned[k * BATCH + n] = g;
        }
    }
    update(last.value, last.square, grad, HIDDEN);
    update(last_bias.value, last_bias.square, &errors, 1);
    update(dense_bias.value, dense_bias.square, sums, HIDDEN);
}

/* SOME rows of weights: the gradient of their inputs, then their own, and the update at once. */
static void dense_backward(int j)
{
    float grad[SOME][PAIR];
    Vector sum[SOME][2];
    for (int n = 0; n < BATCH; n += PAIR) {
        load_tile(sum, SOME, NULL, 0);
        multiply_add(sum, SOME, HIDDEN, dense.value + (long)j * HIDDEN, HIDDEN, 1, hidden_grad_turned + n,
                     BATCH);
        store_tile(sum, SOME, grad[0], PAIR);
        for (int i = 0; i < SOME; i++)
            for (int v = 0; v < PAIR; v++)
                flat_grad[(n + v) * FLAT + j + i] = grad[i][v];
    }
    for (int k = 0; k < HIDDEN; k += PAIR) {
        load_tile(sum, SOME, NULL, 0);
        multiply_add(sum, SOME, BATCH, map[CONVS] + j, 1, FLAT, hidden_grad + k, HIDDEN);
        store_tile(sum, SOME, grad[0], PAIR);
        for (int i = 0; i < SOME; i++) {
            long at = (long)(j + i) * HIDDEN + k;
            update(dense.value + at, dense.square + at, grad[i], PAIR);
        }
    }
}

/* ---- a step; within it all threads run side by side, and meet at the end of each `for` ---- */

static void forward_all(Worker *me)
{
    flush_denormals();
    memset(me->hidden, 0, sizeof(float) * BATCH * HIDDEN);
    #pragma omp for schedule(static)
    for (int n = 0; n < BATCH; n++)
        for (int l = 0; l < CONVS; l++)
            forward_of(l, n, me);
    #pragma omp for schedule(static)
    for (int j = 0; j < FLAT; j += BLOCK)
        dense_forward(j, me->hidden);
    #pragma omp single
    finish_forward();
}

static void evaluate(void *context)
{
    (void)context;
    #pragma omp parallel num_threads(threads)
    forward_all(&worker[omp_get_thread_num()]);
}

static void train(void *context)
{
    (void)context;
    #pragma omp parallel num_threads(threads)
    {
        Worker *me = &worker[omp_get_thread_num()];
        forward_all(me);
        #pragma omp single
        last_backward();
        #pragma omp for schedule(static)
        for (int j = 0; j < FLAT; j += SOME)
            dense_backward(j);
        #pragma omp for schedule(static)
        for (int l = 1; l < CONVS; l++)
            flip(l);
        for (int i = 0; i < 2 * CONVS; i++)
            memset(me->sum[i], 0, sizeof(float) * (size_t)weight[i].count);
        #pragma omp for schedule(static)
        for (int n = 0; n < BATCH; n++) {
            memcpy(me->grad[CONVS - 1], flat_grad + n * FLAT, sizeof(float) * FLAT);
            for (int l = CONVS - 1; l >= 0; l--)
                backward_of(l, n, me);
        }
        #pragma omp for schedule(dynamic)
        for (int i = 0; i < 2 * CONVS; i++)
            update_conv(i);
    }
}

/* ---- memory and numbers ---- */

static Weights weights(Numbers *numbers, long count, long inputs)
{
    Weights w = { floats(count), floats(count), count };
    if (inputs)
        fill_weights(numbers, w.value, count, inputs);
    return w;
}

static Worker new_worker(void)
{
    Worker new = { .rows = floats(MOST_ROWS), .grown = floats(MOST_GROWN), .hidden = floats(BATCH * HIDDEN) };
    for (int l = 0; l < CONVS; l++)
        new.grad[l] = floats(shape[l].pooled);
    for (int i = 0; i < 2 * CONVS; i++)
        new.sum[i] = floats(weight[i].count);
    return new;
}

static void prepare(Numbers *numbers)
{
    for (int l = 0; l < CONVS; l++) {
        long fan = 9L * shape[l].in;
        weight[l] = weights(numbers, fan * shape[l].out, fan);
        weight[CONVS + l] = weights(numbers, shape[l].out, 0);
        flipped[l] = floats(weight[l].count);
        map[l + 1] = floats((long)BATCH * shape[l].pooled);
        winner[l] = room((long)BATCH * shape[l].pooled);
    }
    dense = weights(numbers, (long)FLAT * HIDDEN, FLAT);
    dense_bias = weights(numbers, HIDDEN, 0);
    last = weights(numbers, HIDDEN, HIDDEN);
    last_bias = weights(numbers, 1, 0);
    hidden = floats(BATCH * HIDDEN);
    hidden_grad = floats(BATCH * HIDDEN), hidden_grad_turned = floats(BATCH * HIDDEN);
    flat_grad = floats(BATCH * FLAT);
    fill_even(numbers, map[0] = floats(PICTURES), PICTURES);
    fill_classes(numbers, target, BATCH);
    for (int t = 0; t < threads; t++)
        worker[t] = new_worker();
}

static double dead_share(int layer)
{
    long count = (long)BATCH * shape[layer].pooled, dead = 0;
    for (long i = 0; i < count; i++)
        dead += winner[layer][i] == DEAD;
    return (double)dead / (double)count;
}

int main(int argc, char **argv)
{
    Round *round = strcmp(told(argc, argv, "mode", "train"), "train") ? evaluate : train;
    char facts[80];
    threads = least(told_number(argc, argv, "threads", 2), MOST_THREADS);
    prepare(&(Numbers){ 1 });
    for (int i = 0; i < 3; i++)
        round(NULL);
    snprintf(facts, sizeof facts, "{\"dead\": [%.3f, %.3f, %.3f]}", dead_share(0), dead_share(1),
             dead_share(2));
    serve(facts, round, NULL);
}
