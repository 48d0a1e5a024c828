/* profile_report.c - a profile as a table or as JSON. A row's time is that of all threads together, divided
 * by their number: so the rows and the waiting add up to the step. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/commands/profile.h"
#include "runtime/system/json_text.h"
#include "runtime/system/memory.h"

/* Of a step, on average. */
typedef struct {
    const char *layer, *work;
    const char *name;           /* of the function; NULL: all of that layer and work */
    double seconds, multiply_adds, done, bytes;
} Row;

typedef struct {
    Row *row;
    int rows;
    Row total;                  /* of the whole step */
    double waiting;             /* seconds in no call, of all threads on average */
} Table;

/* ---- rows ---- */

static void add(Row *sum, const Row *row)
{
    sum->seconds += row->seconds;
    sum->multiply_adds += row->multiply_adds;
    sum->done += row->done;
    sum->bytes += row->bytes;
}

static Row row_of(const Profile *profile, int number)
{
    const CallRow *call = &profile->use->call[number];
    double steps = (double)profile->bare.steps, images = (double)profile->bare.images / steps;
    return (Row){
        .layer = call->layer, .work = call->work, .name = call->name,
        .seconds = profile->call[number] / profile->threads / steps,
        .multiply_adds = (double)call->multiply_adds * images, .done = (double)call->done * images,
        .bytes = (double)call->image_bytes * images + (double)call->batch_bytes,
    };
}

/* As the card has them; what is no layer comes last. */
static int layer_place(const Program *program, const char *layer)
{
    int place = 0;
    while (place < program->layers && strcmp(program->layer[place].name, layer))
        place++;
    return place;
}

static Row *row_for(Table *table, const Row *call)
{
    for (int i = 0; i < table->rows; i++)
        if (!strcmp(table->row[i].layer, call->layer) && !strcmp(table->row[i].work, call->work))
            return &table->row[i];
    table->row[table->rows] = (Row){ .layer = call->layer, .work = call->work };
    return &table->row[table->rows++];
}

/* By layer; within one, in the order in which they run. */
static Table table_of(const Profile *profile, bool calls)
{
    const Program *program = profile->program;
    Table table = { .row = need_memory(sizeof(Row) * (size_t)profile->use->calls) };
    for (int layer = 0; layer <= program->layers; layer++)
        for (int i = 0; i < profile->use->calls; i++) {
            if (layer_place(program, profile->use->call[i].layer) != layer)
                continue;
            Row row = row_of(profile, i);
            add(&table.total, &row);
            if (calls)
                table.row[table.rows++] = row;
            else
                add(row_for(&table, &row), &row);
        }
    double step = profile->bare.seconds / (double)profile->bare.steps;
    table.waiting = step - table.total.seconds;
    table.total.seconds = step;
    return table;
}

static const char *measured(const Profile *profile)
{
    return profile->use == &profile->program->train ? "training" : "predicting";
}

/* ---- text ---- */

static int wider(int width, const char *text)
{
    return (int)strlen(text) > width ? (int)strlen(text) : width;
}

typedef struct { int name, direction; } Widths;

static const char *name_of(const Row *row)
{
    return row->name ? row->name : row->layer;
}

static Widths widths_of(const Table *table)
{
    Widths width = { (int)strlen("in no call"), (int)strlen("direction") };
    for (int i = 0; i < table->rows; i++) {
        width.name = wider(width.name, name_of(&table->row[i]));
        width.direction = wider(width.direction, table->row[i].work);
    }
    return width;
}

/* Nothing where there is nothing to count. */
static void print_rate(int width, const char *unit, double amount, double seconds)
{
    if (amount > 0 && seconds > 0)
        printf("  %*.1f%s", width, amount / seconds, unit);
    else
        printf("  %*s", width + (int)strlen(unit), "");
}

static void print_time(const Table *table, const char *name, const char *direction, double seconds,
                       Widths width)
{
    printf("%-*s  %-*s  %9.3f  %5.1f %%", width.name, name, width.direction, direction, 1e3 * seconds,
           100 * seconds / table->total.seconds);
}

static void print_row(const Profile *profile, const Table *table, const Row *row, const char *name,
                      Widths width)
{
    double peak = profile->machine.multiply_adds / 100;
    print_time(table, name, row->work ? row->work : "", row->seconds, width);
    print_rate(8, "", 2e-9 * row->multiply_adds, row->seconds);
    print_rate(6, " %", row->multiply_adds / peak, row->seconds);
    print_rate(6, " %", row->done / peak, row->seconds);
    printf("  %9.2f", 1e-6 * row->bytes);
    print_rate(6, "", 1e-9 * row->bytes, row->seconds);
    printf("\n");
}

static void print_what(const Profile *profile)
{
    printf("%s: %.4g images a step, %d thread%s%s; ", measured(profile),
           (double)profile->bare.images / (double)profile->bare.steps, profile->threads,
           plural(profile->threads), profile->random ? ", noise instead of pictures" : "");
    if (profile->steps == 1)
        printf("one step\n\n");
    else
        printf("the faster half of %ld steps\n\n", profile->steps);
}

static double rate(const Pace *pace)
{
    return (double)pace->images / pace->seconds;
}

static void print_pace(const Profile *profile)
{
    const JobData *data = &profile->program->job.data;
    printf("\n%.0f %s in bare steps", rate(&profile->bare), pace_word(data));
    if (profile->whole.steps)
        printf("; %.0f %s with the loader at work beside them, waiting for %s %.1f %% of the time", rate(&profile->whole),
               pace_word(data), items_word(data), 100 * profile->whole.waiting / profile->whole.seconds);
    printf("\n");
}

static void print_limits(const Profile *profile)
{
    printf("at most, measured: %.1f GFLOP/s by the vectors of %s, %.1f GB/s from and to memory\n",
           2e-9 * profile->machine.multiply_adds, profile->program->target, 1e-9 * profile->machine.bytes);
    printf("\nGFLOP/s and the share of peak count the sums as the layers are written, `done` the products as\n"
           "they are done, at most. MB are arrays read and written, each once; those of an image mostly come\n"
           "from a cache.\n");
}

void profile_print(const Profile *profile, bool calls)
{
    Table table = table_of(profile, calls);
    Widths width = widths_of(&table);
    print_what(profile);
    printf("%-*s  %-*s  %9s  %7s  %8s  %8s  %8s  %9s  %6s\n", width.name, calls ? "call" : "layer",
           width.direction, "direction", "ms/step", "share", "GFLOP/s", "of peak", "done", "MB", "GB/s");
    for (int i = 0; i < table.rows; i++)
        print_row(profile, &table, &table.row[i], name_of(&table.row[i]), width);
    print_time(&table, "in no call", "", table.waiting, width);
    printf("\n");
    print_row(profile, &table, &table.total, "total", width);
    print_pace(profile);
    print_limits(profile);
    free(table.row);
}

/* ---- JSON ---- */

static double per_second(double amount, const Row *row)
{
    return row->seconds > 0 ? amount / row->seconds : 0;
}

static json_t *row_json(const Profile *profile, const Table *table, const Row *row)
{
    double peak = profile->machine.multiply_adds;
    json_t *object = json_object();
    if (row->name)
        json_put(object, "name", json_text(row->name));
    json_put(object, "layer", json_text(row->layer));
    json_put(object, "direction", json_text(row->work));
    json_put(object, "ms", json_real(1e3 * row->seconds));
    json_put(object, "share", json_real(row->seconds / table->total.seconds));
    json_put(object, "gflops", json_real(per_second(2e-9 * row->multiply_adds, row)));
    json_put(object, "of_peak", json_real(per_second(row->multiply_adds, row) / peak));
    json_put(object, "done_of_peak", json_real(per_second(row->done, row) / peak));
    json_put(object, "mb", json_real(1e-6 * row->bytes));
    return object;
}

static json_t *rows_json(const Profile *profile, const Table *table)
{
    json_t *rows = json_array();
    for (int i = 0; i < table->rows; i++)
        json_add(rows, row_json(profile, table, &table->row[i]));
    return rows;
}

static json_t *head_json(const Profile *profile)
{
    const Program *program = profile->program;
    json_t *line = json_object();
    json_put(line, "card", json_text(program->card));
    json_put(line, "target", json_text(program->target));
    json_put(line, "measured", json_text(measured(profile)));
    json_put(line, "random", json_boolean(profile->random));
    json_put(line, "threads", json_integer(profile->threads));
    json_put(line, "batch", json_integer(profile->batch));
    json_put(line, "steps", json_integer(profile->bare.steps));
    json_put(line, "of_steps", json_integer(profile->steps));
    json_put(line, "peak_gflops", json_real(2e-9 * profile->machine.multiply_adds));
    json_put(line, "memory_gb_per_second", json_real(1e-9 * profile->machine.bytes));
    return line;
}

void profile_print_json(const Profile *profile)
{
    Table by_layer = table_of(profile, false), by_call = table_of(profile, true);
    json_t *line = head_json(profile);
    json_put(line, "ms", json_real(1e3 * by_layer.total.seconds));
    json_put(line, "in_no_call_ms", json_real(1e3 * by_layer.waiting));
    json_put(line, "step_images_per_second", json_real(rate(&profile->bare)));
    if (profile->whole.steps) {
        json_put(line, "images_per_second", json_real(rate(&profile->whole)));
        json_put(line, "waiting", json_real(profile->whole.waiting / profile->whole.seconds));
    }
    json_put(line, "layers", rows_json(profile, &by_layer));
    json_put(line, "calls", rows_json(profile, &by_call));
    char *text = json_line(line);
    puts(text);
    free(text);
    json_decref(line);
    free(by_layer.row);
    free(by_call.row);
}
