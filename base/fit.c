#include "base/fit.h"

#include "base/hash.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

const char *fit_reason_text(FitReason reason)
{
    static const char *const text[] = {
#define X(id, words) [FIT_##id] = words,
        FIT_REASONS(X)
#undef X
    };
    return text[reason];
}

/* ---- groups ---- */

/* Of [R][S][C][multiplier]. */
static bool is_depthwise(const FitTensor *tensor)
{
    return tensor->dims == FIT_DIMS && tensor->columns != tensor->dim[FIT_DIMS - 1];
}

/* How many numbers the other's makes side by side; 0 where its dimensions are other ones. */
static long old_made(const FitTensor *tensor)
{
    const long *dim = tensor->old_dim;
    int dims = tensor->dims;
    if (tensor->old_dims != dims)
        return 0;
    if (is_depthwise(tensor))
        return dim[3] == tensor->dim[3] ? dim[2] * dim[3] : 0;
    return tensor->turned ? dim[dims - 2] : dim[dims - 1];
}

static void tell_old(FitGroup *group, const FitTensor *tensor)
{
    const ChannelRun *run = tensor->out.run;
    long made = old_made(tensor), other = (long)run->times * run->each;
    if (!made || group->reason)
        return;
    long old = made / other * run->parts;
    if (made % other || (group->old && group->old != old))
        group->reason = FIT_UNLIKE;
    else if (old > group->channels)
        group->reason = FIT_FEWER;
    else
        group->old = (int)old;
}

/* Whether what acts on them does with more channels what it did with the old ones. */
static FitReason judge_growth(const FitGroup *group, const ChannelGroup *rule)
{
    if (group->reason || group->old == group->channels)
        return group->reason;
    if (rule->fixed)
        return rule->fixed;
    if (group->channels % rule->parts || group->old % rule->parts)
        return FIT_PARTS;
    return rule->even && group->channels % group->old ? FIT_UNEVEN : FIT_FINE;
}

/* Old channels stay where they are in their part; each new one copies any, or of all in turns. */
static void copy_channels(Arena *arena, FitGroup *group, const ChannelGroup *rule, uint64_t number)
{
    int parts = group->old == group->channels ? 1 : rule->parts;
    int part = group->part = group->channels / parts, old = group->old_part = group->old / parts;
    int *source = arena_array(arena, int, part), *next = arena_array(arena, int, part);
    for (int c = 0; c < part; c++) {
        source[c] = rule->even ? c % old : c < old ? c : (int)(hash_mix(number << 32 | (uint32_t)c) % (uint64_t)old);
        next[c] = c;
        if (c >= old) {
            next[c] = next[source[c]];
            next[source[c]] = c;
        }
    }
    group->source = source;
    group->next = next;
}

/* The makers of a group's channels tell how many the other network has; where they disagree, or it has more, the group
 * cannot be taken over. Where the other has none of them, all are the network's own. */
static FitGroup *find_groups(Arena *arena, const FitTensor *tensor, int tensors, const ChannelGroup *rule, int groups)
{
    FitGroup *group = arena_array(arena, FitGroup, groups + 1);
    for (int g = 0; g < groups; g++)
        group[g].channels = rule[g].channels;
    for (int i = 0; i < tensors; i++)
        if (tensor[i].there && tensor[i].out.runs == 1)
            tell_old(&group[tensor[i].out.run->group], &tensor[i]);
    for (int g = 0; g < groups; g++) {
        group[g].old = group[g].old ? group[g].old : group[g].channels;
        group[g].reason = judge_growth(&group[g], &rule[g]);
        if (group[g].reason)
            group[g].old = 0;
        else
            copy_channels(arena, &group[g], &rule[g], (uint64_t)g);
    }
    return group;
}

/* ---- runs ---- */

static long width_of(const ChannelRun *run)
{
    return (long)run->channels * run->each;
}

/* Side by side; of a group that cannot be taken over, as many as it has now. */
static long old_width_of(const ChannelRun *run, const FitGroup *group)
{
    const FitGroup *g = &group[run->group];
    return g->old ? (long)g->old / run->parts * run->each : width_of(run);
}

long fit_width(const Channels *channels)
{
    long width = 0;
    for (int i = 0; i < channels->runs; i++)
        width += width_of(&channels->run[i]) * channels->run[i].times;
    return width;
}

long fit_old_width(const Channels *channels, const FitGroup *group)
{
    long width = 0;
    for (int i = 0; i < channels->runs; i++)
        width += old_width_of(&channels->run[i], group) * channels->run[i].times;
    return width;
}

/* The first of the other's runs that is of this maker, or, of NULL, of any, and not taken yet; -1: none. */
static int find_free(const FitTensor *tensor, const bool *taken, const char *maker)
{
    for (int i = 0; i < tensor->old_runs; i++)
        if (!taken[i] && (!maker || !strcmp(tensor->old_run[i].maker, maker)))
            return i;
    return -1;
}

/* Which of the other's runs each one was: those of the same maker; the rest in their order. */
static const int *match_runs(Arena *arena, const FitTensor *tensor, const Channels *channels)
{
    int *match = arena_array(arena, int, channels->runs);
    bool *taken = arena_array(arena, bool, tensor->old_runs);
    for (int i = 0; i < channels->runs; i++) {
        match[i] = find_free(tensor, taken, channels->run[i].maker);
        if (match[i] >= 0)
            taken[match[i]] = true;
    }
    for (int i = 0; i < channels->runs; i++)
        if (match[i] < 0) {
            match[i] = find_free(tensor, taken, NULL);
            taken[match[i]] = true;
        }
    return match;
}

/* Finds where the other's runs begin. False where they are not those that these were. */
static bool place_runs(Arena *arena, const FitTensor *tensor, Channels *channels, const FitGroup *group)
{
    bool told = tensor->old_runs && channels->runs > 1;
    if (told && tensor->old_runs != channels->runs)
        return false;
    const int *match = told ? match_runs(arena, tensor, channels) : NULL;
    long *from = arena_array(arena, long, channels->runs + 1), begin = 0;
    channels->from = from;
    for (int i = 0; i < channels->runs && !told; i++) {
        from[i] = begin;
        begin += old_width_of(&channels->run[i], group) * channels->run[i].times;
    }
    for (int k = 0; k < channels->runs && told; k++) {
        const OldRun *old = &tensor->old_run[k];
        for (int i = 0; i < channels->runs; i++) {
            if (match[i] != k)
                continue;
            from[i] = begin;
            if (old->width != old_width_of(&channels->run[i], group) || old->times != channels->run[i].times)
                return false;
        }
        begin += old->width * old->times;
    }
    return true;
}

/* ---- fates ---- */

static bool same_shape(const FitTensor *tensor)
{
    bool same = tensor->dims == tensor->old_dims;
    for (int d = 0; same && d < tensor->dims; d++)
        same = tensor->dim[d] == tensor->old_dim[d];
    return same;
}

/* Whether these numbers are the other's, one by one; of several runs that are not told, each must be known. */
static bool stays(const FitTensor *tensor, const Channels *channels, const FitGroup *group)
{
    long begin = 0;
    for (int i = 0; i < channels->runs; i++) {
        const ChannelRun *run = &channels->run[i];
        const FitGroup *g = &group[run->group];
        bool known = g->old || channels->runs == 1 || tensor->old_runs;
        if (!known || (g->old && g->old != g->channels) || channels->from[i] != begin)
            return false;
        begin += width_of(run) * run->times;
    }
    return true;
}

/* FIT_FINE where all their groups can be taken over. */
static FitReason reason_of(const Channels *channels, const FitGroup *group)
{
    for (int i = 0; i < channels->runs; i++)
        if (!group[channels->run[i].group].old)
            return group[channels->run[i].group].reason;
    return FIT_FINE;
}

/* Whether the other's tensor is what this one was before its groups grew. */
static bool was_narrower(const FitTensor *tensor, const FitGroup *group)
{
    int dims = tensor->dims, own = 1 + (is_depthwise(tensor) || tensor->in.runs);
    if (dims != tensor->old_dims)
        return false;
    for (int d = 0; d + own < dims; d++)
        if (tensor->dim[d] != tensor->old_dim[d])
            return false;
    long taken = tensor->in.runs ? tensor->old_dim[tensor->turned ? dims - 1 : dims - 2] : 0;
    return old_made(tensor) == fit_old_width(&tensor->out, group) && taken == fit_old_width(&tensor->in, group);
}

static Fate judge(Arena *arena, FitTensor *tensor, const FitGroup *group)
{
    if (!tensor->there) {
        tensor->reason = FIT_ABSENT;
        return FATE_NEW;
    }
    bool placed = place_runs(arena, tensor, &tensor->out, group) && place_runs(arena, tensor, &tensor->in, group);
    if (placed && same_shape(tensor) && stays(tensor, &tensor->out, group) && stays(tensor, &tensor->in, group))
        return FATE_KEPT;
    FitReason out = reason_of(&tensor->out, group), in = reason_of(&tensor->in, group);
    tensor->reason = out ? out : in ? in : !placed ? FIT_ORDER : was_narrower(tensor, group) ? FIT_FINE
                   : same_shape(tensor) ? FIT_CHANNELS : FIT_SHAPE;
    return tensor->reason ? FATE_NEW : FATE_ADAPTED;
}

const FitGroup *fit_tensors(Arena *arena, FitTensor *tensor, int tensors, const ChannelGroup *rule, int groups)
{
    const FitGroup *group = find_groups(arena, tensor, tensors, rule, groups);
    for (int i = 0; i < tensors; i++)
        tensor[i].fate = judge(arena, &tensor[i], group);
    return group;
}

/* ---- copies ---- */

/* A number's place: the run that it is of, its channel in its part, and what is before it of the other's. */
typedef struct {
    const FitGroup *group;
    int own;
    long before;
    int each;
} Found;

static Found find(const Channels *channels, const FitGroup *group, long number)
{
    const ChannelRun *run = channels->run, *last = run + channels->runs - 1;
    for (; run < last && number >= width_of(run) * run->times; run++)
        number -= width_of(run) * run->times;
    const FitGroup *g = &group[run->group];
    long width = width_of(run), time = number / width, channel = number % width / run->each;
    return (Found){
        .group = g, .own = (int)(channel % g->part),
        .before = channels->from[run - channels->run] + time * old_width_of(run, group) + channel / g->part * g->old_part * run->each +
                  number % run->each,
        .each = run->each,
    };
}

long fit_source(const Channels *channels, const FitGroup *group, long channel)
{
    Found found = find(channels, group, channel);
    return found.before + (long)found.group->source[found.own] * found.each;
}

int fit_copies(const Channels *channels, const FitGroup *group, long channel)
{
    Found found = find(channels, group, channel);
    int copies = 1;
    for (int copy = found.group->next[found.own]; copy != found.own; copy = found.group->next[copy])
        copies++;
    return copies;
}

/* From a quarter to five quarters: no copy's weight nearly vanishes. */
static double weight_of(int copy, unsigned long key)
{
    return 0.25 + (double)(hash_mix(hash_mix(key) + (uint64_t)copy) >> 11) * 0x1p-53;
}

double fit_share(const Channels *channels, const FitGroup *group, long channel, unsigned long key)
{
    Found found = find(channels, group, channel);
    const int *next = found.group->next;
    if (next[found.own] == found.own)
        return 1;
    double sum = 0;
    int copy = found.own;
    do
        sum += weight_of(copy, key);
    while ((copy = next[copy]) != found.own);
    return weight_of(found.own, key) / sum;
}
