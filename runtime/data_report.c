#include "runtime/data_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/loader.h"
#include "runtime/sheet.h"

/* ---- the table ---- */

static bool has_part(const Dataset *set, int part)
{
    return set->part[part].items > 0;
}

static long files_of(const DataPart *part, int class)
{
    long files = 0;
    for (long i = 0; i < part->items; i++)
        files += part->item[i].class == class;
    return files;
}

static void print_table(FILE *out, const Dataset *set)
{
    static const char *const heading[PART_COUNT] = { "training", "validation", "test" };
    int width = (int)strlen("class");
    for (int i = 0; i < set->classes; i++) {
        if (width < (int)strlen(set->class_name[i]))
            width = (int)strlen(set->class_name[i]);
    }
    fprintf(out, "%-*s", width, "class");
    for (int part = 0; part < PART_COUNT; part++) {
        if (has_part(set, part))
            fprintf(out, "  %10s", heading[part]);
    }
    fputc('\n', out);
    for (int i = 0; i < set->classes; i++) {
        fprintf(out, "%-*s", width, set->class_name[i]);
        for (int part = 0; part < PART_COUNT; part++) {
            if (has_part(set, part))
                fprintf(out, "  %10ld", files_of(&set->part[part], i));
        }
        fputc('\n', out);
    }
    fprintf(out, "%-*s", width, "total");
    for (int part = 0; part < PART_COUNT; part++) {
        if (has_part(set, part))
            fprintf(out, "  %10ld", set->part[part].items);
    }
    fputc('\n', out);
}

/* ---- sizes ---- */

/* A picture's size, and the file that has it. */
typedef struct {
    int h, w;
    const char *path;
} Sized;

static int by_area(const void *a, const void *b)
{
    const Sized *left = a, *right = b;
    long difference = (long)left->h * left->w - (long)right->h * right->w;
    if (!difference)
        difference = left->w - right->w;
    if (!difference)
        return strcmp(left->path, right->path);
    return difference < 0 ? -1 : 1;
}

/* The longest run of equal sizes in a sorted list. */
static const Sized *most_common(const Sized *list, long count, long *times)
{
    const Sized *found = list;
    *times = 0;
    for (long i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && list[i].h == list[i + run].h &&
             list[i].w == list[i + run].w; )
            run++;
        if (run > *times) {
            *times = run;
            found = &list[i];
        }
    }
    return found;
}

static void print_sizes(FILE *out, const Shelves *shelves)
{
    long count = 0, room = 0;
    for (int part = 0; part < PART_COUNT; part++)
        room += shelves->dataset->part[part].items;
    Sized *list = need_memory((size_t)room * sizeof *list);
    for (int part = 0; part < PART_COUNT; part++) {
        const Seen *seen = shelf_seen(shelves->shelf[part]);
        for (long i = 0; seen && i < shelves->dataset->part[part].items; i++) {
            if (!seen[i].reason)
                list[count++] = (Sized){ seen[i].h, seen[i].w,
                                         shelves->dataset->part[part].item[i].path };
        }
    }
    if (count) {
        long times;
        qsort(list, (size_t)count, sizeof *list, by_area);
        const Sized *common = most_common(list, count, &times), *last = &list[count - 1];
        fprintf(out, "\nheight x width of the pictures\n");
        fprintf(out, "  smallest     %4d x %-4d  %s\n", list->h, list->w, list->path);
        fprintf(out, "  largest      %4d x %-4d  %s\n", last->h, last->w, last->path);
        fprintf(out, "  most common  %4d x %-4d  %ld of %ld\n", common->h, common->w, times, count);
    }
    free(list);
}

/* ---- the report ---- */

static void print_damaged(FILE *out, const Shelves *shelves)
{
    long damaged = shelves_damaged(shelves);
    if (!damaged)
        return;
    fprintf(out, "\n%ld of %ld files cannot be read%s\n", damaged, shelves_files(shelves),
            shelves_refused(shelves) ? "; training will stop at them" : " and will be left out");
    shelves_list_damaged(out, shelves);
}

void data_report(FILE *out, const Shelves *shelves)
{
    print_table(out, shelves->dataset);
    print_sizes(out, shelves);
    print_damaged(out, shelves);
    if (shelves->dataset->passed_over)
        fprintf(out, "\n%ld passed over: hidden files, Thumbs.db, desktop.ini\n",
                shelves->dataset->passed_over);
}

/* ---- the sheet ---- */

/* From what the network takes to bytes. `low` and `high` are shown as black and white. */
typedef struct {
    float low, high;
} Range;

/* Bytes were scaled by the card, channel by channel; of other numbers only the batch tells the
 * range. */
static Range range_of(const Shelves *shelves, const Batch *batch, int channel)
{
    const JobInput *input = &shelves->dataset->job->input;
    if (shelf_has_bytes(shelves->shelf[PART_TRAIN])) {
        double mean = input->mean[channel], std = input->std[channel];
        return (Range){ (float)(-mean / std), (float)((255 * input->scale - mean) / std) };
    }
    Range range = { batch->input[channel], batch->input[channel] };
    for (long i = channel; i < batch->n * shape_size(input->shape); i += input->shape.c) {
        range.low = fminf(range.low, batch->input[i]);
        range.high = fmaxf(range.high, batch->input[i]);
    }
    return range;
}

static uint8_t shade(float value, Range range)
{
    float part = range.high == range.low ? 0.5f : (value - range.low) / (range.high - range.low);
    return (uint8_t)(fminf(fmaxf(part, 0), 1) * 255 + 0.5f);
}

/* Where the sheet's channel comes from: pictures of other than three channels show their first. */
static int channel_of(const JobInput *input, int channel)
{
    return input->order == ORDER_BGR && input->shape.c == 3 ? 2 - channel : channel;
}

static uint8_t *to_bytes(const Shelves *shelves, const Batch *batch, int channels)
{
    const JobInput *input = &shelves->dataset->job->input;
    long pixels = batch->n * (long)input->shape.h * input->shape.w;
    uint8_t *bytes = need_memory((size_t)(pixels * channels));
    for (int c = 0; c < channels; c++) {
        int from = channel_of(input, c);
        Range range = range_of(shelves, batch, from);
        for (long i = 0; i < pixels; i++)
            bytes[i * channels + c] = shade(batch->input[i * input->shape.c + from], range);
    }
    return bytes;
}

/* "rotate shift zoom", or that there is none; to be freed. */
static char *augmentation(const Job *job)
{
    static const char *const words[] = {
#define X(id, word) word,
        AUGMENT_KINDS(X)
#undef X
    };
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        fault("out of memory");
    fprintf(out, "%d x %d x %d, %s", job->input.shape.h, job->input.shape.w, job->input.shape.c,
            job->augments ? "drawn anew each time:" : "not augmented");
    for (int i = 0; i < job->augments; i++)
        fprintf(out, " %s", words[job->augment[i].kind]);
    fclose(out);
    return text;
}

static void write_batch(const Shelves *shelves, const char *path, const Batch *batch)
{
    const Dataset *set = shelves->dataset;
    Shape shape = set->job->input.shape;
    int channels = shape.c == 3 ? 3 : 1;
    uint8_t *bytes = to_bytes(shelves, batch, channels);
    Tile *tile = need_memory((size_t)batch->n * sizeof *tile);
    for (int i = 0; i < batch->n; i++)
        tile[i] = (Tile){ .pixel = bytes + (long)i * shape.h * shape.w * channels, .h = shape.h,
                          .w = shape.w, .c = channels, .label = set->class_name[batch->target[i]] };
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

bool data_sheet(const Shelves *shelves, const char *path, int batch, uint64_t seed, int threads)
{
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
