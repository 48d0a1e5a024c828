/* functions.c - the code of a generated file, from what it stands on to the functions of its uses. */

#include <stdlib.h>

#include "compiler/gen/writer.h"

static void collect_calls(Writer *w)
{
    int room = 0;
    for (int use = 0; use < USE_COUNT + w->g->others; use++) {
        const Plan *plan = use < USE_COUNT ? w->g->plan[use] : w->g->other[use - USE_COUNT];
        for (int i = 0; i < plan->calls; i++)
            *arena_push(w->arena, w->call, w->calls, room) = plan->call[i];
    }
}

void put_kernels(Writer *w)
{
    FILE *out = w->out;
    char *code = NULL;
    size_t length = 0;
    w->out = open_memstream(&code, &length);
    put_activations(w);
    put_afters(w);
    put_update(w);
    put_instances(w);
    fclose(w->out);
    w->out = out;
    put_headers(w, code);
    fputs(code, out);
    free(code);
}

void generate_functions(FILE *out, const Generation *g)
{
    Writer w = { .out = out, .arena = g->plan[USE_TRAIN]->arena, .g = g };
    collect_calls(&w);
    put_kernels(&w);
    fprintf(out, "/* ---- the uses: arrays, calls, and segments of these between barriers ---- */\n\n");
    put_rates(&w);
    static const UseKind order[USE_COUNT] = { USE_TRAIN, USE_SINGLE, USE_PREDICT, USE_VIEW };
    for (int i = 0; i < USE_COUNT; i++)
        put_use(&w, g->plan[order[i]]);
    for (int i = 0; i < g->others; i++)
        put_use(&w, g->other[i]);
    put_peak(&w);
}
