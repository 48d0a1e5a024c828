/* contender.h - programs that race, from the driver's side (contenders/serve.h is theirs): started once,
 * then asked for some rounds each in turn, so that what slows the machine down for a while slows all of
 * them. */

#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include <jansson.h>

typedef struct Contender Contender;

/* Runs a command line and waits for its facts. NULL where it cannot be run or says nothing. */
Contender *contender_open(const char *format, ...) __attribute__((format(printf, 1, 2)));
void       contender_close(Contender *contender);       /* NULL: nothing to do */

/* Its first line. */
const json_t *contender_facts(const Contender *contender);

/* The answer to so many rounds, to be freed. */
json_t *contender_ask(Contender *contender, int rounds);

enum { MOST_CONTENDERS = 8, MOST_TURNS = 16 };

typedef struct {
    int turns;
    double ms[MOST_CONTENDERS][MOST_TURNS];     /* of a round, the median of the turn; 0: not there */
} Race;

/* Each runs for about `seconds` a turn, one after the other. Contenders may be NULL. */
Race race(Contender *const *contender, int count, double seconds, int turns);

/* Adds the turns of another race of the same contenders. */
void race_join(Race *race, const Race *more);

/* Milliseconds of a round, the median of the turns; 0 of one who is not there. */
double race_ms(const Race *race, int contender);

/* How many times as fast one is as the other: the median of the turns, of which each is compared with
 * itself. 0 where one is not there. */
double race_faster(const Race *race, int contender, int other);

#endif
