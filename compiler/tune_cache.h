/* tune_cache.h - the file that keeps what was timed: one for each processor, compiler with its flags, and
 * target, in $XDG_CACHE_HOME/netc or ~/.cache/netc. It is lines of text, the last of which sums up all
 * before. */

#ifndef COMPILER_TUNE_CACHE_H
#define COMPILER_TUNE_CACHE_H

#include "base/arena.h"
#include "compiler/plan/plan.h"

/* What is known of a call: which cut is the best, and the seconds of the first and of this. */
typedef struct {
    const char *key;
    Cut cut;
    double first, best;
} Timed;

typedef struct {
    Arena *arena;
    const char *path;           /* NULL: there is no place for it */
    const char *head;           /* its first lines: what the figures hold for */
    const char *processor, *compiler;
    Timed *timed;
    int count, room;
} TuneCache;

/* Reads it. One that is damaged, or holds for another netc or version of the compiler, counts as empty, which
 * is said in one line. */
TuneCache tune_cache_open(Arena *arena, const Target *target);

/* NULL: not known. */
const Timed *tune_cache_find(const TuneCache *cache, const char *key);
void tune_cache_put(TuneCache *cache, Timed timed);     /* in the place of one with its key */

/* Writes it whole or not at all. Where it cannot be written, that is said in one line, and no more
 * is lost. */
void tune_cache_save(const TuneCache *cache);

#endif
