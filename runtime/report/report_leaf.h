/* report_leaf.h - what the sections of a report are written from, and what they share. */

#ifndef REPORT_REPORT_LEAF_H
#define REPORT_REPORT_LEAF_H

#include <jansson.h>

#include "runtime/answers/review.h"
#include "runtime/network/step_times.h"
#include "runtime/runs/history.h"
#include "runtime/show/page.h"
#include "runtime/training/train_log.h"

enum {
    BATCH_SHOWN = 12,           /* images of a training batch */
    LEAF_WIDTH = 160,           /* pixels of the page that a picture takes in width, about */
};

/* An image that was trained on, as the network got it. */
typedef struct {
    uint8_t *picture;           /* [h][w][channels], with its target beside it where that is a picture */
    char *text;                 /* its target in words, or NULL */
} Trainee;

/* What a report is written from, at one moment. */
typedef struct {
    Page *page;
    Arena *arena;               /* of its texts */
    const Training *training;
    const History *history;
    json_t *events;             /* of log.jsonl, an array; NULL where it cannot be read */
    const Review *review;       /* of the last validation; NULL where there was none */
    const Trainee *trainee;     /* [trainees] */
    int trainees;
    const Speed *speed;
    const StepTimes *times;
    bool last;                  /* nothing is going to follow */
    bool best;                  /* network and review are of the run's best weights, else of those of the last epoch */
} Leaf;

/* The sections, in their order; each says what it has to say, or nothing. */
#define REPORT_SECTIONS(X) \
    X(curves)                   /* report_curves.c */ \
    X(answers)                  /* report_answers.c */ \
    X(conclusion)               /* report_events.c */ \
    X(mistakes)                 /* report_pictures.c */ \
    X(batch) \
    X(network)                  /* report_network.c */ \
    X(model)                    /* report_run.c */ \
    X(time)                     /* report_time.c */ \
    X(run)

#define X(name) void report_on_##name(const Leaf *leaf);
REPORT_SECTIONS(X)
#undef X

/* Where phases begin, by epochs. */
PageMark *leaf_phases(const Leaf *leaf, int *count);

/* "dog", or where the data name fewer classes than the network tells apart, a number. */
const char *leaf_class(const Leaf *leaf, int class);

/* Whose answers, filters and maps are shown: "by the best weights, those of epoch 3", "after epoch 5". */
const char *leaf_weights(const Leaf *leaf);

/* "3 pictures", "1 row": of what is read. */
const char *leaf_count(const Leaf *leaf, long count);

/* A picture [h][shown_width(w, across)][channels], of so many of the input's size side by side: in its own size, or where
 * it is small enlarged by a whole number. */
void leaf_picture(const Leaf *leaf, const uint8_t *picture, int across, int channels, PageFigure figure);

/* An image with its answer, as a figure: its picture, and where truth and answer are pictures, these beside it; else
 * in words below. */
void leaf_figure(const Leaf *leaf, const Reviewed *image);

/* What is to be answered and what was, in words; NULL where these are pictures. */
const char *leaf_truth(const Leaf *leaf, const Reviewed *image);
const char *leaf_answer(const Leaf *leaf, const Reviewed *image);

/* The item's file, without its folders, or its row. */
const char *leaf_name(const Leaf *leaf, const Reviewed *image);

#endif
