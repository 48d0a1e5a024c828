/* asked.h - the one answer of a network that is looked into: the weights of the sum of logits whose gradient
 * is taken, and its value. Of a class, its logit; of two classes by one sigmoid, of the first minus the
 * logit. Of a mask, the mean over the pixels that are answered as the class, or over all where none is (K.
 * Vinogradova et al., "Towards interpretable semantic segmentation via gradient-weighted class activation
 * mapping", AAAI 2020). Of numbers, one. */

#ifndef LOOK_ASKED_H
#define LOOK_ASKED_H

#include "runtime/training/trained.h"

typedef struct {
    const char *name;           /* "dog", "price", "number 2" */
    int number;                 /* the class or, of numbers, the column */
    float *weight;              /* [logits] */
    long weights;
} Asked;

/* Why nothing can be asked of such a network; NULL where something can. */
const char *asked_nothing(const Program *program);

/* How many there are to ask for, and what each is called; number_name is in the arena. */
int asked_choices(const Trained *trained);
const char *asked_name(const Trained *trained, Arena *arena, int number);

/* The one of that name. One that there is not is a misuse of --class. */
int asked_find(const Trained *trained, Arena *arena, const char *name);

/* The likeliest class of the answer [P][Q][C]; of labels the likeliest, of a mask the commonest but the
 * first, where there is another; of numbers the first. */
int asked_usual(const Trained *trained, const float *output);

/* All in the arena. */
Asked asked_open(const Trained *trained, Arena *arena, int number, const float *output);

/* What a network answers: the class's probability, of a mask its mean over the pixels that `asked` weighs; or the
 * number. `output` is tempered where probabilities are. */
double asked_value(const Asked *asked, const float *output);

#endif
