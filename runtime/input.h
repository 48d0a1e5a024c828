/* input.h - one picture as the network takes it, outside of any data set: decoded, resized, scaled,
 * never augmented. */

#ifndef RUNTIME_INPUT_H
#define RUNTIME_INPUT_H

#include <stdbool.h>

#include "runtime/gather.h"
#include "runtime/picture.h"

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
bool input_read(const InputReader *reader, const char *path, float *values, char reason[PICTURE_REASON]);

/* A decoded picture in the network's size and order of channels: `bytes` [h][w][c]. */
void input_bytes(const JobInput *input, const Picture *picture, uint8_t *bytes);

#endif
