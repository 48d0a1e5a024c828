#include "runtime/show/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/place.h"
#include "base/terminal.h"
#include "runtime/show/sparkline.h"
#include "runtime/system/clock.h"
#include "runtime/system/fault.h"

enum { GAP = 2, LEAST = 8, MOST = 40 };         /* columns between fields, and of a bar or curve */

static const double interval = 0.1;             /* seconds */

Progress progress_open(bool quiet)
{
    return (Progress){ .shown = !quiet && terminal_moves() };
}

bool progress_due(const Progress *progress)
{
    return progress->shown && seconds_now() - progress->last >= interval;
}

/* ---- a line ---- */

/* How text is put on the terminal at hand. */
typedef struct {
    FILE *out;
    bool utf8, color;
} Pen;

static void put_times(const Pen *pen, int times, const char *sign, const char *plain, const char *color)
{
    if (pen->color)
        fputs(color, pen->out);
    for (int i = 0; i < times; i++)
        fputs(pen->utf8 ? sign : plain, pen->out);
    if (pen->color)
        fputs("\033[0m", pen->out);
}

static void put_bar(const Pen *pen, double share, int width)
{
    int full = share < 0 ? 0 : share > 1 ? width : (int)(share * width + 0.5);
    put_times(pen, full, "━", "#", "\033[32m");
    put_times(pen, width - full, "─", "-", "\033[2m");
}

static bool is_elastic(const ProgressLine *line)
{
    return line->bar || line->points > 0;
}

/* Columns of the first so many fields with gaps before all but the first. */
static int width_of(const ProgressLine *line, int fields)
{
    int width = fields > 0 ? -GAP : 0;
    for (int i = 0; i < fields; i++)
        width += GAP + (int)strlen(line->field[i]);
    return width;
}

/* How many fields there is room for beside so many columns. */
static int fields_beside(const ProgressLine *line, int room, int columns)
{
    int fields = line->fields;
    while (fields > 1 && width_of(line, fields) + columns > room)
        fields--;
    return fields;
}

/* The same, and how much room there is for the bar or curve beside them. */
static int fit(const ProgressLine *line, int room, int *elastic)
{
    int fields = is_elastic(line) ? fields_beside(line, room, GAP + LEAST) : 0;
    *elastic = 0;
    if (fields < 2 && fields < line->fields)
        return fields_beside(line, room, 0);
    int left = room - width_of(line, fields) - GAP;
    *elastic = left < LEAST ? 0 : left < MOST ? left : MOST;
    if (line->points && !line->bar)
        *elastic = sparkline_width(line->points, *elastic);
    return fields;
}

/* Puts the line into so much room, and returns the columns that it took. */
static int put_line(const Pen *pen, const ProgressLine *line, int room)
{
    int elastic, fields = fit(line, room, &elastic), width = width_of(line, fields);
    for (int i = 0; i <= fields; i++) {
        bool here = elastic && i == (line->before < fields ? line->before : fields);
        if (here && i)
            fprintf(pen->out, "%*s", GAP, "");
        if (here && line->bar)
            put_bar(pen, line->share, elastic);
        else if (here)
            sparkline(pen->out, line->curve, line->points, elastic, NULL, pen->utf8);
        if (i < fields)
            fprintf(pen->out, "%*s%.*s", i || here ? GAP : 0, "", room, line->field[i]);
    }
    width += elastic ? elastic + (fields ? GAP : 0) : 0;
    return width < room ? width : room;
}

/* ---- all lines ---- */

/* Terminals that became narrower have broken the lines that stand there. */
static int rows_taken(const Progress *progress, int columns)
{
    int rows = 0;
    for (int i = 0; i < progress->lines; i++)
        rows += progress->width[i] > columns ? (progress->width[i] + columns - 1) / columns : 1;
    return rows;
}

/* To where the lines begin. */
static void go_back(const Progress *progress, FILE *out, int columns)
{
    int rows = rows_taken(progress, columns);
    putc('\r', out);
    if (rows)
        fprintf(out, "\033[%dA", rows);
}

void progress_lines(Progress *progress, const ProgressLine *line, int lines)
{
    char *text;
    size_t length;
    TerminalSize size = terminal_size();
    Pen pen = { open_memstream(&text, &length), terminal_is_utf8(), place_color(stdout) };
    if (!pen.out)
        fault("out of memory");
    go_back(progress, pen.out, size.columns);
    progress->lines = lines < size.rows - 1 ? lines : size.rows > 1 ? size.rows - 1 : 1;
    for (int i = 0; i < progress->lines; i++) {
        progress->width[i] = put_line(&pen, &line[i], size.columns > 1 ? size.columns - 1 : 1);
        fputs("\033[K\n", pen.out);
    }
    fputs("\033[J", pen.out);
    fclose(pen.out);
    fputs(text, stdout);
    flush_output();
    free(text);
    progress->last = seconds_now();
}

void progress_draw(Progress *progress, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    progress_lines(progress, &(ProgressLine){ .field = { text }, .fields = 1 }, 1);
}

void progress_clear(Progress *progress)
{
    if (progress->lines) {
        go_back(progress, stdout, terminal_size().columns);
        fputs("\033[J", stdout);
    }
    flush_output();
    progress->lines = 0;
}

static void show_count(Progress *progress, const char *what, long done, long total)
{
    char count[64];
    if (done == total) {
        progress_clear(progress);
        progress->last = 0;     /* what comes next is shown at once */
    } else if (progress_due(progress)) {
        snprintf(count, sizeof count, "%ld/%ld", done, total);
        const ProgressLine line = { .field = { what, count }, .fields = 2, .before = 1, .bar = true,
                                    .share = (double)done / (double)total };
        progress_lines(progress, &line, 1);
    }
}

void progress_reading(void *progress, long done, long total)
{
    show_count(progress, "reading pictures", done, total);
}

void progress_answering(void *progress, long done, long total)
{
    show_count(progress, "answering pictures", done, total);
}

const char *duration_text(double seconds, char text[DURATION_ROOM])
{
    long s = seconds < 1e9 ? (long)(seconds + 0.5) : 0;
    if (s >= 3600)
        snprintf(text, DURATION_ROOM, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, DURATION_ROOM, "%ld:%02ld", s / 60, s % 60);
    return text;
}
