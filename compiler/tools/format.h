/* format.h - a card laid out as netc lays cards out: four blanks for each level, one between words, or a column
 * where a wider gap shows that one is meant; each comment with its line. */

#ifndef TOOLS_FORMAT_H
#define TOOLS_FORMAT_H

#include <stdio.h>

#include "base/source.h"

/* Writes the text anew, with the same tokens, comments and ends of lines (CRLF where the first line has it). What it
 * writes it would write again the same. The text must be one that `parse` finds nothing wrong with, braces included. */
void format(FILE *out, Arena *arena, const Source *source);

#endif
