#include "runtime/show/batch_sheet.h"

#include <stdlib.h>

#include "runtime/data/loader.h"
#include "runtime/data/mix.h"
#include "runtime/pictures/input.h"
#include "runtime/show/sheet.h"
#include "runtime/show/shown.h"
#include "runtime/show/target_view.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

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

/* One image as a tile, and its target beside it where that is a picture; to be freed. */
static Tile tile_of(const Dataset *set, const Batch *batch, const uint8_t *shown, int i)
{
    const Job *job = set->job;
    Shape shape = job->input.shape;
    int channels = input_shown(&job->input);
    const void *target = (const char *)batch->target + (size_t)i * job_target_bytes(&job->target);
    const uint8_t *picture = shown + (long)i * shape.h * shape.w * channels;
    bool beside = shown_has_target(job);
    return (Tile){ .pixel = beside ? shown_beside(job, picture, target) : picture, .h = shape.h,
                   .w = shown_width(shape.w, beside ? 2 : 1), .c = beside ? 3 : channels,
                   .label = target_text(set, batch->target, i) };
}

static uint8_t *draw_batch(const Shelves *shelves, const Batch *batch, size_t *length)
{
    const Dataset *set = shelves->dataset;
    uint8_t *shown = shown_pictures(shelves, batch->input, batch->n);
    Tile *tile = need_memory((size_t)batch->n * sizeof *tile);
    for (int i = 0; i < batch->n; i++)
        tile[i] = tile_of(set, batch, shown, i);
    char *subtitle = augmentation(set->job), *title;
    if (asprintf(&title, "%s: one training batch", set->job->network) < 0)
        fault("out of memory");
    uint8_t *png = sheet_png(&(Sheet){ .title = title, .subtitle = subtitle, .tile = tile, .tiles = batch->n }, length);
    for (int i = 0; i < batch->n; i++) {
        if (shown_has_target(set->job))
            free((uint8_t *)tile[i].pixel);
        free((char *)tile[i].label);
    }
    free(title);
    free(subtitle);
    free(tile);
    free(shown);
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
