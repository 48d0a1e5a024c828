/* updates.c - UPDATE, what a card's kernels do with a gradient: the optimiser's step, of which there are several
 * where biases do not decay, layers learn at rates of their own or phases have other optimisers. And Rates, what changes from one step to the next. */

#include <stdlib.h>
#include <string.h>

#include "compiler/gen/writer.h"

bool updates(const Call *call)
{
    for (int k = 0; k < call->arguments; k++)
        if (!call->argument[k].buffer && call->argument[k].handed == HANDED_RATES)
            return true;
    return false;
}

/* ---- one function ---- */

bool corrects(const JobTrain *t)
{
    return t->optimizer == OPTIMIZER_ADAM || t->optimizer == OPTIMIZER_ADAMW;
}

const Value *updated_by(const Call *call)
{
    bool steps = updates(call) && !call->keeps;
    return !steps ? NULL : call->op->kind == OP_DENSE_UPDATE ? call->op->in[1] : call->op->in[0];
}

static bool moves(const JobTrain *t)
{
    return t->optimizer != OPTIMIZER_SGD || t->momentum != 0;
}

/* Biases do not decay. */
static double decay_of(const Call *call)
{
    return call->decays ? call->train->decay : 0;
}

static const char *rate_of(Arena *a, const Call *call, const char *name)
{
    return call->rate_factor != 0 ? arena_printf(a, "%s * rates->%s", literal(a, call->rate_factor), name)
                             : arena_printf(a, "rates->%s", name);
}

static void put_decay(FILE *out, Arena *a, const Call *call)
{
    double decay = decay_of(call);
    if (decay != 0 && call->train->optimizer == OPTIMIZER_ADAMW)
        fprintf(out, "    shrink(w, %s, %s);\n", rate_of(a, call, "rate"), literal(a, decay));
    else if (decay != 0)
        fprintf(out, "    g = decayed(*w, g, %s);\n", literal(a, decay));
}

static void put_step(FILE *out, Arena *a, const Call *call)
{
    const JobTrain *t = call->train;
    const char *rate = rate_of(a, call, corrects(t) ? "adam_rate" : "rate");
    if (!moves(t))
        fprintf(out, "    (void)s0;\n    (void)at;\n");
    if (!corrects(t))
        fprintf(out, "    (void)s1;\n");
    put_decay(out, a, call);
    switch (t->optimizer) {
    case OPTIMIZER_SGD:
        if (moves(t))
            fprintf(out, "    sgd_%s(w, g, s0 + at, %s, %s);\n", t->nesterov ? "nesterov" : "momentum", rate,
                    literal(a, t->momentum));
        else
            fprintf(out, "    sgd(w, g, %s);\n", rate);
        break;
    case OPTIMIZER_RMSPROP:
        fprintf(out, "    rmsprop(w, g, s0 + at, %s, %s, %s);\n", rate, literal(a, 1 - t->rho),
                literal(a, t->epsilon));
        break;
    default:
        fprintf(out, "    adam(w, g, s0 + at, s1 + at, %s, %s, %s, %s);\n", rate, literal(a, 1 - t->beta1),
                literal(a, 1 - t->beta2), literal(a, t->epsilon));
    }
}

/* All behind the function's name. */
static const char *body_of(Arena *a, const Call *call)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "(vf *w, vf g, float *s0, float *s1, long at, const Rates *rates)\n{\n");
    if (call->keeps)
        fprintf(out, "    (void)s0;\n    (void)s1;\n    (void)at;\n    (void)rates;\n    *w = g;\n");
    else
        put_step(out, a, call);
    fprintf(out, "}\n\n");
    fclose(out);
    const char *body = arena_copy(a, text, length);
    free(text);
    return body;
}

/* ---- all of them ---- */

const char *update_name(const Writer *w, const Call *call)
{
    const char *body = updates(call) ? body_of(w->arena, call) : NULL;
    for (int i = 0; body && i < w->updates; i++)
        if (!strcmp(w->update[i].body, body))
            return w->update[i].name;
    return "";
}

static bool is_known(const Writer *w, const char *name)
{
    for (int i = 0; i < w->updates; i++)
        if (!strcmp(w->update[i].name, name))
            return true;
    return false;
}

static void add_update(Writer *w, const Call *call)
{
    bool bias = !call->decays && call->train->decay != 0;
    const char *plain = call->keeps ? "keep_gradient" : bias ? "update_bias" : "update_step", *name = plain;
    for (int i = 2; is_known(w, name); i++)
        name = arena_printf(w->arena, "%s_%d", plain, i);
    const char *body = body_of(w->arena, call);
    fprintf(w->out, "INLINE void %s%s", name, body);
    *arena_push(w->arena, w->update, w->updates, w->update_room) = (UpdateText){ body, name };
}

void put_update(Writer *w)
{
    bool first = true;
    for (int i = 0; i < w->calls; i++) {
        const Call *call = w->call[i];
        if (!updates(call) || *update_name(w, call))
            continue;
        if (first)
            fprintf(w->out, "/* What is done with a vector of weights w, given its gradient g: the optimiser's step. */\n");
        first = false;
        add_update(w, call);
    }
}

static bool any_corrects(const Writer *w)
{
    bool any = false;
    for (int i = 0; i < w->calls; i++)
        any |= updated_by(w->call[i]) && corrects(w->call[i]->train);
    return any;
}

/* Adam's correction for the start of its means is one number a step for each parameter: one that was frozen starts later. */
void put_rates(Writer *w)
{
    if (!any_corrects(w))
        return;
    fprintf(w->out, "static double power(double base, uint64_t exponent)\n{\n    double product = 1;\n"
                    "    for (; exponent; exponent >>= 1, base *= base)\n        if (exponent & 1)\n"
                    "            product *= base;\n    return product;\n}\n\n");
    fprintf(w->out, "static Rates rates_of(const Step *step, int parameter, double beta1, double beta2)\n{\n"
                    "    uint64_t update = step->update - (step->missed ? step->missed[parameter] : 0);\n"
                    "    double mean = 1 - power(beta1, update), mean_square = 1 - power(beta2, update);\n"
                    "    return (Rates){\n        .rate = (float)step->rate,\n"
                    "        .adam_rate = (float)(step->rate * __builtin_sqrt(mean_square) / mean),\n"
                    "    };\n}\n\n");
}
