/* timing.c - the program that times calls with each of their cuts: functions as a trainer has them, and the
 * tables that runtime/network/timing.c drives. */

#include "compiler/gen/writer.h"

static const char *const element_word[] = {
    [ELEMENT_FLOAT] = "TIMED_FLOATS", [ELEMENT_INT] = "TIMED_ZEROS", [ELEMENT_BYTE] = "TIMED_WINNERS",
    [ELEMENT_BITS] = "TIMED_ZEROS",
};

/* Of one image or shard, or of all that a task may reach; 0 of no buffer. */
static long bytes_of(const Plan *plan, const Call *call, const Buffer *b)
{
    if (!b)
        return 0;
    bool images = b->store == STORE_INPUT || b->store == STORE_TARGET || b->store == STORE_BATCH;
    long times = call->per_image ? 1 : images ? plan->batch : b->store == STORE_SHARD ? SHARDS : 1;
    return times * b->count * (long)element_bytes(b->element) + SPARE;
}

/* Where cuts need different amounts of memory, the most. */
static void put_arrays(Writer *w, const Plan *plan, const Candidates *c, int number)
{
    fprintf(w->out, "static const TimedArray arrays%d[MOST_ARRAYS] = {\n", number);
    for (int k = 0; k < c->call[0]->arguments; k++) {
        const Buffer *largest = NULL;
        long most = 0;
        for (int i = 0; i < c->calls; i++) {
            const Buffer *b = c->call[i]->argument[k].buffer;
            long bytes = bytes_of(plan, c->call[i], b);
            largest = bytes > most ? b : largest;
            most = bytes > most ? bytes : most;
        }
        if (takes_array(&c->call[0]->argument[k]))
            fprintf(w->out, "    { %s, %ld },\n", element_word[largest ? largest->element : ELEMENT_INT], most);
    }
    fprintf(w->out, "};\n\n");
}

static void put_functions(Writer *w, const Candidates *c, int number)
{
    fprintf(w->out, "static TurnFunction *const functions%d[] = {", number);
    for (int i = 0; i < c->calls; i++)
        fprintf(w->out, "\n    %s_turn,", function_of(w, c->call[i]));
    fprintf(w->out, "\n};\n\n");
}

static void put_calls(Writer *w, const Plan *plan, const Candidates *candidates, int count)
{
    fprintf(w->out, "static const TimedCall calls[] = {\n");
    for (int i = 0; i < count; i++) {
        const Call *call = candidates[i].call[0];
        fprintf(w->out, "    { arrays%d, %d, %d, %d, functions%d, %d },\n", i, plan->batch,
                call->per_image ? 1 : call->tasks, call->rows.all, i, candidates[i].calls);
    }
    fprintf(w->out, "};\n\nint main(void)\n{\n    return timing_main(calls, %d);\n}\n", count);
}

void generate_timing(FILE *out, const Generation *g, const Candidates *candidates, int count)
{
    const Plan *plan = g->plan[USE_TRAIN];
    Writer w = { .out = out, .arena = plan->arena, .g = g };
    int room = 0;
    for (int i = 0; i < count; i++)
        for (int cut = 0; cut < candidates[i].calls; cut++)
            *arena_push(w.arena, w.call, w.calls, room) = candidates[i].call[cut];
    fprintf(out, "/* Made by netc %s to time what build --tune may choose. */\n\n"
                 "#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n\n"
                 "#include \"runtime/network/timing.h\"\n\n#define VL %d\n\n", NETC_VERSION, plan->target->lanes);
    put_kernels(&w);
    for (int i = 0; i < count; i++) {
        put_arrays(&w, plan, &candidates[i], i);
        put_functions(&w, &candidates[i], i);
    }
    put_calls(&w, plan, candidates, count);
}
