/* mix.c - pairs of a batch: how shares are distributed, where windows lie, and that pictures and targets are mixed
 * alike, each image with the one that faces it. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/mix.h"
#include "runtime/numbers/beta.h"
#include "runtime/system/memory.h"

static uint32_t state = 5;

static uint32_t word(void)
{
    state = state * 1664525 + 1013904223;
    return state ^ state >> 15;
}

/* ---- the distribution ---- */

enum { DRAWS = 40000 };

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double even(double x)      { return x; }
static double arcsine(double x)   { return 2 / 3.14159265358979323846 * asin(sqrt(x)); }
static double parabola(double x)  { return x * x * (3 - 2 * x); }

/* Mean, variance and fourth moment within five deviations; and, where the distribution has a formula, Kolmogorov's
 * distance below that of one in a thousand. */
static void check_beta(double alpha, double (*distribution)(double x))
{
    static double share[DRAWS];
    double sum = 0, square = 0, fourth = 0, eighth = 0, farthest = 0;
    for (int i = 0; i < DRAWS; i++) {
        share[i] = beta_of(alpha, word(), word());
        CU_ASSERT_FATAL(share[i] >= 0 && share[i] <= 1);
        double off = share[i] - 0.5, off2 = off * off;
        sum += off;
        square += off2;
        fourth += off2 * off2;
        eighth += off2 * off2 * off2 * off2;
    }
    double n = DRAWS, variance = 0.25 / (2 * alpha + 1), moment = 3 * variance / (4 * (2 * alpha + 3));
    CU_ASSERT_DOUBLE_EQUAL(sum / n, 0, 5 * sqrt(variance / n));
    CU_ASSERT_DOUBLE_EQUAL(square / n, variance, 5 * sqrt((moment - variance * variance) / n));
    CU_ASSERT_DOUBLE_EQUAL(fourth / n, moment, 5 * sqrt((eighth / n - moment * moment) / n));
    qsort(share, DRAWS, sizeof *share, by_size);
    for (int i = 0; distribution && i < DRAWS; i++)
        farthest = fmax(farthest, fabs(distribution(share[i]) - (i + 0.5) / n));
    CU_ASSERT(farthest < 1.95 / sqrt(n));
}

static void shares_are_of_the_beta_distribution(void)
{
    check_beta(0.5, arcsine);
    check_beta(1, even);
    check_beta(2, parabola);
    check_beta(0.05, NULL);
    check_beta(0.2, NULL);
    check_beta(10, NULL);
}

/* By way of Student's t, with the functions of the C library. */
static void shares_are_by_the_formula(void)
{
    static const double alphas[] = { 0.1, 0.4, 1, 3.5, 10 };
    for (int i = 0; i < 5000; i++) {
        uint32_t radius = word(), direction = word();
        double alpha = alphas[i % 5], angle = 6.28318530717958647693 * direction * 0x1p-32;
        double t = sqrt(2 * alpha * (pow((radius + 0.5) * 0x1p-32, -1 / alpha) - 1)) * cos(angle);
        CU_ASSERT_DOUBLE_EQUAL(beta_of(alpha, radius, direction), 0.5 + t / (2 * sqrt(2 * alpha + t * t)), 1e-9);
    }
}

/* At the ends of words, and where the power overflows. */
static void shares_are_numbers_always(void)
{
    static const uint32_t words[] = { 0, 1, 0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000, 0xc0000000, 0xffffffff };
    static const double alphas[] = { 1e-9, 1e-3, 0.1, 1, 10 };
    for (int a = 0; a < 5; a++)
        for (int i = 0; i < 64; i++) {
            double share = beta_of(alphas[a], words[i / 8], words[i % 8]);
            CU_ASSERT(share >= 0 && share <= 1);
        }
}

/* ---- pairs ---- */

static const Shape shape = { 7, 6, 3 };
enum { VALUES = 7 * 6 * 3, MOST = 9 };

static Job job_of(double mixup, double cutmix, JobTarget target)
{
    return (Job){ .input = { .shape = shape }, .mixup = mixup, .cutmix = cutmix, .target = target };
}

typedef struct {
    float input[MOST * VALUES];
    union {
        int32_t class[MOST * VALUES];
        float number[MOST * VALUES];
    } target;
    float after;
} Batch;

static Batch batch_of(const Job *job)
{
    Batch batch = { .after = -7 };
    for (int i = 0; i < MOST * VALUES; i++) {
        batch.input[i] = (float)(word() >> 8) * 0x1p-24f - 0.3f;
        if (job->target.kind == TARGET_MASK)
            batch.target.class[i] = (int32_t)(word() % 5) - 1;
        else
            batch.target.number[i] = (float)(word() >> 8) * 0x1p-24f;
    }
    return batch;
}

static AugmentKey key_of(int i)
{
    return (AugmentKey){ 3, 1, 32 + (uint32_t)i };
}

static bool is_in(Window window, int y, int x)
{
    return y >= window.top && y < window.bottom && x >= window.left && x < window.right;
}

static double mixed(double own, double other, double share)
{
    return share * own + (1 - share) * other;
}

/* Every value of the mixed batch by plain arithmetic; n images of it take part. */
static void check_batch(const Job *job, int n)
{
    Batch before = batch_of(job), after = before;
    Shape target = job->target.shape;
    long targets = shape_size(target);
    mix_batch(job, key_of(0), n, after.input, &after.target);
    for (int i = 0; i < MOST; i++) {
        int j = i < n ? n - 1 - i : i;
        Mix mix = mix_draw(job, key_of(i < j ? i : j));
        for (int v = 0; v < VALUES; v++) {
            double own = before.input[i * VALUES + v], other = before.input[j * VALUES + v];
            double expected = !mix.cuts ? mixed(own, other, mix.share)
                            : is_in(mix.window, v / 3 / shape.w, v / 3 % shape.w) ? other : own;
            CU_ASSERT_DOUBLE_EQUAL(after.input[i * VALUES + v], i == j ? own : expected, 2e-7);
        }
        for (long v = 0; v < targets; v++) {
            long own = i * targets + v, other = j * targets + v;
            int y = (int)(v / target.c) / target.w, x = (int)(v / target.c) % target.w;
            /* the pixel of the input that lies below the middle of the target's */
            int inner_y = (2 * y + 1) * shape.h / (2 * target.h), inner_x = (2 * x + 1) * shape.w / (2 * target.w);
            bool cut = mix.cuts && !shape_is_vector(target), taken = cut && is_in(mix.window, inner_y, inner_x);
            if (job->target.kind == TARGET_MASK)
                CU_ASSERT_EQUAL(after.target.class[own], before.target.class[taken ? other : own])
            else if (cut)
                CU_ASSERT_EQUAL(after.target.number[own], before.target.number[taken ? other : own])
            else
                CU_ASSERT_DOUBLE_EQUAL(after.target.number[own],
                                       mixed(before.target.number[own], before.target.number[other],
                                             i == j ? 1 : mix.share), 2e-7);
        }
    }
    CU_ASSERT_EQUAL(after.after, -7);
}

static void pairs_are_mixed_alike(void)
{
    static const JobTarget targets[] = {
        { TARGET_SHARES, { 1, 1, 5 } }, { TARGET_SHARES, { 1, 1, 1 } }, { TARGET_NUMBERS, { 1, 1, 3 } },
        { TARGET_NUMBERS, { 7, 6, 3 } }, { TARGET_NUMBERS, { 3, 4, 2 } },
    };
    for (int t = 0; t < 5; t++)
        for (int n = 1; n <= MOST; n++)
            for (int ways = 1; ways < 4; ways++) {
                Job job = job_of(ways & 1 ? 0.7 : 0, ways & 2 ? 1.0 : 0, targets[t]);
                check_batch(&job, n);
            }
}

static void masks_are_cut(void)
{
    static const Shape sizes[] = { { 7, 6, 1 }, { 3, 3, 1 }, { 14, 6, 1 }, { 1, 5, 1 } };
    for (int s = 0; s < 4; s++)
        for (int n = 1; n <= MOST; n++) {
            Job job = job_of(0, 1, (JobTarget){ TARGET_MASK, sizes[s] });
            check_batch(&job, n);
        }
}

/* A pixel that does not count in one of a pair does not in what is mixed of them. */
static void what_does_not_count_is_not_mixed(void)
{
    Job job = job_of(1, 0, (JobTarget){ TARGET_SHARES, { 1, 3, 2 } });
    float input[2 * 7 * 6 * 3] = { 0 }, target[12] = { -1, -1, 0, 1, 1, 0,  0, 1, 0, 1, 1, 0 };
    CU_ASSERT_FATAL(2 * shape_size(job.input.shape) <= (long)(sizeof input / sizeof *input));
    mix_batch(&job, key_of(0), 2, input, target);
    for (int i = 0; i < 12; i++)
        CU_ASSERT_EQUAL(target[i], i % 6 < 2 ? -1 : i % 6 == 3 || i % 6 == 4);
}

static void nothing_told_nothing_done(void)
{
    Job job = job_of(0, 0, (JobTarget){ TARGET_CLASS, { 1, 1, 1 } });
    Batch before = batch_of(&job), after = before;
    mix_batch(&job, key_of(0), MOST, after.input, &after.target);
    CU_ASSERT_EQUAL(memcmp(&before, &after, sizeof after), 0);
}

/* What a window leaves is the share; its middle is anywhere; its size follows the share that was drawn. */
static void windows_leave_their_share(void)
{
    enum { PAIRS = 20000 };
    Job job = job_of(0, 1, (JobTarget){ TARGET_SHARES, { 1, 1, 2 } });
    job.input.shape = (Shape){ 40, 60, 1 };
    double sum = 0, down = 0, across = 0;
    for (int i = 0; i < PAIRS; i++) {
        Mix mix = mix_draw(&job, key_of(i));
        Window window = mix.window;
        CU_ASSERT_FATAL(mix.cuts && window.top >= 0 && window.top <= window.bottom && window.bottom <= 40 &&
                        window.left >= 0 && window.left <= window.right && window.right <= 60);
        double area = (window.bottom - window.top) * (window.right - window.left);
        CU_ASSERT_DOUBLE_EQUAL(mix.share, 1 - area / 2400, 1e-12);
        sum += mix.share;
        down += (window.top + window.bottom) / 2.0 - 20;
        across += (window.left + window.right) / 2.0 - 30;
    }
    /* with 1 - share = s^2 and s^2 even, of a side s the mean within is s - s^2/4: the mean of (s - s^2/4)^2 */
    CU_ASSERT_DOUBLE_EQUAL(sum / PAIRS, 1 - (1 / 2.0 - 0.5 * 2 / 5 + 1 / 48.0), 0.02);
    CU_ASSERT_DOUBLE_EQUAL(down / PAIRS, 0, 0.5);
    CU_ASSERT_DOUBLE_EQUAL(across / PAIRS, 0, 0.7);
}

/* Of both rows each has half of the pairs, by its own alpha; and all is told by the key. */
static void both_take_turns(void)
{
    enum { PAIRS = 4000 };
    Job job = job_of(10, 0.1, (JobTarget){ TARGET_SHARES, { 1, 1, 2 } });
    int cut = 0, differ = 0;
    double far = 0;
    for (int i = 0; i < PAIRS; i++) {
        Mix mix = mix_draw(&job, key_of(i)), again = mix_draw(&job, key_of(i));
        CU_ASSERT(mix.share == again.share && mix.cuts == again.cuts);
        AugmentKey other = key_of(i);
        other.epoch++;
        differ += mix_draw(&job, other).share != mix.share;
        cut += mix.cuts;
        far += mix.cuts ? 0 : (mix.share - 0.5) * (mix.share - 0.5);
    }
    CU_ASSERT(abs(cut - PAIRS / 2) < 5 * 32);
    CU_ASSERT(differ > PAIRS / 2);
    CU_ASSERT_DOUBLE_EQUAL(far / (PAIRS - cut), 0.25 / 21, 0.002);
}

void suite_mix(void);
void suite_mix(void)
{
    CU_pSuite suite = CU_add_suite("pictures: pairs that are mixed", NULL, NULL);
    CU_ADD_TEST(suite, shares_are_of_the_beta_distribution);
    CU_ADD_TEST(suite, shares_are_by_the_formula);
    CU_ADD_TEST(suite, shares_are_numbers_always);
    CU_ADD_TEST(suite, pairs_are_mixed_alike);
    CU_ADD_TEST(suite, masks_are_cut);
    CU_ADD_TEST(suite, what_does_not_count_is_not_mixed);
    CU_ADD_TEST(suite, nothing_told_nothing_done);
    CU_ADD_TEST(suite, windows_leave_their_share);
    CU_ADD_TEST(suite, both_take_turns);
}
