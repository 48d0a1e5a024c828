/* explain_plan.h - netc explain --plan: which function does what, and what the plan reckons that it costs. */

#ifndef TOOLS_EXPLAIN_PLAN_H
#define TOOLS_EXPLAIN_PLAN_H

#include "compiler/gen/gen.h"

/* A table for training and one for predicting, of phases one for each that differs; calls in the order in which they run. Requires plans. */
void explain_plans(FILE *out, const Generation *g);

#endif
