/* mutate.h - cards with mistakes, made of right ones by dice. */

#ifndef TESTS_DIAGNOSTICS_MUTATE_H
#define TESTS_DIAGNOSTICS_MUTATE_H

#include <stddef.h>

enum { MUTANT_ROOM = 20000 };

/* The dice start anew: what follows is a function of `seed`. */
void mutate_seed(unsigned seed);

/* From 0 to below - 1. */
size_t mutate_draw(size_t below);

/* Changes bytes anywhere, or takes or adds some: what nobody means. text holds MUTANT_ROOM bytes; returns the length. */
size_t mutate_bytes(char *text, size_t length);

/* One slip of a writer: a word, a number, a sign or a line is lost, said twice, swapped with its neighbour or
 * another than was meant. Sets *what to what it did. Returns the length, the old one with the text as it was where it
 * would not fit. */
size_t mutate_slip(char *text, size_t length, const char **what);

#endif
