/* report_curves.c - the learning curve. */

#include <math.h>
#include <string.h>

#include "runtime/report/report_leaf.h"

static const double decades = 30;       /* so many times the least, the most needs an axis of powers of ten */

/* The epochs, counted from 1. */
static const double *epochs_of(const Leaf *leaf)
{
    return history_column(leaf->history, "epoch");
}

static bool spans_decades(const PageChart *chart)
{
    double least = INFINITY, most = 0;
    for (int s = 0; s < chart->count; s++)
        for (int i = 0; i < chart->series[s].points; i++)
            if (isfinite(chart->series[s].y[i])) {
                least = fmin(least, chart->series[s].y[i]);
                most = fmax(most, chart->series[s].y[i]);
            }
    return least > 0 && most > decades * least;
}

/* Adds a column of the history as a line, where it is there and holds a number. */
static void add_series(const Leaf *leaf, PageSeries *series, int *count, const char *name, const char *column)
{
    const double *value = history_column(leaf->history, column);
    bool any = false;
    for (int i = 0; value && i < leaf->history->epochs; i++)
        any |= isfinite(value[i]);
    if (any)
        series[(*count)++] = (PageSeries){ .name = name, .x = epochs_of(leaf), .y = value,
                                           .points = leaf->history->epochs };
}

static void draw(const Leaf *leaf, const char *title, const PageSeries *series, int count, bool from_zero)
{
    static const double zero[2] = { 0, 0 };
    PageChart chart = { .title = title, .x_name = "epoch", .series = series, .count = count };
    chart.mark = leaf_phases(leaf, &chart.marks);
    chart.log_y = spans_decades(&chart);
    chart.y_range = from_zero && !chart.log_y ? zero : NULL;
    if (count)
        page_chart(leaf->page, &chart);
}

/* What was measured in training, and on what is held out. */
static void draw_both(const Leaf *leaf, const char *title, const char *word)
{
    PageSeries series[2];
    int count = 0;
    add_series(leaf, series, &count, "training", word);
    add_series(leaf, series, &count, "validation", arena_printf(leaf->arena, "validation_%s", word));
    draw(leaf, title, series, count, false);
}

static void draw_one(const Leaf *leaf, const char *title, const char *name, const char *column, bool from_zero)
{
    PageSeries series[1];
    int count = 0;
    add_series(leaf, series, &count, name, column);
    draw(leaf, title, series, count, from_zero);
}

void report_on_curves(const Leaf *leaf)
{
    const Job *job = &leaf->training->program->job;
    if (!leaf->history->epochs || !epochs_of(leaf))
        return;
    page_section(leaf->page, "curves", "Curves");
    page_grid_open(leaf->page, 340);
    draw_both(leaf, "Loss", "loss");
    draw_both(leaf, "Accuracy", "accuracy");
    for (int i = 0; i < job->metrics; i++) {
        const char *word = metric_word[job->metric[i].kind];
        if (job->metric[i].kind != METRIC_LOSS && job->metric[i].kind != METRIC_ACCURACY)
            draw_one(leaf, arena_printf(leaf->arena, "Validation %s", word), word,
                     arena_printf(leaf->arena, "validation_%s", word), false);
    }
    draw_one(leaf, "Learning rate", "rate", "rate", true);
    page_box_close(leaf->page);
}
