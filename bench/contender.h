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

enum { MOST_CONTENDERS = 8 };

typedef struct {
    double ms[MOST_CONTENDERS];         /* of a round, the median; 0 of one who is not there */
    double faster[MOST_CONTENDERS];     /* so many times as fast as the first: the median of the turns */
} Race;

/* Each runs for about `seconds` a turn. Contenders may be NULL, but for the first. */
Race race(Contender *const *contender, int count, double seconds, int turns);

#endif
