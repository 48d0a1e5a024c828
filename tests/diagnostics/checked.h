/* checked.h - a card's text, checked as netc checks a file, and what was said of it. */

#ifndef TESTS_DIAGNOSTICS_CHECKED_H
#define TESTS_DIAGNOSTICS_CHECKED_H

#include <stddef.h>

#include "compiler/check/check.h"

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    Card *card;                 /* NULL where there are mistakes */
    char *said;                 /* as printed, plain */
} Checked;

/* Writes the text into the folder as `name` and checks it there, so that messages begin with
 * `name`. */
Checked check_in(const char *folder, const char *name, const void *text, size_t length);
void    checked_close(Checked *checked);

/* How many mistakes are told; notes are none. */
int checked_errors(const Checked *checked);

/* What somebody writes where something else was right, and what is to be said of it. */
typedef struct { const char *right, *slip, *says; } CardSlip;

/* Checks the card, a text, with that slip in place of the first text that is right: true where it causes one message, which
 * says so. Else what is said is on standard error. */
bool slip_is_told_once(const char *folder, const char *name, const char *card, const CardSlip *slip);

/* A whole file as text that ends in 0, to be freed; the test fails where there is none. */
char *file_text(const char *path);

/* The two texts, where they differ, on standard error; true where they do not. */
bool same_text(const char *what, const char *is, const char *should_be);

#endif
