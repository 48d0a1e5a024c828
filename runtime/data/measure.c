#include "runtime/data/measure.h"

#include <math.h>
#include <stdlib.h>

#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

/* Of one channel, before it is scaled. */
typedef struct {
    double mean, variance;
    uint64_t count;
} Moments;

/* n*squares - sum^2 is exact: both are below 2^127 for 2^47 bytes. */
static Moments moments_of_bytes(const ByteSum *sum)
{
    if (!sum->count)
        return (Moments){ 0 };
    double n = (double)sum->count;
    __int128 spread = (__int128)sum->count * sum->squares - (__int128)sum->sum * sum->sum;
    return (Moments){ .mean = (double)sum->sum / n, .variance = (double)spread / n / n, .count = sum->count };
}

/* Twice over the values: what is squared is small. */
static Moments moments_of_floats(const DataPart *part, Shape shape, int channel)
{
    Moments moments = { .count = (uint64_t)part->items * (uint64_t)shape.h * (uint64_t)shape.w };
    long values = shape_size(shape);
    double sum = 0, squares = 0;
    for (long i = 0; i < part->items; i++)
        for (long k = channel; k < values; k += shape.c)
            sum += ((const float *)part->item[i].values)[k];
    moments.mean = moments.count ? sum / (double)moments.count : 0;
    for (long i = 0; i < part->items; i++)
        for (long k = channel; k < values; k += shape.c) {
            double off = ((const float *)part->item[i].values)[k] - moments.mean;
            squares += off * off;
        }
    moments.variance = moments.count ? squares / (double)moments.count : 0;
    return moments;
}

static void fill_channel(Dataset *dataset, int channel, Moments moments)
{
    const JobInput *input = &dataset->job->input;
    double deviation = fabs(input->scale) * sqrt(moments.variance);
    if (!moments.count)
        return;                 /* nothing can be read, which others tell */
    if (input->mean_measured)
        dataset->mean[channel] = input->scale * moments.mean;
    if (input->std_measured && !(deviation > 0)) {
        mistake(&input->place, "channel %d has the value %g in all that is trained on: it has no deviation to "
                "divide by; say std= in numbers", channel, moments.mean);
        exit(EXIT_MISTAKE);
    }
    if (input->std_measured)
        dataset->std[channel] = deviation;
}

void measure_input(Dataset *dataset, const Shelf *shelf)
{
    const JobInput *input = &dataset->job->input;
    const DataPart *train = &dataset->part[PART_TRAIN];
    if (!is_measured(input))
        return;
    const ByteSum *sums = shelf_sums(shelf);
    for (int c = 0; c < input->shape.c; c++)
        fill_channel(dataset, c, train->floats ? moments_of_floats(train, input->shape, c)
                                               : moments_of_bytes(&sums[c]));
}
