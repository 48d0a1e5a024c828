/* number.h - exact rational numbers: 1/255 is 1/255, and 0.1 + 0.2 is 0.3. Integers of 128 bits
 * carry them; what would need more is refused, never rounded. */

#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef struct {
    __int128 over, under;       /* in lowest terms, under > 0 */
} Number;

/* The longest number that a card may write. */
enum { NUMBER_DIGITS = 18 };

Number number_whole(long n);

/* Reads digits, with a fraction and an exponent where they stand: "32", "0.5", "1e-4". False where
 * there are more than NUMBER_DIGITS digits or the exponent leaves -18 to 18. */
bool number_parse(const char *text, size_t length, Number *result);

/* False where the result needs more than 128 bits, and for a division by 0. */
bool number_add(Number a, Number b, Number *sum);
bool number_subtract(Number a, Number b, Number *difference);
bool number_multiply(Number a, Number b, Number *product);
bool number_divide(Number a, Number b, Number *quotient);

Number number_negative(Number a);
Number number_floor(Number a);

/* Less than 0, 0 or more than 0, as a is less than, equal to or more than b. */
int  number_compare(Number a, Number b);
bool number_is_whole(Number a);
bool number_is_zero(Number a);

/* The double nearest to it. */
double number_double(Number a);

/* A whole number as a long; saturated where it does not fit. */
long number_long(Number a);

/* As a card would write it: "32", "0.0001", "1/255". */
const char *number_text(Arena *arena, Number a);

#endif
