/* instances.c - each kernel once for its numbers, under a comment that says whose work it does. */

#include <assert.h>
#include <string.h>

#include "compiler/gen/instantiate.h"
#include "compiler/gen/writer.h"

static const char *key_of(const Writer *w, const Call *call)
{
    Arena *arena = w->arena;
    const char *key = arena_printf(arena, "%s %s %s", call->kernel, after_name(arena, call),
                                   activation_name(arena, call));
    for (int i = 0; i < call->sizes; i++)
        key = arena_printf(arena, "%s %ld", key, call->size[i].value);
    for (int i = 0; i < call->factors; i++)
        key = arena_printf(arena, "%s %.9g", key, call->factor[i].value);
    if (call->piece.name)
        key = arena_printf(arena, "%s %s", key, call->piece.function);
    for (int i = 0; i < call->arguments; i++)
        if (!call->argument[i].buffer && call->argument[i].handed == HANDED_CLASS_WEIGHT)
            key = arena_printf(arena, "%s weighed", key);
    return updates(call) ? arena_printf(arena, "%s %s", key, update_name(w, call)) : key;
}

const char *function_of(const Writer *w, const Call *call)
{
    const char *key = key_of(w, call);
    for (int i = 0; i < w->instances; i++)
        if (!strcmp(w->instance[i].key, key))
            return w->instance[i].name;
    return NULL;
}

bool is_taken(const void *writer, const char *name)
{
    const Writer *w = writer;
    for (int i = 0; i < w->instances; i++)
        if (!strcmp(w->instance[i].name, name))
            return true;
    return false;
}

static const LayerNote *note_of(const Writer *w, const char *layer)
{
    for (int i = 0; i < w->g->layers; i++)
        if (!strcmp(w->g->layer[i].name, layer))
            return &w->g->layer[i];
    return NULL;
}

/* Whose work a function does: the card's line, the op's shapes, what it costs. */
static void put_where(Writer *w, const Call *call)
{
    const Op *op = call->op;
    const LayerNote *note = note_of(w, op->name);
    fprintf(w->out, "/* ---- %s", op->name);
    if (note)
        fprintf(w->out, ", line %d of the card: %s", note->place.line, note->text);
    fprintf(w->out, " ----\n * Part of %s:", op_info[op->kind].word);
    for (int i = 0; i < op->ins; i++)
        fprintf(w->out, " %s", dims_text(w->arena, op->in[i]));
    fprintf(w->out, " ->");
    for (int i = 0; i < MOST_OUTS; i++)
        if (op->out[i])
            fprintf(w->out, " %s", dims_text(w->arena, op->out[i]));
    if (call->multiply_adds)
        fprintf(w->out, "; %.3g million multiply-adds an image", (double)call->multiply_adds / 1e6);
    fprintf(w->out, ". */\n\n");
}

static const char *size_text(Arena *arena, const Size *size)
{
    return arena_printf(arena, size->value > 2147483647 ? "%ldu" : "%ld", size->value);
}

/* What the file calls its own: no layer's function may take these names. */
static void reserve(Writer *w)
{
    static const char *const own[] = {
        "after_bias_relu", "after_bias", "after_relu", "after_nothing", "after_bias_relu_pool", "after_bias_pool",
        "after_relu_pool", "after_nothing_pool", "power", "rates_of", "parameters",
        "layers", "program", "main", "train", "predict", "view", "single", "peak", "train_calls", "predict_calls",
        "view_calls", "other_uses", "phases",
    };
    static const char *const made[] = { "vector_%s", "after_%s", "after_bias_%s" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        *arena_push(w->arena, w->instance, w->instances, w->room) = (Instance){ "", own[i] };
    for (int i = 0; i < w->g->others; i++) {
        const char *name = use_name(w->g, w->g->other[i]);
        *arena_push(w->arena, w->instance, w->instances, w->room) = (Instance){ "", name };
        *arena_push(w->arena, w->instance, w->instances, w->room) =
            (Instance){ "", arena_printf(w->arena, "%s_calls", name) };
    }
    for (int i = 0; i < w->updates; i++)
        *arena_push(w->arena, w->instance, w->instances, w->room) = (Instance){ "", w->update[i].name };
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        for (int k = ACTIVATION_NONE + 1; k < ACTIVATIONS; k++)
            *arena_push(w->arena, w->instance, w->instances, w->room) =
                (Instance){ "", arena_printf(w->arena, made[i], activation_info[k].word) };
}

static void put_text(Writer *w, const char *kernel, const char *name, const Param *param, int params)
{
    const char *text = without_includes(w->arena, kernel_text(arena_printf(w->arena, "%s.c", kernel)));
    bool done = instantiate(w->out, text, name, param, params);
    assert(done);
    (void)done;
    fprintf(w->out, "\n");
}

static void put_kernel(Writer *w, const Call *call)
{
    Param param[MOST_SIZES + MOST_FACTORS + 5];
    int params = 0;
    for (int i = 0; i < call->sizes; i++)
        param[params++] = (Param){ call->size[i].name, size_text(w->arena, &call->size[i]) };
    for (int i = 0; i < call->factors; i++)
        param[params++] = (Param){ call->factor[i].name, literal(w->arena, call->factor[i].value) };
    if (call->piece.name)
        param[params++] = (Param){ call->piece.name, call->piece.function };
    if (call->after != AFTER_NOTHING)
        param[params++] = (Param){ "AFTER", after_name(w->arena, call) };
    else if (call->activation != ACTIVATION_NONE) {
        const char *function = activation_name(w->arena, call);
        param[params++] = (Param){ "CURVE", function };
        param[params++] = (Param){ "SLOPE", arena_printf(w->arena, "%s_slope", function) };
    }
    if (!strcmp(call->kernel, "winograd"))
        param[params++] = (Param){ "FINISH",
                                   call->after == AFTER_POOL ? "winograd_largest" : "winograd_each" };
    if (updates(call))
        param[params++] = (Param){ "UPDATE", update_name(w, call) };

    const char *name = identifier(w->arena, call->name);
    for (int i = 2; is_taken(w, name); i++)
        name = arena_printf(w->arena, "%s_%d", identifier(w->arena, call->name), i);
    *arena_push(w->arena, w->instance, w->instances, w->room) = (Instance){ key_of(w, call), name };
    put_where(w, call);
    put_text(w, call->kernel, name, param, params);
}

static const char *const handed_text[] = {
#define X(id, word, text) text,
    HANDED(X)
#undef X
};

bool takes_array(const Argument *argument)
{
    return argument->buffer || argument->handed == HANDED_NOTHING;
}

/* What a schedule calls: it hands to the kernel what that takes. Nobody knows a loss without targets. */
static void put_turn(Writer *w, const Call *call)
{
    bool loss = is_loss(call->op->kind);
    const char *name = function_of(w, call), *turn = arena_printf(w->arena, "%s_turn", name);
    *arena_push(w->arena, w->instance, w->instances, w->room) = (Instance){ "", turn };
    fprintf(w->out, "static void %s(const Turn *turn)\n{\n", turn);
    if (loss)
        fprintf(w->out, "    if (turn->step->target)\n    ");
    fprintf(w->out, "    %s(", name);
    for (int i = 0, arrays = 0; i < call->arguments; i++) {
        const Argument *a = &call->argument[i];
        if (takes_array(a))
            fprintf(w->out, "%sturn->at[%d]", i ? ", " : "", arrays++);
        else
            fprintf(w->out, "%s%s", i ? ", " : "", handed_text[a->handed]);
    }
    fprintf(w->out, ");\n}\n\n");
}

void put_instances(Writer *w)
{
    reserve(w);
    for (int i = 0; i < w->calls; i++)
        if (!function_of(w, w->call[i])) {
            put_kernel(w, w->call[i]);
            put_turn(w, w->call[i]);
        }
}

void put_peak(Writer *w)
{
    int sums = w->g->plan[USE_TRAIN]->target->peak_sums;
    const Param param = { "SUMS", arena_printf(w->arena, "%d", sums) };
    fprintf(w->out, "/* ---- what profile takes shares of ---- */\n\n");
    put_text(w, "peak", "peak", &param, 1);
}
