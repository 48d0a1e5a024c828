/* review.h - what a pass over held-out images leaves to be looked at beside its score: the metrics with their counts,
 * the images that were answered worst, a few that are the same in every pass, and answers beside truths. */

#ifndef ANSWERS_REVIEW_H
#define ANSWERS_REVIEW_H

#include "runtime/answers/metrics.h"
#include "runtime/data/loader.h"
#include "runtime/data/shelves.h"

enum {
    REVIEW_WORST = 12,
    REVIEW_SAMPLES = 3,
    REVIEW_COLUMNS = 6,         /* of numbers, whose points are kept */
    REVIEW_POINTS = 400,        /* of each, at most */
    REVIEW_CURVES = 8,          /* outputs: of more, nobody looks at a curve for each */
};

/* An image, with its answer. */
typedef struct {
    const Item *item;           /* the data set's */
    double error;               /* see review_error */
    uint8_t *shown;             /* its input as shown_pictures makes it */
    float *input;               /* of a sample, as Step.input wants it; else NULL */
    float *output;              /* [P][Q][C] */
    void *target;               /* of target_bytes() */
} Reviewed;

/* The points of a column of numbers, in the table's unit. */
typedef struct { double truth[REVIEW_POINTS], answer[REVIEW_POINTS]; } Points;

typedef struct {
    const Program *program;
    const Shelves *shelves;
    Metrics *metrics;           /* of the pass */
    long images, seen;          /* of the pass, so far */
    Reviewed worst[REVIEW_WORST];       /* the first is the worst; of equals the one that came first */
    int worsts;
    Reviewed sample[REVIEW_SAMPLES];    /* evenly spread over the part */
    int samples;
    Points *column;             /* [columns] */
    int columns, points;
} Review;

/* The shelves are the caller's, and outlive the review. */
Review *review_open(const Program *program, const Shelves *shelves);
void    review_close(Review *review);

/* Before a pass over so many images: nothing was seen of it. */
void review_begin(Review *review, long images);

/* True where a pass was begun, and saw all of its images: what was broken off tells of a part alone. */
static inline bool review_is_whole(const Review *review)
{
    return review->images > 0 && review->seen == review->images;
}

/* Adds the answers of a step, whose first image stands at `position` of the loader's epoch; not to the metrics. */
void review_add(Review *review, const Loader *loader, const Step *step, long position);

/* How wrong an answer is, for the order of the worst: of a class what it adds to the loss, of a mask the share of its
 * pixels, of labels the mean of their losses, of numbers the mean distance, as the loss compares them. */
double review_error(const Program *program, const void *target, const float *output);

/* An answer in the form of a target: of a mask the likeliest class of each pixel. `to` is of target_bytes(). */
void review_answer(const Program *program, const float *output, void *to);

#endif
