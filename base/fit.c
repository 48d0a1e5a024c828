#include "base/fit.h"

#include <stddef.h>
#include <stdint.h>

enum { DIFFERS = -1 };

/* ---- groups ---- */

static long old_columns(const FitTensor *tensor)
{
    long columns = tensor->old_dims ? tensor->old_dim[tensor->old_dims - 1] : 0;
    /* of [R][S][C][multiplier] */
    bool two = tensor->dims == FIT_DIMS && tensor->columns != tensor->dim[FIT_DIMS - 1];
    return two && tensor->old_dims == FIT_DIMS ? columns * tensor->old_dim[FIT_DIMS - 2] : columns;
}

/* The makers of a group's channels tell how many the other network has; where they disagree, or it has more, the group
 * cannot be taken over. Where the other has none of them, all are the network's own. */
static void find_olds(const FitTensor *tensor, int tensors, FitGroup *group)
{
    for (int i = 0; i < tensors; i++) {
        const FitTensor *t = &tensor[i];
        for (int k = 0; k < t->outs; k++)
            if (t->out[k].group >= 0)
                group[t->out[k].group].channels = t->out[k].channels;
        if (!t->there || t->outs != 1 || t->out->group < 0)
            continue;
        FitGroup *g = &group[t->out->group];
        long columns = old_columns(t);
        bool sound = columns > 0 && columns <= t->out->channels && (!g->old || g->old == columns);
        g->old = sound ? (int)columns : DIFFERS;
    }
}

/* splitmix64 (Steele, Lea, Flood 2014) */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Old channels stay where they are; each new one copies any. */
static void copy_channels(Arena *arena, FitGroup *group, uint64_t number)
{
    int *source = arena_array(arena, int, group->channels), *next = arena_array(arena, int, group->channels);
    for (int c = 0; c < group->channels; c++) {
        source[c] = c < group->old ? c : (int)(mix(number << 32 | (uint32_t)c) % (uint64_t)group->old);
        next[c] = c;
        if (c >= group->old) {
            next[c] = next[source[c]];
            next[source[c]] = c;
        }
    }
    group->source = source;
    group->next = next;
}

static FitGroup *find_groups(Arena *arena, const FitTensor *tensor, int tensors, int groups)
{
    FitGroup *group = arena_array(arena, FitGroup, groups + 1);
    find_olds(tensor, tensors, group);
    for (int g = 0; g < groups; g++) {
        group[g].old = group[g].old == DIFFERS ? 0 : group[g].old ? group[g].old : group[g].channels;
        if (group[g].old)
            copy_channels(arena, &group[g], (uint64_t)g);
    }
    return group;
}

static int old_of(const ChannelRun *run, const FitGroup *group)
{
    return run->group < 0 ? run->channels : group[run->group].old;
}

long fit_channels(const ChannelRun *run, int runs)
{
    long channels = 0;
    for (int i = 0; i < runs; i++)
        channels += (long)run[i].channels * run[i].times;
    return channels;
}

long fit_old_channels(const ChannelRun *run, int runs, const FitGroup *group)
{
    long channels = 0;
    for (int i = 0; i < runs; i++)
        channels += (long)old_of(&run[i], group) * run[i].times;
    return channels;
}

/* ---- fates ---- */

static bool are_known(const ChannelRun *run, int runs, const FitGroup *group)
{
    for (int i = 0; i < runs; i++)
        if (!old_of(&run[i], group))
            return false;
    return true;
}

static bool same_shape(const FitTensor *tensor)
{
    bool same = tensor->dims == tensor->old_dims;
    for (int d = 0; same && d < tensor->dims; d++)
        same = tensor->dim[d] == tensor->old_dim[d];
    return same;
}

/* Whether the other's tensor is what this one was before its groups grew. */
static bool was_narrower(const FitTensor *tensor, const FitGroup *group)
{
    if (tensor->dims != tensor->old_dims || !are_known(tensor->out, tensor->outs, group) ||
        !are_known(tensor->in, tensor->ins, group))
        return false;
    int own = tensor->columns == tensor->dim[tensor->dims - 1] ? 1 : 2;     /* dimensions that are columns */
    int rest = tensor->dims - own - (tensor->ins > 0);
    for (int d = 0; d < rest; d++)
        if (tensor->dim[d] != tensor->old_dim[d])
            return false;
    return old_columns(tensor) == fit_old_channels(tensor->out, tensor->outs, group) &&
           (!tensor->ins || tensor->old_dim[rest] == fit_old_channels(tensor->in, tensor->ins, group));
}

const FitGroup *fit_tensors(Arena *arena, FitTensor *tensor, int tensors, int groups)
{
    const FitGroup *group = find_groups(arena, tensor, tensors, groups);
    for (int i = 0; i < tensors; i++) {
        FitTensor *t = &tensor[i];
        if (!t->there)
            t->fate = FATE_NEW;
        else if (same_shape(t))
            t->fate = FATE_KEPT;
        else
            t->fate = was_narrower(t, group) ? FATE_ADAPTED : FATE_NEW;
    }
    return group;
}

/* ---- copies ---- */

/* The run that a channel is of; *channel becomes the one within it, *before the old channels in front of it. */
static const ChannelRun *find_run(const ChannelRun *run, int runs, const FitGroup *group, long *channel, long *before)
{
    *before = 0;
    for (int i = 0; i + 1 < runs && *channel >= (long)run->channels * run->times; i++, run++) {
        *channel -= (long)run->channels * run->times;
        *before += (long)old_of(run, group) * run->times;
    }
    return run;
}

long fit_source(const ChannelRun *run, int runs, const FitGroup *group, long channel)
{
    long before;
    run = find_run(run, runs, group, &channel, &before);
    int own = (int)(channel % run->channels), source = run->group < 0 ? own : group[run->group].source[own];
    return before + channel / run->channels * old_of(run, group) + source;
}

/* From a quarter to five quarters: no copy's weight nearly vanishes. */
static double weight_of(int copy, unsigned long key)
{
    return 0.25 + (double)(mix(mix(key) + (uint64_t)copy) >> 11) * 0x1p-53;
}

double fit_share(const ChannelRun *run, int runs, const FitGroup *group, long channel, unsigned long key)
{
    long before;
    run = find_run(run, runs, group, &channel, &before);
    int own = (int)(channel % run->channels);
    const int *next = run->group < 0 ? NULL : group[run->group].next;
    if (!next || next[own] == own)
        return 1;
    double sum = 0;
    int copy = own;
    do
        sum += weight_of(copy, key);
    while ((copy = next[copy]) != own);
    return weight_of(own, key) / sum;
}
