/* compiled.c - see compiled.h. */

#define _GNU_SOURCE 1           /* vasprintf */

#include <assert.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/compiled.h"
#include "runtime/network/view.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

/* What `netc build` gives the compiler, less what makes a program of it; and no warnings. */
#define FLAGS "-std=gnu17 -fno-math-errno -Wall -Wextra -Werror -I. -shared -fPIC"

/* What -march calls netc's target "native". A cross compiler has no native one. */
#ifdef __aarch64__
#define NATIVE "armv8-a"
#else
#define NATIVE "native"
#endif

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

/* Runs a command line, and says which it was where that fails. */
static __attribute__((format(printf, 1, 2))) bool run(const char *format, ...)
{
    char *command;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&command, format, arguments) < 0)
        abort();
    va_end(arguments);
    bool ran = system(command) == 0;
    if (!ran)
        fprintf(stderr, "failed: %s\n", command);
    free(command);
    return ran;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file))
        fault("%s: cannot be written", path);
}

/* 64 bytes more than the images, as Step.input asks. */
static size_t input_bytes(const Program *program)
{
    return program->batch * shape_size(program->job.input.shape) * sizeof(float) + 64;
}

/* ---- what there is here ---- */

bool compiled_runs(const char *target)
{
#if defined __x86_64__
    if (!strcmp(target, "x86-64-v3"))
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return !strcmp(target, "x86-64-v2") && __builtin_cpu_supports("sse4.2");
#else
    (void)target;
    return false;
#endif
}

const char *compiled_clang(void)
{
    const char *clang = environment("CLANG", "clang");
    char command[256];
    snprintf(command, sizeof command, "command -v %.*s >/dev/null", (int)strcspn(clang, " "), clang);
    return system(command) == 0 ? clang : NULL;
}

/* ---- where files are ---- */

static char folder[64] = "build/tests-tmp";

void compiled_keep_in(const char *suite)
{
    snprintf(folder, sizeof folder, "build/tests-tmp/%s", suite);
}

const char *compiled_path(const char *name, const char *suffix)
{
    enum { BUFFERS = 4 };
    static char path[BUFFERS][256];
    static int next;
    mkdir("build", 0777);
    mkdir("build/tests-tmp", 0777);
    mkdir(folder, 0777);
    char *at = path[next++ % BUFFERS];
    snprintf(at, sizeof path[0], "%s/%s%s", folder, name, suffix);
    return at;
}

/* ---- making and unmaking ---- */

Compiled *compiled_open(const char *name, const char *text, int threads)
{
    return compiled_open_as(name, text, threads, &(CompiledHow){ 0 });
}

static const char *or_else(const char *told, const char *otherwise)
{
    return told ? told : otherwise;
}

Compiled *compiled_open_as(const char *name, const char *text, int threads, const CompiledHow *how)
{
    const char *path = compiled_path(name, ".net");
    write_text(path, text);
    if (!run("%s --target=%s%s -o %s %s >%s", environment("NETC", "build/bin/netc"), or_else(how->target, "native"),
             how->direct ? " --direct" : "", compiled_path(name, ".c"), path, compiled_path(name, ".out")))
        return NULL;
    return compiled_load(name, threads, how);
}

Compiled *compiled_load(const char *name, int threads, const CompiledHow *how)
{
    const char *path = compiled_path(name, ".so");
    const char *compiler = or_else(how->compiler, environment("CC", "cc"));
    const char *own = strstr(compiler, "clang") ? "-ffp-contract=on"
                                                       : "-fno-tree-vectorize -fno-predictive-commoning";
    if (!run("%s %s -march=%s %s " FLAGS " -o %s %s", compiler, or_else(how->optimize, "-O2"),
             or_else(how->target, NATIVE), own, path, compiled_path(name, ".c")))
        return NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return NULL;
    }
    Compiled *c = need_memory(sizeof *c);
    c->library = library;
    c->program = dlsym(library, "program");
    assert(c->program && c->program->version == PROGRAM_VERSION);
    c->network = network_open(c->program, &c->program->train, threads);
    c->input = need_memory(input_bytes(c->program));
    return c;
}

Compiled *compiled_open_file(const char *path, int threads)
{
    char text[1 << 16];
    FILE *file = fopen(path, "r");
    if (!file)
        fault("%s: cannot be opened", path);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';

    const char *slash = strrchr(path, '/');
    char *name = strdup(slash ? slash + 1 : path);
    name[strcspn(name, ".")] = '\0';
    Compiled *c = compiled_open(name, text, threads);
    free(name);
    return c;
}

void compiled_close(Compiled *c)
{
    network_close(c->network);
    if (c->viewer)
        network_close(c->viewer);
    free(c->input);
    dlclose(c->library);
    free(c);
}

void compiled_threads(Compiled *c, int threads)
{
    network_close(c->network);
    c->network = network_open(c->program, &c->program->train, threads);
}

void compiled_clear(Compiled *c)
{
    compiled_threads(c, pool_threads(c->network->pool));
}

/* ---- tensors ---- */

const Parameter *compiled_parameter(const Compiled *c, const char *name)
{
    for (int p = 0; p < c->program->parameters; p++)
        if (!strcmp(c->program->parameter[p].name, name))
            return &c->program->parameter[p];
    assert(!"a parameter of that name");
    abort();
}

const LayerRow *compiled_layer(const Compiled *c, const char *name)
{
    for (int l = 0; l < c->program->layers; l++)
        if (!strcmp(c->program->layer[l].name, name))
            return &c->program->layer[l];
    assert(!"a layer of that name");
    abort();
}

long compiled_count(const Parameter *parameter)
{
    return parameter->rows * parameter->columns;
}

/* Copies between a dense array and the tensor of that name, by one row's function. */
static void copy_rows(const Network *network, const char *name, float *values,
                      void (*copy_row)(const Tensor *, long, float *))
{
    Tensors all = network_tensors(network, &network->program->train);
    int t = 0;
    while (t < all.count && strcmp(all.tensor[t].name, name))
        t++;
    assert(t < all.count);
    const Parameter *layout = all.tensor[t].layout;
    for (long row = 0; row < layout->rows; row++)
        copy_row(&all.tensor[t], row, values + row * layout->columns);
    network_free_tensors(all);
}

static void set_row(const Tensor *tensor, long row, float *values)
{
    tensor_set_row(tensor, row, values);
}

void compiled_put(Compiled *c, const char *name, const float *from)
{
    copy_rows(c->network, name, (float *)from, set_row);
}

void compiled_take(const Compiled *c, const char *name, float *to)
{
    copy_rows(c->network, name, to, tensor_get_row);
}

/* ---- the three functions ---- */

/* Runs one of them on a copy of the input; the step keeps the caller's own pointer. */
static void run_use(Compiled *c, const Network *network, const Use *use, Step *step)
{
    const float *input = step->input;
    assert(step->n >= 1 && step->n <= c->program->batch);
    memcpy(c->input, input, step->n * shape_size(c->program->job.input.shape) * sizeof *input);
    step->input = c->input;
    network_run(network, use, step);
    step->input = input;
}

void compiled_train(Compiled *c, Step *step)
{
    run_use(c, c->network, &c->program->train, step);
}

void compiled_predict(Compiled *c, Step *step, float *to)
{
    const Program *program = c->program;
    step->prepared = 0;                 /* the test may have changed the weights */
    run_use(c, c->network, &program->predict, step);
    for (int i = 0; to && i < step->n; i++)
        output_read(program, step, i, to + i * shape_size(program->output));
}

/* The viewer gets the network's parameters as they are now; both lay them out alike. */
static void share_parameters(Compiled *c)
{
    const Program *program = c->program;
    if (!c->viewer)
        c->viewer = network_open(program, &program->view, 1);
    for (int p = 0; p < program->parameters; p++) {
        const Parameter *parameter = &program->parameter[p];
        memcpy(c->viewer->block + parameter->place, c->network->block + parameter->place,
               parameter->floats * sizeof(float));
    }
}

static void run_view(Compiled *c, const float *image, const float *asked)
{
    Step step;
    share_parameters(c);
    memcpy(c->input, image, sizeof *image * (size_t)shape_size(c->program->job.input.shape));
    view_run(c->viewer, c->input, asked, &step);
}

void compiled_view(Compiled *c, const float *image, const char *name, float *to)
{
    const LayerRow *layer = compiled_layer(c, name);
    run_view(c, image, NULL);
    view_read(c->viewer, layer->value, layer->shape, to);
}

bool compiled_gradient(Compiled *c, const float *image, const float *asked, const char *name, float *to)
{
    const LayerRow *layer = name ? compiled_layer(c, name) : NULL;
    ViewRow row = layer ? layer->gradient : c->program->input_gradient;
    if (!view_has(row))
        return false;
    run_view(c, image, asked);
    view_read(c->viewer, row, layer ? layer->shape : c->program->job.input.shape, to);
    return true;
}
