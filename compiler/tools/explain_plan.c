#include "compiler/tools/explain_plan.h"

#include <string.h>

#include "base/text.h"

typedef struct { int name, kernel, work; } Widths;

static int wider(int width, const char *text)
{
    return (int)strlen(text) > width ? (int)strlen(text) : width;
}

static Widths widths_of(const Plan *plan)
{
    Widths width = { 4, 4, 3 };         /* "call", "runs", "for" */
    for (int i = 0; i < plan->calls; i++) {
        width.name = wider(width.name, plan->call[i]->name);
        width.kernel = wider(width.kernel, plan->call[i]->kernel);
        width.work = wider(width.work, plan->call[i]->cost.work);
    }
    return width;
}

static void add(Cost *sum, const Cost *cost)
{
    sum->multiply_adds += cost->multiply_adds;
    sum->done += cost->done;
    sum->image_bytes += cost->image_bytes;
    sum->batch_bytes += cost->batch_bytes;
}

static const char *count_text(Arena *arena, long number)
{
    return number ? grouped_text(arena, number) : "";
}

static void print_cost(FILE *out, const Plan *plan, const Cost *cost, double cycles, double whole)
{
    double bytes = (double)cost->image_bytes * plan->batch + (double)cost->batch_bytes;
    fprintf(out, "  %13s  %13s  %9.2f  %9.3f  %5.1f %%\n", count_text(plan->arena, cost->multiply_adds),
            count_text(plan->arena, cost->done), 1e-6 * bytes, 1e-6 * cycles, 100 * cycles / whole);
}

static void print_call(FILE *out, const Plan *plan, const Call *call, Widths width, double whole)
{
    char tasks[16] = "";
    if (!call->per_image)
        snprintf(tasks, sizeof tasks, "%d", call->tasks);
    fprintf(out, "%-*s  %-*s  %-*s  %5s", width.name, call->name, width.kernel, call->kernel, width.work,
            call->cost.work, tasks);
    print_cost(out, plan, &call->cost, cost_cycles(plan, &call->cost), whole);
}

/* Headings above a segment's calls say how it is cut, which calls have in common. `whose` is told behind what it does. */
static void print_plan(FILE *out, const Plan *plan, const char *whose)
{
    Widths width = widths_of(plan);
    Cost sum = { 0 };
    double whole = 0;
    for (int i = 0; i < plan->calls; i++) {
        add(&sum, &plan->call[i]->cost);
        whole += cost_cycles(plan, &plan->call[i]->cost);
    }
    fprintf(out, "\nplan of %s%s, %d image%s, for %s%s\n\n%-*s  %-*s  %-*s  %5s  %13s  %13s  %9s  %9s  %7s\n",
            plan->graph->use == USE_TRAIN ? "a training step" : "predicting", whose, plan->batch, plural(plan->batch),
            plan->target->name, plan->direct ? ", direct" : "", width.name, "call", width.kernel, "runs", width.work, "for", "tasks",
            "multiply-adds", "done", "MB", "Mcycles", "share");
    for (int s = 0; s < plan->segments; s++) {
        const Segment *segment = &plan->segment[s];
        fprintf(out, "- segment %d, %s\n", s, segment->per_image ? "image by image" : "the batch in tasks");
        for (int i = 0; i < segment->calls; i++)
            print_call(out, plan, segment->call[i], width, whole);
    }
    fprintf(out, "%-*s  %-*s  %-*s  %5s", width.name, "total", width.kernel, "", width.work, "", "");
    print_cost(out, plan, &sum, whole, whole);
}

/* ---- of each phase ---- */

static const Plan *plan_of(const Generation *g, int phase, UseKind use)
{
    return use == USE_TRAIN ? g->phase[phase].train : g->phase[phase].predict;
}

static bool is_first(const Generation *g, int phase, UseKind use)
{
    for (int i = 0; i < phase; i++)
        if (plan_of(g, i, use) == plan_of(g, phase, use))
            return false;
    return true;
}

/* " in phase two", " in phases one, three": those that run the plan of this one; "" where all do. */
static const char *phases_with(const Generation *g, int phase, UseKind use)
{
    const Plan *plan = plan_of(g, phase, use);
    const char *names = "";
    int count = 0;
    for (int i = 0; i < g->phases; i++)
        if (plan_of(g, i, use) == plan)
            names = arena_printf(plan->arena, "%s%s %s", names, count++ ? "," : "", g->job->phase[i].name);
    return count == g->phases ? "" : arena_printf(plan->arena, " in phase%s%s", plural(count), names);
}

/* What is the same in several phases is printed once. */
static void print_use(FILE *out, const Generation *g, UseKind use)
{
    if (!g->phases)
        print_plan(out, g->plan[use], "");
    for (int i = 0; i < g->phases; i++)
        if (is_first(g, i, use))
            print_plan(out, plan_of(g, i, use), phases_with(g, i, use));
}

void explain_plans(FILE *out, const Generation *g)
{
    print_use(out, g, USE_TRAIN);
    print_use(out, g, USE_PREDICT);
    fprintf(out, "\nMultiply-adds are of one image: as the layer's sums are written, and as the function does them, in\n"
                 "whole vectors; at most, where it passes over zeros. MB are the arrays that a batch reads and\n"
                 "writes, each once. Mcycles are an estimate for a batch on one core that in each cycle multiplies\n"
                 "and adds one vector, or moves 32 bytes from a cache or 8 from memory, and takes the longer of\n"
                 "both; the trainer's `profile` measures.\n");
}
