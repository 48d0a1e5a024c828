/* mix.h - pairs of a batch that are mixed, pictures and targets alike: mixup (H. Zhang et al., "mixup: Beyond
 * empirical risk minimization", ICLR 2018) and cutmix (S. Yun et al., "CutMix: Regularization strategy to train strong
 * classifiers with localizable features", ICCV 2019). */

#ifndef DATA_MIX_H
#define DATA_MIX_H

#include "runtime/data/augment.h"

/* True where the card mixes pairs. */
static inline bool is_mixed(const Job *job)
{
    return job->mixup != 0 || job->cutmix != 0;
}

/* How one pair is mixed: each keeps `share` of itself and takes the rest from the other. */
typedef struct {
    double share;
    bool cuts;                  /* the window is what it takes, and the share follows; else a sum of both */
    Window window;
} Mix;

/* A function of the key, that of the pair's first image. One of mixup and cutmix must be told; of both each pair gets
 * one or the other, by a coin. The share is of the beta distribution of (alpha, alpha); a window is placed as that
 * of a cutout, and the share is what it leaves. */
Mix mix_draw(const Job *job, AugmentKey key);

/* Mixes image i of a batch of n with image n-1-i; the middle one of an odd number stays alone. `key` is that of the
 * batch's first image, `input` [n][H][W][C] and `target` [n] as a step takes them. Where neither mixup nor cutmix is
 * told nothing happens. */
void mix_batch(const Job *job, AugmentKey key, int n, float *input, void *target);

#endif
