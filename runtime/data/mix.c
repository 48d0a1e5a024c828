/* mix.c - both of a pair are mixed at once, where they lie. One product a sum, so that compilers agree on the bits. */

#include "runtime/data/mix.h"

#include <math.h>

#include "runtime/kernels/random.h"
#include "runtime/numbers/beta.h"
#include "runtime/numbers/lanes.h"

/* ---- draws ---- */

/* Of the whole, a window of `area`, as far as it does not hang over. */
static Window draw_window(Shape shape, double area, const uint32_t word[4])
{
    double side = sqrt(area);
    int h = (int)(0.5 * side * shape.h), w = (int)(0.5 * side * shape.w);
    int y = (int)random_below(word[0], word[2], (uint32_t)shape.h);
    int x = (int)random_below(word[1], word[3], (uint32_t)shape.w);
    return window_within((Window){ y - h, x - w, y + h, x + w }, shape);
}

Mix mix_draw(const Job *job, AugmentKey key)
{
    uint32_t word[4];
    random_draw(word, key.seed, key.epoch, key.position, 0, RANDOM_MIX);
    bool cuts = job->cutmix > 0 && (job->mixup == 0 || word[2] >> 31);
    Mix mix = { .cuts = cuts, .share = beta_of(cuts ? job->cutmix : job->mixup, word[0], word[1]) };
    if (!cuts)
        return mix;
    random_draw(word, key.seed, key.epoch, key.position, 1, RANDOM_MIX);
    Shape shape = job->input.shape;
    mix.window = draw_window(shape, 1 - mix.share, word);
    double pixels = (double)(mix.window.bottom - mix.window.top) * (mix.window.right - mix.window.left);
    mix.share = 1 - pixels / ((double)shape.h * shape.w);
    return mix;
}

/* ---- two images ---- */

/* share * own + (1 - share) * other, of both. */
static void blend(float *a, float *b, long count, float share)
{
    long i = 0;
    for (; i + LANES <= count; i += LANES) {
        Lanes x = load_floats(a + i), y = load_floats(b + i);
        store_floats(a + i, y + (x - y) * share);
        store_floats(b + i, x + (y - x) * share);
    }
    for (; i < count; i++) {
        float x = a[i], y = b[i];
        a[i] = y + (x - y) * share;
        b[i] = x + (y - x) * share;
    }
}

/* Exchanges a window of two pictures of `size` bytes a pixel. */
static void exchange(char *a, char *b, int w, size_t size, Window window)
{
    for (int y = window.top; y < window.bottom; y++) {
        size_t at = ((size_t)y * (size_t)w + (size_t)window.left) * size;
        size_t end = at + (size_t)(window.right - window.left) * size;
        for (; at < end; at += sizeof(float)) {
            char kept[sizeof(float)];
            memcpy(kept, a + at, sizeof kept);
            memcpy(a + at, b + at, sizeof kept);
            memcpy(b + at, kept, sizeof kept);
        }
    }
}

/* The first of `to` pixels whose middle lies at or behind the edge `at` of `from` pixels. */
static int scaled_edge(int at, int from, int to)
{
    int64_t twice = (int64_t)2 * at * to - from;
    return twice <= 0 ? 0 : (int)((twice + 2 * (int64_t)from - 1) / (2 * (int64_t)from));
}

static Window scaled_window(Window window, Shape from, Shape to)
{
    return (Window){ scaled_edge(window.top, from.h, to.h), scaled_edge(window.left, from.w, to.w),
                     scaled_edge(window.bottom, from.h, to.h), scaled_edge(window.right, from.w, to.w) };
}

/* Where one does not count, neither does what is mixed of it. */
static void leave_out(float *a, float *b, long count)
{
    for (long i = 0; i < count; i++)
        if (a[i] < 0 || b[i] < 0)
            a[i] = b[i] = -1;
}

/* A target that is a picture is cut as its input; of any other each keeps its share. */
static void mix_targets(const Job *job, const Mix *mix, void *a, void *b)
{
    Shape shape = job->target.shape;
    if (!mix->cuts && job->target.kind == TARGET_SHARES)
        leave_out(a, b, shape_size(shape));
    if (mix->cuts && !shape_is_vector(shape))
        exchange(a, b, shape.w, sizeof(float) * (size_t)shape.c, scaled_window(mix->window, job->input.shape, shape));
    else
        blend(a, b, shape_size(shape), (float)mix->share);
}

static void mix_inputs(const Job *job, const Mix *mix, float *a, float *b)
{
    Shape shape = job->input.shape;
    if (mix->cuts)
        exchange((char *)a, (char *)b, shape.w, sizeof(float) * (size_t)shape.c, mix->window);
    else
        blend(a, b, shape_size(shape), (float)mix->share);
}

void mix_batch(const Job *job, AugmentKey key, int n, float *input, void *target)
{
    long values = shape_size(job->input.shape);
    size_t bytes = job_target_bytes(&job->target);
    if (!is_mixed(job))
        return;
    for (int i = 0, j = n - 1; i < j; i++, j--) {
        Mix mix = mix_draw(job, (AugmentKey){ key.seed, key.epoch, key.position + (uint32_t)i });
        mix_inputs(job, &mix, input + i * values, input + j * values);
        mix_targets(job, &mix, (char *)target + (size_t)i * bytes, (char *)target + (size_t)j * bytes);
    }
}
