/* report_time.c - where the time went: of the training, and of its steps. */

#include <stdlib.h>
#include <string.h>

#include "runtime/report/report_leaf.h"
#include "runtime/show/progress.h"

enum { MOST_LAYERS = 16 };      /* whose times are told one by one */

/* ---- of the training ---- */

static void write_share(const Leaf *leaf, const char *name, double seconds, double all)
{
    char text[DURATION_ROOM];
    page_row(leaf->page, 3, (const PageCell[]){
        { .text = name, .head = true },
        { .text = seconds < 60 ? arena_printf(leaf->arena, "%.2f s", seconds)
                               : arena_printf(leaf->arena, "%s", duration_text(seconds, text)), .number = true },
        { .text = arena_printf(leaf->arena, "%.1f %%", 100 * seconds / all), .number = true, .bar = seconds / all } });
}

/* Of all epochs, those of earlier programs too. */
static void draw_speed(const Leaf *leaf)
{
    const History *history = leaf->history;
    const double *epoch = history_column(history, "epoch"), *whole = history_column(history, "images_per_second"),
                 *step = history_column(history, "step_images_per_second");
    static const double from_zero[2] = { 0, 0 };
    if (!epoch || !whole || !step)
        return;
    const PageSeries series[] = {
        { .name = "steps alone", .x = epoch, .y = step, .points = history->epochs },
        { .name = "all in all", .x = epoch, .y = whole, .points = history->epochs },
    };
    page_chart(leaf->page, &(PageChart){ .title = "Training, images a second", .x_name = "epoch", .series = series,
                                         .count = 2, .y_range = from_zero });
}

static void write_shares(const Leaf *leaf)
{
    const Speed *speed = leaf->speed;
    double all = speed->seconds + speed->validating + speed->saving + speed->reporting;
    page_table_open(leaf->page, "Since the program was started", 3, (const PageCell[]){
        { .text = "" }, { .text = "time", .number = true }, { .text = "share", .number = true } });
    write_share(leaf, "training steps", speed->stepping, all);
    write_share(leaf, "waiting for images", speed->waiting, all);
    write_share(leaf, "between steps", speed->seconds - speed->stepping - speed->waiting, all);
    write_share(leaf, "validation", speed->validating, all);
    write_share(leaf, "checkpoints", speed->saving, all);
    write_share(leaf, "this page", speed->reporting, all);
    page_table_close(leaf->page);
}

/* ---- of a step ---- */

/* Seconds of a layer in a step, of all threads on average. */
typedef struct {
    const char *name;
    double forward, backward;   /* that, and what follows from the loss: gradients, updates */
    int place;                  /* in the order of the layers */
} LayerTime;

static double all_of(const LayerTime *time)
{
    return time->forward + time->backward;
}

static int by_falling_time(const void *a, const void *b)
{
    double difference = all_of(b) - all_of(a);
    return (difference > 0) - (difference < 0);
}

static int by_layer(const void *a, const void *b)
{
    return ((const LayerTime *)a)->place - ((const LayerTime *)b)->place;
}

/* What is no layer, the loss, comes last. */
static int place_of(const Program *program, const char *layer)
{
    int place = 0;
    while (place < program->layers && strcmp(program->layer[place].name, layer))
        place++;
    return place;
}

static LayerTime *time_for(const Leaf *leaf, LayerTime *time, int *count, const char *name)
{
    for (int i = 0; i < *count; i++)
        if (!strcmp(time[i].name, name))
            return &time[i];
    time[*count] = (LayerTime){ .name = name, .place = place_of(leaf->training->program, name) };
    return &time[(*count)++];
}

/* Of all layers with calls; fills how many there are. */
static LayerTime *layer_times(const Leaf *leaf, int *count)
{
    const StepTimes *times = leaf->times;
    LayerTime *time = arena_array(leaf->arena, LayerTime, times->use->calls);
    double each = 1.0 / ((double)times->timed * times->threads);
    for (int i = 0; i < times->use->calls; i++) {
        const CallRow *call = &times->use->call[i];
        LayerTime *of = time_for(leaf, time, count, call->layer);
        *(strcmp(call->work, "forward") ? &of->backward : &of->forward) += times->call[i] * each;
    }
    return time;
}

static void write_time(const Leaf *leaf, const char *name, const LayerTime *time, double all)
{
    page_row(leaf->page, 4, (const PageCell[]){
        { .text = name, .head = true },
        { .text = arena_printf(leaf->arena, "%.3f ms", 1e3 * time->forward), .number = true },
        { .text = arena_printf(leaf->arena, "%.3f ms", 1e3 * time->backward), .number = true },
        { .text = arena_printf(leaf->arena, "%.1f %%", 100 * all_of(time) / all), .number = true,
          .bar = all_of(time) / all } });
}

/* Those that take most, in the layers' order; the others together. */
static void write_layer_times(const Leaf *leaf)
{
    int count = 0;
    LayerTime *time = layer_times(leaf, &count), rest = { 0 };
    double all = 0;
    for (int i = 0; i < count; i++)
        all += all_of(&time[i]);
    qsort(time, (size_t)count, sizeof *time, by_falling_time);
    int shown = count <= MOST_LAYERS ? count : MOST_LAYERS - 1;
    qsort(time, (size_t)shown, sizeof *time, by_layer);
    for (int i = shown; i < count; i++) {
        rest.forward += time[i].forward;
        rest.backward += time[i].backward;
    }
    page_table_open(leaf->page, "Within a step", 4, (const PageCell[]){
        { .text = "layer" }, { .text = "forward", .number = true }, { .text = "backward, update", .number = true },
        { .text = "share", .number = true } });
    for (int i = 0; i < shown; i++)
        write_time(leaf, time[i].name, &time[i], all);
    if (shown < count)
        write_time(leaf, arena_printf(leaf->arena, "%d others", count - shown), &rest, all);
    page_table_close(leaf->page);
}

/* ---- the section ---- */

void report_on_time(const Leaf *leaf)
{
    if (!leaf->history->epochs)
        return;
    page_section(leaf->page, "time", "Time");
    page_grid_open(leaf->page, 380);
    if (leaf->speed->images)
        write_shares(leaf);
    if (leaf->times->timed)
        write_layer_times(leaf);
    draw_speed(leaf);
    page_box_close(leaf->page);
    if (leaf->times->timed)
        page_note(leaf->page, "Within a step: the mean of %ld that were timed, one of %d; while a thread waits for "
                              "others counts for none.", leaf->times->timed, STEP_TIMES_EVERY);
}
