/* trained.h - a program's weights after some steps, for tests that compare bits. */

#ifndef TESTS_GENERATED_TRAINED_H
#define TESTS_GENERATED_TRAINED_H

#include "tests/support/compiled.h"

/* From -1/2 to 1/2. */
float noise(unsigned x);

/* All weights after some steps of whole and short batches of noise, to be freed; *count floats. */
float *trained(Compiled *c, int threads, long *count);

#endif
