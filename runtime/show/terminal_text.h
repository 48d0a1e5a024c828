/* terminal_text.h - names in the lines of a terminal or a log: as wide as they are seen, and without what a terminal would
 * obey. */

#ifndef SHOW_TERMINAL_TEXT_H
#define SHOW_TERMINAL_TEXT_H

#include <stdio.h>

/* Columns that a text in UTF-8 takes: two for each wide character, none for one that is put onto the one before. A byte
 * that is no UTF-8 takes one. */
int text_columns(const char *text);

/* The larger of a width and a text's. */
int wider_text(int width, const char *text);

/* The text in so many columns, at the right, or of a negative width at the left, as printf pads bytes. */
void put_padded(FILE *out, const char *text, int width);

/* A file's name in one line: a line's end is written as \n, a backslash as two, as in split.txt; other control characters
 * are written in hexadecimal, as \x1b. */
void put_name(FILE *out, const char *name);

#endif
