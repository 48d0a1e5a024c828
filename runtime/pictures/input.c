#include "runtime/pictures/input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/pictures/resize.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

static const Affine identity = { { { 1, 0, 0 }, { 0, 1, 0 } } };

bool input_takes_pictures(const JobInput *input)
{
    if (input->shape.c == 1 || input->shape.c == 3)
        return true;
    mistake(&input->place, "pictures have 1 or 3 channels, but the input has %d", input->shape.c);
    return false;
}

InputReader input_open(const Job *job)
{
    if (!input_takes_pictures(&job->input))
        exit(EXIT_MISTAKE);
    return (InputReader){ .input = &job->input, .gather = gather_open(job, true) };
}

void input_close(InputReader *reader)
{
    gather_close(&reader->gather);
}

void input_reverse(void *values, long pixels, size_t size)
{
    uint8_t red[sizeof(double)], *at = values;
    for (; pixels; pixels--, at += 3 * size) {
        memcpy(red, at, size);
        memcpy(at, at + 2 * size, size);
        memcpy(at + 2 * size, red, size);
    }
}

void input_bytes(const JobInput *input, const Picture *picture, uint8_t *bytes)
{
    resize_picture(picture, input, bytes);
    if (input_is_reversed(input))
        input_reverse(bytes, (long)input->shape.h * input->shape.w, sizeof *bytes);
}

static bool decode(const JobInput *input, const char *path, Picture *picture, char reason[REASON_ROOM])
{
    if (!strcmp(path, "-"))
        return picture_read_open(picture, STDIN_FILENO, input->shape.c, reason);
    return picture_read(picture, path, input->shape.c, reason);
}

bool input_read(const InputReader *reader, const char *path, float *values, char reason[REASON_ROOM])
{
    Extent size;
    return input_read_sized(reader, path, values, &size, reason);
}

/* The decoded picture is freed. */
static void fill(const InputReader *reader, Picture *picture, float *values)
{
    uint8_t *bytes = need_memory((size_t)shape_size(reader->input->shape) + PICTURE_SLACK);
    input_bytes(reader->input, picture, bytes);
    picture_free(picture);
    gather_run(&reader->gather, &identity, bytes, values);
    free(bytes);
}

bool input_read_sized(const InputReader *reader, const char *path, float *values, Extent *size,
                      char reason[REASON_ROOM])
{
    Picture picture;
    if (!decode(reader->input, path, &picture, reason))
        return false;
    *size = (Extent){ picture.h, picture.w };
    fill(reader, &picture, values);
    return true;
}

bool input_decode(const InputReader *reader, const uint8_t *bytes, size_t length, float *values,
                  char reason[REASON_ROOM])
{
    Picture picture;
    if (!picture_decode(&picture, bytes, length, reader->input->shape.c, reason))
        return false;
    fill(reader, &picture, values);
    return true;
}

/* ---- and back ---- */

InputRange input_range(const JobInput *input, int channel)
{
    double mean = input->mean[channel], std = input->std[channel];
    return (InputRange){ -mean / std, (255 * input->scale - mean) / std };
}

InputRange input_span(const JobInput *input, const float *values, long pixels, int channel)
{
    InputRange range = { values[channel], values[channel] };
    for (long i = channel; i < pixels * input->shape.c; i += input->shape.c) {
        range.low = fmin(range.low, values[i]);
        range.high = fmax(range.high, values[i]);
    }
    return range;
}

int input_shown(const JobInput *input)
{
    return input->shape.c == 3 ? 3 : 1;
}

/* What is no number becomes black, and a channel of one value grey. */
static uint8_t shade(double value, InputRange range)
{
    double share = range.high == range.low ? 0.5 : (value - range.low) / (range.high - range.low);
    return (uint8_t)fmin(fmax(255 * share + 0.5, 0), 255);
}

void input_to_bytes(const JobInput *input, const InputRange *range, const float *values, long pixels,
                    uint8_t *bytes)
{
    int shown = input_shown(input);
    for (int c = 0; c < shown; c++) {
        int from = input_is_reversed(input) ? 2 - c : c;
        for (long i = 0; i < pixels; i++)
            bytes[i * shown + c] = shade(values[i * input->shape.c + from], range[from]);
    }
}
