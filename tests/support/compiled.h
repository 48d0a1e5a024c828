/* compiled.h - a card's text as a program within the test: netc makes the C, cc a shared
 * object, the dynamic loader brings it in. Beside it stands the memory that its three functions
 * need, so that a test speaks of tensors alone, dense and in Keras's order.
 *
 * The shared object holds the generated file and nothing else. What that calls of the runtime
 * (pool_run, trainer_main, ...) stays undefined in it and resolves from the test program, which is
 * therefore linked with -rdynamic from all of the runtime's objects, whether it needs them or not.
 *
 * Tests run from the project's root: netc is $NETC, else build/bin/netc; the compiler $CC, else cc;
 * files go to build/tests-tmp/SUITE/. A tensor or layer that the program has not is the test's own
 * mistake: an assertion. */

#ifndef TESTS_SUPPORT_COMPILED_H
#define TESTS_SUPPORT_COMPILED_H

#include <stdbool.h>

#include "runtime/network/network.h"

typedef struct {
    const Program *program;     /* the generated file's constant */
    void *library;              /* the dynamic loader's handle */
    Network *network;           /* of the training use, which serves predicting too */
    Network *viewer;            /* of the view use, one thread; NULL until first needed */
    float *input;               /* [batch] images, aligned as Step.input must be */
} Compiled;

/* How a program is made; what is NULL is as for compiled_open. */
typedef struct {
    const char *compiler;       /* $CC, else cc */
    const char *target;         /* "native" */
    const char *optimize;       /* "-O2" */
    bool direct;                /* netc --direct: no Winograd, so that whole numbers stay exact */
} CompiledHow;

/* Whether this processor runs what is made for that target. */
bool compiled_runs(const char *target);

/* The other compiler, for tests that take both: $CLANG, else clang; NULL: there is none. */
const char *compiled_clang(void);

/* Tells whose files these are; suites that run side by side may give programs the same name. */
void compiled_keep_in(const char *suite);

/* Where a program's file is, for the next calls: ("chain", ".c"). Makes the folder. */
const char *compiled_path(const char *name, const char *suffix);

/* Compiles the text of a card, which messages and files call `name` ("chain": chain.net, chain.c,
 * chain.so). All parameters are zeros. NULL, after netc or the C compiler has printed why, where
 * either refuses it. `name` must differ from that of every program still open. */
Compiled *compiled_open(const char *name, const char *text, int threads);
Compiled *compiled_open_as(const char *name, const char *text, int threads, const CompiledHow *how);

/* The same of a program's C text, which lies where compiled_path says; its netc was another. */
Compiled *compiled_load(const char *name, int threads, const CompiledHow *how);

/* The same for the card in a file; its name is the file's, without .net. */
Compiled *compiled_open_file(const char *path, int threads);
void      compiled_close(Compiled *compiled);

/* Starts again with another number of threads, all parameters zeros. */
void compiled_threads(Compiled *compiled, int threads);

/* All parameters and optimiser states become zeros, and the block forgets what ran before. */
void compiled_clear(Compiled *compiled);

/* The row of a tensor ("conv1.weight"), of a layer ("conv1"). */
const Parameter *compiled_parameter(const Compiled *compiled, const char *name);
const LayerRow  *compiled_layer(const Compiled *compiled, const char *name);

/* How many numbers a tensor has. */
long compiled_count(const Parameter *parameter);

/* Copies a whole tensor, dense, into the block or out of it. A name may also be that of one of the
 * optimiser's running means: "conv1.weight.mean_square". */
void compiled_put(Compiled *compiled, const char *name, const float *from);
void compiled_take(const Compiled *compiled, const char *name, float *to);

/* One training step on `step`'s input, target, n, rate, update, seed, epoch and position; the rest
 * is filled in here or by the program. The input need not be aligned: it is copied. */
void compiled_train(Compiled *compiled, Step *step);

/* Predicts `step`'s n images, copied likewise; target may be NULL. The answers are copied, dense,
 * to `to` [n][output.c] unless that is NULL. */
void compiled_predict(Compiled *compiled, Step *step, float *to);

/* What a layer makes of one image [H][W][C]: [shape.h][shape.w][shape.c], dense. */
void compiled_view(Compiled *compiled, const float *image, const char *layer, float *to);

/* The gradient, by what a layer makes of the image or, of no layer, by the image, of the logits' sum with these weights,
 * dense likewise. False where the sum does not hang on the layer. */
bool compiled_gradient(Compiled *compiled, const float *image, const float *asked, const char *layer, float *to);

#endif
