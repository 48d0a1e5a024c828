/* graph.c - the graph's own proofs: gradients of every op by central differences of the evaluator in
 * double, passes that keep the meaning, dumps that can be read back. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/pass/pass.h"
#include "tests/graph/graph.h"
#include "tests/support/card_text.h"

enum { IMAGES = 3 };

/* Small networks that between them hold every op that a card can lead to. */
#define LOSSES(input, model, losses) \
    "network losses\ninput " input "\nmodel {\n" model "}\ntrain {\n epochs 1\n" losses " optimizer sgd rate=1e-1\n}\n"
static const char *const cards[] = {
    "network chain\ninput 12x11x3\nmodel {\n conv 5 3x3 relu\n pool max 2x2\n conv 4 2x2 relu\n pool max 2x2\n"
    " flatten\n dense 6 relu\n dense 1 sigmoid\n}\ntrain {\n epochs 1\n loss binary_crossentropy\n"
    " optimizer rmsprop rate=1e-2\n}\n",
    "network graph\ninput 9x8x2\nmodel {\n a: conv 4 3x3 relu pad=same\n b: conv 4 3x3 pad=same\n add a\n"
    " c: relu\n conv 3 3x3 sigmoid stride=2 pad=same\n d: pool average 2x2\n from c\n"
    " conv 3 2x2 stride=2\n e: pool max 2x2\n concat d\n conv 5 1x1 softmax bias=no\n"
    " conv 3 2x1 dilation=1x1\n pool average global\n dense 4 sigmoid\n dense 3 softmax\n}\n"
    "train {\n epochs 1\n loss crossentropy\n optimizer adam rate=1e-2 decay=0.1\n}\n",
    "network windows\ninput 11x13x2\nmodel {\n conv 4 3x3 dilation=2 pad=same\n pool max 3x3 stride=2 pad=same\n"
    " conv 3 3x3 stride=2\n pool max 2x2\n relu\n dropout 50%\n flatten\n dense 2 softmax bias=no\n}\n"
    "train {\n epochs 1\n loss crossentropy\n optimizer sgd rate=1e-1 momentum=0.9 nesterov=yes\n}\n",
    "network shapes\ninput 5x4x3\nmodel {\n a: conv 6 2x2 tanh\n pool average global\n dense 6 sigmoid\n multiply a\n"
    " b: conv 4 1x1\n multiply b\n upsample 2x3 filter=bilinear\n c: conv 3 2x2\n upsample 2\n conv 3 3x3 tanh stride=2\n"
    " drop_path 50%\n concat c b crop=yes\n relu\n reshape 5x8x3\n conv 2 2x3 relu\n drop_path 20%\n reshape 48\n"
    " dense 2 softmax\n}\ntrain {\n epochs 1\n loss crossentropy\n optimizer sgd rate=1e-1\n}\n",
    "network activations\ninput 7x8x2\nmodel {\n conv 4 3x3 relu6\n conv 5 2x2 gelu pad=same\n conv 4 1x1 silu\n"
    " conv 3 2x2 elu\n leaky 0.3\n tanh\n conv 4 2x2 hard_sigmoid\n conv 3 1x1 hard_swish\n flatten\n"
    " dense 5 relu6\n dense 4\n leaky 20%\n dense 3 gelu\n hard_swish\n dense 2 softmax\n}\n"
    "train {\n epochs 1\n loss crossentropy\n optimizer adamw rate=1e-2 decay=0.1\n}\n",
    "network parts\ninput 5x6x4\nmodel {\n norm group groups=2\n conv 6 3x3 pad=same\n norm layer relu\n conv 6 2x2\n"
    " norm group groups=3 eps=1e-2\n norm local size=4 alpha=0.3 bias=2\n conv 5 1x1\n norm local size=3 alpha=0.7 beta=0.4\n"
    " flatten\n dense 5\n norm layer eps=0.1\n dense 3 softmax\n}\n"
    "train {\n epochs 1\n loss crossentropy\n optimizer sgd rate=1e-1\n}\n",
    "network norms\ninput 5x6x3\nmodel {\n norm batch\n a: conv 4 3x3 pad=same\n norm batch relu\n conv 4 3x3 pad=same bias=no\n"
    " norm batch keep=50% eps=1e-2\n add a\n relu\n conv 4 1x1\n norm batch relu6\n conv 3 2x2\n pool max 2x2\n norm batch sigmoid\n flatten\n"
    " dense 5\n norm batch\n dense 3 bias=no\n norm batch\n softmax\n}\n"
    "train {\n epochs 1\n loss crossentropy\n optimizer sgd rate=1e-1\n}\n",
    "network larger\ninput 3x4x2\nmodel {\n deconv 4 3x3 relu stride=2\n deconv 3 2x4 stride=1x2 pad=same bias=no\n"
    " deconv 2 1x2 stride=2\n deconv 3 3x3 pad=(1, 2, 0, 1)\n conv 2 5x5 stride=3\n flatten\n dense 2 softmax\n}\n"
    "train {\n epochs 1\n loss crossentropy\n optimizer sgd rate=1e-1\n}\n",
    "network channels\ninput 8x9x3\nmodel {\n depthwise 3x3 relu multiplier=2 pad=same\n"
    " depthwise 2x3 stride=2x1 pad=(1, 0, 2, 1) bias=no\n conv 9 3x2 relu groups=3\n depthwise 3x3 dilation=2 pad=same\n conv 6 2x2 groups=3 stride=2 pad=1\n flatten\n"
    " dense 2 softmax\n}\ntrain {\n epochs 1\n loss crossentropy\n optimizer sgd rate=1e-1\n}\n",
    LOSSES("5x6x2", " conv 1 3x3 sigmoid pad=same\n", " loss binary_crossentropy\n loss dice weight=0.5\n"),
    LOSSES("5x6x2", " conv 4 3x3 softmax\n", " loss crossentropy smooth=10%\n"),
    LOSSES("5x6x2", " conv 3 3x3 relu\n flatten\n dense 5 sigmoid\n", " loss binary_crossentropy\n"),
    LOSSES("5x6x2", " conv 3 3x3\n", " loss mse\n loss mae weight=3\n loss huber delta=0.3\n"),
    LOSSES("7", " dense 1 sigmoid\n", " loss dice weight=2\n"),
    "network weights\ninput 6x5x3\ndata \"d\" {\n class a weight=2\n class b weight=0.5\n class c\n}\n"
    "model {\n conv 3 3x3 relu\n flatten\n dense 3 softmax\n}\n"
    "train {\n epochs 1\n loss crossentropy smooth=20%\n optimizer sgd rate=1e-1\n}\n",
    "network weights\ninput 6x5x3\ndata \"d\" {\n class a weight=2\n class b weight=0.5\n}\n"
    "model {\n conv 3 3x3 relu\n flatten\n dense 1 sigmoid\n}\n"
    "train {\n epochs 1\n loss binary_crossentropy\n optimizer sgd rate=1e-1\n}\n",
    "network parts\ninput 9x10x2\nmodel {\n conv 4 3x3 relu\n pool max 2x2\n s: repeat 2 {\n conv 3 2x2 relu pad=same\n }\n"
    " flatten\n dense 6 relu\n dense 5 relu\n dense 3 softmax\n}\ntrain {\n epochs 1\n loss crossentropy\n"
    " optimizer adamw rate=1e-2 decay=0.3\n clip 0.01\n freeze s.2 dense2\n rate s dense1 factor=0.3\n}\n",
    "network tail\ninput 9x10x2\nmodel {\n conv 4 3x3 relu\n pool max 2x2\n flatten\n dense 6 relu\n"
    " dense 3 softmax\n}\ntrain {\n epochs 1\n loss crossentropy\n optimizer sgd rate=0.1\n freeze conv1 dense1\n}\n",
    "network frozen\ninput 4x5x2\nmodel {\n a: conv 3 2x2 tanh\n n: norm batch\n conv 4 2x2 tanh\n flatten\n"
    " dense 2 softmax\n}\ntrain {\n epochs 1\n loss crossentropy\n optimizer sgd rate=1e-1\n freeze n\n}\n",
};
enum { CARDS = sizeof cards / sizeof *cards };

/* The text of the card of that network. */
static const char *card_named(const char *network)
{
    int c = 0;
    while (strncmp(cards[c] + strlen("network "), network, strlen(network)))
        c++;
    return cards[c];
}

const char *const *const graph_cards = cards;
const int graph_card_count = CARDS;

/* A number between -1 and 1 that depends on both arguments alone. */
static double noise(unsigned a, unsigned b)
{
    unsigned x = a * 2654435761u ^ b * 2246822519u;
    x ^= x >> 15; x *= 2246822519u; x ^= x >> 13; x *= 3266489917u; x ^= x >> 16;
    return x / 2147483648.0 - 1;
}

static unsigned hash_of(const char *name)
{
    unsigned hash = 5381;
    while (*name)
        hash = hash * 33 + (unsigned char)*name++;
    return hash;
}

static bool keeps(const Op *op, int image, long element)
{
    return noise((unsigned)(op->salt * 100 + image), (unsigned)element) > 0;
}

/* A class in three pixels does not count. */
static double target_of(const Graph *graph, const Op *target, double noise, long at)
{
    int classes = graph->loss ? first_loss(graph)->in[0]->dim[2] : 0;      /* of a view numbers are asked */
    switch (target->target) {
    case TARGET_CLASS: return (double)(at % 2);
    case TARGET_MASK:  return (double)(at % 3 == 2 ? -1 : at * 5 / 3 % (classes == 1 ? 2 : classes));
    case TARGET_SHARES: return at / classes % 3 == 2 ? -1 : fabs(noise);
    default:           return noise;
    }
}

/* The same leaves for any graph of a card: by name. */
static Evaluation start(const Graph *graph)
{
    static const double class_weight[] = { 2, 0.5, 1 };
    Evaluation e = { .n = IMAGES, .keep = keeps, .update = 2, .class_weight = class_weight,
                     .data = arena_array(graph->arena, double *, graph->values) };
    for (int i = 0; i < graph->ops; i++) {
        const Value *value = graph->op[i]->out[0];
        if (op_info[graph->op[i]->kind].most)
            continue;
        long size = value_size(value) * (value->per_image ? IMAGES : 1);
        double *data = arena_array(graph->arena, double, size);
        for (long j = 0; j < size; j++) {
            double x = noise(hash_of(value->name), (unsigned)j);
            bool square = graph->op[i]->kind == OP_STATE || strstr(value->name, ".running_var");
            data[j] = graph->op[i]->kind == OP_TARGET ? target_of(graph, graph->op[i], x, j) : square ? x * x : x;
        }
        e.data[value->id] = data;
    }
    return e;
}

static double mean_loss(const Graph *graph, const Evaluation *from, int leaf, long at, double by)
{
    Evaluation e = *from;
    e.data = arena_array(graph->arena, double *, graph->values);
    for (int i = 0; i < graph->ops; i++)
        if (!op_info[graph->op[i]->kind].most)
            e.data[graph->op[i]->out[0]->id] = from->data[graph->op[i]->out[0]->id];
    e.data[leaf][at] += by;
    graph_evaluate(graph, &e);
    e.data[leaf][at] -= by;
    double sum = 0;
    for (int i = 0; i < IMAGES; i++)
        sum += e.data[graph->loss->id][i];
    return sum / IMAGES;
}

static const Value *named(const Graph *graph, const char *name)
{
    for (int i = 0; i < graph->values; i++)
        if (!strcmp(graph->value[i]->name, name))
            return graph->value[i];
    return NULL;
}

/* PyTorch's gradcheck constants: eps 1e-6, atol 1e-5, rtol 1e-3. */
static void check_gradient(const Graph *forward, const Evaluation *leaves, const Value *w, const double *gradient)
{
    long size = value_size(w), wrong = 0;
    for (long j = 0; j < size; j += size / 40 + 1) {
        double slope = (mean_loss(forward, leaves, w->id, j, 1e-6) - mean_loss(forward, leaves, w->id, j, -1e-6)) / 2e-6;
        wrong += !(fabs(slope - gradient[j]) <= 1e-5 + 1e-3 * fabs(slope));
    }
    CU_ASSERT_EQUAL(wrong, 0);
    if (wrong)
        fprintf(stderr, "gradient of %s is wrong in %ld places\n", w->name, wrong);
}

static void check_gradients(Arena *arena, const Card *card)
{
    Graph *forward = lower(arena, card, USE_TRAIN), *graph = lower(arena, card, USE_TRAIN);
    graph_verify(forward, "lower");
    derive(graph);
    graph_verify(graph, "derive");
    Evaluation leaves = start(forward), e = start(graph);
    graph_evaluate(graph, &e);
    for (int i = 0; i < graph->ops; i++)
        if (is_update(graph->op[i]->kind)) {
            const Op *op = graph->op[i];
            const Op *scale = op->in[1]->maker->kind == OP_SCALE ? op->in[1]->maker : NULL;
            const Value *gradient = scale ? scale->in[0] : op->in[1];
            CU_ASSERT_FALSE(op->in[0]->maker->frozen);
            check_gradient(forward, &leaves, named(forward, op->in[0]->name), e.data[gradient->id]);
        }
}

static void gradients_are_slopes(void)
{
    for (int c = 0; c < CARDS; c++) {
        Arena *arena = arena_open();
        Card *card = card_of(arena, cards[c]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(card);
        check_gradients(arena, card);
        arena_close(arena);
    }
}

/* A frozen norm lets gradients through, but its statistics are given. */
static void frozen_norms_have_slopes(void)
{
    Arena *arena = arena_open();
    Card *card = card_of(arena, card_named("norms"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(card);
    bool *frozen = arena_array(arena, bool, card->layers);
    for (int i = 0; i < card->layers; i++)
        frozen[i] = card->layer[i]->kind == LAYER_NORM;
    card->phase = &(CardPhase){ frozen, card->phase->factor };
    const Graph *forward = lower(arena, card, USE_TRAIN);
    for (int i = 0; i < forward->ops; i++)
        CU_ASSERT(forward->op[i]->kind != OP_BATCH_MOMENTS && forward->op[i]->kind != OP_RUNNING_MEAN);
    check_gradients(arena, card);
    arena_close(arena);
}

/* ---- views ---- */

/* What is asked of the logits of all images, with one number of a value moved that is given like a leaf. */
static double asked_of(const Graph *graph, const Evaluation *from, const double *direction, const Value *moved, long at, double by)
{
    Evaluation e = *from;
    e.data = arena_array(graph->arena, double *, graph->values);
    memcpy(e.data, from->data, (size_t)graph->values * sizeof *e.data);
    e.data[moved->id][at] += by;
    graph_evaluate(graph, &e);
    double sum = 0;
    for (long i = 0; i < IMAGES * value_size(graph->logits); i++)
        sum += direction[i] * e.data[graph->logits->id][i];
    e.data[moved->id][at] -= by;
    return sum;
}

/* A value that is no leaf becomes one, in a graph of its own, with the numbers that it had. What a relu has cut may win
 * a window together with others that were, and has no slope there. */
static void check_view_of(const Card *card, const Graph *view, const Evaluation *all, const Value *value)
{
    Graph *graph = lower(view->arena, card, USE_VIEW);
    const Value *moved = named(graph, value->name);
    const double *direction = all->data[named(view, "view/direction")->id];
    Evaluation leaves = start(graph);
    moved->maker->kind = OP_STATE;
    leaves.data[moved->id] = all->data[value->id];
    long wrong = 0, size = IMAGES * value_size(value);
    for (long j = 0; j < size; j += size / 20 + 1) {
        if (leaves.data[moved->id][j] == 0)
            continue;
        double up = asked_of(graph, &leaves, direction, moved, j, 1e-6);
        double slope = (up - asked_of(graph, &leaves, direction, moved, j, -1e-6)) / 2e-6;
        wrong += !(fabs(slope - all->data[value->gradient->id][j]) <= 1e-5 + 1e-3 * fabs(slope));
    }
    CU_ASSERT_EQUAL(wrong, 0);
    if (wrong)
        fprintf(stderr, "%s: a view's gradient of %s is wrong in %ld places\n", card->job.network, value->name, wrong);
}

/* By the picture, and by every value on the way from there to the logits. */
static void views_tell_slopes(void)
{
    for (int c = 0; c < CARDS; c++) {
        Arena *arena = arena_open();
        Card *card = card_of(arena, cards[c]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(card);
        Graph *view = lower(arena, card, USE_VIEW);
        int forward = view->ops, checked = 0;
        derive(view);
        graph_verify(view, "derive");
        CU_ASSERT_PTR_EQUAL(view->input_gradient, named(view, "input")->gradient);
        Evaluation all = start(view);
        graph_evaluate(view, &all);
        for (int i = 0; i < forward; i++)
            if (view->op[i]->out[0]->gradient) {
                check_view_of(card, view, &all, view->op[i]->out[0]);
                checked++;
            }
        CU_ASSERT(checked > 1 && named(view, view->logits->name)->gradient);
        arena_close(arena);
    }
}

/* Nothing learns of a view. */
static void views_have_no_gradients_of_weights(void)
{
    for (int c = 0; c < CARDS; c++) {
        Arena *arena = arena_open();
        Card *card = card_of(arena, cards[c]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(card);
        Graph *view = lower(arena, card, USE_VIEW);
        for (int i = 0; i < PASSES; i++)
            passes[i].run(view);
        for (int i = 0; i < view->ops; i++) {
            OpKind kind = view->op[i]->kind;
            CU_ASSERT(kind != OP_CONV_GRAD_WEIGHT && kind != OP_DENSE_GRAD_WEIGHT && kind != OP_BIAS_GRAD &&
                      kind != OP_BATCH_NORM_GRAD_WEIGHT && kind != OP_CONV_POOL_GRAD && !takes_place(kind));
        }
        arena_close(arena);
    }
}

/* Every value that both graphs have must be the same in both, up to rounding. */
static void compare(const Graph *a, const Evaluation *ea, const Graph *b, const Evaluation *eb, int *compared)
{
    for (int i = 0; i < b->values; i++) {
        const Value *vb = b->value[i], *va = named(a, vb->name);
        if (!va || strstr(vb->name, ".winner"))
            continue;
        long size = value_size(vb) * (vb->per_image ? IMAGES : 1), wrong = 0;
        for (long j = 0; j < size; j++)
            wrong += !(fabs(ea->data[va->id][j] - eb->data[vb->id][j]) <= 1e-12 * (1 + fabs(ea->data[va->id][j])));
        CU_ASSERT_EQUAL(wrong, 0);
        if (wrong)
            fprintf(stderr, "%s differs in %ld places\n", vb->name, wrong);
        ++*compared;
    }
}

static void passes_keep_the_meaning(void)
{
    static bool fused[OP_COUNT];
    for (int c = 0; c < CARDS; c++)
        for (int use = 0; use < USE_COUNT; use++) {
            Arena *arena = arena_open();
            Card *card = card_of(arena, cards[c]);
            CU_ASSERT_PTR_NOT_NULL_FATAL(card);
            Graph *plain = lower(arena, card, (UseKind)use), *graph = lower(arena, card, (UseKind)use);
            derive(plain);
            derive(graph);
            fold(graph);
            graph_verify(graph, "fold");
            fuse(graph);
            graph_verify(graph, "fuse");
            dead(graph);
            graph_verify(graph, "dead");
            Evaluation ep = start(plain), eg = start(graph);
            graph_evaluate(plain, &ep);
            graph_evaluate(graph, &eg);
            int compared = 0;
            compare(plain, &ep, graph, &eg, &compared);
            CU_ASSERT(compared > 3);
            for (int i = 0; i < graph->ops; i++)
                fused[graph->op[i]->kind] = true;
            arena_close(arena);
        }
    static const OpKind made[] = { OP_CONV_BLOCK, OP_CONV_POOL, OP_CONV_POOL_GRAD, OP_DENSE_BLOCK, OP_DENSE_UPDATE,
                                   OP_FOLD, OP_BATCH_NORM_BLOCK };
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        CU_ASSERT_TRUE(fused[made[i]]);
}

/* Of a network of which only the end learns, nothing before that runs backward. */
static void nothing_runs_back_to_what_is_frozen(void)
{
    Arena *arena = arena_open();
    Card *card = card_of(arena, card_named("tail"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(card);
    Graph *graph = lower(arena, card, USE_TRAIN);
    derive(graph);
    fuse(graph);
    dead(graph);
    int updates = 0;
    for (int i = 0; i < graph->ops; i++) {
        const Op *op = graph->op[i];
        updates += is_update(op->kind) || op->kind == OP_DENSE_UPDATE;
        CU_ASSERT_TRUE(op_info[op->kind].inference || !strcmp(op->name, "dense2") || !strcmp(op->name, "loss"));
        CU_ASSERT_TRUE(op->kind != OP_DENSE_UPDATE || !op->out[1]);
    }
    CU_ASSERT_EQUAL(updates, 2);
    arena_close(arena);
}

static char *text_of(const Graph *graph)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    graph_print(out, graph);
    fclose(out);
    return text;
}

static void dumps_can_be_read_back(void)
{
    for (int c = 0; c < CARDS; c++) {
        Arena *arena = arena_open();
        Card *card = card_of(arena, cards[c]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(card);
        Graph *graph = lower(arena, card, USE_TRAIN);
        derive(graph);
        fuse(graph);
        dead(graph);
        const char *error;
        char *text = text_of(graph);
        Graph *again = graph_read(arena, text, graph->train, &error);
        CU_ASSERT_PTR_NOT_NULL(again);
        if (again) {
            graph_verify(again, "read");
            char *second = text_of(again);
            CU_ASSERT_STRING_EQUAL(text, second);
            free(second);
        } else
            fprintf(stderr, "%s\n", error);
        free(text);
        arena_close(arena);
    }
}

/* A hundred branches of one value, joined twice: language.md names no limit. */
static const char *fan(Arena *arena)
{
    const char *branches = "", *labels = "";
    for (int i = 0; i < 100; i++) {
        branches = arena_printf(arena, "%s from a\n b%d: conv 1 1x1 relu\n", branches, i);
        labels = arena_printf(arena, i ? "%s b%d" : "%s", labels, i);
    }
    return arena_printf(arena, "network fan\ninput 2x2x1\nmodel {\n a: conv 2 1x1\n%s from b0\n sum: add%s\n from b0\n"
                        " concat%s sum\n flatten\n dense 2 softmax\n}\ntrain {\n epochs 1\n loss crossentropy\n"
                        " optimizer sgd rate=1e-1\n}\n", branches, labels, labels);
}

static void a_hundred_readers_are_no_limit(void)
{
    Arena *arena = arena_open();
    Card *card = card_of(arena, fan(arena));
    CU_ASSERT_PTR_NOT_NULL_FATAL(card);
    Graph *forward = lower(arena, card, USE_TRAIN), *graph = lower(arena, card, USE_TRAIN);
    derive(graph);
    graph_verify(graph, "derive");
    CU_ASSERT(named(graph, "a")->users >= 200);
    Evaluation leaves = start(forward), e = start(graph);
    graph_evaluate(graph, &e);
    for (int i = 0; i < graph->ops; i++)
        if (is_update(graph->op[i]->kind) && !strncmp(graph->op[i]->in[0]->name, "a.", 2))
            check_gradient(forward, &leaves, named(forward, graph->op[i]->in[0]->name), e.data[graph->op[i]->in[1]->id]);
    fuse(graph);
    graph_verify(graph, "fuse");
    arena_close(arena);
}

/* Runs the verifier in a child, which a breach ends. */
static bool passes_verify(const Graph *graph)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        fclose(stderr);
        graph_verify(graph, "test");
        _exit(0);
    }
    int status = 1;
    waitpid(child, &status, 0);
    return status == 0;
}

/* x has two relus, and what reads the first one's value goes on reading it after that relu is dropped. */
static void a_dropped_value_is_not_read(void)
{
    Arena *arena = arena_open();
    static const JobTrain train;
    const int dim[] = { 1, 1, 4 };
    Graph *graph = graph_new(arena, USE_PREDICT, &train);
    Value *x = graph_leaf(graph, OP_INPUT, "x", "x", (Span){ 0 }, true, 3, dim);
    Value *a = graph_op(graph, OP_RELU, NULL, "a", (Span){ 0 }, &x, 1)->out[0];
    graph_op(graph, OP_RELU, NULL, "b", (Span){ 0 }, &x, 1);
    graph->output = graph_op(graph, OP_SIGMOID, NULL, "c", (Span){ 0 }, &a, 1)->out[0];
    CU_ASSERT_TRUE(passes_verify(graph));
    const bool keep[] = { true, false, true, true };
    graph_keep(graph, keep);
    CU_ASSERT_FALSE(passes_verify(graph));
    arena_close(arena);
}

void suite_graph(void);
void suite_graph(void)
{
    CU_pSuite suite = CU_add_suite("graph", NULL, NULL);
    CU_add_test(suite, "gradients_are_slopes", gradients_are_slopes);
    CU_add_test(suite, "frozen_norms_have_slopes", frozen_norms_have_slopes);
    CU_add_test(suite, "views_tell_slopes", views_tell_slopes);
    CU_add_test(suite, "views_have_no_gradients_of_weights", views_have_no_gradients_of_weights);
    CU_add_test(suite, "passes_keep_the_meaning", passes_keep_the_meaning);
    CU_add_test(suite, "nothing_runs_back_to_what_is_frozen", nothing_runs_back_to_what_is_frozen);
    CU_add_test(suite, "dumps_can_be_read_back", dumps_can_be_read_back);
    CU_add_test(suite, "a_hundred_readers_are_no_limit", a_hundred_readers_are_no_limit);
    CU_add_test(suite, "a_dropped_value_is_not_read", a_dropped_value_is_not_read);
}
