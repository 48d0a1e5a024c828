/* try_overfit.c - whether one batch can be learned by heart, and where not, which of the usual reasons it has. */

#include <stdlib.h>
#include <string.h>

#include "runtime/commands/trial.h"
#include "runtime/system/memory.h"
#include "runtime/training/overfit.h"

static void show_overfit(void *context, int step, double loss)
{
    Progress *progress = context;
    if (progress_due(progress))
        progress_draw(progress, "one batch again and again: step %d, loss %.4g", step, loss);
}

static Overfit attempt(Trial *trial, const Batch *batch, double rate)
{
    int steps = trial->options->steps ? trial->options->steps : OVERFIT_STEPS;
    return overfit(&trial->run, batch, rate, steps, show_overfit, &trial->progress);
}

static void tell_attempt(Finding *finding, const Overfit *result, double floor)
{
    finding_fact(finding, "loss %.4g to %.4g in %d step%s%s", result->first, result->last, result->steps,
                 plural(result->steps), result->late ? ", a minute" : "");
    if (floor > 0)
        finding_fact(finding, ", which cannot fall below %.4g", floor);
}

static const char *item_name(const Item *item, char text[32])
{
    snprintf(text, 32, "row %ld", item->index);
    return item->path ? item->path : text;
}

/* Layers of the card that begin with a word. */
static int count_layers(const Program *program, const char *word)
{
    int count = 0;
    for (int i = 0; i < program->layers; i++)
        count += !strncmp(program->layer[i].text, word, strlen(word));
    return count;
}

/* Tensors that a step did not change, but for what norms keep: all or the first of them in `name`. */
static int count_unchanged(Trial *trial, const Batch *batch, const char **name)
{
    const Program *program = trial->program;
    int unchanged = 0;
    dry_run_begin_anew(&trial->run);
    const Network *network = trial->run.network;
    char **before = need_memory(sizeof *before * (size_t)program->parameters);
    for (int i = 0; i < program->parameters; i++) {
        size_t bytes = sizeof(float) * (size_t)program->parameter[i].floats;
        before[i] = memcpy(need_room(bytes), network->block + program->parameter[i].place, bytes);
    }
    dry_run_step(&trial->run, batch, trial_rate(trial), NULL);
    for (int i = program->parameters - 1; i >= 0; i--) {
        const Parameter *p = &program->parameter[i];
        bool same = !memcmp(before[i], network->block + p->place, sizeof(float) * (size_t)p->floats);
        if (same && !strstr(p->name, ".running_")) {
            *name = p->name;
            unchanged++;
        }
        free(before[i]);
    }
    free(before);
    return unchanged;
}

/* What in the card hinders it. */
static void tell_usual_reasons(Trial *trial, Finding *finding, const Batch *batch)
{
    const Program *program = trial->program;
    const JobTrain *phase = &program->job.phase[0];
    const char *name = NULL;
    int unchanged = count_unchanged(trial, batch, &name);
    int losing = count_layers(program, "dropout") + count_layers(program, "drop_path");
    if (unchanged)
        finding_advise(finding, VERDICT_WRONG, "a step leaves %d of %d tensors as they are, as '%s': they are frozen, or no "
                       "gradient comes to them", unchanged, program->parameters, name);
    if (losing)
        finding_advise(finding, VERDICT_WRONG, "%d layer%s of dropout or drop_path lose%s what was learned by heart: try "
                       "without", losing, plural(losing), losing == 1 ? "s" : "");
    if (phase->decay > 0)
        finding_advise(finding, VERDICT_WRONG, "decay=%g pulls all weights to 0: try a smaller one", phase->decay);
    if (phase->clip > 0)
        finding_advise(finding, VERDICT_WRONG, "'clip %g' shortens the steps: try a larger one", phase->clip);
    finding_advise(finding, VERDICT_WRONG, "the model may be too small for %d image%s, the --steps too few, or the targets "
                   "do not follow from the input", batch->n, plural(batch->n));
}

/* Ten times the rate, then a tenth of it. */
static void try_other_rates(Trial *trial, Finding *finding, const Batch *batch, const Overfit *result)
{
    const double greatest = 10, other[] = { 10 * result->rate, result->rate / 10 };
    for (int i = result->broken ? 1 : 0; i < 2; i++) {
        if (other[i] > greatest || !attempt(trial, batch, other[i]).learned)
            continue;
        finding_advise(finding, i ? VERDICT_WRONG : VERDICT_NOTE,
                       "with rate=%.3g it can: %.3g is too %s; `%s` looks for a rate", other[i], result->rate,
                       i ? "large" : "small for so few steps", trial->rate);
        return;
    }
    tell_usual_reasons(trial, finding, batch);
}

void try_overfit(Trial *trial)
{
    int pair[2];
    char text[2][32];
    Finding finding = finding_begin("overfit");
    PlainBatch plain = plain_batch(&trial->run);
    Overfit result = attempt(trial, &plain.batch, trial_rate(trial));
    double floor = overfit_floor(trial->program, &plain.batch);
    tell_attempt(&finding, &result, floor);
    if (!result.learned && overfit_contradiction(trial->program, &plain.batch, pair))
        finding_advise(&finding, VERDICT_WRONG, "%s and %s are the same but for what is to be answered: no network can "
                       "tell them apart", item_name(plain.item[pair[0]], text[0]), item_name(plain.item[pair[1]], text[1]));
    else if (result.late && result.last < (result.first + floor) / 2)
        finding_advise(&finding, VERDICT_NOTE, "it was falling when the minute was over: it seems that it can");
    else if (!result.learned)
        try_other_rates(trial, &finding, &plain.batch, &result);
    trial_tell(trial, &finding);
    plain_batch_free(&plain);
}
