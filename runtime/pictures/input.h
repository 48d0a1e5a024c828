/* input.h - one picture as the network takes it, outside of any data set: decoded, resized, scaled,
 * never augmented. */

#ifndef PICTURES_INPUT_H
#define PICTURES_INPUT_H

#include <stdbool.h>

#include "runtime/pictures/gather.h"
#include "runtime/pictures/picture.h"

typedef struct {
    const JobInput *input;
    Gather gather;
} InputReader;

/* True where pictures can become the input; else the card's mistake has been printed. */
bool input_takes_pictures(const JobInput *input);

/* An input that takes no pictures ends the program with EXIT_MISTAKE. */
InputReader input_open(const Job *job);
void        input_close(InputReader *reader);

/* Fills `values` [h][w][c] from a picture file, or from standard input where `path` is "-". A picture
 * that cannot be read: false, and the reason, which fits behind "FILE: ". Many threads may share a
 * reader. */
bool input_read(const InputReader *reader, const char *path, float *values, char reason[REASON_ROOM]);

/* The same; the picture had this size. */
bool input_read_sized(const InputReader *reader, const char *path, float *values, Extent *size,
                      char reason[REASON_ROOM]);

/* The same from the bytes of a file. */
bool input_decode(const InputReader *reader, const uint8_t *bytes, size_t length, float *values,
                  char reason[REASON_ROOM]);

/* A decoded picture in the network's size and order of channels: `bytes` [h][w][c]. */
void input_bytes(const JobInput *input, const Picture *picture, uint8_t *bytes);

/* True where the network takes blue first. */
static inline bool input_is_reversed(const JobInput *input)
{
    return input->order == ORDER_BGR && input->shape.c == 3;
}

/* Red and blue change places: pixels of three values, of `size` bytes each. */
void input_reverse(void *values, long pixels, size_t size);

/* ---- and back ---- */

/* What is shown black and white of a channel. */
typedef struct {
    double low, high;
} InputRange;

/* Where the network has a byte's 0 and 255. */
InputRange input_range(const JobInput *input, int channel);

/* From the least to the most of a channel in `pixels` of such values: of numbers that were no bytes. */
InputRange input_span(const JobInput *input, const float *values, long pixels, int channel);

/* Channels that can be shown of an input: 3, or else the first alone. */
int input_shown(const JobInput *input);

/* Values [pixels][c] as the network has them to bytes [pixels][input_shown], red first; `range` [c]. */
void input_to_bytes(const JobInput *input, const InputRange *range, const float *values, long pixels,
                    uint8_t *bytes);

#endif
