#include "runtime/show/shown.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/pictures/input.h"
#include "runtime/system/memory.h"

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

uint8_t *shown_target(const Job *job, const void *target)
{
    Shape shape = job->input.shape;
    uint8_t *shown = need_memory(3 * (size_t)shape.h * (size_t)shape.w);
    target_draw(job, target, shown, 3L * shape.w);
    return shown;
}

/* Wide enough to be seen: what is small is enlarged. */
static int gap_of(int w)
{
    enum { PER_GAP = 32 };
    return (w + PER_GAP - 1) / PER_GAP;
}

int shown_width(int w, int parts)
{
    return parts * w + (parts - 1) * gap_of(w);
}

uint8_t *shown_row(Shape shape, const ShownPart *part, int parts)
{
    enum { WHITE = 255 };
    int wide = shown_width(shape.w, parts), step = shape.w + gap_of(shape.w);
    size_t bytes = 3 * (size_t)shape.h * (size_t)wide;
    uint8_t *row = memset(need_memory(bytes), WHITE, bytes);
    for (int y = 0; y < shape.h; y++)
        for (int i = 0; i < parts; i++)
            for (int x = 0; x < shape.w; x++)
                for (int c = 0; c < 3; c++)
                    row[3 * ((long)y * wide + i * step + x) + c] =
                        part[i].pixel[((long)y * shape.w + x) * part[i].c + (part[i].c == 3 ? c : 0)];
    return row;
}

bool shown_has_target(const Job *job)
{
    return target_is_picture(job) && !job->data.target_is_input;
}

uint8_t *shown_beside(const Job *job, const uint8_t *shown, const void *target)
{
    uint8_t *drawn = shown_target(job, target);
    const ShownPart part[] = { { shown, input_shown(&job->input) }, { drawn, 3 } };
    uint8_t *row = shown_row(job->input.shape, part, 2);
    free(drawn);
    return row;
}

/* What was to come out again is shown in the colours of what went in. */
static uint8_t *shown_returned(const Shelves *shelves, const uint8_t *shown, const float *answer)
{
    const JobInput *input = &shelves->dataset->job->input;
    int channels = input_shown(input);
    uint8_t *returned = shown_pictures(shelves, answer, 1);
    uint8_t *row = shown_row(input->shape, (const ShownPart[]){ { shown, channels }, { returned, channels } }, 2);
    free(returned);
    return row;
}

uint8_t *shown_answered(const Shelves *shelves, const uint8_t *shown, const void *target, const void *answer)
{
    const Job *job = shelves->dataset->job;
    if (job->data.target_is_input)
        return shown_returned(shelves, shown, answer);
    uint8_t *truth = shown_target(job, target), *drawn = shown_target(job, answer);
    uint8_t *row = shown_row(job->input.shape, (const ShownPart[]){ { shown, input_shown(&job->input) }, { truth, 3 },
                                                                    { drawn, 3 } }, 3);
    free(truth);
    free(drawn);
    return row;
}
