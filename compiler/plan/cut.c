/* cut.c - the cuts that would do for a call, and which of them is taken: see choose.h. */

#include "compiler/plan/choose.h"

#include <string.h>

/* What a tile adds up stays in registers beside a row of what it multiplies and one more. */
bool fits_registers(const Target *target, int rows, int vectors)
{
    return (rows + 1) * vectors + 1 <= target->registers;
}

/* A product a cycle, or two loads in one; and what goes on around. */
double tile_cycles(int rows, int vectors)
{
    int products = rows * vectors, loads = (rows + vectors + 1) / 2;
    return (products > loads ? products : loads) + 1;
}

Cuts cuts_begin(Cut cut)
{
    return (Cuts){ .cut = { cut }, .cuts = 1 };
}

static bool has(const Cuts *cuts, Cut cut)
{
    for (int i = 0; i < cuts->cuts; i++)
        if (!memcmp(&cuts->cut[i], &cut, sizeof cut))
            return true;
    return false;
}

void cuts_try(Cuts *cuts, Cut cut, double cycles)
{
    int at = cuts->cuts;
    if (has(cuts, cut) || (at == MOST_CUTS && cycles >= cuts->cycles[at - 1]))
        return;
    if (at == MOST_CUTS)
        at--;
    else
        cuts->cuts++;
    for (; at > 1 && cuts->cycles[at - 1] > cycles; at--) {
        cuts->cut[at] = cuts->cut[at - 1];
        cuts->cycles[at] = cuts->cycles[at - 1];
    }
    cuts->cut[at] = cut;
    cuts->cycles[at] = cycles;
}

/* All that a call's time depends on, but for its cut. */
static const char *key_of(const Plan *plan, const Op *op, const char *what)
{
    Arena *arena = plan->arena;
    const char *key = what;
    for (int i = 0; i < op->ins; i++)
        key = arena_printf(arena, "%s %s", key, dims_text(arena, op->in[i]));
    key = arena_printf(arena, "%s ->", key);
    for (int i = 0; i < MOST_OUTS; i++)
        if (op->out[i])
            key = arena_printf(arena, "%s %s", key, dims_text(arena, op->out[i]));
    return arena_printf(arena, "%s, steps %dx%d %dx%d", key, op->stride.h, op->stride.w, op->dilation.h,
                        op->dilation.w);
}

Picked cuts_pick(const Plan *plan, const Op *op, const char *what, const Cuts *cuts)
{
    if (!plan->picker || cuts->cuts == 1)
        return (Picked){ .size = { cuts->cut[0].size[0], cuts->cut[0].size[1], cuts->cut[0].size[2] } };
    Picked picked = { .key = key_of(plan, op, what) };
    int number = plan->picker->pick(plan->picker->context, picked.key, cuts->cut, cuts->cuts);
    memcpy(picked.size, cuts->cut[number].size, sizeof picked.size);
    return picked;
}
