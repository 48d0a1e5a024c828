/* hold.h - a generated program held against the evaluator: what it answers, what every layer makes,
 * its loss, and all weights and states after a training step. */

#ifndef TESTS_GENERATED_HOLD_H
#define TESTS_GENERATED_HOLD_H

#include "tests/generated/reference.h"
#include "tests/support/compiled.h"

typedef struct {
    Reference *reference;
    Compiled *compiled;
    char text[1 << 13];
    const char *name;
    bool direct;                /* made so; see Recipe */
} Subject;

/* NULL in `compiled` where netc, the C compiler or the card itself fails: that is a failed test. */
Subject subject_open(const char *name, const char *text, int threads, const CompiledHow *how);
void    subject_close(Subject *subject);

typedef struct {
    bool exact;                 /* nothing had to be rounded */
    int unsure;                 /* rounding may have turned as many winners: of a step nothing was compared */
    long wrong;                 /* numbers out of bound; told on standard error */
    long compared;
    double worst;               /* the largest share of its bound that a number used up */
} Held;

/* Predicts and trains on the recipe's n images, and compares. A whole recipe's density is lowered
 * until all is exact, as far as n allows. */
Held hold(Subject *subject, Recipe recipe);

#endif
