#include "tests/trainer/tiny.h"

#include <assert.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/network/laps.h"
#include "runtime/network/safetensors.h"

/* ---- the block ---- */

enum { ROW = 4 };               /* floats between the rows of outputs and gradients */

typedef struct {
    float weight[64], bias[4];  /* weight [16][3] in tiles of 4x2: a fourth column is padding */
    float running[4];           /* a statistic, which a step moves: no tensor, but where a test makes it one */
    float weight_momentum[64], bias_momentum[4];
    float output[TINY_BATCH][ROW], delta[TINY_BATCH][ROW];
    float conv[TINY_PIXELS][ROW];       /* of the view: convolutions' answers, */
    float slope[TINY_PIXELS][ROW];      /* and how what is asked of the logits changes with them */
} Block;

enum { SCRATCH = 256 };         /* a row of inputs of each worker */
enum { TINY_PEAK = 16 };

static const Parameter parameter[] = {
    { .name = "dense1.weight", .dims = 2, .dim = { TINY_PIXELS, TINY_CLASSES }, .rows = TINY_PIXELS,
      .columns = TINY_CLASSES, .tile_rows = 4, .tile_columns = 2, .floats = 64,
      .place = offsetof(Block, weight), .state = { offsetof(Block, weight_momentum) }, .states = 1,
      .limit = 0.562 },
    { .name = "dense1.bias", .dims = 1, .dim = { TINY_CLASSES }, .rows = 1, .columns = TINY_CLASSES,
      .tile_rows = 1, .tile_columns = 4, .floats = 4, .place = offsetof(Block, bias),
      .state = { offsetof(Block, bias_momentum) }, .states = 1 },
};

TinyMischief tiny_mischief;

/* In the place of libc's. */
int statvfs(const char *restrict path, struct statvfs *restrict system)
{
    int code = ((int (*)(const char *, struct statvfs *))dlsym(RTLD_NEXT, "statvfs"))(path, system);
    if (tiny_mischief.room)
        system->f_bavail = (fsblkcnt_t)tiny_mischief.room / system->f_frsize;
    return code;
}

/* ---- arithmetic ---- */

/* One image: its outputs, and their gradients where its class is known. */
static void forward_image(void *context, int image, int worker)
{
    const Step *step = context;
    Block *block = (Block *)step->block;
    lap_begin(step, worker);
    float *x = memcpy(step->scratch + (size_t)worker * step->scratch_bytes,
                      step->input + image * TINY_PIXELS, sizeof(float) * TINY_PIXELS);
    float *y = block->output[image], most = -INFINITY, sum = 0;
    for (int k = 0; k < TINY_CLASSES; k++) {
        y[k] = block->bias[k];
        for (int i = 0; i < TINY_PIXELS; i++)
            y[k] += x[i] * block->weight[parameter_at(&parameter[0], i, k)];
        most = y[k] > most ? y[k] : most;
    }
    for (int k = 0; k < TINY_CLASSES; k++)
        sum += y[k] = expf(y[k] - most);
    for (int k = 0; k < TINY_CLASSES; k++) {
        y[k] /= sum;
        if (step->target)
            block->delta[image][k] = (y[k] - (((const int32_t *)step->target)[image] == k)) / (float)step->n;
    }
    lap(step, worker, 0);
}

static void judge(Step *step)
{
    const Block *block = (const Block *)step->block;
    step->output = block->output[0];
    step->loss = step->correct = 0;
    for (int image = 0; image < step->n && step->target; image++) {
        const float *y = block->output[image];
        int best = 0;
        for (int k = 1; k < TINY_CLASSES; k++)
            best = y[k] > y[best] ? k : best;
        step->loss -= log((double)y[((const int32_t *)step->target)[image]] + 1e-30) / step->n;
        step->correct += best == ((const int32_t *)step->target)[image];
    }
}

static void update(float *value, float *momentum, float gradient, double rate)
{
    *momentum = 0.9f * *momentum + gradient;
    *value -= (float)rate * *momentum;
}

/* One pixel's weights, or, after the last, the bias. */
static void update_row(void *context, int row, int worker)
{
    const Step *step = context;
    Block *block = (Block *)step->block;
    lap_begin(step, worker);
    for (int k = 0; k < TINY_CLASSES; k++) {
        float gradient = step->update == tiny_mischief.nan_at ? NAN : 0;
        for (int image = 0; image < step->n; image++)
            gradient += block->delta[image][k] *
                        (row < TINY_PIXELS ? step->input[image * TINY_PIXELS + row] : 1);
        long at = row < TINY_PIXELS ? parameter_at(&parameter[0], row, k) : k;
        if (row < TINY_PIXELS)
            update(&block->weight[at], &block->weight_momentum[at], gradient, step->rate);
        else
            update(&block->bias[at], &block->bias_momentum[at], gradient, step->rate);
    }
    lap(step, worker, 1);
}

static void receive_signals(void)
{
    const struct timespec third = { .tv_nsec = 333000000 };
    raise(tiny_mischief.signal);
    if (tiny_mischief.echoed)
        raise(tiny_mischief.signal);
    if (tiny_mischief.twice) {
        nanosleep(&third, NULL);
        raise(tiny_mischief.signal);
    }
}

static void train(Step *step)
{
    pool_run(step->pool, forward_image, step, step->n);
    judge(step);
    pool_run(step->pool, update_row, step, TINY_PIXELS + 1);
    ((Block *)step->block)->running[0] = 1;
    if (step->update == tiny_mischief.nan_loss_at)
        step->loss = -NAN;              /* whose sign is nobody's business */
    if (step->update == tiny_mischief.hidden_at)
        ((Block *)step->block)->weight[parameter_at(&parameter[0], 0, TINY_CLASSES)] = NAN;
    if (step->update == tiny_mischief.remove_at)
        unlink(tiny_mischief.remove);
    if (step->update == tiny_mischief.signal_at)
        receive_signals();
}

static void predict(Step *step)
{
    static int calls;
    pool_run(step->pool, forward_image, step, step->n);
    judge(step);
    if (++calls != tiny_mischief.predict_at)
        return;
    if (tiny_mischief.remove)
        unlink(tiny_mischief.remove);
    if (tiny_mischief.signal)
        raise(tiny_mischief.signal);
}

/* "Convolutions": one of two filters, the picture as it is, on which the logits hang, and inverted, on which they do not;
 * and one whose answers are negative, on which they would hang as well. */
static void view(Step *step)
{
    Block *block = (Block *)step->block;
    const float *asked = step->target;
    for (int i = 0; i < TINY_PIXELS; i++) {
        float slope = 0;
        for (int k = 0; k < TINY_CLASSES; k++)
            slope += asked[k] * block->weight[parameter_at(&parameter[0], i, k)];
        memcpy(block->conv[i], (float[]){ step->input[i], 1 - step->input[i], -step->input[i] }, 3 * sizeof(float));
        memcpy(block->slope[i], (float[]){ slope, 0, -slope }, 3 * sizeof(float));
    }
    step->target = NULL;
    predict(step);
}

/* ---- the program ---- */

static void peak(float *sums, int rounds)
{
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < TINY_PEAK; i++)
            sums[i] = sums[i] * 0.5f + 1;
}

static const CallRow call[] = {
    { "dense1_forward", "dense1", "forward", 48, 48, 100, 1000 },
    { "dense1_update", "dense1", "gradient, update", 48, 12, 0, 600 },
};

static const LayerRow layer[] = {
    { .name = "conv1", .text = "conv 2 1x1", .shape = { 4, 4, 2 }, .multiply_adds = 32,
      .value = { offsetof(Block, conv), ROW }, .gradient = { offsetof(Block, slope), ROW }, .is_conv = 1 },
    { .name = "conv2", .text = "conv 1 1x1", .shape = { 4, 4, 1 }, .multiply_adds = 16,
      .value = { offsetof(Block, conv) + 2 * sizeof(float), ROW },
      .gradient = { offsetof(Block, slope) + 2 * sizeof(float), ROW }, .is_conv = 1 },
    { .name = "dense1", .text = "dense 3 softmax", .shape = { 1, 1, TINY_CLASSES }, .parameters = 51,
      .multiply_adds = 48, .value = { offsetof(Block, output), ROW } },
};

static const double mean[] = { 0 }, deviation[] = { 1 };
static const char *const paths[] = { "data" };
static const char *const patterns[] = { "dark.*", "middle.*", "light.*" };
static const JobClass class[] = {
    { .name = "dark", .pattern = &patterns[0], .patterns = 1, .weight = 1 },
    { .name = "middle", .pattern = &patterns[1], .patterns = 1, .weight = 1 },
    { .name = "light", .pattern = &patterns[2], .patterns = 1, .weight = 1 },
};
static const JobLoss loss[] = { { .kind = LOSS_CROSSENTROPY, .weight = 1 } };
static const JobAugment augment[] = {
    { .kind = AUGMENT_FLIP, .probability = { 0, 0.5 }, .place = { "tiny.net", 8, 5, 4, "    flip" } },
};

#define TRAINING { .name = "", .loss = loss, .losses = 1, .optimizer = OPTIMIZER_SGD, .rate = 0.1, .momentum = 0.9, \
                   .batch = TINY_BATCH, .epochs = TINY_EPOCHS, .seed = 1, \
                   .place = { "tiny.net", 12, 1, 5, "train {" } }

static const CardText text[] = {
    { "tiny.net", "network tiny\n\ninclude \"parts/blocks.net\"   # a \"block\" or two\n" },
    { "parts/blocks.net", "" },
    { NULL, NULL },
};

const Parameter tiny_statistic = {
    .name = "norm1.running_mean", .dims = 1, .dim = { 1 }, .rows = 1, .columns = 1, .tile_rows = 1, .tile_columns = 4, .floats = 4,
    .place = offsetof(Block, running), .untrained = 1,
};

const Program tiny_program = {
    .version = PROGRAM_VERSION, .card = "tiny.net", .hash = "0123456789abcdef", .target = "test",
    .netc = "0.1.0", .compiler = "by hand", .text = text, .set = (const char *const[]){ "width=2", NULL },
    .batch = TINY_BATCH, .output = { 1, 1, TINY_CLASSES }, .output_stride = ROW, .pixel_stride = ROW, .classes = TINY_CLASSES,
    .parameter = parameter, .parameters = 2, .layer = layer, .layers = 3,
    .phase = &(const PhaseUses){ &tiny_program.train, &tiny_program.predict },
    .states = offsetof(Block, weight_momentum),
    .train = { train, sizeof(Block), SCRATCH, call, 2, .states = 1, .state_name = { "momentum" } },
    .predict = { predict, sizeof(Block), SCRATCH, call, 1 },
    .logits = { 1, 1, TINY_CLASSES }, .input_gradient = { offsetof(Block, slope), ROW },
    .view = { view, sizeof(Block), SCRATCH, call, 1 },
    .peak = { peak, TINY_PEAK },
    .job = {
        .network = "tiny",
        .input = { .shape = { 4, 4, 1 }, .scale = 1 / 255.0, .mean = mean, .std = deviation,
                   .place = { "tiny.net", 3, 1, 5, "input 4x4x1" } },
        .data = { .kind = DATA_FOLDER, .class = class, .classes = TINY_CLASSES, .damaged_limit = 100,
                  .seed = 1,
                  .part = { [PART_TRAIN] = { .path = paths, .paths = 1,
                                             .place = { "tiny.net", 4, 1, 4, "data \"data\" {" } },
                            [PART_VALIDATION] = { .share = 0.25,
                                                  .place = { "tiny.net", 5, 5, 10, "    validation 25%" } } },
                  .place = { "tiny.net", 4, 1, 4, "data \"data\" {" } },
        .augment = augment, .augments = 1,
        .target = { TARGET_CLASS, { 1, 1, 1 } },
        .train = TRAINING, .phase = &(const JobTrain)TRAINING, .phases = 1,
    },
};

/* ---- pictures and files ---- */

void tiny_picture(const char *path, int level, int number)
{
    png_byte pixel[TINY_PIXELS];
    png_image image = { .version = PNG_IMAGE_VERSION, .width = 4, .height = 4, .format = PNG_FORMAT_GRAY };
    for (int i = 0; i < TINY_PIXELS; i++)
        pixel[i] = (png_byte)(level + (i * 7 + number * 13) % 40);
    int written = png_image_write_to_file(&image, path, 0, pixel, 0, NULL);
    assert(written);
}

const char *tiny_word = "tiny";
const Program *tiny_now = &tiny_program;

static char home[4096], away[64];

void tiny_enter(void)
{
    static const struct { const char *name; int level; } kind[] = {
        { "dark", 10 }, { "middle", 110 }, { "light", 210 },
    };
    char path[64], *there = getcwd(home, sizeof home);
    /* in memory where possible: the tests of killed trainers wait for hundreds of fsyncs */
    strcpy(away, access("/dev/shm", W_OK) ? "/tmp/netc-trainer-XXXXXX" : "/dev/shm/netc-trainer-XXXXXX");
    there = there ? mkdtemp(away) : NULL;
    assert(there);
    int gone = chdir(away);
    assert(!gone);
    mkdir("data", 0777);
    for (int k = 0; k < TINY_CLASSES; k++)
        for (int i = 0; i < 8; i++) {
            snprintf(path, sizeof path, "data/%s.%d.png", kind[k].name, i);
            tiny_picture(path, kind[k].level, i);
        }
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)kind, (void)where;
    return remove(path);
}

void tiny_enter_with_light(void)
{
    const TensorHead head[] = { { "dense1.bias", 1, { 3 } }, { "dense1.weight", 2, { TINY_PIXELS, 3 } } };
    const float bias[3] = { 0 }, row[3] = { 0, 0, 0.25f };
    tiny_enter();
    WholeFile file = whole_open("w.safetensors");
    safetensors_begin(&file, head, 2, NULL, 0);
    whole_write(&file, bias, sizeof bias);
    for (int i = 0; i < TINY_PIXELS; i++)
        whole_write(&file, row, sizeof row);
    whole_publish(&file);
}

void tiny_leave(void)
{
    int back = chdir(home);
    assert(!back);
    nftw(away, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    tiny_mischief = (TinyMischief){ 0 };
    tiny_word = "tiny";
    tiny_now = &tiny_program;
}

char *tiny_read(const char *path, size_t *bytes)
{
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return NULL;
    char *text = NULL;
    size_t length = 0, got;
    do {
        text = realloc(text, length + 4097);
        got = fread(text + length, 1, 4096, stream);
        length += got;
    } while (got);
    fclose(stream);
    text[length] = '\0';
    if (bytes)
        *bytes = length;
    return text;
}

void tiny_write(const char *path, const void *data, size_t bytes)
{
    FILE *stream = fopen(path, "wb");
    assert(stream);
    size_t written = fwrite(data, 1, bytes, stream);
    assert(written == bytes);
    fclose(stream);
}

bool tiny_same_files(const char *left, const char *right)
{
    size_t a_bytes, b_bytes;
    char *a = tiny_read(left, &a_bytes), *b = tiny_read(right, &b_bytes);
    bool same = a && b && a_bytes == b_bytes && !memcmp(a, b, a_bytes);
    free(a);
    free(b);
    return same;
}

bool tiny_same_runs(int left, int right)
{
    static const char *const kept[] = { "last.safetensors", "best.safetensors", "split.txt" };
    char a[64], b[64];
    bool same = true;
    for (int i = 0; i < 3; i++) {
        snprintf(a, sizeof a, "runs/tiny/%d/%s", left, kept[i]);
        snprintf(b, sizeof b, "runs/tiny/%d/%s", right, kept[i]);
        same = same && tiny_same_files(a, b);
    }
    return same;
}

bool tiny_exists(const char *path)
{
    return !access(path, F_OK);
}

/* ---- a trainer in a child ---- */

enum { WORDS = 32 };

static void redirect(const char *path, int descriptor)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    dup2(file, descriptor);
    close(file);
}

_Noreturn void tiny_child(const char *line)
{
    char *copy = strdup(line), *word[WORDS + 1] = { strdup(tiny_word) };
    int words = 1;
    for (char *at = strtok(copy, " "); at && words < WORDS; at = strtok(NULL, " "))
        word[words++] = at;
    redirect("out", STDOUT_FILENO);
    redirect("err", STDERR_FILENO);
    int code = trainer_main(tiny_now, words, word);
    free(copy);
    exit(code);
}

TinyRun tiny_run(const char *line)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (!child)
        tiny_child(line);
    waitpid(child, &status, 0);
    return (TinyRun){
        .code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
        .out = tiny_read("out", NULL), .err = tiny_read("err", NULL),
    };
}

void tiny_free(TinyRun *run)
{
    free(run->out);
    free(run->err);
}

int tiny_code(const char *line)
{
    TinyRun run = tiny_run(line);
    tiny_free(&run);
    return run.code;
}
