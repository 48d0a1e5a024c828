/* progress.h - the lines that move while a program works, where somebody watches: on a terminal, at most ten
 * times a second. Elsewhere they stay silent, so that logs stay short.
 *
 * They stand below all that was printed, and the cursor below them: what else is said meanwhile, be it a
 * signal's echo or a last message, begins a line of its own. No line is as wide as the terminal, nor are there
 * as many as it has rows, whatever its size has become. */

#ifndef SHOW_PROGRESS_H
#define SHOW_PROGRESS_H

#include <stdbool.h>

enum { PROGRESS_LINES = 4, PROGRESS_FIELDS = 8 };

typedef struct {
    bool shown;                 /* there is a terminal, and nobody asked for quiet */
    double last;                /* when lines were last drawn, by seconds_now */
    int lines;                  /* that stand there, */
    int width[PROGRESS_LINES];  /* and how many columns each has */
} Progress;

Progress progress_open(bool quiet);

/* True where the lines are due to be drawn again: ask before working out what they say. */
bool progress_due(const Progress *progress);

/* What a line says: fields, and among them a bar or a curve that takes the room that they leave. Where there
 * is too little, fields are left out from the end; where only the first would be left, the bar or curve is. A
 * single field is cut. */
typedef struct {
    const char *field[PROGRESS_FIELDS];         /* ASCII */
    int fields;
    int before;                 /* fields that stand before the bar or curve */
    bool bar;
    double share;               /* of the bar that is full */
    const double *curve;        /* [points], or NULL */
    int points;
} ProgressLine;

/* Draws the lines, at most PROGRESS_LINES, in place of those that stand there. */
void progress_lines(Progress *progress, const ProgressLine *line, int lines);

/* One line of text alone. */
void progress_draw(Progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Takes them away. */
void progress_clear(Progress *progress);

/* The line while files are read before the first batch, and while pictures are answered: a ReadingProgress on a
 * Progress. At the end it goes. */
void progress_reading(void *progress, long done, long total);
void progress_answering(void *progress, long done, long total);

/* "1:02:03" or "2:03" */
enum { DURATION_ROOM = 32 };
const char *duration_text(double seconds, char text[DURATION_ROOM]);

#endif
