/* picture.c - the bytes as a picture and as a mask; and as the input of a network, of whose sizes and ways to resize the
 * bytes' sum chooses one. */

#include <stdlib.h>

#include "runtime/network/program.h"
#include "runtime/pictures/input.h"
#include "runtime/pictures/picture.h"
#include "runtime/pictures/resize.h"
#include "tests/data/card.h"
#include "tests/fuzz/fuzz.h"

enum { SIDE = 40 };

/* Reads every byte, so that a sanitizer sees those that nobody wrote. */
static void read_all(const Picture *picture)
{
    unsigned sum = 0;
    for (long i = 0; i < (long)picture->h * picture->w * picture->c; i++)
        sum += picture->pixel[i];
    fuzz_expect(sum <= 255u * (unsigned)picture->h * (unsigned)picture->w * (unsigned)picture->c);
}

static void read_input(const uint8_t *bytes, size_t length, unsigned draw)
{
    char reason[REASON_ROOM];
    Job job = card_job();
    job.input.shape = (Shape){ 1 + (int)(draw % SIDE), 1 + (int)(draw / SIDE % SIDE), draw & 1 ? 3 : 1 };
    job.input.resize = draw / 3 % RESIZE_COUNT;
    job.input.filter = draw / 7 % FILTER_COUNT;
    job.input.order = draw / 11 % ORDER_COUNT;
    float *values = malloc(sizeof *values * (size_t)shape_size(job.input.shape) + INPUT_SLACK);
    InputReader reader = input_open(&job);
    if (input_decode(&reader, bytes, length, values, reason))
        for (long i = 0; i < shape_size(job.input.shape); i++)
            fuzz_expect(values[i] >= 0 && values[i] <= 255);
    input_close(&reader);
    free(values);
}

static void read_mask(const uint8_t *bytes, size_t length, unsigned draw)
{
    char reason[REASON_ROOM];
    Job job = card_job();
    Picture mask;
    if (!picture_read_mask(&mask, fuzz_file(bytes, length), reason))
        return;
    read_all(&mask);
    uint8_t class_of[256] = { 0 }, result[SIDE * SIDE];
    job.input.resize = draw % RESIZE_COUNT;
    resize_mask(&mask, &job.input, 1 + (int)(draw % SIDE), 1 + (int)(draw / SIDE % SIDE), class_of, 255, result);
    picture_free(&mask);
}

void fuzz_picture(const uint8_t *bytes, size_t length)
{
    unsigned draw = 0;
    for (size_t i = 0; i < length; i++)
        draw = draw * 31 + bytes[i];
    for (int channels = 1; channels <= 3; channels += 2) {
        char reason[REASON_ROOM] = "";
        Picture picture;
        bool good = picture_decode(&picture, bytes, length, channels, reason);
        if (good)
            read_all(&picture);
        else
            fuzz_expect(*reason && !picture.pixel);
        picture_free(&picture);
    }
    read_input(bytes, length, draw);
    read_mask(bytes, length, draw);
}
