/* tiny.h - a program as netc would generate it, but by hand and for a picture of 4x4 greys: softmax
 * regression to three classes. It respects the contract of runtime/network/program.h (tiles with padding, n
 * below the batch, threads that must not matter), so that the trainer around it can be tested without
 * a compiler. Beside it, what every test of a trainer needs: pictures, a folder, a child process. */

#ifndef TESTS_TRAINER_TINY_H
#define TESTS_TRAINER_TINY_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "runtime/network/program.h"

enum { TINY_PIXELS = 16, TINY_CLASSES = 3, TINY_BATCH = 4, TINY_EPOCHS = 3 };

extern const Program tiny_program;

/* A running statistic, which a test may add to its parameters. */
extern const Parameter tiny_statistic;

/* What a child runs, where a test wants another: the same network, with another training. */
extern const Program *tiny_now;

/* What a child's network does out of the ordinary; set them before tiny_run. */
typedef struct {
    uint64_t signal_at;         /* update in which `signal` arrives; 0: none */
    int predict_at;             /* the same for the n-th call of predict, from 1, in which `remove` goes away, too */
    int signal;
    bool twice;                 /* it arrives again before the step ends, a third of a second later */
    bool echoed;                /* it arrives again at once */
    uint64_t nan_at;            /* update whose gradient is no number */
    uint64_t nan_loss_at;       /* update whose loss is no number */
    uint64_t hidden_at;         /* update that breaks a weight on which no answer hangs */
    uint64_t remove_at;         /* update in which the picture `remove` goes away */
    const char *remove;
    long room;                  /* bytes that the disk has left; 0: as it is */
} TinyMischief;
extern TinyMischief tiny_mischief;

typedef struct {
    int code;                   /* exit code, or 128 + the signal that killed it */
    char *out, *err;            /* what it printed */
} TinyRun;

/* A fresh folder that becomes the current one, with the pictures in data/: dark.0.png to light.7.png,
 * eight of each class. tiny_leave goes back and removes it. */
void tiny_enter(void);

/* The same, with w.safetensors: `light` grows with each pixel alike, so that every picture with light in it is light. */
void tiny_enter_with_light(void);
void tiny_leave(void);

/* Writes a grey PNG of 4x4 whose pixels are about `level`, a little different for each `number`. */
void tiny_picture(const char *path, int level, int number);

/* What the trainer is called on its command line, "tiny" where a test does not say otherwise. */
extern const char *tiny_word;

/* Runs the trainer in a child, with the words of `line` as its arguments. */
TinyRun tiny_run(const char *line);
void    tiny_free(TinyRun *run);
/* The same, for the exit code alone. */
int     tiny_code(const char *line);
/* The child itself: never returns. Its output goes to the files "out" and "err". */
_Noreturn void tiny_child(const char *line);

/* A whole file, with a final 0 that does not count; NULL where there is none. To be freed. */
char *tiny_read(const char *path, size_t *bytes);
void  tiny_write(const char *path, const void *data, size_t bytes);
bool  tiny_same_files(const char *left, const char *right);

/* What two runs keep, by their numbers: all but their times. */
bool  tiny_same_runs(int left, int right);

bool  tiny_exists(const char *path);

#endif
