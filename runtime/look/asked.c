#include "runtime/look/asked.h"

#include <stdlib.h>
#include <string.h>

#include "base/guess.h"
#include "base/text.h"
#include "runtime/data/dataset.h"
#include "runtime/options/options_rows.h"
#include "runtime/system/memory.h"

const char *asked_nothing(const Program *program)
{
    bool nothing = program->job.data.target_is_input;
    return nothing ? "the network gives its input back: there is no class to ask for" : NULL;
}

int asked_choices(const Trained *trained)
{
    const Program *program = trained->network->program;
    return program->classes ? program->classes : program->output.c;
}

const char *asked_name(const Trained *trained, Arena *arena, int number)
{
    const Program *program = trained->network->program;
    if (program->classes)
        return trained->class_name[number];
    if (number < program->job.data.table.targets)
        return program->job.data.table.target[number];
    return arena_printf(arena, "number %d", number + 1);
}

/* "cat, dog" of as many as fit a line. */
static const char *list_of(const Trained *trained, Arena *arena)
{
    enum { LONG = 200 };
    const char *list = asked_name(trained, arena, 0);
    for (int i = 1; i < asked_choices(trained); i++) {
        if (strlen(list) > LONG)
            return arena_printf(arena, "%s, ...", list);
        list = arena_printf(arena, "%s, %s", list, asked_name(trained, arena, i));
    }
    return list;
}

int asked_find(const Trained *trained, Arena *arena, const char *name)
{
    Guess guess = guess_begin(name);
    for (int i = 0; i < asked_choices(trained); i++) {
        if (!strcmp(asked_name(trained, arena, i), name))
            return i;
        guess_try(&guess, asked_name(trained, arena, i));
    }
    misuse("--class takes one of %s, not '%s'%s", list_of(trained, arena), name, guess_text(arena, &guess));
}

/* ---- what an answer says ---- */

static long pixels_of(const Program *program)
{
    return (long)program->output.h * program->output.w;
}

/* Of the pixels of a mask. */
static int commonest(const Trained *trained, const float *output)
{
    const Program *program = trained->network->program;
    long *count = need_memory(sizeof *count * (size_t)program->classes);
    int best = 0;
    for (long i = 0; i < pixels_of(program); i++)
        count[decision_answer(&trained->decision, output + i * program->output.c).class]++;
    for (int class = 1; class < program->classes; class++)
        if (count[class] > (best ? count[best] : 0))
            best = class;
    free(count);
    return best;
}

int asked_usual(const Trained *trained, const float *output)
{
    const Program *program = trained->network->program;
    if (!program->classes)
        return 0;
    return pixels_of(program) > 1 ? commonest(trained, output) : decision_answer(&trained->decision, output).class;
}

/* Of a mask's pixel: whether it is answered so. Of a picture's only answer it does not matter. */
static bool is_answered(const Trained *trained, int number, const float *output)
{
    return decision_answer(&trained->decision, output).class == number;
}

Asked asked_open(const Trained *trained, Arena *arena, int number, const float *output)
{
    const Program *program = trained->network->program;
    int channels = program->output.c, channel = channels == 1 ? 0 : number;
    bool negative = program->classes && channels == 1 && number == 0;
    bool some = program->classes && pixels_of(program) > 1;
    long pixels = pixels_of(program), answered = 0;
    Asked asked = { .name = asked_name(trained, arena, number), .number = number, .weights = pixels * channels };
    asked.weight = arena_array(arena, float, asked.weights);
    for (long i = 0; i < pixels; i++)
        answered += some && is_answered(trained, number, output + i * channels);
    for (long i = 0; i < pixels; i++)
        if (!answered || is_answered(trained, number, output + i * channels))
            asked.weight[i * channels + channel] = (negative ? -1.f : 1.f) / (float)(answered ? answered : pixels);
    return asked;
}

double asked_value(const Asked *asked, const float *output)
{
    double sum = 0;
    for (long i = 0; i < asked->weights; i++) {
        double weight = (double)asked->weight[i];
        sum += weight < 0 ? -weight * (1 - (double)output[i]) : weight * (double)output[i];
    }
    return sum;
}
