#include "runtime/data/channel_facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/network/pool.h"
#include "runtime/pictures/input.h"
#include "runtime/system/memory.h"

/* Counts of each thread, [threads][c]. */
typedef struct {
    const Shelf *shelf;
    Shape shape;
    ChannelFacts *facts;
    char **room;
} Counting;

static void count_item(void *context, int item, int worker)
{
    const Counting *counting = context;
    const Seen *seen = shelf_seen(counting->shelf);
    char reason[REASON_ROOM];
    const uint8_t *values = seen && seen[item].reason ? NULL
                          : shelf_picture(counting->shelf, item, counting->room[worker], reason);
    int channels = counting->shape.c;
    ChannelFacts *facts = counting->facts + (long)worker * channels;
    for (long i = 0; values && i < shape_size(counting->shape); i += channels)
        for (int c = 0; c < channels; c++)
            facts[c].count[values[i + c]]++;
}

static void reckon(ChannelFacts *facts)
{
    double sum = 0, squares = 0;
    facts->least = BYTE_VALUES;
    for (int v = 0; v < BYTE_VALUES; v++) {
        facts->values += facts->count[v];
        sum += (double)facts->count[v] * v;
        if (facts->count[v]) {
            facts->least = facts->least < v ? facts->least : v;
            facts->most = v;
        }
    }
    facts->least = facts->values ? facts->least : 0;
    facts->mean = facts->values ? sum / (double)facts->values : 0;
    for (int v = 0; v < BYTE_VALUES; v++)
        squares += (double)facts->count[v] * (v - facts->mean) * (v - facts->mean);
    facts->deviation = facts->values ? sqrt(squares / (double)facts->values) : 0;
}

static void count_bytes(const Shelves *shelves, int threads, ChannelFacts *facts)
{
    const DataPart *train = &shelves->dataset->part[PART_TRAIN];
    Counting counting = { .shelf = shelves->shelf[PART_TRAIN], .shape = shelves->dataset->job->input.shape };
    Pool *pool = pool_open(threads);
    int workers = pool_threads(pool), channels = counting.shape.c;
    counting.facts = need_memory(sizeof *facts * (size_t)workers * (size_t)channels);
    counting.room = need_memory(sizeof *counting.room * (size_t)workers);
    for (int i = 0; i < workers; i++)
        counting.room[i] = need_memory(shelf_room(counting.shelf));
    pool_run(pool, count_item, &counting, (int)train->items);
    for (int i = 0; i < workers * channels; i++)
        for (int v = 0; v < BYTE_VALUES; v++)
            facts[i % channels].count[v] += counting.facts[i].count[v];
    for (int i = 0; i < workers; i++)
        free(counting.room[i]);
    free(counting.room);
    free(counting.facts);
    pool_close(pool);
    for (int c = 0; c < channels; c++)
        reckon(&facts[c]);
}

/* Twice over the values: what is squared is small. */
static void reckon_floats(const DataPart *part, Shape shape, int channel, ChannelFacts *facts)
{
    double sum = 0, squares = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (long i = 0; i < part->items; i++)
            for (long k = channel; k < shape_size(shape); k += shape.c) {
                double value = ((const float *)part->item[i].values)[k];
                facts->least = !facts->values || value < facts->least ? value : facts->least;
                facts->most = !facts->values || value > facts->most ? value : facts->most;
                facts->values += !pass;
                sum += value;
                squares += (value - facts->mean) * (value - facts->mean);
            }
        if (!pass && facts->values)
            facts->mean = sum / (double)facts->values;
        if (pass && facts->values)
            facts->deviation = sqrt(squares / (double)facts->values);
        squares = 0;
    }
}

ChannelFacts *channel_facts(const Shelves *shelves, int threads)
{
    const Dataset *set = shelves->dataset;
    Shape shape = set->job->input.shape;
    ChannelFacts *facts = need_memory(sizeof *facts * (size_t)shape.c);
    if (shelf_has_bytes(shelves->shelf[PART_TRAIN]))
        count_bytes(shelves, threads, facts);
    else
        for (int c = 0; c < shape.c; c++)
            reckon_floats(&set->part[PART_TRAIN], shape, c, &facts[c]);
    return facts;
}

/* Of a table whose rows are vectors. */
bool names_columns(const Dataset *dataset)
{
    const JobData *data = &dataset->job->data;
    return data->kind == DATA_CSV && !data->table.file && data->table.inputs == dataset->job->input.shape.c;
}

const char *channel_name(Arena *arena, const Dataset *dataset, int channel)
{
    static const char *const colour[3] = { "red", "green", "blue" };
    const JobInput *input = &dataset->job->input;
    if (names_columns(dataset))
        return dataset->job->data.table.input[channel];
    if (data_has_pictures(&dataset->job->data) && input->shape.c == 3)
        return colour[input_is_reversed(input) ? 2 - channel : channel];
    return arena_printf(arena, "%d", channel);
}

void channel_facts_tell(FILE *out, const ChannelFacts *facts, const Dataset *dataset)
{
    enum { SHOWN = 8 };
    const char *heading = names_columns(dataset) ? "column" : "channel";
    if (!facts->values)         /* nothing could be read */
        return;
    Arena *arena = arena_open();
    int channels = dataset->job->input.shape.c, shown = channels < SHOWN ? channels : SHOWN;
    int width = (int)strlen(heading);
    for (int c = 0; c < shown; c++)
        if (width < (int)strlen(channel_name(arena, dataset, c)))
            width = (int)strlen(channel_name(arena, dataset, c));
    fprintf(out, "\n%-*s       least        mean         std        most, in the training %s\n", width, heading,
            items_word(&dataset->job->data));
    for (int c = 0; c < shown; c++)
        fprintf(out, "%-*s %11.6g %11.6g %11.6g %11.6g\n", width, channel_name(arena, dataset, c), facts[c].least,
                facts[c].mean, facts[c].deviation, facts[c].most);
    if (channels > shown)
        fprintf(out, "... and %d more\n", channels - shown);
    arena_close(arena);
}
