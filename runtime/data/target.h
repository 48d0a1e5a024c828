/* target.h - what the answer for one image is held against, as a step takes it: the class, the mask, the shares or the
 * numbers of a data set's item, moved as its picture was moved. */

#ifndef DATA_TARGET_H
#define DATA_TARGET_H

#include "runtime/data/dataset.h"
#include "runtime/pictures/gather.h"

/* What is the same for all images of a loader. */
typedef struct {
    const Job *job;
    Gather gather;              /* of targets that are pictures of numbers */
} TargetMaker;

TargetMaker target_open(const Job *job);
void        target_close(TargetMaker *maker);

/* Bytes of the room that a thread brings along. */
size_t target_room(const TargetMaker *maker);

/* Fills `target`, of job_target_bytes, after the item's input [H][W][C] was made by these moves. `mask` is as
 * shelf_mask tells. A pixel that does not count is -1, or of shares all -1. */
void target_put(const TargetMaker *maker, const Item *item, const uint8_t *mask, const Moves *moves,
                const float *input, void *target, void *room);

/* The class of image i of a batch's targets, of those that share it the one with most; NO_CLASS where there is no
 * single one. */
int32_t target_class(const Job *job, const void *target, int i);

#endif
