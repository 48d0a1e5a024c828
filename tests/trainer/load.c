/* load.c - weights from files of netc, PyTorch and Keras come to lie where they belong; what does not fit is told with
 * the file, the tensor and both shapes. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/network/safetensors.h"
#include "runtime/system/fault.h"
#include "runtime/training/load.h"
#include "tests/trainer/tiny.h"

enum { R = 3, S = 2, C = 2, K = 5, MAP_H = 2, MAP_W = 3, OUT = 4, IN = MAP_H * MAP_W * K };

/* A convolution, and a dense layer behind a map of 2x3x5 that was flattened. */
static const Parameter parameter[] = {
    { .name = "s.1.conv1.weight", .dims = 4, .dim = { R, S, C, K }, .rows = R * S * C, .columns = K, .tile_rows = 1,
      .tile_columns = 8, .floats = R * S * C * 8, .place = 0 },
    { .name = "s.1.conv1.bias", .dims = 1, .dim = { K }, .rows = 1, .columns = K, .tile_rows = 1, .tile_columns = 8,
      .floats = 8, .place = 512 },
    { .name = "dense1.weight", .dims = 2, .dim = { IN, OUT }, .rows = IN, .columns = OUT, .tile_rows = 8, .tile_columns = 4,
      .floats = 32 * 4, .place = 1024, .flattened = { MAP_H, MAP_W, K } },
};

static void run(Step *step)
{
    (void)step;
}

/* A number for each element that tells which it is. */
static float conv_value(int r, int s, int c, int k)      { return (float)(((r * S + s) * C + c) * K + k + 1); }
static float dense_value(int y, int x, int c, int o)     { return (float)(((y * MAP_W + x) * K + c) * OUT + o + 1000); }

typedef struct { TensorHead head; float *values; } Written;

static void write_file(const char *path, const Written *written, int count)
{
    TensorHead head[4];
    WholeFile file = whole_open(path);
    for (int i = 0; i < count; i++)
        head[i] = written[i].head;
    safetensors_begin(&file, head, count, NULL, 0);
    for (int i = 0; i < count; i++) {
        size_t size = sizeof(float);
        for (int d = 0; d < head[i].dims; d++)
            size *= (size_t)head[i].dim[d];
        whole_write(&file, written[i].values, size);
    }
    whole_publish(&file);
}

static float conv[R * S * C * K], bias[K], dense[IN * OUT];

static void write_torch(const char *path)
{
    int at = 0;
    for (int k = 0; k < K; k++)
        for (int c = 0; c < C; c++)
            for (int r = 0; r < R; r++)
                for (int s = 0; s < S; s++)
                    conv[at++] = conv_value(r, s, c, k);
    for (int k = at = 0; k < K; k++)
        bias[k] = (float)(-k - 1);
    for (int o = 0; o < OUT; o++)
        for (int c = 0; c < K; c++)
            for (int y = 0; y < MAP_H; y++)
                for (int x = 0; x < MAP_W; x++)
                    dense[at++] = dense_value(y, x, c, o);
    write_file(path, (const Written[]){
        { { "model.layer1.0.weight", 4, { K, C, R, S } }, conv }, { { "model.layer1.0.bias", 1, { K } }, bias },
        { { "model.fc.weight", 2, { OUT, IN } }, dense }, { { "model.fc.bias", 1, { OUT } }, dense } }, 4);
}

static void write_keras(const char *path)
{
    int at = 0;
    for (int r = 0; r < R; r++)
        for (int s = 0; s < S; s++)
            for (int c = 0; c < C; c++)
                for (int k = 0; k < K; k++)
                    conv[at++] = conv_value(r, s, c, k);
    for (int k = at = 0; k < K; k++)
        bias[k] = (float)(-k - 1);
    for (int y = 0; y < MAP_H; y++)
        for (int x = 0; x < MAP_W; x++)
            for (int c = 0; c < K; c++)
                for (int o = 0; o < OUT; o++)
                    dense[at++] = dense_value(y, x, c, o);
    write_file(path, (const Written[]){
        { { "conv2d_7/kernel:0", 4, { R, S, C, K } }, conv }, { { "conv2d_7/bias:0", 1, { K } }, bias },
        { { "dense1/kernel", 2, { IN, OUT } }, dense } }, 3);
}

static void write_own(const char *path)
{
    write_keras(path);
    write_file(path, (const Written[]){
        { { "s.1.conv1.weight", 4, { R, S, C, K } }, conv }, { { "s.1.conv1.bias", 1, { K } }, bias },
        { { "dense1.weight", 2, { IN, OUT } }, dense } }, 3);
}

/* Loads as the lines say, and counts elements that are not what they should be. */
static int wrong_after(const JobLoad *load, int loads, bool dense_too)
{
    const Program program = { .parameter = parameter, .parameters = 3, .train = { run, 2048, 64, NULL, 0, 0, { NULL } },
                              .job = { .load = load, .loads = loads } };
    const Dataset dataset = { .root = NULL };
    Network *network = network_open(&program, &program.train, 1);
    Tensors all = network_tensors(network, NULL);
    float row[8];
    int wrong = 0;
    load_weights(network, &dataset, true);
    for (int r = 0; r < R; r++)
        for (int s = 0; s < S; s++)
            for (int c = 0; c < C; c++) {
                tensor_get_row(&all.tensor[0], (r * S + s) * C + c, row);
                for (int k = 0; k < K; k++)
                    wrong += row[k] != conv_value(r, s, c, k);
            }
    tensor_get_row(&all.tensor[1], 0, row);
    for (int k = 0; k < K; k++)
        wrong += row[k] != -k - 1;
    for (int i = 0; i < IN; i++) {
        tensor_get_row(&all.tensor[2], i, row);
        for (int o = 0; o < OUT; o++)
            wrong += row[o] != (dense_too ? dense_value(i / (MAP_W * K), i / K % MAP_W, i % K, o) : 0);
    }
    network_free_tensors(all);
    network_close(network);
    return wrong;
}

static void layouts(void)
{
    static const JobRename torch[] = { { "layer1.0", "s.1.conv1" }, { "fc", "dense1" } };
    static const JobRename keras[] = { { "conv2d_7", "s.1.conv1" } };
    static const char *const part[] = { "s" };
    tiny_enter();
    write_torch("torch.safetensors");
    write_keras("keras.safetensors");
    write_own("own.safetensors");
    CU_ASSERT_EQUAL(wrong_after(&(JobLoad){ .path = "own.safetensors", .prefix = "" }, 1, true), 0);
    CU_ASSERT_EQUAL(wrong_after(&(JobLoad){ .path = "torch.safetensors", .prefix = "model.", .layout = LAYOUT_TORCH,
                                            .rename = torch, .renames = 2 }, 1, true), 0);
    CU_ASSERT_EQUAL(wrong_after(&(JobLoad){ .path = "keras.safetensors", .prefix = "", .layout = LAYOUT_KERAS,
                                            .rename = keras, .renames = 1 }, 1, true), 0);
    CU_ASSERT_EQUAL(wrong_after(&(JobLoad){ .path = "own.safetensors", .prefix = "", .part = part, .parts = 1 }, 1, false), 0);
    tiny_leave();
}

/* ---- what does not fit ---- */

static void expect(const JobLoad *load, const char *says)
{
    static Program program;
    program = tiny_program;
    program.job.load = load;
    program.job.loads = 1;
    tiny_now = &program;
    TinyRun run = tiny_run("train --new");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, says));
    if (!strstr(run.err, says))
        fprintf(stderr, "%s: lacks %s\n", run.err, says);
    CU_ASSERT_FALSE(tiny_exists("runs/tiny/1"));
    tiny_free(&run);
}

static void misfits(void)
{
    static const JobRename unused[] = { { "layer9", "dense1" } };
    float zeros[64] = { 0 };
    tiny_enter();
    write_file("a.safetensors", (const Written[]){ { { "dense1.weight", 2, { 4, 16 } }, zeros } }, 1);
    write_file("b.safetensors", (const Written[]){ { { "dense1.weight", 2, { 16, 3 } }, zeros } }, 1);
    expect(&(JobLoad){ .path = "nothing.safetensors", .prefix = "" }, "cannot load nothing.safetensors: ");
    expect(&(JobLoad){ .path = "a.safetensors", .prefix = "" },
           "cannot load a.safetensors for 'dense1.weight': tensor 'dense1.weight' is 4x16 there, but 16x3 here");
    expect(&(JobLoad){ .path = "a.safetensors", .prefix = "", .layout = LAYOUT_TORCH },
           "cannot load a.safetensors for 'dense1.weight': tensor 'dense1.weight' is 4x16 there, but 3x16 here");
    expect(&(JobLoad){ .path = "b.safetensors", .prefix = "" },
           "cannot load b.safetensors: it has no tensor for 'dense1.bias'");
    expect(&(JobLoad){ .path = "b.safetensors", .prefix = "model." },
           "it has no tensor for 'dense1.weight', once its names are changed as the card says");
    expect(&(JobLoad){ .path = "b.safetensors", .prefix = "", .rename = unused, .renames = 1 },
           "cannot load b.safetensors: no tensor's name begins with 'layer9', which is to be renamed");
    tiny_leave();
}

void suite_load(void);
void suite_load(void)
{
    CU_pSuite suite = CU_add_suite("trainer: weights from files", NULL, NULL);
    CU_ADD_TEST(suite, layouts);
    CU_ADD_TEST(suite, misfits);
}
