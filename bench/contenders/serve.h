/* serve.h - a contender's side of a race. A contender is a program that says what it is in one line of
 * JSON, then waits: for each line N on standard input it runs one round that does not count (its caches
 * are another's) and N that do, and answers {"ms": [N times]}. At 0, or at the input's end, it ends. The
 * yardstick speaks the same language. */

#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

typedef void Round(void *context);

/* `facts` is the first line. Does not return. */
_Noreturn void serve(const char *facts, Round *round, void *context);

/* Where the rounds time their parts: they add milliseconds to `part`, and the answer also has
 * "parts": {"name": sum of the N rounds, ...}. */
typedef struct {
    const char *const *name;
    double *part;
    int parts;
} Parts;

_Noreturn void serve_parts(const char *facts, Round *round, void *context, const Parts *parts);

/* The value behind "--name" on a contender's command line, or `otherwise`. */
const char *told(int argc, char **argv, const char *name, const char *otherwise);
int         told_number(int argc, char **argv, const char *name, int otherwise);

#endif
