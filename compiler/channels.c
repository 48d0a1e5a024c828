#include "compiler/channels.h"

typedef struct {
    ChannelRun *run;
    int runs;
} Runs;

typedef struct {
    Arena *arena;
    int *joined;                /* of each group another that it is one with, or itself */
    ChannelGroup *rule;         /* of a group that is joined with none but itself */
    int groups;
} Groups;

/* ---- groups ---- */

static int root_of(const Groups *groups, int group)
{
    while (groups->joined[group] != group)
        group = groups->joined[group] = groups->joined[groups->joined[group]];
    return group;
}

static ChannelGroup *rule_of(const Groups *groups, const ChannelRun *run)
{
    return &groups->rule[root_of(groups, run->group)];
}

static int new_group(Groups *groups, int channels, FitReason fixed)
{
    groups->joined[groups->groups] = groups->groups;
    groups->rule[groups->groups] = (ChannelGroup){ .channels = channels, .parts = 1, .fixed = fixed };
    return groups->groups++;
}

static void fix_group(ChannelGroup *rule, FitReason why)
{
    rule->fixed = rule->fixed ? rule->fixed : why;
}

/* They must grow alike in so many parts. */
static void divide(ChannelGroup *rule, int parts)
{
    int common = parts, rest = rule->parts;
    while (rest) {
        int more = common % rest;
        common = rest;
        rest = more;
    }
    long all = (long)rule->parts / common * parts;
    if (rule->channels % all)
        fix_group(rule, FIT_PARTS);
    else
        rule->parts = (int)all;
}

static void join(Groups *groups, int a, int b)
{
    a = root_of(groups, a);
    b = root_of(groups, b);
    if (a == b)
        return;
    groups->joined[b] = a;
    groups->rule[a].even |= groups->rule[b].even;
    fix_group(&groups->rule[a], groups->rule[b].fixed);
    divide(&groups->rule[a], groups->rule[b].parts);
}

static void fix(Groups *groups, Runs runs, FitReason why)
{
    for (int i = 0; i < runs.runs; i++)
        fix_group(rule_of(groups, &runs.run[i]), why);
}

static Runs one_run(Groups *groups, ChannelRun run)
{
    Runs runs = { arena_array(groups->arena, ChannelRun, 1), 1 };
    runs.run[0] = run;
    return runs;
}

/* Of a group of its own. */
static Runs new_run(Groups *groups, const Layer *layer, FitReason fixed)
{
    int channels = layer->shape.c;
    return one_run(groups, (ChannelRun){ new_group(groups, channels, fixed), channels, 1, 1, 1, layer->name });
}

/* What reads channels in another way than one by one. */
static Runs fixed_run(Groups *groups, const Layer *layer, Runs in, FitReason why)
{
    fix(groups, in, why);
    return new_run(groups, layer, why);
}

/* ---- layers ---- */

/* The same numbers in their order, as other pixels: their channels lie there several times, or a part of them. */
static Runs laid_out(Groups *groups, const Layer *layer, Runs in)
{
    Shape from = layer->input[0]->shape, to = layer->shape;
    ChannelRun run = *in.run;
    long pixels = (long)from.h * from.w, now = (long)to.h * to.w;
    if (pixels == now)
        return in;
    if (in.runs > 1)
        return fixed_run(groups, layer, in, FIT_LAID_OUT);
    long over = pixels * run.times;
    if (over % now == 0) {
        run.times = (int)(over / now);
        return one_run(groups, run);
    }
    if (now % over || run.channels % (now / over))
        return fixed_run(groups, layer, in, FIT_LAID_OUT);
    run.times = 1;
    run.parts *= (int)(now / over);
    run.channels /= (int)(now / over);
    divide(rule_of(groups, &run), run.parts);
    return one_run(groups, run);
}

/* Channels that meet one by one are of one group. */
static Runs met(Groups *groups, Runs a, Runs b)
{
    bool alike = a.runs == b.runs;
    for (int i = 0; alike && i < a.runs; i++) {
        const ChannelRun *x = &a.run[i], *y = &b.run[i];
        alike = x->channels == y->channels && x->times == y->times && x->each == y->each && x->parts == y->parts;
    }
    if (!alike) {
        fix(groups, a, FIT_MET);
        fix(groups, b, FIT_MET);
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

/* Channels of one group, once each. */
static bool is_plain(Runs runs)
{
    return runs.runs == 1 && runs.run->times == 1 && runs.run->each == 1;
}

/* Channels that are taken group by group: all groups must be alike. */
static bool take_apart(Groups *groups, Runs in, int parts)
{
    if (!is_plain(in)) {
        fix(groups, in, FIT_LAID_OUT);
        return false;
    }
    divide(rule_of(groups, in.run), in.run->parts * parts);
    return true;
}

/* A depthwise one passes channels on, each as several numbers where it has several filters for each. */
static Runs filtered(Groups *groups, const Layer *layer, Runs in)
{
    int filters = layer->filters / layer->groups;
    Runs out = { arena_array(groups->arena, ChannelRun, in.runs), in.runs };
    for (int i = 0; i < in.runs; i++) {
        out.run[i] = in.run[i];
        out.run[i].each *= filters;
    }
    return filters == 1 ? in : out;
}

static Runs convolved(Groups *groups, const Layer *layer, Runs in)
{
    if (layer->depthwise)
        return filtered(groups, layer, in);
    if (layer->groups > 1 && !take_apart(groups, in, layer->groups))
        return new_run(groups, layer, FIT_LAID_OUT);
    Runs out = new_run(groups, layer, FIT_FINE);
    divide(rule_of(groups, out.run), layer->groups);
    return out;
}

/* A mean over channels is the same if each is there as often. */
static Runs normalised(Groups *groups, const Layer *layer, Runs in)
{
    if (layer->norm == NORM_LOCAL)
        fix(groups, in, FIT_LOCAL);
    else if (layer->norm == NORM_LAYER && in.runs > 1)
        fix(groups, in, FIT_LAID_OUT);
    else if (layer->norm == NORM_LAYER || (layer->norm == NORM_GROUP && take_apart(groups, in, layer->groups)))
        rule_of(groups, in.run)->even = true;
    return in;
}

static Runs made_by(Groups *groups, const Layer *layer, const Runs *of)
{
    Runs runs = of[0];
    switch (layer->kind) {
    case LAYER_CONV:
        return convolved(groups, layer, runs);
    case LAYER_DECONV:
    case LAYER_DENSE:
        return new_run(groups, layer, FIT_FINE);
    case LAYER_FLATTEN:
    case LAYER_RESHAPE:
        return laid_out(groups, layer, runs);
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
        return normalised(groups, layer, runs);
    case LAYER_INPUT:
    case LAYER_POOL:
    case LAYER_UPSAMPLE:
    case LAYER_DROPOUT:
    case LAYER_DROP_PATH:
    case LAYER_ACTIVATION:
        break;
    }
    return runs;
}

/* What each of the sums takes; of what has none, nothing. A convolution in groups takes one part. */
static Runs taken_by(Groups *groups, const Layer *layer, Runs in)
{
    bool sums = (layer->kind == LAYER_CONV && !layer->depthwise) || layer->kind == LAYER_DECONV ||
                layer->kind == LAYER_DENSE;
    if (!sums)
        return (Runs){ 0 };
    if (layer->kind != LAYER_CONV || layer->groups == 1)
        return in;
    int channels = layer->input[0]->shape.c / layer->groups;
    ChannelRun run = *in.run;
    if (!is_plain(in))
        run = (ChannelRun){ new_group(groups, channels, FIT_LAID_OUT), channels, 1, 1, 1, layer->name };
    else
        run.channels = channels, run.parts *= layer->groups;
    return one_run(groups, run);
}

/* Of softmax, each channel depends on all. */
static void judge_activation(Groups *groups, const Layer *layer, Runs runs)
{
    if (layer->activation == ACTIVATION_SOFTMAX)
        fix(groups, runs, FIT_SOFTMAX);
}

/* ---- all of them ---- */

static int index_of(const Card *card, const Layer *layer, int below)
{
    while (card->layer[below] != layer)
        below--;
    return below;
}

/* The runs with their groups numbered anew: `number` has what they are now called, 0 for none yet. */
static Channels numbered(Groups *groups, Runs runs, int *number, ChannelGroup *rule, int *count)
{
    ChannelRun *run = arena_array(groups->arena, ChannelRun, runs.runs);
    for (int i = 0; i < runs.runs; i++) {
        int root = root_of(groups, runs.run[i].group);
        if (!number[root]) {
            rule[*count] = groups->rule[root];
            number[root] = ++*count;
        }
        run[i] = runs.run[i];
        run[i].group = number[root] - 1;
    }
    return (Channels){ .run = run, .runs = runs.runs };
}

const ChannelGroup *note_channels(Arena *arena, const Card *card, LayerNote *note, int *count)
{
    Groups groups = { .arena = arena, .joined = arena_array(arena, int, 2 * card->layers),
                      .rule = arena_array(arena, ChannelGroup, 2 * card->layers) };
    Runs *made = arena_array(arena, Runs, card->layers), *taken = arena_array(arena, Runs, card->layers);
    made[0] = new_run(&groups, card->layer[0], FIT_ANSWER);
    for (int i = 1; i < card->layers; i++) {
        const Layer *layer = card->layer[i];
        Runs *of = arena_array(arena, Runs, layer->inputs);
        for (int k = 0; k < layer->inputs; k++)
            of[k] = made[index_of(card, layer->input[k], i)];
        made[i] = made_by(&groups, layer, of);
        taken[i] = taken_by(&groups, layer, of[0]);
        if (i == card->layers - 1)
            fix(&groups, made[i], FIT_ANSWER);
        judge_activation(&groups, layer, made[i]);
    }

    int *number = arena_array(arena, int, groups.groups);
    ChannelGroup *rule = arena_array(arena, ChannelGroup, groups.groups);
    *count = 0;
    for (int i = 1; i < card->layers; i++) {
        note[i - 1].out = numbered(&groups, made[i], number, rule, count);
        note[i - 1].in = numbered(&groups, taken[i], number, rule, count);
        note[i - 1].turned = card->layer[i]->kind == LAYER_DECONV;
    }
    return rule;
}
