#include "compiler/tools/explain_memory.h"

#include "base/processors.h"
#include "base/resident.h"
#include "base/text.h"

static void print_use(FILE *out, const char *what, const Generation *g, UseKind use, int threads)
{
    const Plan *plan = g->plan[use];
    size_t scratch = use_scratch(g, plan);
    double whole = (double)plan->bytes + (double)scratch * threads;
    fprintf(out, "%-11s %8.1f MB: a block of %s bytes, and %s for each of %d thread%s\n", what, 1e-6 * whole,
            grouped_text(plan->arena, (long)plan->bytes), grouped_text(plan->arena, (long)scratch), threads,
            plural(threads));
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static Resident resident_of(const Generation *g, int threads)
{
    const Plan *train = g->plan[USE_TRAIN], *predict = g->plan[USE_PREDICT];
    size_t block = larger(train->bytes, predict->bytes);
    size_t scratch = larger(use_scratch(g, train), use_scratch(g, predict));
    for (int i = 0; i < g->others; i++) {
        block = larger(block, g->other[i]->bytes);
        scratch = larger(scratch, use_scratch(g, g->other[i]));
    }
    if (average_place(g))
        block = larger(block, average_place(g) + train->parameter_bytes);
    const Plan *view = g->plan[USE_VIEW];
    return resident_training(g->job, (ResidentNetwork){ block, scratch },
                             (ResidentNetwork){ view->bytes, use_scratch(g, view) }, train->states, threads);
}

static void print_part(FILE *out, const char *what, size_t bytes)
{
    fprintf(out, "%-11s %8.1f MB", what, 1e-6 * (double)bytes);
}

static void print_resident(FILE *out, const Generation *g, int threads)
{
    const Resident held = resident_of(g, threads);
    Arena *arena = g->plan[USE_TRAIN]->arena;
    fprintf(out, "\nA training holds at most, with %d thread%s, one for each processor here (--threads):\n\n",
            threads, plural(threads));
    print_part(out, "block", held.block);
    fprintf(out, ": as above, in pages of %d MB; validating takes no other\n", HUGE_PAGE >> 20);
    print_part(out, "batches", held.batches);
    fprintf(out, ": %d of %d picture%s each, loaded ahead\n", RING_BATCHES, g->job->train.batch, plural(g->job->train.batch));
    if (held.decoding) {
        print_part(out, "decoding", held.decoding);
        fprintf(out, held.row ? ": pictures that are augmented, in each thread\n"
                              : ": a picture of " DECODED_SIZE " or so in each thread\n");
    }
    print_part(out, "report", held.report);
    fprintf(out, ": pictures that it shows, and its page while it is written\n");
    print_part(out, "program", held.program);
    fprintf(out, ": its text, libraries, lists, stacks\n");
    print_part(out, "resident", held.all);
    fprintf(out, "\n");
    if (held.row)
        fprintf(out, "%-11s %8s bytes more for each picture in them, if its values are bytes\n", "arrays",
                grouped_text(arena, (long)held.row));
    else
        fprintf(out, "%-11s up to %d GB more: pictures once decoded (--cache)\n", "cache", CACHE_BYTES >> 30);
}

void explain_memory(FILE *out, const Generation *g)
{
    int threads = processors();
    print_use(out, "training", g, USE_TRAIN, threads);
    print_use(out, "predicting", g, USE_PREDICT, threads);
    print_resident(out, g, threads);
}
