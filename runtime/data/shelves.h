/* shelves.h - the shelves of the parts that a command reads, and what becomes of files that cannot be
 * read. */

#ifndef DATA_SHELVES_H
#define DATA_SHELVES_H

#include <stdio.h>

#include "runtime/data/shelf.h"

/* Parts as bits. */
#define PARTS_OF(part) (1u << (part))
#define ALL_PARTS (PARTS_OF(PART_COUNT) - 1)

typedef struct {
    const Dataset *dataset;
    Shelf *shelf[PART_COUNT];   /* NULL: not asked for */
} Shelves;

/* Reads the files of the parts; they share the cache by their sizes. */
Shelves shelves_open(const Dataset *dataset, unsigned parts, int threads, size_t cache,
                     ReadingProgress *progress, void *context);
void    shelves_close(Shelves *shelves);

/* Files of the parts, and those of them that cannot be read. */
long shelves_files(const Shelves *shelves);
long shelves_damaged(const Shelves *shelves);

/* A line for each of the first damaged files, "PATH: reason", and behind them how many more there are, and `where`. */
enum { DAMAGED_LISTED = 8 };
void shelves_list_damaged(FILE *out, const Shelves *shelves, const char *where);

/* Writes FOLDER/damaged.txt, which names all of them, a line each: the path as in split.txt, a tab, the reason. */
void shelves_write_damaged(const Shelves *shelves, const char *folder);

/* The card's verdict: true where files cannot be read that it does not put up with. What training reads
 * (train and validation) is held against the limit together, and the test apart. */
bool shelves_refused(const Shelves *shelves);

/* Whether what can be read will do: the card does not refuse it, and something is left of each part and of each class to
 * train on. Else false, and what is wrong, with what to do: the mistake behind all of it, where there is one. */
bool shelves_will_do(const Shelves *shelves, char reason[REASON_ROOM]);

/* Names the damaged files on standard error. That what is left will not do is a fault, or where one mistake of the card
 * is behind it, that mistake; both end the program. */
void shelves_judge(const Shelves *shelves);

#endif
