/* room.h - arrays for a kernel under test, with guards around each. A case is:
 *
 *     open_case("conv, 7x5x3 ...");        names it; the numbers are always the same ones
 *     float *x = given(count, 4);          whole numbers, which the kernel must leave alone
 *     float *y = blank(count);             NaN all over
 *     seal();                              from here on what was given must not change
 *     float *want = copy_of(y);            for the test's own loops: what they skip must stay as it was
 *     kernel(x, y, ...);
 *     same(y, want);                       equal numbers; NaN equals NaN, 0 equals -0
 *     close_case();                        guards whole, given arrays as sealed; frees all
 *
 * All begin at 64 bytes. The guards hold a number that is no sum of small ones, so that what reads them
 * is wrong, too. */

#ifndef TESTS_KERNELS_ROOM_H
#define TESTS_KERNELS_ROOM_H

#include <stdint.h>

void open_case(const char *format, ...) __attribute__((format(printf, 1, 2)));
void seal(void);
void close_case(void);

/* From -most to most. `rows` leaves what lies beyond the first `count` of each `stride` at zero. */
float   *given(long count, int most);
float   *given_rows(long rows, int count, int stride, int most);
int8_t  *given_bytes(long count, int least, int most);
int32_t *given_ints(long count, int least, int most);

/* As `given`, but to be changed: sums that go on, weights that are updated. */
float   *begun(long count, int most);

float   *blank(long count);
int8_t  *blank_bytes(long count);
int32_t *blank_ints(long count);

/* A whole number of the case's own sequence. */
int number(int least, int most);

void *copy_of(const void *array);
void  same(const void *got, const void *want);

/* Says which case, and fails the test. Only the first few of a test are told. */
void differs(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
