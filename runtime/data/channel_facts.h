/* channel_facts.h - what the values of each channel are that a network is trained on, as the files have them. */

#ifndef DATA_CHANNEL_FACTS_H
#define DATA_CHANNEL_FACTS_H

#include "runtime/data/shelves.h"

enum { BYTE_VALUES = 256 };

typedef struct {
    double mean, deviation;     /* of all values together */
    double least, most;
    uint64_t values;            /* 0: there are none, and the rest is 0 */
    uint64_t count[BYTE_VALUES];        /* of bytes: how often each is there; else zeros */
} ChannelFacts;

/* Of the sound items that are trained on, at the size and in the order of channels that the network gets: [c], to be
 * freed. Exact of bytes, whose sums are whole numbers. */
ChannelFacts *channel_facts(const Shelves *shelves, int threads);

/* True where the channels are a table's columns, which have names. */
bool names_columns(const Dataset *dataset);

/* "red"; of a table the column's name; else the number, from 0. In the arena, or the data set's. */
const char *channel_name(Arena *arena, const Dataset *dataset, int channel);

/* Tells them in a table, those of the first few channels. */
void channel_facts_tell(FILE *out, const ChannelFacts *facts, const Dataset *dataset);

#endif
