/* clip.c - how long all gradients are together, and the update with what that makes of them. */

#include "tests/kernels/wide/bounded.h"
#include "tests/kernels/wide/wide.h"

#include "runtime/kernels/clip.c"
#include "runtime/kernels/square_sum.c"
#include "runtime/kernels/update.h"

/* Whole numbers show which element was where. */
INLINE void whole(vf *w, vf g, float *s0, float *s1, long at, const Rates *rates)
{
    *w -= rates->rate * g;
    store(s0 + at, load(s0 + at) + g);
    store(s1 + at, load(s1 + at) - g);
}

#define UPDATE whole
#include "runtime/kernels/update_clipped.c"

static void squares_case(int size, int chunk, int first)
{
    int tasks = (size + chunk - 1) / chunk;
    open_case("square_sum of %d, chunks of %d, behind %d", size, chunk, first);
    float *g = given(size, 9), *part = blank((first + tasks) * VL), *want = copy_of(part);
    seal();
    for (int task = 0; task < tasks; task++) {
        for (int lane = 0; lane < VL; lane++)
            want[(first + task) * VL + lane] = 0;
        for (int i = task * chunk; i < (task + 1) * chunk && i < size; i++)
            want[(first + task) * VL + i % VL] += g[i] * g[i];
        square_sum(g, part, task, size, chunk, first);
        same(part, want);
    }
    close_case();
}

static void test_square_sum(void)
{
    for (int size = 1; size <= 7; size++)
        for (int chunk = 1; chunk <= 8; chunk++)
            squares_case(size * VL, chunk * VL, chunk % 3);
}

/* Parts whose sum has a root: (3 n)^2 = 9 n^2 parts of n^2 ones each. */
static void test_clip(void)
{
    for (int parts = 1; parts <= 5; parts++) {
        open_case("clip of %d parts", parts);
        float *part = given(parts * VL, 0), *factor = blank(1);
        for (int i = 0; i < parts * VL; i++)
            part[i] = (float)parts * VL;        /* the length is parts * VL */
        seal();
        clip(part, factor, parts, 2.f * parts * VL);
        same(factor, &(float){ 1 });
        clip(part, factor, parts, (float)parts * VL);
        same(factor, &(float){ 1 });
        clip(part, factor, parts, parts * VL / 4.f);
        same(factor, &(float){ 0.25f });
        close_case();
    }
}

static void update_case(int size, int chunk)
{
    const Rates rates = { .rate = 2 };
    open_case("update_clipped of %d, chunks of %d", size, chunk);
    float *w = begun(size, 9), *g = given(size, 9), *factor = given(1, 0), *s0 = begun(size, 9), *s1 = begun(size, 9);
    float *want = copy_of(w), *want_0 = copy_of(s0), *want_1 = copy_of(s1);
    factor[0] = 0.5f;
    seal();
    for (int task = 0; task * chunk < size; task++) {
        update_clipped(w, g, factor, s0, s1, task, &rates, size, chunk);
        for (int i = task * chunk; i < (task + 1) * chunk && i < size; i++) {
            want[i] -= g[i];
            want_0[i] += 0.5f * g[i];
            want_1[i] -= 0.5f * g[i];
        }
        same(w, want);
        same(s0, want_0);
        same(s1, want_1);
    }
    close_case();
}

static void test_update_clipped(void)
{
    for (int size = 1; size <= 7; size++)
        for (int chunk = 1; chunk <= 8; chunk++)
            update_case(size * VL, chunk * VL);
}

WIDE_TESTS(clip) = {
    { "square_sum", test_square_sum },
    { "clip", test_clip },
    { "update_clipped", test_update_clipped },
    { 0 },
};
