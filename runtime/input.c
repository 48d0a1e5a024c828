#include "runtime/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/resize.h"

static const Affine identity = { { { 1, 0, 0 }, { 0, 1, 0 } } };

InputReader input_open(const Job *job)
{
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

/* All of standard input, up to a byte more than a picture may have; to be freed. */
static uint8_t *read_all(size_t *length)
{
    size_t room = 1 << 16;
    uint8_t *bytes = NULL;
    *length = 0;
    do {
        room *= 2;
        bytes = realloc(bytes, room);
        if (!bytes)
            fault("out of memory");
        *length += fread(bytes + *length, 1, room - *length, stdin);
    } while (*length == room && room <= PICTURE_BYTES);
    if (ferror(stdin))
        fault("cannot read standard input: %s", strerror(errno));
    return bytes;
}

static bool decode(const JobInput *input, const char *path, Picture *picture, char reason[PICTURE_REASON])
{
    size_t length;
    if (strcmp(path, "-"))
        return picture_read(picture, path, input->shape.c, reason);
    uint8_t *bytes = read_all(&length);
    bool sound = picture_decode(picture, bytes, length, input->shape.c, reason);
    free(bytes);
    return sound;
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
