#include "runtime/show/text_plot.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/terminal.h"

enum { LABEL = 10, ROWS = 12, COLUMNS = 60, ACROSS = 2, DOWN = 4 };

/* The dots of each character, by the bits of the Braille block: U+2800 and these. */
typedef struct { uint8_t dots[ROWS][COLUMNS]; } Canvas;

static void put_dot(Canvas *canvas, int x, int y)
{
    static const uint8_t bit[DOWN][ACROSS] = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };
    if (y >= 0 && y < ROWS * DOWN)
        canvas->dots[y / DOWN][x / ACROSS] |= bit[y % DOWN][x % ACROSS];
}

/* A point's place among the columns of a width. */
static int across(const TextPlot *plot, int point, int width)
{
    return plot->span > 1 ? (int)((long)point * (width - 1) / (plot->span - 1)) : 0;
}

static int height_of(const TextPlot *plot, double y)
{
    double share = (plot->high - y) / (plot->high - plot->low);
    return share < -1 || share > 2 ? -1 : (int)(share * (ROWS * DOWN - 1) + 0.5);
}

/* All heights from the point before to this one, so that the curve hangs together. */
static void draw(Canvas *canvas, const TextPlot *plot)
{
    for (int i = 0; i < plot->points; i++) {
        int to = height_of(plot, plot->y[i]), from = i ? height_of(plot, plot->y[i - 1]) : to;
        int step = from < to ? 1 : -1;
        for (int y = from; y != to; y += step)
            put_dot(canvas, across(plot, i, COLUMNS * ACROSS), y);
        put_dot(canvas, across(plot, i, COLUMNS * ACROSS), to);
    }
}

static void print_row(FILE *out, const uint8_t dots[COLUMNS], bool utf8)
{
    int end = COLUMNS;
    while (end && !dots[end - 1])
        end--;
    for (int i = 0; i < end; i++)
        if (!dots[i])
            fputc(' ', out);
        else if (utf8)
            fprintf(out, "\xe2%c%c", 0xa0 + (dots[i] >> 6), 0x80 + (dots[i] & 0x3f));
        else
            fputc('*', out);
    fputc('\n', out);
}

static void print_ticks(FILE *out, const TextPlot *plot)
{
    int at = 0;
    fprintf(out, "%*s", LABEL + 2, "");
    for (int i = 0; i < plot->ticks; i++) {
        int length = (int)strlen(plot->tick[i]);
        int place = plot->ticks > 1 ? i * (COLUMNS - 1) / (plot->ticks - 1) - (i ? length / 2 : 0) : 0;
        if (place + length > COLUMNS)
            place = COLUMNS - length;
        if (place < at + (i > 0))
            continue;
        at += fprintf(out, "%*s%s", place - at, "", plot->tick[i]);
    }
    fputc('\n', out);
}

void text_plot(FILE *out, const TextPlot *plot)
{
    Canvas canvas = { 0 };
    bool utf8 = terminal_is_utf8();
    draw(&canvas, plot);
    for (int row = 0; row < ROWS; row++) {
        double y = plot->high - (plot->high - plot->low) * row / (ROWS - 1);
        if (row % 4 == 0 || row == ROWS - 1)
            fprintf(out, "%*.4g |", LABEL, y);
        else
            fprintf(out, "%*s |", LABEL, "");
        print_row(out, canvas.dots[row], utf8);
    }
    print_ticks(out, plot);
    if (plot->mark >= 0)
        fprintf(out, "%*s^\n", LABEL + 2 + across(plot, plot->mark, COLUMNS), "");
}
