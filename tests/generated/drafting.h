/* drafting.h - a random card while it is drafted: its text, its dice, and how large it has grown. */

#ifndef TESTS_GENERATED_DRAFTING_H
#define TESTS_GENERATED_DRAFTING_H

#include <stdint.h>

#include "base/shape.h"
#include "tests/generated/draft.h"

enum { DRAFT_LABELS = 8, DRAFT_LABEL = 16 };

typedef struct {
    char *text;                 /* of the model's braces */
    size_t length;
    uint64_t state;             /* of the dice */
    Shape at;                   /* of what the line above made */
    long work, values;
    int labels, norms;
    bool whole;
    unsigned blocks;            /* bits: which of the blocks of one's own are called */
    char part[DRAFT_LABELS][DRAFT_LABEL];       /* labels of lines that have weights, and of repeats */
    int parts;
} Draft;

__attribute__((format(printf, 2, 3))) void draft_put(Draft *draft, const char *format, ...);

/* From 0 to n - 1. */
int  draft_below(Draft *draft, int n);
bool draft_chance(Draft *draft, int percent);

#define ONE_OF(d, list) ((list)[draft_below(d, (int)(sizeof(list) / sizeof *(list)))])

static inline bool is_power(long n)
{
    return (n & (n - 1)) == 0;
}

/* Whether a line that makes this, by so many multiply-adds, leaves the network small; and that it did. */
bool draft_fits(const Draft *draft, Shape to, long work);
void draft_made(Draft *draft, Shape to, long work);

/* The blocks that the model calls, which stand above it: draft_blocks.c. */
void draft_put_call(Draft *draft);
const char *draft_block_text(int block);        /* NULL behind the last */

/* What the network ends with, and the sections that say what it is compared with and how it learns: draft_end.c.
 * `data` stands above the model. Puts the model's last lines, its closing brace and `train`. */
void draft_end(Draft *draft, char data[DRAFT_ROOM]);

#endif
