#include "compiler/channels.h"

typedef struct {
    ChannelRun *run;
    int runs;
} Runs;

typedef struct {
    Arena *arena;
    int *joined;                /* of each group another that it is one with, or itself */
    bool *fixed;                /* of a group that is joined with none: its channels cannot grow */
    int groups;
} Groups;

/* ---- groups ---- */

static int root_of(const Groups *groups, int group)
{
    while (groups->joined[group] != group)
        group = groups->joined[group] = groups->joined[groups->joined[group]];
    return group;
}

static int new_group(Groups *groups, bool fixed)
{
    groups->joined[groups->groups] = groups->groups;
    groups->fixed[groups->groups] = fixed;
    return groups->groups++;
}

static void join(Groups *groups, int a, int b)
{
    a = root_of(groups, a);
    b = root_of(groups, b);
    groups->joined[b] = a;
    groups->fixed[a] |= groups->fixed[b];
}

static void fix(Groups *groups, Runs runs)
{
    for (int i = 0; i < runs.runs; i++)
        groups->fixed[root_of(groups, runs.run[i].group)] = true;
}

static Runs one_run(Groups *groups, int channels, bool fixed)
{
    Runs runs = { arena_array(groups->arena, ChannelRun, 1), 1 };
    runs.run[0] = (ChannelRun){ new_group(groups, fixed), channels, 1 };
    return runs;
}

/* What reads channels in another way than one by one. */
static Runs fixed_run(Groups *groups, Runs in, int channels)
{
    fix(groups, in);
    return one_run(groups, channels, true);
}

/* ---- layers ---- */

static Runs flattened(Groups *groups, const Layer *layer, Runs in)
{
    const Shape from = layer->input[0]->shape;
    int pixels = from.h * from.w;
    if (pixels == 1)
        return in;
    if (in.runs > 1 || in.run->times > 1)
        return fixed_run(groups, in, layer->shape.c);
    Runs runs = { arena_array(groups->arena, ChannelRun, 1), 1 };
    runs.run[0] = (ChannelRun){ in.run->group, in.run->channels, pixels };
    return runs;
}

/* Channels that meet one by one are of one group. */
static Runs met(Groups *groups, Runs a, Runs b)
{
    bool alike = a.runs == b.runs;
    for (int i = 0; alike && i < a.runs; i++)
        alike = a.run[i].channels == b.run[i].channels && a.run[i].times == b.run[i].times;
    if (!alike) {
        fix(groups, a);
        fix(groups, b);
        return a;
    }
    for (int i = 0; i < a.runs; i++)
        join(groups, a.run[i].group, b.run[i].group);
    return a;
}

static Runs side_by_side(Groups *groups, Runs a, Runs b)
{
    Runs both = { arena_array(groups->arena, ChannelRun, a.runs + b.runs), 0 };
    for (int i = 0; i < a.runs; i++)
        both.run[both.runs++] = a.run[i];
    for (int i = 0; i < b.runs; i++)
        both.run[both.runs++] = b.run[i];
    return both;
}

/* A depthwise one with a filter for each channel passes channels on; other groups are not taken apart. */
static Runs convolved(Groups *groups, const Layer *layer, Runs in)
{
    if (layer->groups == 1)
        return one_run(groups, layer->filters, false);
    bool one_by_one = layer->depthwise && layer->filters == layer->groups;
    return one_by_one ? in : fixed_run(groups, in, layer->filters);
}

static Runs made_by(Groups *groups, const Layer *layer, const Runs *of)
{
    Runs runs = of[0];
    switch (layer->kind) {
    case LAYER_CONV:
        return convolved(groups, layer, runs);
    case LAYER_DENSE:
        return one_run(groups, layer->filters, false);
    case LAYER_FLATTEN:
        return flattened(groups, layer, runs);
    case LAYER_ADD:
    case LAYER_MULTIPLY:
        for (int i = 1; i < layer->inputs; i++)
            runs = met(groups, runs, of[i]);
        return runs;
    case LAYER_CONCAT:
        for (int i = 1; i < layer->inputs; i++)
            runs = side_by_side(groups, runs, of[i]);
        return runs;
    case LAYER_NORM:
        if (layer->norm != NORM_BATCH)
            fix(groups, runs);
        return runs;
    case LAYER_POOL:
    case LAYER_UPSAMPLE:
    case LAYER_DROPOUT:
    case LAYER_DROP_PATH:
    case LAYER_ACTIVATION:
        return runs;
    default:
        return fixed_run(groups, runs, layer->shape.c);
    }
}

/* Of softmax, each channel depends on all. */
static void judge_activation(Groups *groups, const Layer *layer, Runs runs)
{
    if (layer->activation == ACTIVATION_SOFTMAX)
        fix(groups, runs);
}

/* ---- all of them ---- */

static int index_of(const Card *card, const Layer *layer, int below)
{
    while (card->layer[below] != layer)
        below--;
    return below;
}

/* The runs of a tensor, their groups numbered anew: `number` has what they are now called, 0 for none yet. */
static ChannelRun *numbered(Groups *groups, Runs runs, int *number, int *count)
{
    ChannelRun *run = arena_array(groups->arena, ChannelRun, runs.runs);
    for (int i = 0; i < runs.runs; i++) {
        int root = root_of(groups, runs.run[i].group);
        if (!groups->fixed[root] && !number[root])
            number[root] = ++*count;
        run[i] = runs.run[i];
        run[i].group = groups->fixed[root] ? -1 : number[root] - 1;
    }
    return run;
}

int note_channels(Arena *arena, const Card *card, LayerNote *note)
{
    Groups groups = { .arena = arena, .joined = arena_array(arena, int, 2 * card->layers),
                      .fixed = arena_array(arena, bool, 2 * card->layers) };
    Runs *made = arena_array(arena, Runs, card->layers);
    made[0] = one_run(&groups, card->layer[0]->shape.c, true);
    for (int i = 1; i < card->layers; i++) {
        const Layer *layer = card->layer[i];
        Runs *of = arena_array(arena, Runs, layer->inputs);
        for (int k = 0; k < layer->inputs; k++)
            of[k] = made[index_of(card, layer->input[k], i)];
        made[i] = made_by(&groups, layer, of);
        judge_activation(&groups, layer, made[i]);
    }
    fix(&groups, made[card->layers - 1]);

    int *number = arena_array(arena, int, groups.groups), count = 0;
    for (int i = 1; i < card->layers; i++) {
        const Layer *layer = card->layer[i];
        bool reads_all = (layer->kind == LAYER_CONV && layer->groups == 1) || layer->kind == LAYER_DENSE;
        Runs in = reads_all ? made[index_of(card, layer->input[0], i)] : (Runs){ 0 };
        note[i - 1].out = numbered(&groups, made[i], number, &count);
        note[i - 1].outs = made[i].runs;
        note[i - 1].in = numbered(&groups, in, number, &count);
        note[i - 1].ins = in.runs;
    }
    return count;
}
