#include "runtime/training/warm_start.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fit.h"
#include "base/renamed.h"
#include "runtime/network/joined.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

typedef struct {
    const Network *network;
    Checkpoint *old;
    Arena *arena;
    FitTensor *fit;             /* one for each parameter */
    const FitGroup *group;
    uint64_t updates;           /* that the other's optimizer had done */
    int moved;                  /* running means that were taken over */
} Warm;

/* ---- what fits ---- */

static void look_for(Warm *warm, FitTensor *fit, const Parameter *p)
{
    TensorHead head;
    *fit = (FitTensor){ .name = p->name, .dims = p->dims, .columns = p->columns,
                        .out = p->out, .in = p->in, .turned = p->turned };
    memcpy(fit->dim, p->dim, sizeof fit->dim);
    fit->there = safetensors_head(warm->old->file, p->name, &head);
    fit->old_dims = fit->there ? head.dims : 0;
    for (int d = 0; d < fit->old_dims; d++)
        fit->old_dim[d] = head.dim[d];
}

static void find_fates(Warm *warm)
{
    const Program *program = warm->network->program;
    warm->fit = arena_array(warm->arena, FitTensor, program->parameters + 1);
    for (int i = 0; i < program->parameters; i++)
        look_for(warm, &warm->fit[i], &program->parameter[i]);
    joined_read(warm->arena, warm->old->file, warm->old->path, warm->fit, program->parameters);
    warm->group = fit_tensors(warm->arena, warm->fit, program->parameters, program->group, program->groups);
}

/* ---- taking it over ---- */

/* All values of the other's tensor, which has the shape that the fit speaks of; to be freed. NULL where there is none of
 * that name and shape. */
static float *old_values(const Warm *warm, const char *name, const FitTensor *fit)
{
    char why[REASON_ROOM];
    TensorHead head;
    if (!safetensors_head(warm->old->file, name, &head) || head.dims != fit->old_dims)
        return NULL;
    size_t count = 1;
    for (int d = 0; d < head.dims; d++) {
        if (head.dim[d] != fit->old_dim[d])
            return NULL;
        count *= (size_t)head.dim[d];
    }
    float *values = need_room(sizeof *values * (count + 1));
    if (!safetensors_find(warm->old->file, &head, why) || !safetensors_next(warm->old->file, values, count, why))
        fault("cannot read weights from %s: %s", warm->old->path, why);
    return values;
}

/* The powers of a gradient that a running mean is of, and a weight itself. */
typedef enum { OF_WEIGHT, OF_GRADIENT, OF_SQUARE } Power;

static Power power_of(const char *name)
{
    static const char square[] = ".mean_square";
    size_t length = strlen(name), end = sizeof square - 1;
    return length > end && !strcmp(name + length - end, square) ? OF_SQUARE : OF_GRADIENT;
}

/* A number of the tensor from the one that it is a copy of; where it stands there, and which channels it makes and takes
 * here. The weights of what takes copies are split among them, the gradients of what makes them are: base/fit.h. */
static float adapt(const Warm *warm, const FitTensor *fit, Power power, const float *old, long tap, long makes,
                   long takes)
{
    const FitGroup *group = warm->group;
    long made = fit_old_width(&fit->out, group), taken = fit->in.runs ? fit_old_width(&fit->in, group) : 1;
    long from_made = fit_source(&fit->out, group, makes);
    long from_taken = fit->in.runs ? fit_source(&fit->in, group, takes) : 0;
    long row = tap * taken + from_taken;
    double value = old[fit->turned ? (tap * made + from_made) * taken + from_taken : row * made + from_made];
    unsigned long key = (unsigned long)(row * fit_width(&fit->out) + makes);
    int copies = fit_copies(&fit->out, group, makes);
    switch (power) {
    case OF_WEIGHT:
        return (float)(fit->in.runs ? value * fit_share(&fit->in, group, takes, key) : value);
    case OF_GRADIENT:
        return (float)(value / copies);
    case OF_SQUARE:
        return (float)(value / copies / copies);
    }
    return 0;
}

static void adapt_row(const Warm *warm, const FitTensor *fit, long row, Power power, const float *old, float *values)
{
    long rows = fit->turned ? fit_width(&fit->out) : fit->in.runs ? fit_width(&fit->in) : 1;
    for (int k = 0; k < fit->columns; k++)
        values[k] = fit->turned ? adapt(warm, fit, power, old, row / rows, row % rows, k)
                                : adapt(warm, fit, power, old, row / rows, k, row % rows);
}

static bool take_over(const Warm *warm, const Tensor *tensor, Power power)
{
    const Parameter *p = tensor->layout;
    const FitTensor *fit = &warm->fit[p - warm->network->program->parameter];
    float *old = fit->fate == FATE_NEW ? NULL : old_values(warm, tensor->name, fit);
    if (!old)
        return false;
    float *values = need_memory(sizeof *values * (size_t)p->columns);
    for (long row = 0; row < p->rows; row++) {
        if (fit->fate == FATE_ADAPTED)
            adapt_row(warm, fit, row, power, old, values);
        tensor_set_row(tensor, row, fit->fate == FATE_ADAPTED ? values : old + row * p->columns);
    }
    free(values);
    free(old);
    return true;
}

/* The running means that the optimizer keeps of a parameter: all are taken over, or none. One without any has met none of
 * the updates before. */
static void take_means(Warm *warm, const Parameter *p, const Tensor *mean, int means)
{
    int taken = 0;
    while (taken < means && take_over(warm, &mean[taken], power_of(mean[taken].name)))
        taken++;
    bool whole = taken == means;
    for (int i = 0; i < taken && !whole; i++)
        memset(mean[i].values, 0, sizeof(float) * (size_t)p->floats);
    warm->moved += whole ? means : 0;
    warm->network->missed[p - warm->network->program->parameter] = whole ? checkpoint_missed(warm->old, p->name) : warm->updates;
}

/* The means of one parameter stand together. */
static void take_all(Warm *warm)
{
    const Program *program = warm->network->program;
    Tensors all = network_tensors(warm->network, &program->train);
    for (int i = 0, at = program->parameters; i < program->parameters; i++) {
        int means = 0;
        while (at + means < all.count && all.tensor[at + means].layout == &program->parameter[i])
            means++;
        take_over(warm, &all.tensor[i], OF_WEIGHT);
        take_means(warm, &program->parameter[i], all.tensor + at, means);
        at += means;
    }
    network_free_tensors(all);
}

/* ---- the table ---- */

static const char *shape_of(Arena *arena, int dims, const long *dim)
{
    const char *text = "";
    for (int d = 0; d < dims; d++)
        text = arena_printf(arena, "%s%s%ld", text, d ? "x" : "", dim[d]);
    return *text ? text : "-";
}

static const char *new_shape(Arena *arena, const FitTensor *fit)
{
    long dim[FIT_DIMS];
    for (int d = 0; d < fit->dims; d++)
        dim[d] = fit->dim[d];
    return shape_of(arena, fit->dims, dim);
}

/* "conv1.weight.mean" stands beside "conv1.weight". */
static bool is_running_mean(const Warm *warm, const char *name)
{
    TensorHead head;
    const char *dot = strrchr(name, '.');
    return dot && safetensors_head(warm->old->file, arena_copy(warm->arena, name, (size_t)(dot - name)), &head);
}

static bool is_parameter(const Warm *warm, const char *name)
{
    for (int i = 0; i < warm->network->program->parameters; i++)
        if (!strcmp(warm->fit[i].name, name))
            return true;
    return false;
}

static int name_width(const Warm *warm)
{
    int width = (int)sizeof "tensor" - 1;
    for (int i = 0; i < warm->network->program->parameters; i++)
        if ((int)strlen(warm->fit[i].name) > width)
            width = (int)strlen(warm->fit[i].name);
    return width;
}

static void print_table(const Warm *warm, FILE *out)
{
    static const char *const word[] = { [FATE_KEPT] = "kept", [FATE_ADAPTED] = "adapted", [FATE_NEW] = "new" };
    int width = name_width(warm);
    TensorHead head;
    fprintf(out, "%-*s  %-16s  is\n", width, "tensor", "was");
    for (int i = 0; i < warm->network->program->parameters; i++) {
        const FitTensor *fit = &warm->fit[i];
        bool told = fit->there && fit->reason;
        fprintf(out, "%-*s  %-16s  %-16s  %s%s%s\n", width, fit->name, shape_of(warm->arena, fit->old_dims, fit->old_dim),
                new_shape(warm->arena, fit), word[fit->fate], told ? ": " : "", told ? fit_reason_text(fit->reason) : "");
    }
    for (int i = 0; safetensors_head_at(warm->old->file, i, &head); i++)
        if (!is_parameter(warm, head.name) && !is_running_mean(warm, head.name)) {
            long dim[FIT_DIMS];
            for (int d = 0; d < head.dims; d++)
                dim[d] = head.dim[d];
            fprintf(out, "%-*s  %-16s  %-16s  dropped\n", width, head.name, shape_of(warm->arena, head.dims, dim), "-");
        }
    fprintf(out, warm->moved ? "%d of the optimizer's running means go on\n" : "the optimizer begins anew\n", warm->moved);
}

/* What the file has, but for running means. */
static NamedTensor *old_tensors(const Warm *warm, int *count)
{
    TensorHead head;
    NamedTensor *tensor = NULL;
    int room = 0;
    *count = 0;
    for (int i = 0; safetensors_head_at(warm->old->file, i, &head); i++) {
        if (is_running_mean(warm, head.name))
            continue;
        NamedTensor *old = arena_push(warm->arena, tensor, *count, room);
        *old = (NamedTensor){ .name = head.name, .dims = head.dims, .met = is_parameter(warm, head.name) };
        for (int d = 0; d < head.dims; d++)
            old->dim[d] = head.dim[d];
    }
    return tensor;
}

static NamedTensor *new_tensors(const Warm *warm)
{
    int count = warm->network->program->parameters;
    NamedTensor *tensor = arena_array(warm->arena, NamedTensor, count);
    for (int i = 0; i < count; i++) {
        const FitTensor *fit = &warm->fit[i];
        tensor[i] = (NamedTensor){ .name = fit->name, .dims = fit->dims, .met = fit->there, .kept = fit->fate == FATE_KEPT };
        for (int d = 0; d < fit->dims; d++)
            tensor[i].dim[d] = fit->dim[d];
    }
    return tensor;
}

static void tell_renamed(const Warm *warm, FILE *out, const char *path)
{
    int olds;
    const NamedTensor *old = old_tensors(warm, &olds);
    renamed_tell(out, warm->arena, path, old, olds, new_tensors(warm), warm->network->program->parameters);
}

/* That a bias is as long as another network's means nothing: weights tell. */
static bool has_kept_weights(const Warm *warm)
{
    bool kept = false;
    for (int i = 0; i < warm->network->program->parameters; i++)
        kept |= warm->fit[i].dims > 1 && warm->fit[i].fate != FATE_NEW;
    return kept;
}

uint64_t warm_start(const Network *network, const char *path, FILE *table)
{
    Warm warm = { .network = network, .old = checkpoint_open(path), .arena = arena_open() };
    warm.updates = warm.old->hash ? warm.old->standing.optimizer_update : 0;
    find_fates(&warm);
    take_all(&warm);
    if (table) {
        print_table(&warm, table);
        tell_renamed(&warm, table, path);
    }
    if (!has_kept_weights(&warm))
        fprintf(stderr, "%s: warning: no weights of %s fit this network: all of them begin anew\n",
                program_invocation_short_name, path);
    if (!warm.moved)
        network_begin_optimizer(network);
    checkpoint_close(warm.old);
    arena_close(warm.arena);
    return warm.moved ? warm.updates : 0;
}
