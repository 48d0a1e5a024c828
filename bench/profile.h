/* profile.h - a program's own profile of its training step, on noise. */

#ifndef BENCH_PROFILE_H
#define BENCH_PROFILE_H

#include <jansson.h>

/* What `NAME profile --json` measures of a program of build/bench/cards/, to be freed; NULL where it
 * cannot. */
json_t *profile_open(const char *name, int threads);

/* Milliseconds of a step that a layer's work takes; `direction` NULL: all that is not "forward". */
double profile_ms(const json_t *profile, const char *layer, const char *direction);

#endif
