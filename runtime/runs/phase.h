/* phase.h - the phases of a training: which one a training is in, what holds in it, and what is new where the next
 * one begins. A card without phases has one. */

#ifndef RUNS_PHASE_H
#define RUNS_PHASE_H

#include "runtime/runs/checkpoint.h"

/* The words of their lists. */
extern const char *const optimizer_word[OPTIMIZER_COUNT];
extern const char *const schedule_word[SCHEDULE_COUNT];

/* The phase at hand. */
const JobTrain *phase_now(const Program *program, const Standing *standing);

/* What it runs. */
const PhaseUses *phase_uses(const Program *program, const Standing *standing);

/* Images in a step of it: as the card says, but no more than the run was begun with. */
int phase_batch(const Program *program, const Standing *standing);

/* Its epochs: the last phase has as many as are left of those that are wanted, any other at most these. */
uint64_t phase_epochs(const Program *program, const Standing *standing);

/* The phase's rate, before its schedule: another one than the card's is asked for of the first phase, and the others'
 * stay in proportion to it. */
double phase_full_rate(const Program *program, const Standing *standing);

/* The rate of the next step, with so many images in an epoch. */
double phase_rate(const Program *program, const Standing *standing, long images);

/* A phase begins: nothing was seen of it yet. */
void phase_begin(Standing *standing);

/* Where the phase keeps a mean of the weights, it is as they are. */
void phase_begin_average(const Network *network, const Standing *standing);

/* Comes from another phase. Where the optimizer is another, what it keeps begins anew; so does a mean of the weights
 * that the phase before did not keep. */
void phase_enter(const Network *network, Standing *standing, uint64_t from);

/* What the end of an epoch means, once it is counted: `watched` is what validation says of it, the less the better.
 * Lowers the rate, ends the phase and begins the next. Returns whether a phase ended before its epochs. */
bool phase_after_epoch(const Program *program, Standing *standing, double watched);

#endif
