/* reference.h - what a card means, by the evaluator in double, and how far a program in float may be
 * from it: exactly nothing where every sum of floats is exact whatever its order, else the derived
 * bound. The graphs are those of lower and derive, with nothing fused, dropped or planned. */

#ifndef TESTS_GENERATED_REFERENCE_H
#define TESTS_GENERATED_REFERENCE_H

#include "compiler/ast/card.h"
#include "compiler/ir/ir.h"

typedef struct {
    Arena *arena;
    Card *card;
    Graph *train, *predict, *view;
} Reference;

/* NULL, with the diagnostics on standard error, where the card has mistakes. */
Reference *reference_open(const char *text);
void       reference_close(Reference *reference);

/* What the leaves hold: a function of this alone, and of the leaf's name. */
typedef struct {
    int n;                      /* images */
    unsigned seed;
    bool whole;                 /* small whole numbers, and biases so large that the loss saturates */
    double density;             /* whole: about so many weights of a sum are not zero */
    unsigned epoch, position;   /* for dropout */
    bool direct;                /* convolutions are summed as they are written: no Winograd */
} Recipe;

/* Element `at` of a leaf; a value that is a float. Images are [image][H][W][C]. */
double recipe_value(const Recipe *recipe, const Graph *graph, const Value *leaf, long at);

/* All values of a graph, and how far from each a float may be. */
typedef struct {
    const Graph *graph;
    const Recipe *recipe;
    Evaluation evaluation;
    double **bound;             /* by value's id: [n][size] or [size] */
    int unsure;                 /* places where rounding may turn a relu or a winner */
} Evaluated;

/* By class, where a card weighs classes: Step.class_weight. */
extern const double reference_weights[];
enum { REFERENCE_WEIGHTS = 4 };

/* The number of the update that a training step stands for: what Adam's rate depends on. */
enum { UPDATE = 3 };

/* In the reference's arena. What the training graph has too is there as in that. */
Evaluated evaluate_all(const Reference *reference, const Graph *graph, const Recipe *recipe);

/* NULL where the graph has no value of that name. */
const Value *value_named(const Graph *graph, const char *name);

/* The number of elements of a value for n images. */
long value_count(const Value *value, int n);

/* Fills Evaluated.bound and unsure: bound.c. */
void bound_all(Evaluated *evaluated);

#endif
