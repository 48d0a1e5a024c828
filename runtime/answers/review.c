#include "runtime/answers/review.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/network/answer.h"
#include "runtime/show/shown.h"
#include "runtime/system/memory.h"

static const double least = 1e-7;       /* probability that a loss is taken of */

/* ---- opening ---- */

static Reviewed open_reviewed(const Program *program, bool sample)
{
    size_t input = sizeof(float) * (size_t)shape_size(program->job.input.shape) + INPUT_SLACK;
    return (Reviewed){ .input = sample ? need_memory(input) : NULL,
                       .output = need_memory(sizeof(float) * (size_t)shape_size(program->output)),
                       .target = need_memory(target_bytes(program)) };
}

static void close_reviewed(const Reviewed *reviewed)
{
    free(reviewed->input);
    free(reviewed->shown);
    free(reviewed->output);
    free(reviewed->target);
}

Review *review_open(const Program *program, const Shelves *shelves)
{
    Review *review = need_memory(sizeof *review);
    bool numbers = program->job.target.kind == TARGET_NUMBERS && shape_is_vector(program->output);
    review->program = program;
    review->shelves = shelves;
    review->columns = !numbers ? 0 : program->output.c < REVIEW_COLUMNS ? program->output.c : REVIEW_COLUMNS;
    review->column = need_memory(sizeof *review->column * (size_t)review->columns);
    for (int i = 0; i < REVIEW_WORST; i++)
        review->worst[i] = open_reviewed(program, false);
    for (int i = 0; i < REVIEW_SAMPLES; i++)
        review->sample[i] = open_reviewed(program, true);
    return review;
}

void review_close(Review *review)
{
    for (int i = 0; i < REVIEW_WORST; i++)
        close_reviewed(&review->worst[i]);
    for (int i = 0; i < REVIEW_SAMPLES; i++)
        close_reviewed(&review->sample[i]);
    if (review->metrics)
        metrics_close(review->metrics);
    free(review->column);
    free(review);
}

void review_begin(Review *review, long images)
{
    if (review->metrics)
        metrics_close(review->metrics);
    review->metrics = metrics_open(review->program);
    if (review->program->output.c <= REVIEW_CURVES)
        metrics_keep(review->metrics);
    review->images = images;
    review->seen = review->worsts = review->samples = review->points = 0;
}

/* ---- how wrong ---- */

static double binary_loss(double truth, double answer)
{
    return -truth * log(fmax(answer, least)) - (1 - truth) * log(fmax(1 - answer, least));
}

/* Of an image, or of a pixel where the answer is a map: one share, several that stand alone, or shares of one. */
static double shares_loss(const Program *program, const float *truth, const float *answer)
{
    int shares = program->output.c;
    bool apart = shares == 1 || dataset_has_labels(&program->job);
    double sum = 0;
    for (int i = 0; i < shares; i++)
        sum += apart ? binary_loss(truth[i], answer[i]) / shares : -truth[i] * log(fmax(answer[i], least));
    return sum;
}

static double wrong_pixels(const Program *program, const int32_t *class, const float *output)
{
    long pixels = (long)program->output.h * program->output.w, counted = 0, wrong = 0;
    for (long i = 0; i < pixels; i++) {
        counted += class[i] != NO_CLASS;
        wrong += class[i] != NO_CLASS && answer_of(program, output + i * program->output.c).class != class[i];
    }
    return counted ? (double)wrong / (double)counted : 0;
}

static double mean_distance(const Program *program, const float *truth, const float *answer)
{
    long count = shape_size(program->output);
    double sum = 0;
    for (long i = 0; i < count; i++)
        sum += fabs((double)answer[i] - truth[i]);
    return sum / (double)count;
}

double review_error(const Program *program, const void *target, const float *output)
{
    long pixels = (long)program->output.h * program->output.w;
    double sum = 0;
    switch (program->job.target.kind) {
    case TARGET_CLASS:
        return -log(fmax(answer_probability(program, output, *(const int32_t *)target), least));
    case TARGET_MASK:
        return wrong_pixels(program, target, output);
    case TARGET_SHARES:
        for (long i = 0; i < pixels; i++)
            sum += shares_loss(program, (const float *)target + i * program->output.c, output + i * program->output.c);
        return sum / (double)pixels;
    default:
        return mean_distance(program, target, output);
    }
}

void review_answer(const Program *program, const float *output, void *to)
{
    long pixels = (long)program->output.h * program->output.w;
    TargetKind kind = program->job.target.kind;
    if (kind != TARGET_CLASS && kind != TARGET_MASK) {
        memcpy(to, output, target_bytes(program));
        return;
    }
    for (long i = 0; i < pixels; i++)
        ((int32_t *)to)[i] = answer_of(program, output + i * program->output.c).class;
}

/* ---- adding ---- */

/* One image of a step, with its answer, which was read. */
typedef struct {
    const float *input, *output;
    const void *target;
    const Item *item;
    double error;
} Image;

static void keep(const Review *review, Reviewed *to, const Image *one)
{
    const Program *program = review->program;
    to->item = one->item;
    to->error = one->error;
    free(to->shown);
    to->shown = shown_pictures(review->shelves, one->input, 1);
    if (to->input)
        memcpy(to->input, one->input, sizeof(float) * (size_t)shape_size(program->job.input.shape));
    memcpy(to->output, one->output, sizeof(float) * (size_t)shape_size(program->output));
    memcpy(to->target, one->target, target_bytes(program));
}

/* An error that is no number is the worst of all. */
static bool is_worse(double error, double than)
{
    return isnan(error) ? !isnan(than) : error > than;
}

/* Its place among the worst; the last one there gives its room to it. */
static void add_worst(Review *review, const Image *one)
{
    int at = review->worsts;
    while (at > 0 && is_worse(one->error, review->worst[at - 1].error))
        at--;
    if (at == REVIEW_WORST)
        return;
    review->worsts += review->worsts < REVIEW_WORST;
    Reviewed room = review->worst[review->worsts - 1];
    for (int i = review->worsts - 1; i > at; i--)
        review->worst[i] = review->worst[i - 1];
    review->worst[at] = room;
    keep(review, &review->worst[at], one);
}

/* In the middle of equal parts, so that sorted classes are all met. */
static void add_sample(Review *review, const Image *one)
{
    if (review->samples < REVIEW_SAMPLES &&
        review->seen == (2 * review->samples + 1) * review->images / (2 * REVIEW_SAMPLES))
        keep(review, &review->sample[review->samples++], one);
}

static void add_points(Review *review, const Image *one)
{
    const Job *job = &review->program->job;
    long every = (review->images + REVIEW_POINTS - 1) / REVIEW_POINTS;
    if (!review->columns || review->seen % every || review->points == REVIEW_POINTS)
        return;
    for (int i = 0; i < review->columns; i++) {
        review->column[i].truth[review->points] = metrics_in_unit(job, i, ((const float *)one->target)[i]);
        review->column[i].answer[review->points] = metrics_in_unit(job, i, one->output[i]);
    }
    review->points++;
}

void review_add(Review *review, const Loader *loader, const Step *step, long position)
{
    const Program *program = review->program;
    float *output = need_memory(sizeof *output * (size_t)shape_size(program->output));
    for (int i = 0; i < step->n; i++, review->seen++) {
        const void *target = (const char *)step->target + (size_t)i * target_bytes(program);
        output_read(program, step, i, output);
        Image one = { .input = step->input + i * shape_size(program->job.input.shape), .output = output,
                      .target = target, .item = loader_item(loader, position + i),
                      .error = review_error(program, target, output) };
        add_worst(review, &one);
        add_sample(review, &one);
        add_points(review, &one);
    }
    free(output);
}
