#include "compiler/tools/diff.h"

#include <string.h>

#include "base/renamed.h"
#include "base/text.h"
#include "compiler/tools/settings.h"
#include "compiler/tools/tensors.h"

enum { MOST_LINES = 2000 };     /* of settings: where there are more, their order is not compared */

typedef struct {
    FILE *out;
    Arena *arena;
    const char *heading;        /* that is due before the next line */
    bool differs;
} Report;

static void say(Report *report, const char *line)
{
    if (report->heading)
        fprintf(report->out, "%s%s\n", report->differs ? "\n" : "", report->heading);
    report->heading = NULL;
    report->differs = true;
    fprintf(report->out, "%s\n", line);
}

/* ---- layers ---- */

static const LayerNote *find_layer(const Generation *g, const char *name, int *at)
{
    for (int i = 0; i < g->layers; i++) {
        int k = (*at + i) % g->layers;
        if (!strcmp(g->layer[k].name, name)) {
            *at = k + 1;
            return &g->layer[k];
        }
    }
    return NULL;
}

static const char *cost_text(Arena *arena, const LayerNote *layer)
{
    return arena_printf(arena, "%s, %s parameters", shape_short_text(arena, layer->shape),
                        grouped_text(arena, layer->parameters));
}

static const char *change_text(Arena *arena, const char *old, const char *new)
{
    return strcmp(old, new) ? arena_printf(arena, "%s -> %s", old, new) : new;
}

/* The layer's line, then what of its shape and parameters is another now. */
static const char *layer_change(Arena *arena, const LayerNote *was, const LayerNote *is)
{
    const char *text = change_text(arena, was->text, is->text);
    if (!shape_equal(was->shape, is->shape))
        text = arena_printf(arena, "%s; %s", text, change_text(arena, shape_short_text(arena, was->shape),
                                                              shape_short_text(arena, is->shape)));
    if (was->parameters != is->parameters)
        text = arena_printf(arena, "%s; %s parameters", text, change_text(arena, grouped_text(arena, was->parameters),
                                                                         grouped_text(arena, is->parameters)));
    return text;
}

static void say_layers(Report *report, const Generation *old, const Generation *new)
{
    Arena *arena = report->arena;
    int at = 0;
    report->heading = "layers:";
    for (int i = 0; i < old->layers; i++)
        if (!find_layer(new, old->layer[i].name, &at))
            say(report, arena_printf(arena, "- %s: %s, %s", old->layer[i].name, old->layer[i].text,
                                     cost_text(arena, &old->layer[i])));
    at = 0;
    for (int i = 0; i < new->layers; i++) {
        const LayerNote *is = &new->layer[i], *was = find_layer(old, is->name, &at);
        if (!was)
            say(report, arena_printf(arena, "+ %s: %s, %s", is->name, is->text, cost_text(arena, is)));
        else if (strcmp(was->text, is->text) || !shape_equal(was->shape, is->shape) || was->parameters != is->parameters)
            say(report, arena_printf(arena, "~ %s: %s", is->name, layer_change(arena, was, is)));
    }
}

static void say_total(Report *report, const char *what, long old, long new)
{
    Arena *arena = report->arena;
    if (old != new)
        say(report, arena_printf(arena, "~ %s: %s -> %s", what, grouped_text(arena, old), grouped_text(arena, new)));
}

static void say_totals(Report *report, const Generation *old, const Generation *new)
{
    long parameters[2] = { 0, 0 }, multiply_adds[2] = { 0, 0 };
    const Generation *both[2] = { old, new };
    for (int v = 0; v < 2; v++)
        for (int i = 0; i < both[v]->layers; i++) {
            parameters[v] += both[v]->layer[i].parameters;
            multiply_adds[v] += both[v]->layer[i].multiply_adds;
        }
    report->heading = "in all:";
    say_total(report, "parameters", parameters[0], parameters[1]);
    say_total(report, "multiply-adds", multiply_adds[0], multiply_adds[1]);
}

/* ---- settings ---- */

/* Lines that both have, in their order, are left out: by the longest common sequence. */
static void say_lines(Report *report, const char **old, int olds, const char **new, int news)
{
    int across = news + 1, *longest = arena_array(report->arena, int, (olds + 1) * across);
    for (int i = olds - 1; i >= 0; i--)
        for (int k = news - 1; k >= 0; k--) {
            int down = longest[(i + 1) * across + k], right = longest[i * across + k + 1];
            longest[i * across + k] = !strcmp(old[i], new[k]) ? longest[(i + 1) * across + k + 1] + 1
                                    : down > right ? down : right;
        }
    for (int i = 0, k = 0; i < olds || k < news;) {
        if (i < olds && k < news && !strcmp(old[i], new[k]))
            i++, k++;
        else if (i < olds && (k == news || longest[(i + 1) * across + k] >= longest[i * across + k + 1]))
            say(report, arena_printf(report->arena, "- %s", old[i++]));
        else
            say(report, arena_printf(report->arena, "+ %s", new[k++]));
    }
}

static void say_settings(Report *report, const Card *old, const Card *new)
{
    int olds, news;
    const char **was = settings_lines(report->arena, old->source, &olds);
    const char **is = settings_lines(report->arena, new->source, &news);
    report->heading = "settings:";
    if (olds > MOST_LINES || news > MOST_LINES)
        say(report, "too many lines to be compared");
    else
        say_lines(report, was, olds, is, news);
}

/* ---- weights ---- */

static const char *sizes_text(Arena *arena, int dims, const int *dim)
{
    const char *text = "";
    for (int d = 0; d < dims; d++)
        text = arena_printf(arena, "%s%s%d", text, d ? "x" : "", dim[d]);
    return text;
}

static const FitTensor *find_tensor(const FitTensor *tensor, int tensors, const char *name, int *at)
{
    for (int i = 0; i < tensors; i++) {
        int k = (*at + i) % tensors;
        if (!strcmp(tensor[k].name, name)) {
            *at = k + 1;
            return &tensor[k];
        }
    }
    return NULL;
}

static void meet(Arena *arena, FitTensor *is, const FitTensor *was)
{
    is->there = was;
    if (!was)
        return;
    const Channels *several = was->out.runs > 1 ? &was->out : &was->in;
    OldRun *run = arena_array(arena, OldRun, several->runs);
    for (int i = 0; i < several->runs; i++)
        run[i] = (OldRun){ several->run[i].maker, (long)several->run[i].channels * several->run[i].each, several->run[i].times };
    is->old_run = run;
    is->old_runs = several->runs > 1 ? several->runs : 0;
    is->old_dims = was->dims;
    for (int d = 0; d < was->dims; d++)
        is->old_dim[d] = was->dim[d];
}

/* Of what is new though the other has one of that name. */
static const char *why_text(Arena *arena, const FitTensor *tensor)
{
    return tensor->there && tensor->reason ? arena_printf(arena, "; %s", fit_reason_text(tensor->reason)) : "";
}

/* Of a network's tensors, those of which the other has one by that name. */
static NamedTensor *named(Arena *arena, const FitTensor *tensor, int tensors, const FitTensor *other, int others)
{
    NamedTensor *named = arena_array(arena, NamedTensor, tensors);
    int at = 0;
    for (int i = 0; i < tensors; i++) {
        named[i] = (NamedTensor){ .name = tensor[i].name, .dims = tensor[i].dims, .kept = tensor[i].fate == FATE_KEPT,
                                  .met = others && find_tensor(other, others, tensor[i].name, &at) };
        for (int d = 0; d < tensor[i].dims; d++)
            named[i].dim[d] = tensor[i].dim[d];
    }
    return named;
}

/* Those that are kept are counted alone. */
static void say_weights(Report *report, Version old, Version new)
{
    Arena *arena = report->arena;
    int olds, news, at = 0, count[3] = { 0, 0, 0 };
    FitTensor *was = tensors_of(arena, old.card, old.g, &olds), *is = tensors_of(arena, new.card, new.g, &news);
    for (int i = 0; i < news; i++)
        meet(arena, &is[i], find_tensor(was, olds, is[i].name, &at));
    fit_tensors(arena, is, news, new.g->group, new.g->groups);
    for (int i = 0; i < news; i++)
        count[is[i].fate]++;
    report->heading = arena_printf(arena, "weights, with train --from: %d kept, %d adapted, %d new", count[FATE_KEPT],
                                   count[FATE_ADAPTED], count[FATE_NEW]);
    at = 0;
    for (int i = 0; i < news; i++) {
        const FitTensor *before = find_tensor(was, olds, is[i].name, &at);
        const char *shape = sizes_text(arena, is[i].dims, is[i].dim);
        if (is[i].fate != FATE_KEPT)
            say(report, arena_printf(arena, "%s %s: %s%s%s", is[i].fate == FATE_ADAPTED ? "~ adapted" : "+ new", is[i].name,
                                     before ? arena_printf(arena, "%s -> ", sizes_text(arena, before->dims, before->dim)) : "",
                                     shape, why_text(arena, &is[i])));
    }
    at = 0;
    for (int i = 0; i < olds; i++)
        if (!find_tensor(is, news, was[i].name, &at))
            say(report, arena_printf(arena, "- dropped %s: %s", was[i].name, sizes_text(arena, was[i].dims, was[i].dim)));
    renamed_tell(report->out, arena, "OLD.safetensors", named(arena, was, olds, is, news), olds,
                 named(arena, is, news, was, olds), news);
    if (report->heading && report->differs)
        fprintf(report->out, "\nall weights are kept, with train --from\n");
}

/* What cannot be trained learns none. */
static bool has_weights(const Card *card)
{
    return card->has_model && card->has_train;
}

void diff(FILE *out, Arena *arena, Version old, Version new)
{
    Report report = { .out = out, .arena = arena };
    if (old.card->has_model && new.card->has_model) {
        say_layers(&report, old.g, new.g);
        say_totals(&report, old.g, new.g);
    }
    say_settings(&report, old.card, new.card);
    if (has_weights(old.card) && has_weights(new.card))
        say_weights(&report, old, new);
    if (!report.differs)
        fprintf(out, "the cards say the same\n");
}
