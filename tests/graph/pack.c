/* pack.c - buffers get the places that first fit gives them when it tries all that are placed already, one by one,
 * whatever their sizes and lives; and ten thousand need no quadratic time. */

#include <CUnit/CUnit.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "compiler/plan/pack.h"

static uint64_t state;

static int below(int n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (int)((state >> 33) % (uint64_t)n);
}

/* ---- the same by trying all ---- */

static bool meet(const Buffer *a, const Buffer *b)
{
    return a->first <= b->last && b->first <= a->last && a->place < b->place + b->bytes
        && b->place < a->place + a->bytes;
}

/* The end of a buffer in whose way `mine` lies; or 0. */
static size_t in_the_way(Buffer *const *placed, int count, const Buffer *mine)
{
    for (int i = 0; i < count; i++)
        if (meet(placed[i], mine))
            return placed[i]->place + placed[i]->bytes;
    return 0;
}

/* In the order that `pack` left, the largest first. */
static void expect_first_fit(Buffer **buffer, int count, size_t base, size_t end)
{
    size_t furthest = base;
    int wrong = 0;
    for (int i = 0; i < count; i++) {
        Buffer mine = *buffer[i];
        mine.place = base;
        for (size_t next; (next = in_the_way(buffer, i, &mine)) > 0; )
            mine.place = next;
        wrong += mine.place != buffer[i]->place;
        wrong += i > 0 && buffer[i - 1]->bytes < mine.bytes;
        furthest = mine.place + mine.bytes > furthest ? mine.place + mine.bytes : furthest;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(furthest, end);
}

/* ---- buffers ---- */

typedef Buffer Draw(int number, int count);

static Buffer anything(int number, int count)
{
    int first = below(count), longest = 1 + below(below(4) ? 8 : count);
    return (Buffer){ .number = number, .bytes = 64 * (size_t)(1 + below(below(3) ? 4 : 300)), .first = first,
                     .last = first + below(longest) };
}

/* What a layer makes is needed again on the way back, in the opposite order; gradients live shortly. */
static Buffer there_and_back(int number, int count)
{
    int layers = (count + 1) / 2, layer = number % layers;
    if (number < layers)
        return (Buffer){ .number = number, .bytes = 128, .first = layer, .last = count - layer };
    return (Buffer){ .number = number, .bytes = 64 * (size_t)(1 + layer % 2), .first = count - layer - 1,
                     .last = count - layer };
}

static size_t pack_drawn(Arena *arena, Buffer **buffer, int count, size_t base, Draw *draw)
{
    for (int i = 0; i < count; i++) {
        buffer[i] = arena_new(arena, Buffer);
        *buffer[i] = draw(i, count);
    }
    return pack(arena, buffer, count, base);
}

static void places_are_those_of_first_fit(void)
{
    static Draw *const draws[] = { anything, there_and_back };
    static const int counts[] = { 0, 1, 2, 50, 128, 129, 400, 1500 };
    state = 1;
    for (size_t d = 0; d < sizeof draws / sizeof *draws; d++)
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            Arena *arena = arena_open();
            Buffer **buffer = arena_array(arena, Buffer *, counts[i] + 1);
            size_t end = pack_drawn(arena, buffer, counts[i], 4096, draws[d]);
            expect_first_fit(buffer, counts[i], 4096, end);
            arena_close(arena);
        }
}

/* Some hundredths of a second; with a loop over all for each of them, 1.4 s. */
static void many_take_little_time(void)
{
    enum { MANY = 60000 };
    Arena *arena = arena_open();
    Buffer **buffer = arena_array(arena, Buffer *, MANY);
    clock_t before = clock();
    pack_drawn(arena, buffer, MANY, 0, there_and_back);
    double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    CU_ASSERT(seconds < .7);
    if (seconds >= .7)
        fprintf(stderr, "%d buffers took %.1f s\n", (int)MANY, seconds);
    arena_close(arena);
}

void suite_pack(void);
void suite_pack(void)
{
    CU_pSuite suite = CU_add_suite("pack", NULL, NULL);
    CU_ADD_TEST(suite, places_are_those_of_first_fit);
    CU_ADD_TEST(suite, many_take_little_time);
}
