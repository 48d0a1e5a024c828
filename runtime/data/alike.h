/* alike.h - items of a data set that are there twice, or nearly: the same values as the network gets them, or pictures
 * that show the same but for how they were saved, resized or brightened. Where copies lie in two parts, what is measured
 * on the one is known from the other. */

#ifndef DATA_ALIKE_H
#define DATA_ALIKE_H

#include "runtime/data/shelves.h"

typedef struct {
    PartKind part;
    long item;                  /* of the part */
    int group;                  /* of what is alike, from 0 */
    int same;                   /* the first of the group that it is the same as, value by value: itself, or one before */
} AlikeItem;

typedef struct {
    AlikeItem *item;            /* group after group, each by number, part and path */
    long items;
    int groups;                 /* those first that lie in several parts */
    int across;                 /* so many do */
} Alike;

/* Looks through all sound items of the shelves, by `threads` threads. A picture's shape is 128 bits, which of
 * neighbouring fields of a coarse grid is brighter (the difference hash, along rows and along columns); pictures are alike
 * that differ in few of them, and in little once their mean brightness is taken off. Only pictures of bytes can be nearly
 * alike. A picture that has become unreadable is left out; of thousands without a shape, as flat ones, not every pair is
 * compared. */
Alike alike_find(const Shelves *shelves, int threads);
void  alike_free(Alike *alike);

/* True where a group begins. */
bool alike_begins(const Alike *alike, long i);

/* What another of the group is: the same as one before it, not only nearly; and of another class than the first: then one
 * of the two is probably wrong. */
bool alike_is_same(const Alike *alike, long i);
bool alike_is_of_another_class(const Alike *alike, long i, const Dataset *dataset);

/* That in words: "", "the same", "nearly the same, but of another class". */
const char *alike_how(const Alike *alike, long i, const Dataset *dataset);

/* Tells the groups in lines, the first few of them. */
void alike_tell(FILE *out, const Alike *alike, const Dataset *dataset);

#endif
