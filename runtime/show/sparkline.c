#include "runtime/show/sparkline.h"

#include <math.h>

enum { HEIGHTS = 8 };

void trace_add(Trace *trace, double number)
{
    trace->each += trace->each == 0;
    trace->sum += number;
    if (++trace->pending < trace->each)
        return;
    trace->value[trace->count++] = trace->sum / (double)trace->pending;
    trace->pending = 0;
    trace->sum = 0;
    if (trace->count < TRACE_ROOM)
        return;
    for (int i = 0; i < TRACE_ROOM / 2; i++)
        trace->value[i] = (trace->value[2 * i] + trace->value[2 * i + 1]) / 2;
    trace->count /= 2;
    trace->each *= 2;
}

int sparkline_width(int points, int columns)
{
    return points < columns ? points : columns;
}

/* The mean of the points that a column stands for. */
static double column_of(const double *y, int points, int columns, int column)
{
    int from = (int)((long)points * column / columns), to = (int)((long)points * (column + 1) / columns);
    double sum = 0;
    for (int i = from; i < to; i++)
        sum += y[i];
    return sum / (to - from);
}

/* Between which the columns lie. */
static SparkRange range_of(const double *y, int points, int width)
{
    SparkRange range = { INFINITY, -INFINITY };
    for (int i = 0; i < width; i++) {
        range.low = fmin(range.low, column_of(y, points, width, i));
        range.high = fmax(range.high, column_of(y, points, width, i));
    }
    return range;
}

void sparkline(FILE *out, const double *y, int points, int columns, const SparkRange *range, bool utf8)
{
    static const char plain[HEIGHTS + 1] = "_.:-=+*#";
    static const char *const block[HEIGHTS] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    int width = sparkline_width(points, columns);
    const SparkRange ends = range ? *range : range_of(y, points, width);
    for (int i = 0; i < width; i++) {
        double share = ends.high > ends.low ? (column_of(y, points, width, i) - ends.low) / (ends.high - ends.low) : 0;
        int height = (int)(fmin(fmax(share, 0), 1) * (HEIGHTS - 1) + 0.5);
        if (utf8)
            fputs(block[height], out);
        else
            putc(plain[height], out);
    }
}
