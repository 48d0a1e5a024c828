#include "runtime/shown.h"

#include <stdlib.h>

#include "runtime/input.h"
#include "runtime/memory.h"
#include "runtime/target_view.h"

/* Bytes were scaled by the card; of other numbers only these tell the range. */
uint8_t *shown_pictures(const Shelves *shelves, const float *input, int images)
{
    const JobInput *of = &shelves->dataset->job->input;
    bool bytes = shelf_has_bytes(shelves->shelf[PART_TRAIN]);
    long pixels = images * (long)of->shape.h * of->shape.w;
    InputRange *range = need_memory(sizeof *range * (size_t)of->shape.c);
    uint8_t *shown = need_memory((size_t)(pixels * input_shown(of)));
    for (int c = 0; c < of->shape.c; c++)
        range[c] = bytes ? input_range(of, c) : input_span(of, input, pixels, c);
    input_to_bytes(of, range, input, pixels, shown);
    free(range);
    return shown;
}

uint8_t *shown_beside(const Job *job, const uint8_t *shown, const void *const *target, int targets)
{
    Shape shape = job->input.shape;
    int channels = input_shown(&job->input);
    long row = 3L * (1 + targets) * shape.w;
    uint8_t *all = need_memory((size_t)shape.h * (size_t)row);
    for (long y = 0; y < shape.h; y++)
        for (long x = 0; x < shape.w; x++)
            for (int c = 0; c < 3; c++)
                all[y * row + 3 * x + c] = shown[(y * shape.w + x) * channels + (channels == 3 ? c : 0)];
    for (int i = 0; i < targets; i++)
        target_draw(job, target[i], all + 3L * (1 + i) * shape.w, row);
    return all;
}
