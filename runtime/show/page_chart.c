/* page_chart.c - charts of a page. The lines lie in a drawing that takes whatever room there is; all that must not be
 * stretched, texts, dots and the strength of lines, is placed in shares of that room. So a chart is as sharp and its
 * texts are as large on a telephone as on a wall. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/markup.h"
#include "runtime/show/page.h"
#include "runtime/show/page_style.h"
#include "runtime/system/memory.h"

enum {
    TICKS = 5,                  /* on an axis, about */
    MOST_TICKS = 32,
    MOST_NAMED = 6,             /* series whose names fit beside their lines */
    MOST_HOVERED = 200,         /* points of a line that tell their numbers */
    LETTER = 7,                 /* pixels, about, of a name */
    NAME_ROOM = 160,
};

static const double label_height = 7;   /* percent of a plot's height, at least, between two names */

typedef struct {
    double low, high;
    bool log;
    double tick[MOST_TICKS];
    int ticks;
    double step;                /* between two ticks; of a logarithmic axis 0 */
} Axis;

typedef struct {
    FILE *out;
    const PageChart *chart;
    Axis x, y;
} Drawing;

/* ---- axes ---- */

static bool is_shown(const Axis *axis, double value)
{
    return isfinite(value) && (!axis->log || value > 0);
}

/* In percent of the axis. */
static double percent(const Axis *axis, double value)
{
    double low = axis->low, high = axis->high;
    if (axis->log)
        value = log10(value), low = log10(low), high = log10(high);
    return 100 * (value - low) / (high - low);
}

static void widen(Axis *axis, double value)
{
    if (!is_shown(axis, value))
        return;
    axis->low = fmin(axis->low, value);
    axis->high = fmax(axis->high, value);
}

/* The next of 1, 2 and 5 times a power of ten; of whole numbers at least 1. */
static double nice_step(double least, bool whole)
{
    double power = pow(10, floor(log10(least)));
    double share = least / power, step = power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
    return whole ? fmax(step, 1) : step;
}

/* Where all values are the same but for rounding, they stand in the middle. */
static void open_up(Axis *axis, bool whole)
{
    double magnitude = fmax(fabs(axis->low), fabs(axis->high));
    if (axis->high - axis->low > 1e-9 * magnitude)
        return;
    double around = whole ? 1 : axis->low ? fabs(axis->low) / 10 : 1;
    if (axis->log) {
        axis->low /= 2;
        axis->high *= 2;
    } else {
        axis->low -= around;
        axis->high += around;
    }
}

static void add_tick(Axis *axis, double at)
{
    if (axis->ticks < MOST_TICKS)
        axis->tick[axis->ticks++] = at;
}

/* Powers of ten, and where there are few, twice and five times them. */
static void tick_decades(Axis *axis)
{
    double from = floor(log10(axis->low) + 1e-9), to = ceil(log10(axis->high) - 1e-9);
    int every = (int)fmax(1, ceil((to - from) / TICKS));
    bool between = axis->high <= 100 * axis->low;
    for (double power = from; power <= to; power += every)
        for (int i = 0; i < (between ? 3 : 1); i++) {
            double at = pow(10, power) * (i == 0 ? 1 : i == 1 ? 2 : 5);
            if (at >= axis->low * 0.999 && at <= axis->high * 1.001)
                add_tick(axis, at);
        }
}

/* With `round`, the axis grows to its outermost ticks. */
static void tick_evenly(Axis *axis, bool whole, bool round)
{
    axis->step = nice_step((axis->high - axis->low) / TICKS, whole);
    if (round) {
        axis->low = axis->step * floor(axis->low / axis->step + 1e-9);
        axis->high = axis->step * ceil(axis->high / axis->step - 1e-9);
    }
    double first = ceil(axis->low / axis->step - 1e-9);
    for (int i = 0; i < MOST_TICKS && (first + i) * axis->step <= axis->high + 1e-9 * axis->step; i++)
        add_tick(axis, (first + i) * axis->step);
}

static Axis empty_axis(bool log, const double *range)
{
    Axis axis = { .low = INFINITY, .high = -INFINITY, .log = log };
    for (int i = 0; range && i < 2; i++)
        widen(&axis, range[i]);
    return axis;
}

/* False where there is no point to show. */
static bool find_axes(Drawing *drawing)
{
    const PageChart *chart = drawing->chart;
    bool whole = true, any = false;
    drawing->x = empty_axis(false, chart->x_range);
    drawing->y = empty_axis(chart->log_y, chart->y_range);
    for (int s = 0; s < chart->count; s++)
        for (int i = 0; i < chart->series[s].points; i++) {
            double x = chart->series[s].x[i], y = chart->series[s].y[i];
            if (!is_shown(&drawing->x, x) || !is_shown(&drawing->y, y))
                continue;
            whole &= x == floor(x);
            any = true;
            widen(&drawing->x, x);
            widen(&drawing->y, y);
        }
    if (!any)
        return false;
    open_up(&drawing->x, whole);
    open_up(&drawing->y, false);
    tick_evenly(&drawing->x, whole, false);
    if (chart->log_y)
        tick_decades(&drawing->y);
    else
        tick_evenly(&drawing->y, false, true);
    return true;
}

/* "20,000" */
static void write_whole(FILE *out, long number)
{
    if (labs(number) >= 1000) {
        write_whole(out, number / 1000);
        fprintf(out, ",%03ld", labs(number % 1000));
    } else {
        fprintf(out, "%ld", number);
    }
}

/* As many digits as tell one tick from the next. */
static void write_tick(FILE *out, const Axis *axis, double value)
{
    double largest = fmax(fabs(axis->low), fabs(axis->high));
    int digits = axis->step > 0 ? (int)fmax(0, ceil(-log10(axis->step) - 1e-9)) : 0;
    value = fabs(value) < axis->step / 2 ? 0 : value;   /* not the rest of a sum */
    if (axis->log || digits > 4 || largest >= 1e6)
        fprintf(out, "%.4g", value);
    else if (digits == 0)
        write_whole(out, lround(value));
    else
        fprintf(out, "%.*f", digits, value);
}

static void write_grid(const Drawing *drawing)
{
    FILE *out = drawing->out;
    for (int i = 0; i < drawing->y.ticks; i++) {
        double at = 100 - percent(&drawing->y, drawing->y.tick[i]);
        fprintf(out, "<line class=\"rule\" x1=\"0\" x2=\"100%%\" y1=\"%.2f%%\" y2=\"%.2f%%\"/>"
                     "<text class=\"left\" x=\"0\" dx=\"-8\" y=\"%.2f%%\" dy=\"4\">", at, at, at);
        write_tick(out, &drawing->y, drawing->y.tick[i]);
        fputs("</text>\n", out);
    }
    fputs("<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"100%\" y2=\"100%\"/>\n", out);
    for (int i = 0; i < drawing->x.ticks; i++) {
        fprintf(out, "<text class=\"end\" x=\"%.2f%%\" y=\"100%%\" dy=\"17\">",
                percent(&drawing->x, drawing->x.tick[i]));
        write_tick(out, &drawing->x, drawing->x.tick[i]);
        fputs("</text>\n", out);
    }
    if (drawing->chart->x_name) {
        fputs("<text class=\"end\" x=\"50%\" y=\"100%\" dy=\"34\">", out);
        markup_text(out, drawing->chart->x_name);
        fputs("</text>\n", out);
    }
}

static void write_marks(const Drawing *drawing)
{
    for (int i = 0; i < drawing->chart->marks; i++) {
        double at = percent(&drawing->x, drawing->chart->mark[i].x);
        if (!(at >= 0 && at <= 100))
            continue;
        fprintf(drawing->out, "<line class=\"mark\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"100%%\"/>"
                              "<text x=\"%.2f%%\" dx=\"4\" y=\"0\" dy=\"9\">", at, at, at);
        markup_text(drawing->out, drawing->chart->mark[i].name);
        fputs("</text>\n", drawing->out);
    }
}

/* ---- lines ---- */

static bool has_point(const Drawing *drawing, const PageSeries *series, int i)
{
    return is_shown(&drawing->x, series->x[i]) && is_shown(&drawing->y, series->y[i]);
}

/* A line for each run of points, in thousandths of the plot. */
static void write_line(const Drawing *drawing, const PageSeries *series, int number)
{
    bool pen = false;
    fprintf(drawing->out, "<path class=\"line%s\" style=\"--s:var(--s%d)\" d=\"",
            number >= PAGE_COLOURS ? " dash" : "", number % PAGE_COLOURS);
    for (int i = 0; i < series->points; i++) {
        bool is = has_point(drawing, series, i);
        if (is)
            fprintf(drawing->out, "%c%.1f %.1f", pen ? 'L' : 'M', 10 * percent(&drawing->x, series->x[i]),
                    1000 - 10 * percent(&drawing->y, series->y[i]));
        pen = is;
    }
    fputs("\"/>\n", drawing->out);
}

static void write_lines(const Drawing *drawing)
{
    fputs("<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" width=\"100%\" height=\"100%\">\n",
          drawing->out);
    if (drawing->chart->diagonal) {
        double low = fmax(drawing->x.low, drawing->y.low), high = fmin(drawing->x.high, drawing->y.high);
        if (low < high)
            fprintf(drawing->out,
                    "<path class=\"line dash\" style=\"--s:var(--pale)\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n",
                    10 * percent(&drawing->x, low), 1000 - 10 * percent(&drawing->y, low),
                    10 * percent(&drawing->x, high), 1000 - 10 * percent(&drawing->y, high));
    }
    for (int s = 0; s < drawing->chart->count; s++)
        if (!drawing->chart->series[s].dots)
            write_line(drawing, &drawing->chart->series[s], s);
    fputs("</svg>\n", drawing->out);
}

/* A point that no line leads to or from would not be seen. */
static bool stands_alone(const Drawing *drawing, const PageSeries *series, int i)
{
    return (i == 0 || !has_point(drawing, series, i - 1)) &&
           (i == series->points - 1 || !has_point(drawing, series, i + 1));
}

static void write_dot(const Drawing *drawing, const PageSeries *series, int i)
{
    const char *class = series->dots ? "cloud" : stands_alone(drawing, series, i) ? "dot" : "hover";
    fprintf(drawing->out, "<circle class=\"%s\" cx=\"%.2f%%\" cy=\"%.2f%%\" r=\"%s\"><title>", class,
            percent(&drawing->x, series->x[i]), 100 - percent(&drawing->y, series->y[i]), series->dots ? "3" : "4");
    markup_text(drawing->out, series->name);
    fprintf(drawing->out, " %.5g at %.5g</title></circle>\n", series->y[i], series->x[i]);
}

static void write_dots(const Drawing *drawing)
{
    for (int s = 0; s < drawing->chart->count; s++) {
        const PageSeries *series = &drawing->chart->series[s];
        fprintf(drawing->out, "<g style=\"--s:var(--s%d)\">\n", s % PAGE_COLOURS);
        for (int i = 0; i < series->points; i++)
            if (has_point(drawing, series, i) &&
                (series->dots || series->points <= MOST_HOVERED || stands_alone(drawing, series, i)))
                write_dot(drawing, series, i);
        fputs("</g>\n", drawing->out);
    }
}

/* ---- names ---- */

typedef struct { int series; double at; } Label;        /* percent from the top */

static int by_place(const void *a, const void *b)
{
    const Label *left = a, *right = b;
    return left->at != right->at ? (left->at > right->at) - (left->at < right->at) : left->series - right->series;
}

static int last_point(const Drawing *drawing, const PageSeries *series)
{
    int last = -1;
    for (int i = 0; i < series->points; i++)
        if (has_point(drawing, series, i))
            last = i;
    return last;
}

/* Names are beside the ends of lines, where there are few. */
static bool is_named(const PageChart *chart)
{
    bool lines = true;
    for (int i = 0; i < chart->count; i++)
        lines &= !chart->series[i].dots;
    return lines && chart->count > 1 && chart->count <= MOST_NAMED;
}

/* Each at the height of its line's end, or as much lower as those above it make it, and all within the plot. */
static int place_labels(const Drawing *drawing, Label label[MOST_NAMED])
{
    int labels = 0;
    for (int s = 0; s < drawing->chart->count; s++) {
        const PageSeries *series = &drawing->chart->series[s];
        int last = last_point(drawing, series);
        if (last >= 0)
            label[labels++] = (Label){ s, 100 - percent(&drawing->y, series->y[last]) };
    }
    qsort(label, (size_t)labels, sizeof *label, by_place);
    for (int i = 1; i < labels; i++)
        label[i].at = fmax(label[i].at, label[i - 1].at + label_height);
    double below = 100;
    for (int i = labels - 1; i >= 0; i--, below -= label_height)
        label[i].at = fmin(label[i].at, below);
    return labels;
}

static void write_labels(const Drawing *drawing)
{
    Label label[MOST_NAMED];
    int labels = place_labels(drawing, label);
    for (int i = 0; i < labels; i++) {
        fprintf(drawing->out, "<text class=\"label\" style=\"--s:var(--s%d)\" x=\"100%%\" dx=\"8\" y=\"%.2f%%\" "
                              "dy=\"4\">", label[i].series, label[i].at);
        markup_text(drawing->out, drawing->chart->series[label[i].series].name);
        fputs("</text>\n", drawing->out);
    }
}

static void write_legend(const Drawing *drawing)
{
    if (drawing->chart->count < 2)
        return;
    fputs("<ul>\n", drawing->out);
    for (int s = 0; s < drawing->chart->count; s++) {
        fprintf(drawing->out, "<li style=\"--s:var(--s%d)\">", s % PAGE_COLOURS);
        markup_text(drawing->out, drawing->chart->series[s].name);
        fputs("</li>\n", drawing->out);
    }
    fputs("</ul>\n", drawing->out);
}

/* ---- the whole ---- */

/* Pixels beside the plot for the longest name. */
static int name_room(const PageChart *chart)
{
    size_t most = 0;
    for (int i = 0; i < chart->count; i++)
        most = strlen(chart->series[i].name) > most ? strlen(chart->series[i].name) : most;
    return most * LETTER + 14 < NAME_ROOM ? (int)most * LETTER + 14 : NAME_ROOM;
}

/* For those who cannot see it: where each line begins and ends. */
static void write_summary(const Drawing *drawing)
{
    markup_text(drawing->out, drawing->chart->title);
    for (int s = 0; s < drawing->chart->count; s++) {
        const PageSeries *series = &drawing->chart->series[s];
        int last = last_point(drawing, series), first = 0;
        while (first < last && !has_point(drawing, series, first))
            first++;
        if (last < 0)
            continue;
        fputs(s ? ", " : ": ", drawing->out);
        markup_text(drawing->out, series->name);
        if (!series->dots)
            fprintf(drawing->out, " from %.4g to %.4g", series->y[first], series->y[last]);
    }
}

static void write_plot(const Drawing *drawing, bool named)
{
    fprintf(drawing->out, "<div class=\"plot\" style=\"--room:%dpx\">\n<svg role=\"img\" aria-label=\"",
            named ? name_room(drawing->chart) : 12);
    write_summary(drawing);
    fputs("\">\n", drawing->out);
    write_grid(drawing);
    write_marks(drawing);
    write_lines(drawing);
    write_dots(drawing);
    if (named)
        write_labels(drawing);
    fputs("</svg>\n</div>\n", drawing->out);
}

void page_chart(Page *page, const PageChart *chart)
{
    Drawing drawing = { .out = page_body(page), .chart = chart };
    bool named = is_named(chart);
    fprintf(drawing.out, "<figure class=\"chart%s%s\">\n<figcaption>", named ? " named" : "",
            chart->square ? " square" : "");
    markup_text(drawing.out, chart->title);
    if (chart->y_name) {
        fputs("<small>", drawing.out);
        markup_text(drawing.out, chart->y_name);
        fputs("</small>", drawing.out);
    }
    fputs("</figcaption>\n", drawing.out);
    if (find_axes(&drawing)) {
        write_legend(&drawing);
        write_plot(&drawing, named);
    } else {
        fputs("<p class=\"note\">There is nothing to show yet.</p>\n", drawing.out);
    }
    fputs("</figure>\n", drawing.out);
}
