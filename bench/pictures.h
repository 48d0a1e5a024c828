/* pictures.h - JPEG files to measure with: photographs where there are some, else drawings. */

#ifndef BENCH_PICTURES_H
#define BENCH_PICTURES_H

#include "bench/bench.h"
#include "bench/card.h"

typedef struct {
    const char *root;           /* for --data: holds data/train/ */
    const char *what;           /* "photographs, 512x384" */
    Changes classes;            /* the patterns of their names */
} Pictures;

/* False, and a line in the table, where they cannot be made. */
bool pictures_whole(Bench *bench, Pictures *pictures);      /* as they are, 960 of them */
bool pictures_shrunk(Bench *bench, Pictures *pictures);     /* 512 of 500x375 */
bool pictures_few(Bench *bench, Pictures *pictures);        /* 48 */

#endif
