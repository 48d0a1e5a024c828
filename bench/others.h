/* others.h - what else runs on the machine while something is measured. */

#ifndef BENCH_OTHERS_H
#define BENCH_OTHERS_H

/* Seconds of a moment: that have passed, that all processors were busy, and that we and our children were,
 * those who have ended. */
typedef struct {
    double passed, busy, ours;
} Moment;

Moment moment_now(void);

/* The share of all processors that others took since then, from 0 to 1; another machine on the same
 * processors counts, where the system tells. */
double others_since(const Moment *begun);

#endif
