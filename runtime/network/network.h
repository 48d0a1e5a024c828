/* network.h - a program with the memory and the threads that it needs to run: allocated once, so that
 * nothing is in a step. */

#ifndef NETWORK_NETWORK_H
#define NETWORK_NETWORK_H

#include <stdbool.h>

#include "base/resident.h"
#include "runtime/network/program.h"

typedef struct {
    const Program *program;
    Pool *pool;
    const Use *predict;         /* what score_part runs: the program's, or a phase's with its loss */
    char *block, *scratch;      /* cleared when opened; 64-byte aligned, in huge pages where possible */
    size_t block_bytes;
    size_t scratch_bytes;       /* of one worker */
    uint64_t *missed;           /* [parameters] of the updates since the optimizer began, those that left it alone */
} Network;

/* Bytes of a network's block, and of each worker's scratch. `use` is one of the program's; memory for training and
 * for predicting serves all phases; that for training or viewing serves predicting too. */
size_t network_block(const Program *program, const Use *use);
size_t network_scratch(const Program *program, const Use *use);

/* What a training holds in memory in all. */
Resident network_resident(const Program *program, int threads);

/* Takes that memory, cleared. */
Network *network_open(const Program *program, const Use *use, int threads);
void     network_close(Network *network);

/* Runs a use on the network: the caller fills the step's input, target, n and, for training, rate, update and seed to
 * position; for predicting, `prepared`. The rest is filled here. A training use adds to `missed`. */
void network_run(const Network *network, const Use *use, Step *step);

/* A network on which the program's view can run, with the weights of one that trains and its threads: in the block of
 * that, where it leaves alone what is kept from step to step, else in one of its own. */
Network network_view(const Network *network);
void    network_view_end(const Network *network, Network *view);

/* Another network for viewing, with one thread and memory of its own, and the weights as they are: for views at the
 * same time. */
Network *network_viewer(const Network *network);

/* What the optimizer keeps begins anew. */
void network_begin_optimizer(const Network *network);

/* ---- the tensors in the block ---- */

/* A parameter, or one of the running means that the optimiser keeps with it. */
typedef struct {
    char *name;                 /* "conv1.weight", "conv1.weight.mean_square" */
    const Parameter *layout;
    float *values;
} Tensor;

typedef struct {
    Tensor *tensor;
    int count;
} Tensors;

/* All of them, parameters first, then the running means that a training use keeps, which only the block for
 * training has; NULL: none. The list and its names are the caller's, the values the network's. */
Tensors network_tensors(const Network *network, const Use *training);
void    network_free_tensors(Tensors tensors);

/* One row between the block and a dense array of layout->columns floats. */
void tensor_get_row(const Tensor *tensor, long row, float *values);
void tensor_set_row(const Tensor *tensor, long row, const float *values);

/* True where a running statistic is what it starts from: no step, and no file, has told it anything. */
bool network_has_new_statistics(const Network *network);

/* The first parameter that holds an infinity or no number, or NULL. */
const Parameter *network_broken(const Network *network);

#endif
