/* gen.h - the generated file: one readable C file from the plans of a card's three uses. */

#ifndef GEN_GEN_H
#define GEN_GEN_H

#include "base/fit.h"
#include "base/graph_view.h"
#include "base/job.h"
#include "base/source.h"
#include "compiler/plan/plan.h"

/* A layer as reports speak of it. */
typedef struct {
    const char *name, *text;    /* "conv1", "conv 32 3x3 relu" */
    const char *shows;          /* the layer whose value it has when it predicts: itself but for dropout */
    Shape shape;
    long parameters, multiply_adds;
    long untrained;             /* of the parameters */
    Place place;
    bool is_conv;
    Channels out, in;           /* what it makes and, of conv, deconv and dense, what each of its sums takes: base/fit.h */
    bool turned;                /* of its weight, rows make and columns take */
} LayerNote;

/* What a phase of the training runs: phases that agree share plans. */
typedef struct { const Plan *train, *predict; } PhasePlans;

typedef struct {
    const char *card;           /* the file's name without its folder */
    const Source *const *source;        /* the card's text, then those that it includes */
    int sources;
    const char *const *set;     /* "NAME=value" of what the card sweeps, as it was told */
    int sets;
    const Job *job;
    const LayerNote *layer;
    int layers;
    const GraphView *view;      /* with blocks and repeats folded; NULL: the program shall know none */
    const ChannelGroup *group;  /* of channels */
    int groups;
    const Plan *plan[USE_COUNT];        /* to train, the first phase's; to predict, the last one's */
    const PhasePlans *phase;
    int phases;                 /* 0: one, of the plans above */
    const Plan **other;         /* the phases' plans that are none of the above, each once */
    int others, other_room;
} Generation;

/* Writes the whole file. Byte for byte the same for the same card and target. */
void generate(FILE *out, const Generation *g);

/* Its parts. */
void generate_functions(FILE *out, const Generation *g);    /* functions.c: kernels, segments, uses */
void generate_program(FILE *out, const Generation *g);      /* program.c: the tables */
void generate_job(FILE *out, const Job *job);               /* job.c */
Job job_without_places(Arena *arena, const Job *job);

/* From the training block's start to the running mean of the weights, behind all phases' states; 0: there is none. */
size_t average_place(const Generation *g);

/* What a plan's function is called: "train", "train_2". */
const char *use_name(const Generation *g, const Plan *plan);

/* Bytes of each worker's scratch in a use of the program; predicting may run as USE_SINGLE. */
size_t use_scratch(const Generation *g, const Plan *plan);

/* A call with each of its cuts, in their order. */
typedef struct {
    const Call **call;
    int calls, room;
} Candidates;

/* Writes a program that times all of them: timing.c. */
void generate_timing(FILE *out, const Generation *g, const Candidates *candidates, int count);

/* A place as an initialiser. Its file goes without a folder, so that the text is the same wherever the
 * card lies. */
void put_place(FILE *out, const Place *place);

/* A C string with its quotes; NULL is NULL. */
void put_string(FILE *out, const char *text);

#endif
