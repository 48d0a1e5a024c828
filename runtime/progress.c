#include "runtime/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "runtime/clock.h"

static const double interval = 0.1;     /* seconds */

static bool on_terminal(void)
{
    const char *terminal = getenv("TERM");
    return isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb");
}

Progress progress_open(bool quiet)
{
    return (Progress){ .shown = !quiet && on_terminal() };
}

bool progress_due(const Progress *progress)
{
    return progress->shown && seconds_now() - progress->last >= interval;
}

static int columns(void)
{
    struct winsize size;
    return !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : 80;
}

void progress_draw(Progress *progress, const char *format, ...)
{
    char line[256];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    printf("\r%.*s\033[K", columns() - 1, line);
    fflush(stdout);
    progress->last = seconds_now();
}

void progress_clear(Progress *progress)
{
    if (progress->shown && progress->last != 0)
        printf("\r\033[K");
    fflush(stdout);
    progress->last = 0;         /* there is no line any more that the next would have to let stand */
}

void progress_reading(void *context, long done, long total)
{
    Progress *progress = context;
    if (done == total)
        progress_clear(progress);
    else if (progress_due(progress))
        progress_draw(progress, "reading pictures  %ld/%ld", done, total);
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
