/* random.c - the generator against its authors' known answers, and what is made of its bits. */

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/kernels/random.h"
#include "runtime/numbers/shuffle.h"

/* philox4x32 10 rounds: kat_vectors of the authors' Random123 library */
static const struct {
    uint32_t counter[4], key[2], out[4];
} known[] = {
    { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { ~0u, ~0u, ~0u, ~0u }, { ~0u, ~0u }, { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
};

static void known_answers(void)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        random_bits(out, known[i].key, known[i].counter);
        CU_ASSERT_EQUAL(memcmp(out, known[i].out, sizeof out), 0);
    }
    uint32_t out[4];            /* the last as the house spells it */
    random_draw(out, 0x299f31d0a4093822, 0x13198a2e, 0x85a308d3, 0x243f6a88, 0x03707344);
    CU_ASSERT_EQUAL(memcmp(out, known[2].out, sizeof out), 0);
}

static void ranges(void)
{
    CU_ASSERT_EQUAL(random_uniform(0), 0);
    CU_ASSERT_EQUAL(random_uniform(~0u), 1 - 0x1p-32);
    CU_ASSERT_EQUAL(random_uniform_float(0xff), 0);
    CU_ASSERT_EQUAL(random_uniform_float(~0u), 1 - 0x1p-24f);
    CU_ASSERT_EQUAL(random_below(~0u, ~0u, 10), 9);
    CU_ASSERT_EQUAL(random_below(0, ~0u, 10), 0);
    CU_ASSERT_EQUAL(random_below(0x1999999a, 0, 10), 1);    /* just above a tenth */
    CU_ASSERT_EQUAL(random_below(0x19999999, 0, 10), 0);
    CU_ASSERT_EQUAL(random_below(~0u, ~0u, ~0u), ~0u - 1);
}

/* Each of the 24 orders of 4 comes about as often as any: within five deviations of 1000. */
static void orders_are_even(void)
{
    int times[4][4][4] = { 0 };
    for (uint32_t epoch = 0; epoch < 24000; epoch++) {
        long list[4] = { 0, 1, 2, 3 };
        shuffle(list, 4, 1, epoch, 0, RANDOM_ORDER);
        times[list[0]][list[1]][list[2]]++;
    }
    int orders = 0, uneven = 0;
    for (int i = 0; i < 64; i++) {
        int n = times[i / 16][i / 4 % 4][i % 4];
        orders += n > 0;
        uneven += n && abs(n - 1000) > 155;
    }
    CU_ASSERT_EQUAL(orders, 24);
    CU_ASSERT_EQUAL(uneven, 0);
}

static void shuffles_keep_all(void)
{
    enum { N = 1000 };
    long list[N], again[N], other[N];
    bool seen[N] = { false };
    for (int i = 0; i < N; i++)
        list[i] = again[i] = other[i] = i;
    shuffle(list, N, 1, 2, 3, RANDOM_SPLIT);
    shuffle(again, N, 1, 2, 3, RANDOM_SPLIT);
    shuffle(other, N, 1, 2, 3, RANDOM_ORDER);
    int stayed = 0;
    for (int i = 0; i < N; i++) {
        seen[list[i]] = true;
        stayed += list[i] == i;
    }
    for (int i = 0; i < N; i++)
        CU_ASSERT_TRUE(seen[i]);
    CU_ASSERT_TRUE(stayed < 10);
    CU_ASSERT_EQUAL(memcmp(list, again, sizeof list), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(list, other, sizeof list), 0);
}

void suite_random(void)
{
    CU_pSuite suite = CU_add_suite("data: random numbers", NULL, NULL);
    CU_ADD_TEST(suite, known_answers);
    CU_ADD_TEST(suite, ranges);
    CU_ADD_TEST(suite, orders_are_even);
    CU_ADD_TEST(suite, shuffles_keep_all);
}
