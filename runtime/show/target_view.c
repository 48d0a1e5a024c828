#include "runtime/show/target_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/paint.h"
#include "runtime/pictures/input.h"
#include "runtime/system/fault.h"

/* ---- text ---- */

/* Those of a percent and more; one that is all goes without saying. */
static void print_shares(FILE *out, const Dataset *dataset, const float *share)
{
    const float two[2] = { 1 - *share, *share };
    const float *of = dataset->job->target.shape.c == 1 ? two : share;
    const char *between = "";
    for (int i = 0; i < dataset->classes; i++) {
        long percent = lroundf(100 * of[i]);
        if (percent < 1)
            continue;
        fprintf(out, percent < 100 ? "%s%s %ld%%" : "%s%s", between, dataset->class_name[i], percent);
        between = " ";
    }
}

static void print_numbers(FILE *out, const float *number, int count)
{
    for (int i = 0; i < count; i++)
        fprintf(out, i ? " %.3g" : "%.3g", (double)number[i]);
}

char *target_text(const Dataset *dataset, const void *target, int i)
{
    const JobTarget *of = &dataset->job->target;
    if (!shape_is_vector(of->shape))
        return NULL;
    const void *one = (const char *)target + (size_t)i * job_target_bytes(of);
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        fault("out of memory");
    if (of->kind == TARGET_SHARES)
        print_shares(out, dataset, one);
    else if (of->kind == TARGET_NUMBERS)
        print_numbers(out, one, of->shape.c);
    else
        fprintf(out, "%s", dataset->class_name[*(const int32_t *)one]);
    fclose(out);
    return text;
}

/* ---- pictures ---- */

bool target_is_picture(const Job *job)
{
    Shape shape = job->target.shape;
    return !shape_is_vector(shape) && (job->target.kind == TARGET_MASK || shape.c == 1 || shape.c == 3);
}

/* The first is dark, the others go round the wheel by a golden section, so that neighbours differ. */
void target_colour(int32_t class, uint8_t color[3])
{
    static const double section = 2.39996322972865332;   /* of a turn, in radians */
    float pixel[3] = { 230, 60, 60 };
    if (class > 0)
        paint_hue(&(Canvas){ pixel, { 1, 1, 3 }, false }, class * section);
    for (int c = 0; c < 3; c++)
        color[c] = class < 0 ? 128 : class == 0 ? 24 : (uint8_t)lroundf(pixel[c]);
}

typedef struct {
    float low, high;
} Span;

static Span span_of(const float *number, long count)
{
    Span span = { *number, *number };
    for (long i = 1; i < count; i++) {
        span.low = fminf(span.low, number[i]);
        span.high = fmaxf(span.high, number[i]);
    }
    return span;
}

/* Where blue comes first it is shown last. */
static void color_of_numbers(const float *number, int channels, bool reversed, Span span, uint8_t color[3])
{
    for (int c = 0; c < 3; c++) {
        float value = number[channels == 3 ? (reversed ? 2 - c : c) : 0];
        float share = span.high > span.low ? (value - span.low) / (span.high - span.low) : 0.5f;
        color[c] = (uint8_t)fminf(fmaxf(255 * share + 0.5f, 0), 255);
    }
}

void target_draw(const Job *job, const void *target, uint8_t *pixel, long stride)
{
    Shape shape = job->target.shape, input = job->input.shape;
    bool reversed = job->data.target_is_input && input_is_reversed(&job->input);
    bool shares = job->target.kind == TARGET_SHARES;
    Span span = job->target.kind == TARGET_MASK ? (Span){ 0 } : shares ? (Span){ 0, 1 } : span_of(target, shape_size(shape));
    for (int y = 0; y < input.h; y++) {
        for (int x = 0; x < input.w; x++) {
            long row = (long)(2 * y + 1) * shape.h / (2 * input.h), column = (long)(2 * x + 1) * shape.w / (2 * input.w);
            long at = (row * shape.w + column) * shape.c;
            uint8_t *color = pixel + y * stride + 3 * x;
            if (job->target.kind == TARGET_MASK)
                target_colour(((const int32_t *)target)[at], color);
            else if (shares && ((const float *)target)[at] < 0)
                target_colour(NO_CLASS, color);
            else
                color_of_numbers((const float *)target + at, shape.c, reversed, span, color);
        }
    }
}
