/* answer.h - what a network's output says about a picture. */

#ifndef NETWORK_ANSWER_H
#define NETWORK_ANSWER_H

#include "runtime/network/program.h"

typedef struct {
    int class;
    double probability;         /* of that class */
} Answer;

/* The probability of a class. One sigmoid tells how sure it is of class 1. */
static inline double answer_probability(const Program *program, const float *output, int class)
{
    if (program->output.c == 1)
        return class ? output[0] : 1.0 - output[0];
    return output[class];
}

/* The likeliest class; of equals the first, so that one sigmoid must exceed a half for class 1. */
static inline Answer answer_of(const Program *program, const float *output)
{
    Answer best = { 0, answer_probability(program, output, 0) };
    if (program->output.c == 1)
        return output[0] > 0.5f ? (Answer){ 1, output[0] } : best;
    for (int class = 1; class < program->output.c; class++)
        if (output[class] > best.probability)
            best = (Answer){ class, output[class] };
    return best;
}

#endif
