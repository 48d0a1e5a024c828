/* screen.h - a terminal's screen, as far as a trainer uses one: what stands on it after what was written to
 * it. It breaks lines at its width, and anew where its width changes, as most terminals do. */

#ifndef TESTS_TRAINER_SCREEN_H
#define TESTS_TRAINER_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

enum { SCREEN_ROWS = 400, SCREEN_COLUMNS = 256 };

typedef struct {
    int columns, rows;          /* of the screen; above it are the lines that it showed before */
    char cell[SCREEN_ROWS][SCREEN_COLUMNS][5];  /* a character of UTF-8; "": nothing was written there */
    bool broken[SCREEN_ROWS];   /* the row goes on in the next one */
    int y, x;                   /* of the cursor; x is `columns` behind a full row */
    int last;                   /* row that was ever reached */
    int clears;                 /* "\033[J" that came */
} Screen;

void screen_open(Screen *screen, int columns, int rows);
void screen_resize(Screen *screen, int columns);

/* Takes what a program wrote. A byte 1 and a number with a semicolon change the width: the tests' own sign,
 * which no terminal knows. */
void screen_write(Screen *screen, const char *text);

/* All rows up to the last that is not empty, each with a newline; to be freed. */
char *screen_text(const Screen *screen);

/* Runs something in a child whose standard streams are a terminal of that size and kind, and returns what it
 * wrote; to be freed. Its exit code goes to `code`. */
typedef struct {
    int columns, rows;
    const char *kind;           /* TERM */
    const char *locale;         /* LC_ALL */
    bool plain;                 /* NO_COLOR is set */
} TerminalKind;
char *screen_run(const TerminalKind *kind, void (*run)(void *), void *context, int *code);

#endif
