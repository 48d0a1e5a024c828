/* mistakes.h - what the command `mistakes` finds among pictures that were held out: what its parts share. */

#ifndef LOOK_MISTAKES_H
#define LOOK_MISTAKES_H

#include "runtime/look/label_check.h"
#include "runtime/training/scoring.h"

/* A picture that was answered. */
typedef struct {
    long position;              /* in the loader's order */
    double error;               /* review_error: of a class what it adds to the loss */
    double told;                /* the same, but of numbers the mean distance in the table's unit, as mae is */
    bool wrong;
    int truth;                  /* of a class; else NO_CLASS */
    Answer answer;              /* of a class */
} Judged;

/* A held-out picture, and one of another part that shows the same or nearly: what is measured on it is known. */
typedef struct {
    long item;                  /* of the part that is scored */
    PartKind part;
    long other;                 /* of that part */
} Twin;

typedef struct {
    const Scoring *scoring;
    const Options *options;
    Arena *arena;
    Judged *judged;             /* [count], the worst first */
    long count, wrong;
    long most;                  /* of anything that is told, at most so many */
    int listed;                 /* of them are shown: of classes wrong ones alone */
    Knowledge knowledge;        /* of classes: by what labels are doubted, or not */
    Doubt *doubt;               /* `at` is a position */
    long doubts;
    Twin *twin;                 /* [twins], in the order of the held-out ones */
    long twins;
} Mistakes;

/* What is answered by a class, so that it can be wrong about one. */
static inline bool mistakes_of_classes(const Mistakes *mistakes)
{
    return mistakes->scoring->trained.job.target.kind == TARGET_CLASS;
}

/* By labels, each there or not. */
static inline bool mistakes_of_labels(const Mistakes *mistakes)
{
    const Program *program = mistakes->scoring->trained.network->program;
    return dataset_has_labels(&program->job) && shape_is_vector(program->output);
}

/* An item's file or row. */
const char *mistakes_name(const Mistakes *mistakes, const Item *item);

/* A target, or an answer in its form, in words; NULL where it is a picture. */
const char *mistakes_words(const Mistakes *mistakes, const void *target);

/* Of classes: why a network that does not know enough doubts no labels. */
const char *mistakes_ignorance(const Mistakes *mistakes);

/* One of the judged with its image and the network's answer; freed by mistakes_free. */
typedef struct {
    Sample sample;
    float *output;              /* [P][Q][C], tempered */
    void *answer;               /* in the form of a target */
} Shown;
Shown mistakes_shown(const Mistakes *mistakes, long position);
void  mistakes_free(Shown shown);

/* mistakes_tell.c: prints all of it, with --json a line of JSON for each. */
void mistakes_tell(const Mistakes *mistakes);

/* mistakes_page.c: a contact sheet and a page in a folder; tells the files. */
void mistakes_write(const Mistakes *mistakes, const char *folder);

#endif
