#include "runtime/batch_sheet.h"

#include <math.h>
#include <stdlib.h>

#include "runtime/augment.h"
#include "runtime/fault.h"
#include "runtime/input.h"
#include "runtime/loader.h"
#include "runtime/memory.h"
#include "runtime/sheet.h"

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

/* "rotate shift zoom", or that there is none; to be freed. */
static char *augmentation(const Job *job)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        fault("out of memory");
    fprintf(out, "%d x %d x %d, %s", job->input.shape.h, job->input.shape.w, job->input.shape.c,
            job->augments ? "drawn anew each time:" : "not augmented");
    for (int i = 0; i < job->augments; i++)
        fprintf(out, " %s", augment_word[job->augment[i].kind]);
    fclose(out);
    return text;
}

/* What an image is, where it is of one class. */
static const char *label_of(const Dataset *set, const Batch *batch, int i)
{
    return set->job->target.kind == TARGET_CLASS ? set->class_name[((const int32_t *)batch->target)[i]] : NULL;
}

static void write_batch(const Shelves *shelves, const char *path, const Batch *batch)
{
    const Dataset *set = shelves->dataset;
    Shape shape = set->job->input.shape;
    int channels = input_shown(&set->job->input);
    uint8_t *bytes = to_bytes(shelves, batch);
    Tile *tile = need_memory((size_t)batch->n * sizeof *tile);
    for (int i = 0; i < batch->n; i++)
        tile[i] = (Tile){ .pixel = bytes + (long)i * shape.h * shape.w * channels, .h = shape.h,
                          .w = shape.w, .c = channels, .label = label_of(set, batch, i) };
    char *subtitle = augmentation(set->job), *title;
    if (asprintf(&title, "%s: one training batch", set->job->network) < 0)
        fault("out of memory");
    sheet_write(path, &(Sheet){ .title = title, .subtitle = subtitle, .tile = tile,
                                .tiles = batch->n });
    free(title);
    free(subtitle);
    free(tile);
    free(bytes);
}

bool batch_sheet(const Shelves *shelves, const char *path, int batch, uint64_t seed, int threads)
{
    if (shape_is_vector(shelves->dataset->job->input.shape))
        return false;           /* there is nothing to see */
    Loader *loader = loader_open(&(LoaderOptions){
        .dataset = shelves->dataset, .part = PART_TRAIN, .shelf = shelves->shelf[PART_TRAIN],
        .batch = batch, .threads = threads, .augment = true, .seed = seed,
    });
    loader_start(loader, 0, 0);
    const Batch *first = loader_next(loader);
    if (loader_lost(loader))
        fault("%s", loader_lost(loader));
    if (first)
        write_batch(shelves, path, first);
    loader_close(loader);
    return first != NULL;
}
