/* sweep_chart.c - parallel coordinates: an axis for each name that is swept, its values from below to above, and one for
 * what came of it. A trial is a line through them, in the color of its result; the best is drawn last and strong, one
 * that failed ends before the last axis. A value is a stretch of its axis, where each line has its place, the better the
 * higher: so it can be followed, however many share the value. */

#include <math.h>
#include <string.h>

#include "base/markup.h"
#include "compiler/output.h"
#include "compiler/tools/sweep.h"

enum { LEFT = 70, RIGHT = 110, TOP = 50, HEIGHT = 300, BELOW = 40, TICKS = 5 };
enum { LEAST_GAP = 170, LETTER = 8, BLANK = 30 };      /* between axes; of a text */

typedef struct {
    FILE *out;
    const Sweep *sweep;
    int results;                /* how many trials have one */
    double least, most;         /* of them */
    bool log;                   /* their axis has a logarithmic scale */
    int gap;                    /* between two axes */
    int **users, **left;        /* [sweep][value] trials that take it; and that are not drawn yet */
} Chart;

/* Viridis by S. van der Walt and N. Smith, at equal distances. */
static const unsigned char rising[][3] = {
    { 0x44, 0x01, 0x54 }, { 0x48, 0x28, 0x78 }, { 0x3e, 0x4a, 0x89 }, { 0x31, 0x68, 0x8e }, { 0x26, 0x82, 0x8e },
    { 0x1f, 0x9e, 0x89 }, { 0x35, 0xb7, 0x79 }, { 0x6d, 0xcd, 0x59 }, { 0xb4, 0xde, 0x2c }, { 0xfd, 0xe7, 0x25 },
};
enum { COLORS = sizeof rising / sizeof *rising };
#define FAINTEST 0.8            /* the darker end would not be seen on dark */

static bool has_result(const Trial *trial)
{
    return trial->best_epoch && trial->state != TRIAL_FAILED && isfinite(trial->best);
}

/* Where a result lies, 0 for the worst and 1 for the best. */
static double share_of(const Chart *chart, double value)
{
    double low = chart->log ? log(chart->least) : chart->least, high = chart->log ? log(chart->most) : chart->most;
    double at = chart->log ? log(value) : value;
    double share = high > low ? (at - low) / (high - low) : 1;
    return chart->sweep->rises || high <= low ? share : 1 - share;
}

/* The inverse. */
static double value_at(const Chart *chart, double share)
{
    double low = chart->log ? log(chart->least) : chart->least, high = chart->log ? log(chart->most) : chart->most;
    double at = low + (chart->sweep->rises ? share : 1 - share) * (high - low);
    return chart->log ? exp(at) : at;
}

static void measure(Chart *chart)
{
    for (int i = 0; i < chart->sweep->trials; i++) {
        const Trial *trial = &chart->sweep->trial[i];
        if (!has_result(trial))
            continue;
        chart->least = !chart->results || trial->best < chart->least ? trial->best : chart->least;
        chart->most = !chart->results || trial->best > chart->most ? trial->best : chart->most;
        chart->results++;
    }
    chart->log = chart->least > 0 && chart->most > 30 * chart->least;
}

/* Room for the longest text. */
static int gap_of(const Sweep *sweep)
{
    size_t longest = strlen(sweep->measure);
    for (int i = 0; i < sweep->card->sweeps; i++) {
        const CardSweep *values = &sweep->card->sweep[i];
        longest = strlen(values->name) > longest ? strlen(values->name) : longest;
        for (int v = 0; v < values->values; v++)
            longest = strlen(values->value[v]) > longest ? strlen(values->value[v]) : longest;
    }
    int gap = LETTER * (int)longest + BLANK;
    return gap > LEAST_GAP ? gap : LEAST_GAP;
}

static double x_of(const Chart *chart, int axis)
{
    return LEFT + axis * chart->gap;
}

static double y_of(double share)
{
    return TOP + HEIGHT * (1 - share);
}

/* The height of a value's stretch: half as far as it is to the next. */
static double stretch_of(const CardSweep *values)
{
    return HEIGHT / (2.0 * values->values);
}

/* The middle of it. */
static double y_of_value(const CardSweep *values, int which)
{
    double stretch = stretch_of(values), share = values->values > 1 ? (double)which / (values->values - 1) : 0.5;
    return TOP + stretch / 2 + (HEIGHT - stretch) * (1 - share);
}

/* Where a line passes within it: `place` others there are better. */
static double y_within(const CardSweep *values, int which, int place, int users)
{
    return y_of_value(values, which) + stretch_of(values) * ((place + 0.5) / users - 0.5);
}

/* Counts who takes which value. */
static void count_users(Chart *chart)
{
    const Sweep *sweep = chart->sweep;
    int sweeps = sweep->card->sweeps;
    chart->users = arena_array(sweep->arena, int *, sweeps);
    chart->left = arena_array(sweep->arena, int *, sweeps);
    for (int i = 0; i < sweeps; i++) {
        chart->users[i] = arena_array(sweep->arena, int, sweep->card->sweep[i].values);
        chart->left[i] = arena_array(sweep->arena, int, sweep->card->sweep[i].values);
        for (int t = 0; t < sweep->trials; t++) {
            chart->users[i][sweep->trial[t].value[i]]++;
            chart->left[i][sweep->trial[t].value[i]]++;
        }
    }
}

/* ---- what is drawn ---- */

static void print_text_at(const Chart *chart, double x, double y, const char *class, const char *text)
{
    fprintf(chart->out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, x, y);
    markup_text(chart->out, text);
    fprintf(chart->out, "</text>\n");
}

static void print_axes(const Chart *chart)
{
    const Card *card = chart->sweep->card;
    for (int i = 0; i <= card->sweeps; i++)
        fprintf(chart->out, "<path class=\"axis\" d=\"M%.1f %d v%d\"/>\n", x_of(chart, i), TOP, HEIGHT);
    for (int i = 0; i < card->sweeps; i++)
        for (int v = 0; v < card->sweep[i].values; v++) {
            double stretch = stretch_of(&card->sweep[i]), top = y_of_value(&card->sweep[i], v) - stretch / 2;
            fprintf(chart->out, "<path class=\"value\" d=\"M%.1f %.1f v%.1f\"/>\n", x_of(chart, i), top, stretch);
        }
}

static void print_name(const Chart *chart, int axis, const char *name)
{
    print_text_at(chart, x_of(chart, axis), TOP - 22, "name", name);
}

static void print_texts(const Chart *chart)
{
    const Sweep *sweep = chart->sweep;
    const Card *card = sweep->card;
    for (int i = 0; i < card->sweeps; i++) {
        const CardSweep *values = &card->sweep[i];
        print_name(chart, i, values->name);
        for (int v = 0; v < values->values; v++)
            print_text_at(chart, x_of(chart, i) + 8, y_of_value(values, v) + 4, "tick", values->value[v]);
    }
    print_name(chart, card->sweeps, sweep->measure);
    int ticks = chart->most > chart->least ? TICKS : 1;
    for (int i = 0; i < ticks; i++) {
        double share = ticks > 1 ? (double)i / (ticks - 1) : 1;
        print_text_at(chart, x_of(chart, card->sweeps) + 8, y_of(share) + 4, "tick",
                      arena_printf(sweep->arena, "%.4g", value_at(chart, share)));
    }
}

/* By its place among all: one that is far from the others would leave them one color. */
static void print_color(FILE *out, int place, int all)
{
    double at = (COLORS - 1) * (all > 1 ? 1 - FAINTEST * place / (all - 1) : 1);
    int low = at >= COLORS - 1 ? COLORS - 2 : (int)at;
    fputc('#', out);
    for (int c = 0; c < 3; c++)
        fprintf(out, "%02x", (unsigned)lround(rising[low][c] + (at - low) * (rising[low + 1][c] - rising[low][c])));
}

/* The heights at which a trial's line meets the axes; the trials behind it are drawn. */
static double *heights_of(const Chart *chart, const Trial *trial)
{
    const Card *card = chart->sweep->card;
    double *y = arena_array(chart->sweep->arena, double, card->sweeps);
    for (int i = 0; i < card->sweeps; i++) {
        int which = trial->value[i];
        y[i] = y_within(&card->sweep[i], which, --chart->left[i][which], chart->users[i][which]);
    }
    return y;
}

static void print_points(const Chart *chart, const Trial *trial, const double *y)
{
    int sweeps = chart->sweep->card->sweeps;
    double end = x_of(chart, sweeps);
    fputs("points=\"", chart->out);
    for (int i = 0; i < sweeps; i++)
        fprintf(chart->out, "%.1f,%.1f ", x_of(chart, i), y[i]);
    if (has_result(trial))
        fprintf(chart->out, "%.1f,%.1f\"", end, y_of(share_of(chart, trial->best)));
    else
        fprintf(chart->out, "%.1f,%.1f\"", end - chart->gap / 2.0, y_of(0) + BELOW / 2.0);
}

/* From axis to axis; what stands there in words is shown where a pointer rests on it. The best is light, and so lies on
 * a darker line. From the worst on. */
static void print_trial(const Chart *chart, const Trial *trial, int place)
{
    FILE *out = chart->out;
    bool known = has_result(trial), best = known && !place;
    const double *y = heights_of(chart, trial);
    if (best) {
        fputs("<polyline class=\"under\" ", out);
        print_points(chart, trial, y);
        fputs("/>\n", out);
    }
    fprintf(out, "<polyline class=\"%s\" ", best ? "best" : known ? "trial" : "failed");
    if (known) {
        fputs("stroke=\"", out);
        print_color(out, place, chart->results);
        fputs("\" ", out);
    }
    print_points(chart, trial, y);
    fputs("><title>", out);
    markup_text(out, trial->set);
    markup_text(out, known ? arena_printf(chart->sweep->arena, ": %.6g in epoch %d of %d%s", trial->best, trial->best_epoch,
                                        trial->epochs, trial->state == TRIAL_DROPPED ? ", dropped" : "")
                         : ": failed");
    fputs("</title></polyline>\n", out);
}

static const char style[] =
    "<style>\n"
    "svg { background: #ffffff; }\n"
    "text { font: 12px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #24292f; }\n"
    "text { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }\n"
    ".name { font-weight: bold; text-anchor: middle; }\n"
    ".tick { fill: #57606a; }\n"
    ".axis { stroke: #8c959f; stroke-width: 1.2; }\n"
    "polyline { fill: none; stroke-linejoin: round; }\n"
    ".trial { stroke-width: 1.8; stroke-opacity: 0.8; }\n"
    ".best { stroke-width: 5; }\n"
    ".under { stroke: #24292f; stroke-width: 7; }\n"
    ".value { stroke: #8c959f; stroke-width: 7; stroke-opacity: 0.6; }\n"
    ".failed { stroke: #8c959f; stroke-width: 1.2; stroke-dasharray: 4 4; }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "svg { background: #0d1117; }\n"
    "text { fill: #e6edf3; stroke: #0d1117; }\n"
    ".tick { fill: #9198a1; }\n"
    ".axis, .value, .failed { stroke: #6e7681; }\n"
    ".under { stroke: #0d1117; }\n"
    "}\n"
    "</style>\n";

bool sweep_chart(const Sweep *sweep)
{
    Output file = output_open(arena_printf(sweep->arena, "%s/parallel.svg", sweep->folder));
    if (!file.out)
        return false;
    Chart chart = { .out = file.out, .sweep = sweep, .gap = gap_of(sweep) };
    measure(&chart);
    count_users(&chart);
    double width = x_of(&chart, sweep->card->sweeps) + RIGHT;
    int height = TOP + HEIGHT + BELOW;
    fprintf(file.out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%d\" viewBox=\"0 0 %.0f %d\">\n<title>",
            width, height, width, height);
    markup_text(file.out, sweep->folder);
    fprintf(file.out, "</title>\n%s", style);
    print_axes(&chart);
    const Trial **trial = sweep_ranking(sweep);
    for (int i = sweep->trials - 1; i >= 0; i--)
        print_trial(&chart, trial[i], i);
    print_texts(&chart);
    fprintf(file.out, "</svg>\n");
    return output_close(&file);
}
