/* wide.h - what the tests of kernels stand on: the headers that a generated program puts before them. */

#ifndef TESTS_KERNELS_WIDE_WIDE_H
#define TESTS_KERNELS_WIDE_WIDE_H

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "runtime/kernels/list.h"
#include "runtime/kernels/math.h"
#include "runtime/kernels/random.h"
#include "runtime/kernels/update.h"
#include "runtime/kernels/vec.h"
#include "tests/kernels/kernels.h"
#include "tests/kernels/room.h"

#define COUNT(table) (int)(sizeof table / sizeof *table)

/* The table that a file of wide/ ends with. */
#define WIDE_TESTS(file) \
    extern const KernelTest WIDE_NAME(file, VL)[]; \
    const KernelTest WIDE_NAME(file, VL)[]

/* Whole vectors. */
static inline int up(int count)
{
    return (count + VL - 1) / VL * VL;
}

#endif
