#include "tests/trainer/screen.h"

#include <assert.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void screen_open(Screen *screen, int columns, int rows)
{
    memset(screen, 0, sizeof *screen);
    screen->columns = columns;
    screen->rows = rows;
}

static int top_of(const Screen *screen)
{
    return screen->last >= screen->rows ? screen->last - screen->rows + 1 : 0;
}

static void go_down(Screen *screen)
{
    screen->y++;
    assert(screen->y < SCREEN_ROWS);
    if (screen->last < screen->y)
        screen->last = screen->y;
}

static void put(Screen *screen, const char *character, int bytes)
{
    if (screen->x == screen->columns) {
        screen->broken[screen->y] = true;
        go_down(screen);
        screen->x = 0;
    }
    char *cell = screen->cell[screen->y][screen->x++];
    memcpy(cell, character, (size_t)bytes);
    cell[bytes] = '\0';
}

static void clear_row(Screen *screen, int y, int from)
{
    for (int x = from; x < SCREEN_COLUMNS; x++)
        screen->cell[y][x][0] = '\0';
    screen->broken[y] = false;
}

/* What follows "\033[": a number, perhaps, and a letter. Returns its length. */
static int command(Screen *screen, const char *text)
{
    char *end;
    int number = (int)strtol(text, &end, 10), top = top_of(screen);
    switch (*end) {
    case 'A': screen->y = screen->y - number > top ? screen->y - number : top; break;
    case 'K': clear_row(screen, screen->y, screen->x); break;
    case 'J':
        clear_row(screen, screen->y, screen->x);
        for (int y = screen->y + 1; y <= screen->last; y++)
            clear_row(screen, y, 0);
        screen->clears++;
        break;
    case 'm': break;
    default: assert(!"a sequence that a trainer should not need");
    }
    return (int)(end - text) + 1;
}

static int length_of(const char *character)
{
    unsigned char first = (unsigned char)*character;
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

void screen_write(Screen *screen, const char *text)
{
    while (*text) {
        int length = length_of(text);
        if (*text == '\r') {
            screen->x = 0;
        } else if (*text == '\n') {
            go_down(screen);
        } else if (*text == '\033') {
            assert(text[1] == '[');
            length = 2 + command(screen, text + 2);
        } else if (*text == '\001') {
            char *end;
            screen_resize(screen, (int)strtol(text + 1, &end, 10));
            length = (int)(end - text) + 1;
        } else {
            put(screen, text, length);
        }
        text += length;
    }
}

static int end_of(const Screen *screen, int y)
{
    int end = SCREEN_COLUMNS;
    while (end && !screen->cell[y][end - 1][0])
        end--;
    return end;
}

/* Rows that were one line are joined and broken anew. The cursor is below all that stands there. */
void screen_resize(Screen *screen, int columns)
{
    Screen *old = malloc(sizeof *old);
    *old = *screen;
    screen_open(screen, columns, old->rows);
    screen->clears = old->clears;
    for (int y = 0; y <= old->y; y++) {
        if (y)
            screen->x = old->broken[y - 1] ? screen->x : 0;
        if (y && !old->broken[y - 1])
            go_down(screen);
        for (int x = 0; x < end_of(old, y); x++)
            put(screen, *old->cell[y][x] ? old->cell[y][x] : " ", *old->cell[y][x] ? (int)strlen(old->cell[y][x]) : 1);
    }
    screen->x = old->x < columns ? old->x : columns;
    for (int y = old->y + 1; y <= old->last; y++)
        assert(!end_of(old, y));
    free(old);
}

char *screen_text(const Screen *screen)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    int rows = screen->last + 1;
    while (rows && !end_of(screen, rows - 1))
        rows--;
    for (int y = 0; y < rows; y++) {
        for (int x = 0; x < end_of(screen, y); x++)
            fputs(*screen->cell[y][x] ? screen->cell[y][x] : " ", out);
        fputc('\n', out);
    }
    fclose(out);
    return text;
}

char *screen_run(const TerminalKind *kind, void (*run)(void *), void *context, int *code)
{
    enum { ROOM = 1 << 18 };
    int terminal, status;
    struct winsize size = { .ws_col = (unsigned short)kind->columns, .ws_row = (unsigned short)kind->rows };
    char *text = calloc(1, ROOM);
    fflush(stdout);
    pid_t child = forkpty(&terminal, NULL, NULL, &size);
    if (!child) {
        setenv("TERM", kind->kind, 1);
        setenv("LC_ALL", kind->locale, 1);
        if (kind->plain)
            setenv("NO_COLOR", "1", 1);
        else
            unsetenv("NO_COLOR");
        run(context);
        exit(0);
    }
    for (ssize_t got, at = 0; (got = read(terminal, text + at, (size_t)(ROOM - 1 - at))) > 0; )
        at += got;
    waitpid(child, &status, 0);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    close(terminal);
    return text;
}
