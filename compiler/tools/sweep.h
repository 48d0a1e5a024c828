/* sweep.h - a training for each combination of the values that a card sweeps: as many at once as there are processors, each
 * with its share of them. What comes of them stands in runs/CARD/sweepN/ (docs/formats.md); the runs lie beside it, and a
 * sweep that was stopped goes on when it is asked for again. */

#ifndef TOOLS_SWEEP_H
#define TOOLS_SWEEP_H

#include "compiler/ast/card.h"
#include "compiler/options.h"

/* The exit code of `netc sweep`. */
int sweep(Arena *arena, const Card *card, const Options *options);

/* ---- what its parts share ---- */

#define TRIAL_STATES(X) X(WAITING, "waiting") X(FINISHED, "finished") X(DROPPED, "dropped") X(FAILED, "failed")
#define X(id, word) TRIAL_##id,
typedef enum { TRIAL_STATES(X) TRIAL_STATE_COUNT } TrialState;
#undef X
extern const char *const trial_state_word[TRIAL_STATE_COUNT];

enum { MOST_TRIALS = 10000, MOST_RUNGS = 16 };

/* One combination. */
typedef struct {
    int *value;                 /* [sweeps of the card] which of each one's values */
    const char *set;            /* "rate=1e-3 width=8" */
    const char *run;            /* its run's name: "sweep1-rate=1e-3,width=8" */
    const char *program, *log;  /* files in the sweep's folder */
    TrialState state;
    bool built;                 /* its program is whole */
    int whole;                  /* epochs of a whole training */
    int until;                  /* halving: those that it trains to now; 0: to its end */
    int epochs;                 /* that were trained */
    int best_epoch;             /* 0: there is none yet */
    double best;                /* what was measured then */
    double seconds;             /* of training */
    double rung[MOST_RUNGS];    /* halving: the best at the end of each rung that it has passed */
    int rungs;
    const char *why;            /* it failed */
} Trial;

typedef struct {
    Arena *arena;
    const Card *card;
    const Options *options;
    const char *name;           /* the card's, "catdog" */
    const char *folder;         /* "runs/catdog/sweep1" */
    const char *fingerprint;    /* of all that decides what the trials are */
    const char *measure;        /* the column of results.csv that they are compared by */
    bool rises;                 /* the larger the better */
    int epochs;                 /* that trainers are told; 0: a trial's own card decides */
    Trial *trial;               /* in the order of the values, the last sweep's first */
    int trials;
    bool resumed;
    const char *edited;         /* a file of the card that has changed meanwhile */
    int cut_off;                /* builds that a signal ended */
} Sweep;

/* sweep_trials.c: which trials there are, and where they stand: of the newest sweep that is the same and not at its end, or
 * of a new one. False, having said why. */
bool sweep_open(Sweep *sweep);

/* sweep_trials.c: where a trial's run is. */
const char *sweep_run_folder(const Sweep *sweep, const Trial *trial);

/* sweep_trials.c: keeps where they stand, as sweep.json; false, having said why. */
bool sweep_save(const Sweep *sweep);

/* sweep.c: trains those that wait, each as far as its `until` says; false, having said why, where what came of it cannot be
 * kept, or the card was edited meanwhile. And how many are in a state. */
bool sweep_train(Sweep *sweep);
int sweep_count(const Sweep *sweep, TrialState state);

/* sweep_commands.c: takes what stands behind -- as far as it is the sweep's own matter: how long a training is. False, having
 * said why, where it is not for trainers of a sweep. */
bool sweep_take_further(Sweep *sweep);

/* sweep_commands.c: the words, then NULL, by which netc builds a trial's trainer; by which that trains, with so many threads,
 * as one of so many at once; and by which it tells of its run. */
char **sweep_build_line(const Sweep *sweep, const Trial *trial);
char **sweep_train_line(const Sweep *sweep, const Trial *trial, int at_once, int threads);
char **sweep_result_line(const Sweep *sweep, const Trial *trial);

/* sweep_commands.c: prints what to type to have a trial's trainer, and to use its run with that. */
void sweep_say_commands(const Sweep *sweep, const Trial *trial);

/* sweep_result.c: reads what the trainer tells of its run: where it was stopped while it told, nothing. */
void sweep_read_result(const Sweep *sweep, Trial *trial);

/* sweep_result.c: keeps room in its log, so that a disk that fills up can be told of there; false, and errno, where there
 * is none. */
bool sweep_reserve_log(const Trial *trial);

/* sweep_result.c: the bytes that its log holds; and why what ended with that exit code, less than 0: by that signal, has
 * failed, of which the log tells behind so many bytes. */
long sweep_said(const Trial *trial);
const char *sweep_reason(Arena *arena, const Trial *trial, long said, int code);
void sweep_fail(Trial *trial, const char *why);

/* sweep_halving.c: says which trials are no card, which have failed, and sees how long the others are; and trains in
 * halves; false as above. */
void sweep_judge(Sweep *sweep);
bool sweep_halving(Sweep *sweep);

/* sweep_table.c: the trials from the best to the worst, those without a result last; and as a table, in which `all` are
 * shown, or the best of them; and as results.csv. */
const Trial **sweep_ranking(const Sweep *sweep);
void sweep_table(FILE *out, const Sweep *sweep);
bool sweep_csv(const Sweep *sweep);

/* sweep_chart.c: parallel.svg, a line for each trial through its values to what came of it. */
bool sweep_chart(const Sweep *sweep);

#endif
