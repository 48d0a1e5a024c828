/* update.c - the optimisers' steps. */

#include "tests/kernels/wide/bounded.h"
#include "tests/kernels/wide/wide.h"

typedef enum { WHOLE, SGD, SGD_MOMENTUM, SGD_NESTEROV, RMSPROP, ADAM, ADAMW, RULES } Rule;

/* The rule at work, and its numbers, which a card gives. */
static Rule rule;
static const float momentum = 0.9f, share = 0.1f, share_square = 0.001f, epsilon = 1e-7f;
static float decay;

/* What the generator composes, one rule at a time. */
INLINE void step(vf *w, vf g, float *s0, float *s1, long at, const Rates *rates)
{
    if (decay != 0 && rule == ADAMW)
        shrink(w, rates->rate, decay);
    else if (decay != 0)
        g = decayed(*w, g, decay);
    switch (rule) {
    case SGD:          sgd(w, g, rates->rate); break;
    case SGD_MOMENTUM: sgd_momentum(w, g, s0 + at, rates->rate, momentum); break;
    case SGD_NESTEROV: sgd_nesterov(w, g, s0 + at, rates->rate, momentum); break;
    case RMSPROP:      rmsprop(w, g, s0 + at, rates->rate, share, epsilon); break;
    case ADAM: case ADAMW:
                       adam(w, g, s0 + at, s1 + at, rates->adam_rate, share, share_square, epsilon); break;
    default:           /* whole numbers show which element was where */
        *w -= rates->rate * g;
        store(s0 + at, load(s0 + at) + g);
        store(s1 + at, load(s1 + at) - g);
    }
}

#define UPDATE step
#include "runtime/kernels/update.c"

/* ---- chunks ---- */

static void chunks_case(int size, int chunk)
{
    const Rates rates = { .rate = 2 };
    open_case("update of %d, chunks of %d", size, chunk);
    float *w = begun(size, 9), *g = given(size, 9), *s0 = begun(size, 9), *s1 = begun(size, 9);
    float *want = copy_of(w), *want_0 = copy_of(s0), *want_1 = copy_of(s1);
    seal();
    for (int task = 0; task * chunk < size; task++) {
        update(w, g, s0, s1, task, &rates, size, chunk);
        for (int i = task * chunk; i < (task + 1) * chunk && i < size; i++) {
            want[i] -= 2 * g[i];
            want_0[i] += g[i];
            want_1[i] -= g[i];
        }
        same(w, want);
        same(s0, want_0);
        same(s1, want_1);
    }
    close_case();
}

static void test_update(void)
{
    rule = WHOLE;
    decay = 0;
    for (int size = 1; size <= 7; size++)
        for (int chunk = 1; chunk <= 8; chunk++)
            chunks_case(size * VL, chunk * VL);
}

/* ---- rules ---- */

typedef struct { Real w, s0, s1; } State;

/* Keras's formulas, in its order of operations. */
static void naive_step(State *s, double g_is, const Rates *rates)
{
    Real g = real(g_is), rate = real(rates->rate), old;
    if (decay != 0 && rule == ADAMW)
        s->w = minus(s->w, times(times(rate, real(decay)), s->w));
    else if (decay != 0)
        g = plus(g, times(real(decay), s->w));
    switch (rule) {
    case SGD:
        s->w = minus(s->w, times(rate, g));
        break;
    case SGD_MOMENTUM:
        s->s0 = minus(times(real(momentum), s->s0), times(rate, g));
        s->w = plus(s->w, s->s0);
        break;
    case SGD_NESTEROV:
        s->s0 = minus(times(real(momentum), s->s0), times(rate, g));
        s->w = plus(s->w, minus(times(real(momentum), s->s0), times(rate, g)));
        break;
    case RMSPROP:
        s->s0 = plus(s->s0, times(real(share), minus(times(g, g), s->s0)));
        s->w = minus(s->w, over(times(rate, g), root(plus(s->s0, real(epsilon)))));
        break;
    default:
        old = s->s0;
        s->s0 = plus(old, times(real(share), minus(g, old)));
        s->s1 = plus(s->s1, times(real(share_square), minus(times(g, g), s->s1)));
        s->w = minus(s->w, over(times(real(rates->adam_rate), s->s0), plus(root(s->s1), real(epsilon))));
    }
}

static void check_state(const char *what, const float *got, int i, Real want)
{
    if (!is_near(got[i], want))
        differs("%s[%d] is %.9g, not %.9g to within %.2g", what, i, got[i], want.is, want.off);
    if (want.off > 1e-4 * (1 + fabs(want.is)))
        differs("%s[%d]: a bound of %.2g proves nothing", what, i, want.off);
}

/* Ten steps, whose bounds add up; the last weight of each vector is a pad, which has no gradient. */
static void rule_case(Rule chosen, float with_decay)
{
    enum { SIZE = 4 * VL, STEPS = 10 };
    State want[SIZE];
    rule = chosen;
    decay = with_decay;
    open_case("rule %d, decay %g", chosen, with_decay);
    float *w = begun(SIZE, 999), *g = begun(SIZE, 0), *s0 = begun(SIZE, 0), *s1 = begun(SIZE, 0);
    for (int i = 0; i < SIZE; i++) {
        w[i] = i % VL == VL - 1 ? 0 : w[i] / 997;
        want[i] = (State){ real(w[i]), real(0), real(0) };
    }
    for (int t = 1; t <= STEPS; t++) {
        Rates rates = { 0.01f, (float)(0.01 * sqrt(1 - pow(0.999, t)) / (1 - pow(0.9, t))) };
        for (int i = 0; i < SIZE; i++) {
            g[i] = i % VL == VL - 1 ? 0 : (float)number(-999, 999) / 331;
            naive_step(&want[i], g[i], &rates);
        }
        update(w, g, s0, s1, 0, &rates, SIZE, SIZE);
    }
    for (int i = 0; i < SIZE; i++) {
        check_state("w", w, i, want[i].w);
        check_state("s0", s0, i, want[i].s0);
        check_state("s1", s1, i, want[i].s1);
        if (i % VL == VL - 1 && (w[i] != 0 || s0[i] != 0 || s1[i] != 0))
            differs("pad %d is %g, %g, %g", i, w[i], s0[i], s1[i]);
    }
    close_case();
}

static void test_rules(void)
{
    for (Rule chosen = SGD; chosen < RULES; chosen++) {
        rule_case(chosen, 0);
        rule_case(chosen, 0.125f);
    }
}

WIDE_TESTS(update) = {
    { "update", test_update },
    { "sgd, momentum, nesterov, rmsprop, adam, adamw, decay", test_rules },
    { 0 },
};
