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

enum { COLUMNS = 6 };

typedef struct {
    Arena *arena;
    const char *(*row)[COLUMNS];
    int rows, room;
} Table;

static void add_row(Table *table, const char *name, const char *text, const char *shape, long parameters,
                    long multiply_adds, long held)
{
    Arena *arena = table->arena;
    const char *(*row)[COLUMNS] = arena_push(arena, table->row, table->rows, table->room);
    const char *cell[COLUMNS] = { name, text, shape, grouped_text(arena, parameters),
                                  grouped_text(arena, multiply_adds), held < 0 ? "" : grouped_text(arena, held) };
    memcpy(*row, cell, sizeof cell);
}

static void print_row(FILE *out, const char *const *cell, const int *width)
{
    fprintf(out, "%-*s  %-*s", width[0], cell[0], width[1], cell[1]);
    for (int c = 2; c < COLUMNS; c++)
        if (width[c])
            fprintf(out, "  %*s", width[c], cell[c]);
    fprintf(out, "\n");
}

static void print_table(FILE *out, const Table *table, bool held)
{
    static const char *const head[COLUMNS] = { "layer", "is", "output", "parameters", "multiply-adds", "bytes held" };
    int width[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        width[c] = (int)strlen(head[c]);
        for (int i = 0; i < table->rows; i++)
            width[c] = (int)strlen(table->row[i][c]) > width[c] ? (int)strlen(table->row[i][c]) : width[c];
    }
    width[COLUMNS - 1] = held ? width[COLUMNS - 1] : 0;
    print_row(out, head, width);
    for (int i = 0; i < table->rows; i++)
        print_row(out, table->row[i], width);
}

void explain(FILE *out, Arena *arena, const Generation *g)
{
    const Plan *train = g->plan[USE_TRAIN];
    Table table = { .arena = arena };
    long parameters = 0, untrained = 0, multiply_adds = 0, held = 0;
    add_row(&table, "input", "", shape_short_text(arena, g->job->input.shape), 0, 0, 0);
    for (int i = 0; i < g->layers; i++) {
        const LayerNote *layer = &g->layer[i];
        long kept = train ? held_by(train, layer->name) : -1;
        parameters += layer->parameters;
        untrained += layer->untrained;
        multiply_adds += layer->multiply_adds;
        held += kept;
        add_row(&table, layer->name, layer->text, shape_short_text(arena, layer->shape), layer->parameters,
                layer->multiply_adds, kept);
    }
    add_row(&table, "total", "", "", parameters, multiply_adds, held);
    print_table(out, &table, train != NULL);
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
