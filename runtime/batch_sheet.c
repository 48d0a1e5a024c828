#include "runtime/batch_sheet.h"

#include <math.h>
#include <stdlib.h>

#include "runtime/fault.h"
#include "runtime/input.h"
#include "runtime/loader.h"
#include "runtime/memory.h"
#include "runtime/mix.h"
#include "runtime/sheet.h"
#include "runtime/target_view.h"
#include "runtime/whole.h"

/* Bytes were scaled by the card; of other numbers only the batch tells the range. */
static InputRange range_of(const Shelves *shelves, const Batch *batch, int channel)
{
    const JobInput *input = &shelves->dataset->job->input;
    if (shelf_has_bytes(shelves->shelf[PART_TRAIN]))
        return input_range(input, channel);
    InputRange range = { batch->input[channel], batch->input[channel] };
    for (long i = channel; i < batch->n * shape_size(input->shape); i += input->shape.c) {
        range.low = fmin(range.low, batch->input[i]);
        range.high = fmax(range.high, batch->input[i]);
    }
    return range;
}

static uint8_t *to_bytes(const Shelves *shelves, const Batch *batch)
{
    const JobInput *input = &shelves->dataset->job->input;
    long pixels = batch->n * (long)input->shape.h * input->shape.w;
    InputRange *range = need_memory(sizeof *range * (size_t)input->shape.c);
    uint8_t *bytes = need_memory((size_t)(pixels * input_shown(input)));
    for (int c = 0; c < input->shape.c; c++)
        range[c] = range_of(shelves, batch, c);
    input_to_bytes(input, range, batch->input, pixels, bytes);
    free(range);
    return bytes;
}

static void print_mixing(FILE *out, const Job *job)
{
    if (job->mixup != 0)
        fprintf(out, " mixup");
    if (job->cutmix != 0)
        fprintf(out, " cutmix");
}

/* "rotate shift zoom", or that there is none; to be freed. */
static char *augmentation(const Job *job)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        fault("out of memory");
    fprintf(out, "%d x %d x %d, %s", job->input.shape.h, job->input.shape.w, job->input.shape.c,
            job->augments || is_mixed(job) ? "drawn anew each time:" : "not augmented");
    for (int i = 0; i < job->augments; i++)
        fprintf(out, " %s", augment_word[job->augment[i].kind]);
    print_mixing(out, job);
    fclose(out);
    return text;
}

/* [n][h][w][channels] -> [n][h][w or, with the target beside it, 2w][3], gray in all three. */
static uint8_t *beside_targets(const Job *job, const Batch *batch, const uint8_t *bytes)
{
    Shape shape = job->input.shape;
    int channels = input_shown(&job->input);
    long row = 3L * 2 * shape.w;
    uint8_t *both = need_memory((size_t)batch->n * (size_t)shape.h * (size_t)row);
    for (long y = 0; y < (long)batch->n * shape.h; y++)
        for (long x = 0; x < shape.w; x++)
            for (int c = 0; c < 3; c++)
                both[y * row + 3 * x + c] = bytes[(y * shape.w + x) * channels + (channels == 3 ? c : 0)];
    for (int i = 0; i < batch->n; i++)
        target_draw(job, (const char *)batch->target + (size_t)i * job_target_bytes(&job->target),
                    both + (long)i * shape.h * row + 3L * shape.w, row);
    return both;
}

static uint8_t *draw_batch(const Shelves *shelves, const Batch *batch, size_t *length)
{
    const Dataset *set = shelves->dataset;
    Shape shape = set->job->input.shape;
    bool beside = target_is_picture(set->job);
    int channels = beside ? 3 : input_shown(&set->job->input), w = beside ? 2 * shape.w : shape.w;
    uint8_t *bytes = to_bytes(shelves, batch), *both = beside ? beside_targets(set->job, batch, bytes) : NULL;
    Tile *tile = need_memory((size_t)batch->n * sizeof *tile);
    for (int i = 0; i < batch->n; i++)
        tile[i] = (Tile){ .pixel = (beside ? both : bytes) + (long)i * shape.h * w * channels, .h = shape.h, .w = w,
                          .c = channels, .label = target_text(set, batch->target, i) };
    char *subtitle = augmentation(set->job), *title;
    if (asprintf(&title, "%s: one training batch", set->job->network) < 0)
        fault("out of memory");
    uint8_t *png = sheet_png(&(Sheet){ .title = title, .subtitle = subtitle, .tile = tile, .tiles = batch->n }, length);
    for (int i = 0; i < batch->n; i++)
        free((char *)tile[i].label);
    free(title);
    free(subtitle);
    free(tile);
    free(both);
    free(bytes);
    return png;
}

uint8_t *batch_sheet_png(const Shelves *shelves, int batch, uint64_t seed, int threads, size_t *bytes)
{
    if (shape_is_vector(shelves->dataset->job->input.shape))
        return NULL;            /* there is nothing to see */
    Loader *loader = loader_open(&(LoaderOptions){
        .dataset = shelves->dataset, .part = PART_TRAIN, .shelf = shelves->shelf[PART_TRAIN],
        .batch = batch, .threads = threads, .augment = true, .seed = seed,
    });
    loader_start(loader, 0, 0);
    const Batch *first = loader_next(loader);
    if (loader_lost(loader))
        fault("%s", loader_lost(loader));
    uint8_t *png = first ? draw_batch(shelves, first, bytes) : NULL;
    loader_close(loader);
    return png;
}

bool batch_sheet(const Shelves *shelves, const char *path, int batch, uint64_t seed, int threads)
{
    size_t bytes;
    uint8_t *png = batch_sheet_png(shelves, batch, seed, threads, &bytes);
    if (png)
        whole_file(path, png, bytes);
    free(png);
    return png;
}
