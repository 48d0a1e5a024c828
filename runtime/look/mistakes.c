/* mistakes.c - the command `mistakes`: the held-out pictures that are answered most wrongly, and labels that
 * are likely wrong themselves, or that were known before. */

#include "runtime/look/mistakes.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "runtime/answers/metrics.h"
#include "runtime/answers/review.h"
#include "runtime/data/alike.h"
#include "runtime/runs/runs.h"
#include "runtime/show/progress.h"
#include "runtime/show/target_view.h"
#include "runtime/system/fault.h"
#include "runtime/system/json_text.h"
#include "runtime/system/memory.h"

enum { USUALLY = 24 };          /* pictures that are shown */

/* ---- what its parts share ---- */

const char *mistakes_name(const Mistakes *mistakes, const Item *item)
{
    return dataset_item_name(mistakes->arena, item);
}

static const char *numbers_words(const Mistakes *mistakes, const float *number)
{
    const Job *job = &mistakes->scoring->trained.job;
    const char *words = "";
    for (int i = 0; i < job->target.shape.c; i++)
        words = arena_printf(mistakes->arena, "%s%s%.6g", words, i ? " " : "", metrics_in_unit(job, i, number[i]));
    return words;
}

const char *mistakes_words(const Mistakes *mistakes, const void *target)
{
    const Job *job = &mistakes->scoring->trained.job;
    if (target_is_picture(job))
        return NULL;
    if (job->target.kind == TARGET_NUMBERS)
        return numbers_words(mistakes, target);
    char *text = target_text(mistakes->scoring->dataset, target, 0);
    const char *words = text ? arena_printf(mistakes->arena, "%s", *text ? text : "none") : NULL;
    free(text);
    return words;
}

const char *mistakes_ignorance(const Mistakes *mistakes)
{
    const Knowledge *knowledge = &mistakes->knowledge;
    return arena_printf(mistakes->arena, "of %ld answer%s %ld %s right, not clearly more than the %ld that '%s' alone would be",
                        mistakes->count, plural(mistakes->count), knowledge->right,
                        knowledge->right == 1 ? "is" : "are", knowledge->common,
                        mistakes->scoring->trained.class_name[knowledge->commonest]);
}

/* Labels are there or not, in an answer that is told. */
static void round_labels(const Trained *trained, float *share)
{
    for (int i = 0; i < trained->network->program->output.c; i++)
        share[i] = decision_has_label(&trained->decision, share, i) ? 1 : 0;
}

static void answer_one(const Trained *trained, const float *input, float *output)
{
    const Program *program = trained->network->program;
    Step step = { .input = input, .n = 1 };
    network_run(trained->network, &program->predict, &step);
    output_read(program, &step, 0, output);
    if (program->classes)
        decision_temper(&trained->decision, output);
}

Shown mistakes_shown(const Mistakes *mistakes, long position)
{
    const Trained *trained = &mistakes->scoring->trained;
    const Program *program = trained->network->program;
    size_t output = sizeof(float) * (size_t)shape_size(program->output);
    Shown shown = { scoring_sample(mistakes->scoring, position), need_memory(output),
                    need_memory(target_bytes(program)) };
    answer_one(trained, shown.sample.input, shown.output);
    review_answer(program, shown.output, shown.answer);
    if (mistakes_of_labels(mistakes))
        round_labels(trained, shown.answer);
    return shown;
}

void mistakes_free(Shown shown)
{
    scoring_free(shown.sample);
    free(shown.output);
    free(shown.answer);
}

/* ---- judging ---- */

/* One that is missing, or one too many. */
static bool wrong_labels(const Trained *trained, const float *truth, const float *output)
{
    for (int i = 0; i < trained->network->program->output.c; i++)
        if ((truth[i] > 0.5f) != decision_has_label(&trained->decision, output, i))
            return true;
    return false;
}

static double distance_in_unit(const Job *job, const float *truth, const float *answer)
{
    long count = shape_size(job->target.shape);
    double sum = 0;
    for (long i = 0; i < count; i++) {
        int column = (int)(i % job->target.shape.c);
        sum += fabs(metrics_in_unit(job, column, answer[i]) - metrics_in_unit(job, column, truth[i]));
    }
    return sum / (double)count;
}

static Judged judge(const Mistakes *mistakes, const void *target, const float *output, long position)
{
    const Trained *trained = &mistakes->scoring->trained;
    Judged judged = { .position = position, .truth = NO_CLASS,
                      .error = review_error(trained->network->program, target, output) };
    judged.told = trained->job.target.kind == TARGET_NUMBERS ? distance_in_unit(&trained->job, target, output)
                                                             : judged.error;
    judged.wrong = mistakes_of_labels(mistakes) ? wrong_labels(trained, target, output) : judged.error > 0;
    if (mistakes_of_classes(mistakes)) {
        judged.truth = *(const int32_t *)target;
        judged.answer = decision_answer(&trained->decision, output);
        judged.wrong = judged.answer.class != judged.truth;
    }
    return judged;
}

static int by_error(const void *a, const void *b)
{
    const Judged *x = a, *y = b;
    if (x->wrong != y->wrong)
        return x->wrong ? -1 : 1;
    if (x->error != y->error)
        return x->error < y->error ? 1 : -1;
    return (x->position > y->position) - (x->position < y->position);
}

/* A picture's probabilities by class, of two as well where one sigmoid tells them. */
static void keep_shares(const Program *program, const float *output, float *share)
{
    for (int class = 0; class < program->classes; class++)
        share[class] = (float)answer_probability(program, output, class);
}

static void judge_batch(Mistakes *mistakes, const Batch *batch, Step *step, float *output, float *share)
{
    const Trained *trained = &mistakes->scoring->trained;
    const Program *program = trained->network->program;
    for (int i = 0; i < batch->n; i++) {
        output_read(program, step, i, output);
        if (program->classes)
            decision_temper(&trained->decision, output);
        const void *target = (const char *)batch->target + (size_t)i * target_bytes(program);
        Judged *judged = &mistakes->judged[mistakes->count];
        *judged = judge(mistakes, target, output, mistakes->count);
        if (share)
            keep_shares(program, output, share + mistakes->count * program->classes);
        mistakes->wrong += judged->wrong;
        mistakes->count++;
    }
}

static void judge_all(Mistakes *mistakes, float *share)
{
    const Scoring *scoring = mistakes->scoring;
    const Program *program = scoring->trained.network->program;
    float *output = need_memory(sizeof *output * (size_t)shape_size(program->output));
    Progress progress = progress_open(options_hush(mistakes->options));
    int prepared = 0;
    loader_start(scoring->loader, 0, 0);
    for (const Batch *batch; (batch = loader_next(scoring->loader)); ) {
        Step step = { .input = batch->input, .n = batch->n, .prepared = prepared };
        network_run(scoring->trained.network, &program->predict, &step);
        prepared = step.prepared;
        judge_batch(mistakes, batch, &step, output, share);
        if (progress_due(&progress))
            progress_draw(&progress, "answering  %ld/%ld", mistakes->count, loader_images(scoring->loader));
    }
    progress_clear(&progress);
    if (loader_lost(scoring->loader))
        fault("%s", loader_lost(scoring->loader));
    free(output);
}

/* In the order in which they were judged. */
static void doubt_labels(Mistakes *mistakes, const float *share)
{
    int32_t *label = arena_array(mistakes->arena, int32_t, mistakes->count);
    int32_t *answered = arena_array(mistakes->arena, int32_t, mistakes->count);
    mistakes->doubt = arena_array(mistakes->arena, Doubt, mistakes->count);
    for (long i = 0; i < mistakes->count; i++) {
        label[i] = mistakes->judged[i].truth;
        answered[i] = mistakes->judged[i].answer.class;
    }
    int classes = mistakes->scoring->trained.network->program->classes;
    mistakes->knowledge = knowledge_of(answered, label, mistakes->count, classes);
    if (mistakes->knowledge.enough)
        mistakes->doubts = labels_doubted(share, label, mistakes->count, classes, mistakes->doubt);
}

/* ---- what is there twice ---- */

/* The first of a group that lies in another part, training before all; -1: there is none. */
static long elsewhere(const Alike *alike, long begin, PartKind part)
{
    for (long i = begin; i < alike->items && alike->item[i].group == alike->item[begin].group; i++)
        if (alike->item[i].part != part)
            return i;
    return -1;
}

static int by_item(const void *a, const void *b)
{
    const Twin *x = a, *y = b;
    return (x->item > y->item) - (x->item < y->item);
}

static void find_twins(Mistakes *mistakes)
{
    const Scoring *scoring = mistakes->scoring;
    Alike alike = alike_find(&scoring->shelves, mistakes->options->threads);
    mistakes->twin = arena_array(mistakes->arena, Twin, alike.items);
    for (long i = 0, begin = 0; i < alike.items; i++) {
        begin = alike_begins(&alike, i) ? i : begin;
        long other = alike.item[i].part == scoring->part ? elsewhere(&alike, begin, scoring->part) : -1;
        if (other >= 0)
            mistakes->twin[mistakes->twins++] =
                (Twin){ alike.item[i].item, alike.item[other].part, alike.item[other].item };
    }
    if (mistakes->twins)
        qsort(mistakes->twin, (size_t)mistakes->twins, sizeof *mistakes->twin, by_item);
    alike_free(&alike);
}

/* ---- all of it ---- */

static void find_mistakes(Mistakes *mistakes)
{
    const Scoring *scoring = mistakes->scoring;
    long images = loader_images(scoring->loader), most = mistakes->most;
    long shares = images * scoring->trained.network->program->classes;
    bool classes = mistakes_of_classes(mistakes);
    float *share = classes ? need_memory(sizeof *share * (size_t)shares) : NULL;
    mistakes->judged = arena_array(mistakes->arena, Judged, images);
    judge_all(mistakes, share);
    if (classes)
        doubt_labels(mistakes, share);
    qsort(mistakes->judged, (size_t)mistakes->count, sizeof *mistakes->judged, by_error);
    find_twins(mistakes);
    mistakes->listed = (int)(mistakes->wrong < most ? mistakes->wrong : most);
    free(share);
}

/* ---- the command ---- */

/* Cards that lie side by side keep theirs apart. */
static const char *usual_folder(const Mistakes *mistakes)
{
    char *name = card_name(mistakes->scoring->trained.network->program);
    const char *folder = arena_printf(mistakes->arena, "%s-mistakes", name);
    free(name);
    return folder;
}

int mistakes_command(const Program *program, const Options *options)
{
    Scoring scoring = scoring_open_all(program, options, &program->predict, PART_COUNT);
    Mistakes mistakes = { .scoring = &scoring, .options = options, .arena = arena_open(),
                          .most = options->top ? options->top : USUALLY };
    find_mistakes(&mistakes);
    mistakes_tell(&mistakes);
    if (options->output || !options->json)
        mistakes_write(&mistakes, options->output ? options->output : usual_folder(&mistakes));
    arena_close(mistakes.arena);
    scoring_close(&scoring);
    return 0;
}
