/* room.c - arrays with guards, whose numbers depend on nothing but their order in the case. */

#include "tests/kernels/room.h"

#include <CUnit/CUnit.h>
#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUARD = 256, MOST_ROOMS = 24, MOST_TOLD = 5 };

typedef enum { FLOATS, INTS, BYTES } Element;

typedef struct {
    unsigned char *base;        /* the guard before it */
    unsigned char *sealed;      /* what a given array held */
    size_t bytes;
    long count;
    Element element;
    bool given;
} Room;

static struct {
    char name[256];
    Room room[MOST_ROOMS];
    void *copy[MOST_ROOMS];
    int rooms, copies, told;
    const CU_Test *test;        /* whose failures are counted in `told` */
    uint32_t state;
} now;

static const size_t size_of[] = { [FLOATS] = 4, [INTS] = 4, [BYTES] = 1 };

/* ---- cases ---- */

void open_case(const char *format, ...)
{
    assert(!now.rooms && !now.copies);
    va_list list;
    va_start(list, format);
    vsnprintf(now.name, sizeof now.name, format, list);
    va_end(list);
    now.state = 2463534242u;
}

void differs(const char *format, ...)
{
    now.told = now.test == CU_get_current_test() ? now.told + 1 : 1;
    now.test = CU_get_current_test();
    if (now.told > MOST_TOLD)
        return;
    char what[256], text[600];
    va_list list;
    va_start(list, format);
    vsnprintf(what, sizeof what, format, list);
    va_end(list);
    snprintf(text, sizeof text, "%s: %s", now.name, what);
    CU_assertImplementation(CU_FALSE, __LINE__, text, __FILE__, "", CU_FALSE);
}

void seal(void)
{
    for (int i = 0; i < now.rooms; i++) {
        Room *r = &now.room[i];
        if (!r->given)
            continue;
        free(r->sealed);
        r->sealed = malloc(r->bytes + 1);
        memcpy(r->sealed, r->base + GUARD, r->bytes);
    }
}

/* A float of some 14 million, a byte of 75 or 90. */
static bool is_guard(const unsigned char *from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (from[i] != (i % 4 == 3 ? 0x4b : 0x5a))
            return false;
    return true;
}

static void put_guard(unsigned char *to, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = i % 4 == 3 ? 0x4b : 0x5a;
}

void close_case(void)
{
    for (int i = 0; i < now.rooms; i++) {
        Room *r = &now.room[i];
        unsigned char *array = r->base + GUARD;
        if (!is_guard(r->base, GUARD))
            differs("array %d: something is written before it", i);
        if (!is_guard(array + r->bytes, GUARD))
            differs("array %d: something is written after it", i);
        if (r->given && (!r->sealed || memcmp(r->sealed, array, r->bytes)))
            differs("array %d: it is given, and is changed", i);
        free(r->sealed);
        free(r->base);
    }
    for (int i = 0; i < now.copies; i++)
        free(now.copy[i]);
    now.rooms = now.copies = 0;
}

/* ---- arrays ---- */

int number(int least, int most)
{
    now.state ^= now.state << 13;
    now.state ^= now.state >> 17;
    now.state ^= now.state << 5;
    return least + (int)((now.state >> 4) % (uint32_t)(most - least + 1));
}

/* Blank: a NaN, or -1. */
static void *new_room(long count, Element element, bool given)
{
    assert(now.rooms < MOST_ROOMS && count >= 0);
    Room *r = &now.room[now.rooms++];
    size_t bytes = (size_t)count * size_of[element];
    *r = (Room){ .bytes = bytes, .count = count, .element = element, .given = given };
    r->base = aligned_alloc(64, (2 * GUARD + bytes + 63) / 64 * 64);
    put_guard(r->base, GUARD);
    memset(r->base + GUARD, 0xff, bytes);
    put_guard(r->base + GUARD + bytes, GUARD);
    return r->base + GUARD;
}

float   *blank(long count)       { return new_room(count, FLOATS, false); }
int8_t  *blank_bytes(long count) { return new_room(count, BYTES, false); }
int32_t *blank_ints(long count)  { return new_room(count, INTS, false); }

static float *fill(float *to, long rows, int count, int stride, int most)
{
    for (long i = 0; i < rows; i++)
        for (int k = 0; k < stride; k++)
            to[i * stride + k] = k < count ? (float)number(-most, most) : 0;
    return to;
}

float *given_rows(long rows, int count, int stride, int most)
{
    return fill(new_room(rows * stride, FLOATS, true), rows, count, stride, most);
}

float *given(long count, int most) { return given_rows(count, 1, 1, most); }
float *begun(long count, int most) { return fill(blank(count), count, 1, 1, most); }

int8_t *given_bytes(long count, int least, int most)
{
    int8_t *to = new_room(count, BYTES, true);
    for (long i = 0; i < count; i++)
        to[i] = (int8_t)number(least, most);
    return to;
}

int32_t *given_ints(long count, int least, int most)
{
    int32_t *to = new_room(count, INTS, true);
    for (long i = 0; i < count; i++)
        to[i] = number(least, most);
    return to;
}

/* ---- comparing ---- */

static const Room *room_of(const void *array)
{
    for (int i = 0; i < now.rooms; i++)
        if (now.room[i].base + GUARD == array)
            return &now.room[i];
    assert(!"an array of this case");
    return NULL;
}

void *copy_of(const void *array)
{
    const Room *r = room_of(array);
    assert(now.copies < MOST_ROOMS);
    void *copy = malloc(r->bytes + 1);
    memcpy(copy, array, r->bytes);
    return now.copy[now.copies++] = copy;
}

static double element(const void *array, Element kind, long i)
{
    return kind == FLOATS ? ((const float *)array)[i]
         : kind == INTS ? ((const int32_t *)array)[i] : ((const int8_t *)array)[i];
}

void same(const void *got, const void *want)
{
    const Room *r = room_of(got);
    for (long i = 0; i < r->count; i++) {
        double a = element(got, r->element, i), b = element(want, r->element, i);
        if (a != b && (a == a || b == b))
            differs("array %d: [%ld] is %.9g, not %.9g", (int)(r - now.room), i, a, b);
    }
}
