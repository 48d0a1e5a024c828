/* schedule.c - a schedule hands each call its arrays: of its own image, shard and worker; makes each image and each
 * row once, a shard's in their order, whatever the threads; clears a shard's sums, once; and leaves out what is done. */

#include <CUnit/CUnit.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/network/schedule.h"
#include "runtime/system/memory.h"

enum { SHARDS = 8, MOST = 21, ROWS = 23, GROUP = 3, TASKS = 5, NUMBER = 7, DONE = 1000 };

/* The block. */
typedef struct {
    int32_t preparations;
    int32_t seen[MOST];         /* by image */
    uint32_t sum[SHARDS][16];
    uint32_t total;
    int32_t made[ROWS * GROUP + 1];
    int32_t other_tasks;
    int32_t alone[MOST];        /* by image */
} Block;

enum { nothing, input, target, preparations, seen, sum, sums, total, made, other_tasks, scratch, alone };

/* A sum in which the order shows. */
static uint32_t add(uint32_t sum, int32_t x)
{
    return 31 * sum + (uint32_t)x;
}

static const ArrayRow array[] = {
    [input] = { IN_INPUT, .image = sizeof(float) },
    [target] = { IN_TARGET, .image = sizeof(int32_t) },
    [preparations] = { IN_BLOCK, .place = offsetof(Block, preparations) },
    [seen] = { IN_BLOCK, .place = offsetof(Block, seen), .image = sizeof(int32_t) },
    [sum] = { IN_BLOCK, .place = offsetof(Block, sum), .shard = 16 * sizeof(uint32_t) },
    [sums] = { IN_BLOCK, .place = offsetof(Block, sum) },
    [total] = { IN_BLOCK, .place = offsetof(Block, total) },
    [made] = { IN_BLOCK, .place = offsetof(Block, made) },
    [other_tasks] = { IN_BLOCK, .place = offsetof(Block, other_tasks) },
    [scratch] = { IN_SCRATCH, .place = 64 },
    [alone] = { IN_BLOCK, .place = offsetof(Block, alone), .image = sizeof(int32_t) },
};

static void prepare_turn(const Turn *turn)
{
    int32_t *count = turn->at[0];
    ++*count;
}

/* Into the worker's scratch, from the picture. */
static void copy_turn(const Turn *turn)
{
    const float *x = turn->at[0];
    int32_t *y = turn->at[1];
    CU_ASSERT_PTR_NULL(turn->at[2]);
    CU_ASSERT_EQUAL(turn->number, NUMBER);
    CU_ASSERT_EQUAL(*(const int32_t *)turn->at[3], turn->image);
    *y = (int32_t)*x;
}

static void add_turn(const Turn *turn)
{
    const int32_t *x = turn->at[0];
    int32_t *at = turn->at[1];
    uint32_t *part = turn->at[2];
    CU_ASSERT_EQUAL(turn->from, 0);
    CU_ASSERT_EQUAL(turn->to, GROUP);
    CU_ASSERT_EQUAL(*(const int *)turn->rates, DONE);
    ++*at;
    *part = add(*part, *x);
}

static void total_turn(const Turn *turn)
{
    const uint32_t (*part)[16] = turn->at[0];
    uint32_t *all = turn->at[1];
    for (int i = 0; i < SHARDS; i++)
        *all += part[i][0];
}

static void rows_turn(const Turn *turn)
{
    int32_t *row = turn->at[0];
    CU_ASSERT_TRUE(turn->from < turn->to);
    for (int i = turn->from; i < turn->to; i++)
        row[i]++;
}

static void others_turn(const Turn *turn)
{
    atomic_int *bits = turn->at[0];
    atomic_fetch_or(bits, 1 << turn->task);
}

static void alone_turn(const Turn *turn)
{
    int32_t *at = turn->at[0];
    ++*at;
}

static const ScheduleRow call[] = {
    { prepare_turn, .tasks = 1, .array = { preparations } },
    { copy_turn, .number = NUMBER, .array = { input, scratch, nothing, target } },
    { add_turn, .share = { GROUP, 1, GROUP }, .array = { scratch, seen, sum } },
    { rows_turn, .tasks = TASKS, .share = { ROWS * GROUP + 1, ROWS, GROUP }, .array = { made } },
    { total_turn, .tasks = 1, .array = { sums, total } },
    { others_turn, .tasks = 2, .array = { other_tasks } },
    { alone_turn, .array = { alone } },
};
static const SegmentRow segment[] = { { OF_BATCH, 1 }, { OF_IMAGES, 2 }, { OF_BATCH, 3 }, { OF_IMAGES, 1 } };
static const Schedule schedule = { array, call, segment, 4, SHARDS };

static void run(int threads, int n, int done)
{
    const int rates = DONE;
    float picture[MOST];
    int32_t class[MOST];
    Block *block = need_memory(sizeof *block);
    char *room = need_memory(256 * (size_t)threads);
    memset(block->sum, 0x55, sizeof block->sum);        /* of a step before */
    for (int i = 0; i < MOST; i++) {
        picture[i] = (float)(1 << i % 20);
        class[i] = i;
    }
    Step step = { .block = (char *)block, .scratch = room, .scratch_bytes = 256, .pool = pool_open(threads),
                  .input = picture, .target = class, .n = n };
    schedule_run(&schedule, &step, &rates, done);
    uint32_t part[SHARDS] = { 0 }, expected = 0;
    for (int i = 0; i < n; i++)
        part[i * SHARDS / n] = add(part[i * SHARDS / n], 1 << i % 20);
    for (int i = 0; i < SHARDS; i++)
        expected += part[i];
    CU_ASSERT_EQUAL(block->preparations, done ? 0 : 1);
    CU_ASSERT_EQUAL(block->total, expected);
    CU_ASSERT_EQUAL(block->other_tasks, 3);
    for (int i = 0; i < MOST; i++)
        CU_ASSERT(block->seen[i] == (i < n) && block->alone[i] == (i < n));
    for (int i = 0; i < ROWS * GROUP + 1; i++)
        CU_ASSERT_EQUAL(block->made[i], 1);
    pool_close(step.pool);
    free(room);
    free(block);
}

static void each_call_gets_its_own(void)
{
    static const int sizes[] = { 1, 5, SHARDS, 20, MOST };
    static const int threads[] = { 1, 2, 3, 5, SHARDS, 12 };
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
            run(threads[i], sizes[k], 0);
}

static void what_is_done_is_left_out(void)
{
    run(2, SHARDS, 1);
}

void suite_schedule(void);
void suite_schedule(void)
{
    CU_pSuite suite = CU_add_suite("schedule", NULL, NULL);
    CU_ADD_TEST(suite, each_call_gets_its_own);
    CU_ADD_TEST(suite, what_is_done_is_left_out);
}
