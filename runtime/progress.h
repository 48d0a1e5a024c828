/* progress.h - the line that moves while a network learns, where somebody watches: on a terminal, at
 * most ten times a second. Elsewhere it stays silent, so that logs stay short. */

#ifndef RUNTIME_PROGRESS_H
#define RUNTIME_PROGRESS_H

#include <stdbool.h>

typedef struct {
    bool shown;                 /* there is a terminal, and nobody asked for quiet */
    double last;                /* when the line was drawn, by seconds_now */
} Progress;

Progress progress_open(bool quiet);

/* True where the line is due to be drawn again: ask before working out what it says. */
bool progress_due(const Progress *progress);

/* Draws the line, cut at the terminal's width; and takes it away. */
void progress_draw(Progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));
void progress_clear(Progress *progress);

/* The line while files are read before the first batch: a ReadingProgress on a Progress. */
void progress_reading(void *progress, long done, long total);

/* "1:02:03" or "2:03" */
enum { DURATION_ROOM = 32 };
const char *duration_text(double seconds, char text[DURATION_ROOM]);

#endif
