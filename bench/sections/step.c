/* step.c - the training step: netc's with one thread and two, for AVX-512 and for AVX2, the yardstick's,
 * and dense C by hand; all in one race. Each turn starts all of them anew: a network that learns noise has fewer dead
 * units with every step, one more so than another, and after a hundred steps they would no longer do the same work. */

#include "bench/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/card.h"

static const double turn = 0.35;            /* seconds */
enum { TURNS = 11 };

/* In the order of their turns: those who are compared most closely run one after the other. */
typedef enum { YARDSTICK_ONE, NETC_ONE, DENSE_ONE, NETC_AVX2, DENSE, NETC, YARDSTICK, RACERS } Racer;

static bool build_programs(void)
{
    char *text = card_tutorial((Changes){ 0 });
    bool built = card_build("catdog-step", text, "step", NULL);
    if (built && __builtin_cpu_supports("avx512f"))
        card_build("catdog-step-avx2", text, "step", "x86-64-v3");
    free(text);
    return built;
}

static double fact(const Contender *contender, const char *name)
{
    return json_number_value(json_object_get(contender_facts(contender), name));
}

/* a against b, in images a second, one thread or two */
static void add_ratio(Bench *bench, const Race *race, const char *what, Racer a, Racer b, const char *against,
                      Goal goal)
{
    if (race_faster(race, a, b) > 0)
        add_row(bench, .what = what, .value = per_second(BATCH, race_ms(race, a)), .unit = "img/s",
                .against = against, .other = per_second(BATCH, race_ms(race, b)),
                .ratio = race_faster(race, a, b), .goal = goal);
}

/* The backward pass lives on it, so it must be the same. */
static void add_dead(Bench *bench, const Contender *netc, const Contender *other, const char *name)
{
    const json_t *ours = json_object_get(contender_facts(netc), "dead");
    const json_t *theirs = other ? json_object_get(contender_facts(other), "dead") : NULL;
    for (size_t i = 0; i < json_array_size(theirs); i++) {
        char what[64], note[64];
        double a = json_number_value(json_array_get(ours, i));
        double b = json_number_value(json_array_get(theirs, i));
        snprintf(what, sizeof what, "dead units, pool %zu, off by", i + 1);
        snprintf(note, sizeof note, "%.3f and %.3f", a, b);
        add_row(bench, .what = what, .value = fabs(a - b), .against = name, .goal = AT_MOST(0.02),
                .note = note);
    }
}

static void report(Bench *bench, Contender *const *racer, const Race *run)
{
    double dense = 1e9 * bench->limits[THREADS].gflops / (2 * fact(racer[NETC], "step_multiply_adds"));
    double rate = per_second(BATCH, race_ms(run, NETC));
    add_ratio(bench, run, "2 threads", NETC, YARDSTICK, "yardstick", AT_LEAST(1.15));
    add_ratio(bench, run, "1 thread", NETC_ONE, YARDSTICK_ONE, "yardstick", AT_LEAST(1.1));
    add_ratio(bench, run, "2 threads", NETC, DENSE, "dense C by hand", (Goal){ 0 });
    add_ratio(bench, run, "1 thread", NETC_ONE, DENSE_ONE, "dense C by hand", (Goal){ 0 });
    add_row(bench, .what = "2 threads", .value = rate, .unit = "img/s", .against = "dense at full peak",
            .other = dense, .ratio = rate / dense);
    add_ratio(bench, run, "2 threads", NETC, NETC_ONE, "1 thread", AT_LEAST(1.9));
    add_ratio(bench, run, "for AVX2, 2 threads", NETC_AVX2, NETC, "for AVX-512", AT_LEAST(0.65));
    add_dead(bench, racer[NETC], racer[YARDSTICK], "yardstick");
}

/* NULL, and a line in the table where there is a reason to tell, of one who is not to be had. */
static Contender *open_racer(Bench *bench, Racer racer)
{
    switch (racer) {
    case NETC:          return open_step("catdog-step", "train", THREADS, BATCH);
    case NETC_ONE:      return open_step("catdog-step", "train", 1, BATCH);
    case NETC_AVX2:     return open_step("catdog-step-avx2", "train", THREADS, BATCH);
    case YARDSTICK:     return open_yardstick(bench, "train", THREADS, BATCH);
    case YARDSTICK_ONE: return open_yardstick(bench, "train", 1, BATCH);
    case DENSE:         return open_baseline("train", THREADS);
    case DENSE_ONE:     return open_baseline("train", 1);
    case RACERS:        break;
    }
    return NULL;
}

/* Who is not there once is not asked for again, nor is a second of the kind. */
static void open_racers(Bench *bench, Contender **racer, bool *there)
{
    for (Racer i = RACERS; i-- > 0; ) {
        racer[i] = there[i] ? open_racer(bench, i) : NULL;
        there[i] = racer[i];
        there[YARDSTICK_ONE] &= there[YARDSTICK];
    }
}

void section_step(Bench *bench)
{
    if (!build_programs())
        return;
    bool both = __builtin_cpu_supports("avx512f"), there[RACERS];
    if (!both)
        table_skip(bench->table, "AVX2 against AVX-512: this processor has one of them alone");
    for (int i = 0; i < RACERS; i++)
        there[i] = i != NETC_AVX2 || both;
    Race all = { 0 };
    while (all.turns < TURNS && there[NETC]) {
        Contender *racer[RACERS];
        open_racers(bench, racer, there);
        Race one = race(racer, RACERS, turn, 1);
        race_join(&all, &one);
        if (all.turns == TURNS && racer[NETC])
            report(bench, racer, &all);
        for (int i = 0; i < RACERS; i++)
            contender_close(racer[i]);
    }
}
