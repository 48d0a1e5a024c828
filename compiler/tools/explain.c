#include "compiler/tools/explain.h"

#include <string.h>

#include "base/text.h"
#include "compiler/tools/explain_memory.h"

static bool wrote_before(const Plan *plan, int call, const Buffer *buffer)
{
    for (int i = 0; i < call; i++)
        for (int k = 0; k < plan->call[i]->arguments; k++)
            if (plan->call[i]->argument[k].writes && plan->call[i]->argument[k].buffer == buffer)
                return true;
    return false;
}

/* What a layer's forward calls keep of a batch until the backward pass has read it. A pool that is
 * computed with the convolution before it is kept there. */
static long held_by(const Plan *plan, const char *layer)
{
    long bytes = 0;
    for (int i = 0; i < plan->calls; i++) {
        const Call *call = plan->call[i];
        if (!op_info[call->op->kind].inference || strcmp(call->op->name, layer))
            continue;
        for (int k = 0; k < call->arguments; k++) {
            const Buffer *b = call->argument[k].buffer;
            if (b && call->argument[k].writes && b->store == STORE_BATCH && !wrote_before(plan, i, b))
                bytes += (long)b->bytes;
        }
    }
    return bytes;
}

/* ---- the table: texts first, so that its columns are as wide as they must be ---- */

enum { COLUMNS = 7, TAKES = 2 };

typedef struct {
    Arena *arena;
    const char *(*row)[COLUMNS];
    int rows, room;
} Table;

static void add_row(Table *table, const char *name, const char *text, const char *takes, const char *shape,
                    long parameters, long multiply_adds, long held)
{
    Arena *arena = table->arena;
    const char *(*row)[COLUMNS] = arena_push(arena, table->row, table->rows, table->room);
    const char *cell[COLUMNS] = { name, text, takes, shape, grouped_text(arena, parameters),
                                  grouped_text(arena, multiply_adds), held < 0 ? "" : grouped_text(arena, held) };
    memcpy(*row, cell, sizeof cell);
}

static void print_row(FILE *out, const char *const *cell, const int *width)
{
    for (int c = 0; c < COLUMNS; c++)
        if (width[c])
            fprintf(out, c <= TAKES ? "%s%-*s" : "%s%*s", c ? "  " : "", width[c], cell[c]);
    fprintf(out, "\n");
}

static void print_table(FILE *out, const Table *table, bool held, bool takes)
{
    static const char *const head[COLUMNS] = { "layer", "is", "takes", "output", "parameters", "multiply-adds", "bytes held" };
    int width[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        width[c] = (int)strlen(head[c]);
        for (int i = 0; i < table->rows; i++)
            width[c] = (int)strlen(table->row[i][c]) > width[c] ? (int)strlen(table->row[i][c]) : width[c];
    }
    width[COLUMNS - 1] = held ? width[COLUMNS - 1] : 0;
    width[TAKES] = takes ? width[TAKES] : 0;
    print_row(out, head, width);
    for (int i = 0; i < table->rows; i++)
        print_row(out, table->row[i], width);
}

static long held_in(const Generation *g, const Box *box)
{
    long held = 0;
    for (int i = box->first; i < box->first + box->layers; i++)
        held += held_by(g->plan[USE_TRAIN], g->layer[i - 1].name);
    return held;
}

void explain(FILE *out, Arena *arena, const Generation *g, const GraphView *view)
{
    const Plan *train = g->plan[USE_TRAIN];
    Table table = { .arena = arena };
    long parameters = 0, untrained = 0, multiply_adds = 0, held = 0;
    add_row(&table, "input", "", "", shape_short_text(arena, g->job->input.shape), 0, 0, 0);
    for (int i = 1; i < view->boxes; i++) {
        const Box *box = &view->box[i];
        long kept = train ? held_in(g, box) : -1;
        parameters += box->parameters;
        multiply_adds += box->multiply_adds;
        held += kept;
        add_row(&table, box->name, box->text, box_takes(arena, view, i), shape_short_text(arena, box->shape),
                box->parameters, box->multiply_adds, kept);
    }
    for (int i = 0; i < g->layers; i++)
        untrained += g->layer[i].untrained;
    add_row(&table, "total", "", "", "", parameters, multiply_adds, held);
    print_table(out, &table, train != NULL, !view->chain);
    if (untrained)
        fprintf(out, "\nOf the parameters %s are trained; %s are not: running statistics of norms.\n",
                grouped_text(arena, parameters - untrained), grouped_text(arena, untrained));
    fprintf(out, "\nMultiply-adds are those of one picture, forward");
    if (!train) {
        fprintf(out, ". The memory is known once the card has a train section.\n");
        return;
    }
    fprintf(out, "; bytes held those of a batch of %d,\nuntil its gradient is known. Made for %s.\n\n", train->batch,
            train->target->name);
    explain_memory(out, g);
}

void explain_sweeps(FILE *out, const Card *card)
{
    for (int i = 0; i < card->sweeps; i++) {
        const CardSweep *sweep = &card->sweep[i];
        fprintf(out, "%ssweep %s: this is for %s, of", i ? "" : "\n", sweep->name, sweep->value[sweep->chosen]);
        for (int k = 0; k < sweep->values; k++)
            fprintf(out, " %s", sweep->value[k]);
        fprintf(out, "; --set %s=VALUE takes another\n", sweep->name);
    }
}
