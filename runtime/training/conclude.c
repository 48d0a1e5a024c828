#include "runtime/training/conclude.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/answers/threshold.h"
#include "runtime/runs/run_log.h"
#include "runtime/system/called.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/json_text.h"
#include "runtime/system/memory.h"
#include "runtime/system/stop.h"
#include "runtime/training/scoring.h"
#include "runtime/training/train_progress.h"

typedef struct {
    Training *training;
    const Program *program;
    char *path;                 /* of the best */
    Decision decision;
} Conclusion;

/* ---- thresholds ---- */

static const char *measure_name(bool labels)
{
    return labels ? "f1" : "mean recall";
}

static void tell_threshold(const Conclusion *conclusion, int output, const Threshold *chosen)
{
    const Training *training = conclusion->training;
    bool labels = dataset_has_labels(&conclusion->program->job);
    const char *of = training->dataset->class_name[labels ? output : 1];
    json_t *event = run_event("threshold");
    json_put(event, labels ? "label" : "class", json_text(of));
    json_put(event, "threshold", json_number(chosen->threshold));
    json_put(event, labels ? "f1" : "mean_recall", json_number(chosen->measure));
    json_put(event, "at_half", json_number(chosen->at_half));
    run_log_write(training->log, event);
    if (!options_hush(training->options))
        printf("threshold of %s: %.4g instead of a half, by validation: %s %.4f instead of %.4f\n", of,
               chosen->threshold, measure_name(labels), chosen->measure, chosen->at_half);
}

/* They are kept by then: what the log tells of is not chosen again. */
static void tell_thresholds(const Conclusion *conclusion, const Threshold *chosen)
{
    for (int i = 0; i < conclusion->program->output.c; i++)
        if (chosen[i].threshold != 0.5)
            tell_threshold(conclusion, i, &chosen[i]);
}

/* Of all answers to what is held out, [images][outputs]. */
static void set_thresholds(Conclusion *conclusion, const Ranked *answer, long images)
{
    Decision *decision = &conclusion->decision;
    int outputs = conclusion->program->output.c;
    bool had = decision->chosen;
    Threshold *chosen = need_memory(sizeof *chosen * (size_t)outputs);
    decision_set_threshold(decision, 0.5);
    for (int i = 0; i < outputs; i++) {
        Ranked *one = ranked_output(answer, images, outputs, i);
        chosen[i] = choose_threshold(one, images, dataset_has_labels(&conclusion->program->job));
        decision->threshold[i] = (float)chosen[i].threshold;
        decision->chosen |= chosen[i].threshold != 0.5;
        free(one);
    }
    if (had || decision->chosen)
        decision_write(decision, conclusion->path);
    tell_thresholds(conclusion, chosen);
    free(chosen);
}

/* False where what is held out was not answered to its end. */
static bool choose_thresholds(Conclusion *conclusion)
{
    Training *training = conclusion->training;
    Metrics *metrics = metrics_open(conclusion->program);
    long images;
    metrics_keep(metrics);
    metrics_decide(metrics, &conclusion->decision);     /* thresholds are of probabilities that the temperature has made honest */
    Score score = score_part(training->network, training->validation, metrics, NULL, show_measuring, training);
    progress_clear(&training->progress);
    const Ranked *answer = metrics_answers(metrics, &images);
    bool whole = !score.stopped && !loader_lost(training->validation);
    if (whole && answer)
        set_thresholds(conclusion, answer, images);
    metrics_close(metrics);
    return whole;
}

/* ---- the test ---- */

/* A run that goes on ends more than once, and whoever let it go on could know what the test had said. */
static bool was_tested(const Training *training)
{
    return run_log_tells(training->run.folder, "test", NULL);
}

static void note_test(const Training *training, const Score *score, bool again)
{
    const Job *job = &training->program->job;
    json_t *event = run_event("test");
    json_put(event, "images", json_integer(score->images));
    json_put(event, "loss", json_number(score->loss));
    for (int kind = 0; kind < METRIC_COUNT; kind++) {
        bool told = kind == METRIC_ACCURACY && job->target.kind != TARGET_NUMBERS;
        for (int i = 0; i < job->metrics; i++)
            told |= job->metric[i].kind == (MetricKind)kind && kind != METRIC_LOSS;
        if (told)
            json_put(event, metric_word[kind], json_number(score->metric[kind]));
    }
    json_put(event, "again", json_boolean(again));
    run_log_write(training->log, event);
}

static void say_test(const Training *training, const Score *score, bool again)
{
    score_print(&training->program->job, PART_TEST, score);
    if (again)
        printf("measured again: it was known when this run went on, so what it says now is no longer new\n");
}

static void say_unmeasured(const char *why)
{
    char *evaluate = call_text("evaluate --test");
    fprintf(stderr, "%s: the test is not measured: %s; `%s` does it\n", program_invocation_short_name, why,
            evaluate);
    free(evaluate);
}

static void score_test(const Conclusion *conclusion, const Shelves *shelves)
{
    Training *training = conclusion->training;
    Metrics *metrics = metrics_open(conclusion->program);
    Loader *loader = loader_open(&(LoaderOptions){
        .dataset = training->dataset, .part = PART_TEST, .shelf = shelves->shelf[PART_TEST],
        .batch = (int)training->standing.batch, .ring = training->ring, .threads = training->options->threads,
    });
    metrics_decide(metrics, &conclusion->decision);
    Score score = score_part(training->network, loader, metrics, NULL, show_measuring, training);
    progress_clear(&training->progress);
    if (score.stopped || loader_lost(loader)) {
        say_unmeasured(score.stopped ? "stopped" : loader_lost(loader));
    } else {
        bool again = was_tested(training);
        note_test(training, &score, again);
        if (!training->options->json)
            say_test(training, &score, again);
    }
    loader_close(loader);
    metrics_close(metrics);
}

/* Its files are read now, and not before. */
static void test(const Conclusion *conclusion)
{
    Training *training = conclusion->training;
    char why[REASON_ROOM];
    Shelves shelves = shelves_open(training->dataset, PARTS_OF(PART_TEST), training->options->threads, 0,
                                   progress_reading, &training->progress);
    if (shelves_will_do(&shelves, why))
        score_test(conclusion, &shelves);
    else
        say_unmeasured(why);
    shelves_close(&shelves);
}

/* What came before a signal or a kill is done, and not done again, until another epoch ends. */
static bool is_told(const Training *training, const char *event)
{
    return run_log_tells(training->run.folder, event, "epoch");
}

static bool has_choice(const Training *training)
{
    return training->dataset->part[PART_VALIDATION].items > 0 && decision_has_thresholds(training->program) &&
           shape_is_vector(training->program->output);
}

static bool has_test(const Training *training)
{
    return training->dataset->part[PART_TEST].items > 0;
}

bool lacks_conclusion(const Training *training, const char *folder)
{
    bool has_any = training->dataset->part[PART_VALIDATION].items > 0 || has_test(training);
    return has_any && !run_log_tells(folder, "concluded", "epoch");
}

bool conclude(Training *training)
{
    Conclusion conclusion = { .training = training, .program = training->program,
                              .path = path_join(training->run.folder, "best.safetensors") };
    conclusion.decision = training_take_best(training);
    bool tested = is_told(training, "test"), whole = true;
    if (has_choice(training) && !tested && !is_told(training, "threshold"))
        whole = choose_thresholds(&conclusion);
    if (has_test(training) && !tested && whole && !stop_wanted())      /* which goes by the thresholds */
        test(&conclusion);
    decision_free(&conclusion.decision);
    free(conclusion.path);
    return whole && !stop_wanted();
}
