/* pieces.c - the small functions that a card's kernels are composed with: AFTER, which follows a sum
 * before it is stored, and activations. UPDATE, the optimiser, is in updates.c. */

#include <string.h>

#include "compiler/gen/writer.h"

/* The word of a call's activation; of leaky with its number, since there may be several: leaky_0_1. */
static const char *own_name(Arena *arena, const Call *call)
{
    const char *word = activation_info[call->activation].word;
    if (call->activation != ACTIVATION_LEAKY)
        return word;
    char *name = arena_printf(arena, "%s_%.9g", word, call->op->rate);
    for (char *c = name; *c; c++)
        *c = *c == '.' ? '_' : *c == '-' ? 'm' : *c == '+' ? 'p' : *c;
    return name;
}

const char *activation_name(Arena *arena, const Call *call)
{
    return call->activation ? arena_printf(arena, "vector_%s", own_name(arena, call)) : "";
}

const char *after_name(Arena *arena, const Call *call)
{
    const char *what = call->bias ? "bias" : call->activation ? "" : "nothing";
    const char *curve = call->activation ? own_name(arena, call) : "";
    return arena_printf(arena, "after_%s%s%s%s", what, *what && *curve ? "_" : "", curve,
                        call->after == AFTER_POOL ? "_pool" : "");
}

const char *literal(Arena *arena, double value)
{
    const char *text = arena_printf(arena, "%.9g", value);
    return arena_printf(arena, strpbrk(text, ".en") ? "%sf" : "%s.0f", text);
}

/* ---- activations ---- */

/* What kernels/activation.h has with a number that the card tells. */
static void put_leaky(Writer *w, const Call *call)
{
    const char *name = activation_name(w->arena, call), *share = literal(w->arena, call->op->rate);
    fprintf(w->out, "INLINE vf %s(vf x)       { return leaky(x, %s); }\n", name, share);
    fprintf(w->out, "INLINE vf %s_slope(vf y) { return leaky_slope(y, %s); }\n\n", name, share);
}

void put_activations(Writer *w)
{
    for (int i = 0; i < w->calls; i++) {
        bool known = w->call[i]->activation != ACTIVATION_LEAKY;
        for (int k = 0; k < i && !known; k++)
            known = w->call[k]->activation == ACTIVATION_LEAKY && w->call[k]->op->rate == w->call[i]->op->rate;
        if (!known)
            put_leaky(w, w->call[i]);
    }
}

/* ---- AFTER ---- */

static void put_after(Writer *w, const Call *call)
{
    bool pool = call->after == AFTER_POOL;
    const char *name = after_name(w->arena, call);
    if (pool)
        fprintf(w->out, "INLINE void %s(vf *v, vi *who, const float *b, int k)\n{\n", name);
    else
        fprintf(w->out, "INLINE vf %s(vf v, const float *b, int k)\n{\n", name);
    if (!call->bias)
        fprintf(w->out, "    (void)b;\n    (void)k;\n");
    bool relu = call->activation == ACTIVATION_RELU;
    if (pool && !call->bias && !relu)
        fprintf(w->out, "    (void)v;\n");
    if (pool && !relu)
        fprintf(w->out, "    (void)who;\n");
    if (call->bias)
        fprintf(w->out, pool ? "    *v += load(b + k);\n" : "    v += load(b + k);\n");
    if (relu && pool)
        fprintf(w->out, "    vi dead = *v <= (vf){0};\n    *who = ipick(dead, isplat(4), *who);\n"
                        "    *v = keep_where(~(*v < (vf){0}), *v);\n");
    else if (relu)
        fprintf(w->out, "    v = keep_where(~(v < (vf){0}), v);\n");
    else if (call->activation)
        fprintf(w->out, "    v = %s(v);\n", activation_name(w->arena, call));
    fprintf(w->out, "%s}\n\n", pool ? "" : "    return v;\n");
}

void put_afters(Writer *w)
{
    for (int i = 0; i < w->calls; i++) {
        bool known = w->call[i]->after == AFTER_NOTHING;
        for (int k = 0; k < i && !known; k++)
            known = w->call[k]->after != AFTER_NOTHING
                 && !strcmp(after_name(w->arena, w->call[k]), after_name(w->arena, w->call[i]));
        if (!known)
            put_after(w, w->call[i]);
    }
}
