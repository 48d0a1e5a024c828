#include "runtime/input.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/fault.h"
#include "runtime/resize.h"

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

static void reverse_channels(uint8_t *pixel, long pixels)
{
    for (; pixels; pixels--, pixel += 3) {
        uint8_t red = pixel[0];
        pixel[0] = pixel[2];
        pixel[2] = red;
    }
}

void input_bytes(const JobInput *input, const Picture *picture, uint8_t *bytes)
{
    resize_picture(picture, input, bytes);
    if (input->order == ORDER_BGR && input->shape.c == 3)
        reverse_channels(bytes, (long)input->shape.h * input->shape.w);
}

static bool decode(const JobInput *input, const char *path, Picture *picture, char reason[PICTURE_REASON])
{
    if (!strcmp(path, "-"))
        return picture_read_open(picture, STDIN_FILENO, input->shape.c, reason);
    return picture_read(picture, path, input->shape.c, reason);
}

bool input_read(const InputReader *reader, const char *path, float *values, char reason[PICTURE_REASON])
{
    Picture picture;
    if (!decode(reader->input, path, &picture, reason))
        return false;
    uint8_t *bytes = need_memory((size_t)shape_size(reader->input->shape) + PICTURE_SLACK);
    input_bytes(reader->input, &picture, bytes);
    picture_free(&picture);
    gather_run(&reader->gather, &identity, bytes, values);
    free(bytes);
    return true;
}
