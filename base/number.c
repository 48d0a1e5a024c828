#include "base/number.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef __int128 Wide;
typedef unsigned __int128 Bits;

static Wide magnitude(Wide a)
{
    return a < 0 ? -a : a;
}

static Wide common_divisor(Wide a, Wide b)
{
    while (b) {
        Wide rest = a % b;
        a = b;
        b = rest;
    }
    return magnitude(a);
}

static Number reduced(Wide over, Wide under)
{
    Wide divisor = common_divisor(over, under);
    if (under < 0)
        divisor = -divisor;
    return (Number){over / divisor, under / divisor};
}

Number number_whole(long n)
{
    return (Number){n, 1};
}

static Wide power_of_ten(int exponent)
{
    Wide power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

bool number_parse(const char *text, size_t length, Number *result)
{
    Wide value = 0;
    int digits = 0, places = 0;
    bool fraction = false;
    size_t i = 0;
    for (; i < length && text[i] != 'e' && text[i] != 'E'; i++) {
        if (text[i] == '.') {
            fraction = true;
            continue;
        }
        if (++digits > NUMBER_DIGITS)
            return false;
        value = 10 * value + (text[i] - '0');
        places += fraction;
    }
    /* The text ends in 0 or in a unit, so that strtol stops. */
    long exponent = i < length ? strtol(text + i + 1, NULL, 10) : 0;
    if (exponent < -NUMBER_DIGITS || exponent > NUMBER_DIGITS)
        return false;
    exponent -= places;
    *result = exponent < 0 ? reduced(value, power_of_ten((int)-exponent))
                           : reduced(value * power_of_ten((int)exponent), 1);
    return true;
}

bool number_add(Number a, Number b, Number *sum)
{
    Wide divisor = common_divisor(a.under, b.under);
    Wide left, right, over, under;
    if (__builtin_mul_overflow(a.over, b.under / divisor, &left) ||
        __builtin_mul_overflow(b.over, a.under / divisor, &right) ||
        __builtin_add_overflow(left, right, &over) ||
        __builtin_mul_overflow(a.under, b.under / divisor, &under))
        return false;
    *sum = reduced(over, under);
    return true;
}

Number number_negative(Number a)
{
    return (Number){-a.over, a.under};
}

bool number_subtract(Number a, Number b, Number *difference)
{
    return number_add(a, number_negative(b), difference);
}

bool number_multiply(Number a, Number b, Number *product)
{
    Number x = reduced(a.over, b.under), y = reduced(b.over, a.under);
    return !__builtin_mul_overflow(x.over, y.over, &product->over) &&
           !__builtin_mul_overflow(x.under, y.under, &product->under);
}

bool number_divide(Number a, Number b, Number *quotient)
{
    return b.over != 0 && number_multiply(a, reduced(b.under, b.over), quotient);
}

static Wide floor_of(Number a)
{
    Wide whole = a.over / a.under;
    return a.over % a.under < 0 ? whole - 1 : whole;
}

Number number_floor(Number a)
{
    return (Number){floor_of(a), 1};
}

/* Whole parts first, then the reciprocals of what remains, as in a continued fraction: no product
 * that could overflow. */
int number_compare(Number a, Number b)
{
    for (int sign = 1;; sign = -sign) {
        Wide x = floor_of(a), y = floor_of(b);
        if (x != y)
            return x < y ? -sign : sign;
        a.over -= x * a.under;
        b.over -= y * b.under;
        if (!a.over || !b.over)
            return sign * ((a.over > 0) - (b.over > 0));
        a = (Number){a.under, a.over};
        b = (Number){b.under, b.over};
    }
}

bool number_is_whole(Number a)
{
    return a.under == 1;
}

bool number_is_zero(Number a)
{
    return a.over == 0;
}

static int bit_length(Bits a)
{
    int length = 0;
    for (; a; a >>= 1)
        length++;
    return length;
}

/* Long division in binary, to 64 bits and a sticky one; ldexp and the conversion round only once,
 * to nearest, ties to even, since the 64 bits are rounded to odd. */
double number_double(Number a)
{
    if (!a.over)
        return 0;
    Bits over = (Bits)magnitude(a.over), under = (Bits)a.under;
    int shift = bit_length(over) - bit_length(under);   /* 2^(shift-1) < a < 2^(shift+1) */
    Bits rest = over;
    unsigned long quotient = 0;
    Bits divisor = under;
    if (shift >= 0)
        divisor <<= shift;
    else
        rest <<= -shift;
    for (int i = 0; i < 62; i++) {
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
        rest <<= 1;
    }
    quotient |= rest != 0;
    double value = ldexp((double)quotient, shift - 61);
    return a.over < 0 ? -value : value;
}

long number_long(Number a)
{
    assert(number_is_whole(a));
    return a.over > LONG_MAX ? LONG_MAX : a.over < LONG_MIN ? LONG_MIN : (long)a.over;
}

static char *digits_of(Bits a, char *end)
{
    *--end = 0;
    do
        *--end = (char)('0' + (int)(a % 10));
    while (a /= 10);
    return end;
}

/* How many decimal places write `under` exactly; -1: no number of them does, or too many. */
static int decimal_places(Wide under)
{
    Wide power = 1;
    for (int places = 0; places <= NUMBER_DIGITS; places++, power *= 10)
        if (power % under == 0)
            return places;
    return -1;
}

const char *number_text(Arena *arena, Number a)
{
    char over[64], under[64];
    const char *sign = a.over < 0 ? "-" : "";
    Bits size = (Bits)magnitude(a.over);
    int places = decimal_places(a.under);
    if (places < 0)
        return arena_printf(arena, "%s%s/%s", sign, digits_of(size, over + sizeof over),
                            digits_of((Bits)a.under, under + sizeof under));
    if (places == 0)
        return arena_printf(arena, "%s%s", sign, digits_of(size, over + sizeof over));
    Wide power = power_of_ten(places);
    char *part = digits_of((size % (Bits)a.under) * (Bits)(power / a.under), under + sizeof under);
    return arena_printf(arena, "%s%s.%.*d%s", sign,
                        digits_of(size / (Bits)a.under, over + sizeof over),
                        places - (int)strlen(part), 0, part);
}
