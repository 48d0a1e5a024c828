/* prefetch.c - batches that are made ahead: whole or cut short, in their order, whatever the threads do meanwhile. */

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/resident.h"
#include "runtime/data/prefetch.h"

void suite_prefetch(void);

enum { BATCH = 8, FIRST = 5, LOST = 23, IMAGES = 300 };

/* What a maker fills. */
typedef struct {
    long value[RING_BATCHES][BATCH];
    int benches;                /* of threads that are at work */
} Made;

static void *open_bench(void *context)
{
    Made *made = context;
    __atomic_fetch_add(&made->benches, 1, __ATOMIC_SEQ_CST);
    return &made->benches;
}

static void close_bench(void *bench)
{
    __atomic_fetch_sub((int *)bench, 1, __ATOMIC_SEQ_CST);
}

/* Each image takes another time. */
static char *make(void *context, void *bench, long batch, int place)
{
    Made *made = context;
    CU_ASSERT_PTR_EQUAL(bench, &made->benches);
    usleep((unsigned)((batch * BATCH + place) * 37 % 97));
    made->value[batch % RING_BATCHES][place] = batch * 100 + place;
    return batch == LOST && place == 1 ? strdup("gone") : NULL;
}

static void finish(void *context, long batch, int n)
{
    Made *made = context;
    for (int i = 0; i < n; i++)
        made->value[batch % RING_BATCHES][i]++;
}

/* Takes the oldest batch, of n images, which were raised by `more` when it was finished. */
static void take(Prefetch *prefetch, const Made *made, long number, int n, int more)
{
    Prefetched next = prefetch_next(prefetch);
    CU_ASSERT_EQUAL(next.number, number);
    CU_ASSERT_EQUAL(next.n, n);
    CU_ASSERT_EQUAL(next.lost != NULL, number == LOST);
    if (next.lost)
        CU_ASSERT_STRING_EQUAL(next.lost, "gone");
    for (int i = 0; i < n && !next.lost; i++)
        CU_ASSERT_EQUAL(made->value[number % RING_BATCHES][i], number * 100 + i + more);
    prefetch_give_back(prefetch);
}

/* As a loader asks: the ring is full from the start on, and each batch is finished; twice over. */
static void whole_batches(void)
{
    static Made made;
    Prefetch *prefetch = prefetch_open(&(ImageMaker){ .context = &made, .open_bench = open_bench,
                                                      .close_bench = close_bench, .make = make, .finish = finish }, 3);
    CU_ASSERT_FALSE(prefetch_works(prefetch));
    for (int epoch = 0; epoch < 2; epoch++) {
        prefetch_start(prefetch, FIRST);
        CU_ASSERT_TRUE(prefetch_works(prefetch));
        for (long number = FIRST; number < FIRST + IMAGES / BATCH; number++) {
            while (prefetch_has_room(prefetch))
                prefetch_ask(prefetch, BATCH, true);
            CU_ASSERT_EQUAL(prefetch_ahead(prefetch), RING_BATCHES);
            take(prefetch, &made, number, BATCH, 1);
        }
    }
    prefetch_stop(prefetch);
    CU_ASSERT_EQUAL(made.benches, 0);
    prefetch_close(prefetch);
}

/* As names come: one image at a time, and a batch is cut short now and then, before or after all of it is made. */
static void cut_batches(void)
{
    static Made made;
    Prefetch *prefetch = prefetch_open(&(ImageMaker){ .context = &made, .make = make, .open_bench = open_bench }, 2);
    prefetch_start(prefetch, 0);
    for (long number = 0; number < LOST; number++) {
        int n = 1 + (int)(number * 5 % BATCH);
        for (int i = 0; i < n; i++)
            prefetch_ask(prefetch, 1, i == BATCH - 1);
        CU_ASSERT_EQUAL(prefetch_ahead(prefetch), n == BATCH);
        if (number % 3 == 0)
            usleep(2000);
        if (n < BATCH)
            prefetch_ask(prefetch, 0, true);
        CU_ASSERT_EQUAL(prefetch_ahead(prefetch), 1);
        take(prefetch, &made, number, n, 0);
    }
    prefetch_close(prefetch);
}

void suite_prefetch(void)
{
    CU_pSuite suite = CU_add_suite("data: batches made ahead", NULL, NULL);
    CU_ADD_TEST(suite, whole_batches);
    CU_ADD_TEST(suite, cut_batches);
}
