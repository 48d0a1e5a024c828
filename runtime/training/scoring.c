#include "runtime/training/scoring.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/data/split.h"
#include "runtime/show/progress.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

/* What was asked for, else what there is. */
static PartKind choose_part(const Dataset *dataset, const Options *options, PartKind wanted)
{
    PartKind part = options->parted ? options->part
                  : wanted != PART_COUNT ? wanted
                  : dataset->part[PART_VALIDATION].items ? PART_VALIDATION : PART_TEST;
    if (!dataset->part[part].items)
        fault("the card has no pictures for %s",
              options->parted || wanted != PART_COUNT ? part_word[part] : "validation or test");
    return part;
}

/* Those that hold anything. */
static unsigned all_parts(const Dataset *dataset)
{
    unsigned parts = 0;
    for (PartKind part = 0; part < PART_COUNT; part++)
        parts |= dataset->part[part].items ? PARTS_OF(part) : 0;
    return parts;
}

static Scoring open_scoring(const Program *program, const Options *options, const Use *use, PartKind wanted, bool all)
{
    Scoring scoring = { .trained = trained_open(program, options, use), .progress = progress_open(options->quiet) };
    Dataset *dataset = scoring.dataset = dataset_open(&scoring.trained.job, program->classes, options->data);
    checkpoint_check_classes(scoring.trained.checkpoint, dataset);
    scoring.moved = split_apply(dataset, scoring.trained.folder, false);
    PartKind part = scoring.part = choose_part(dataset, options, wanted);
    scoring.shelves = shelves_open(dataset, all ? all_parts(dataset) : PARTS_OF(part), options->threads, options->cache,
                                   progress_reading, &scoring.progress);
    Shelves judged = { .dataset = dataset };    /* what is damaged in other parts is no matter here */
    judged.shelf[part] = scoring.shelves.shelf[part];
    shelves_judge(&judged);
    scoring.loader = loader_open(&(LoaderOptions){
        .dataset = dataset, .part = part, .shelf = scoring.shelves.shelf[part], .batch = program->batch,
        .threads = options->threads,
    });
    return scoring;
}

Scoring scoring_open(const Program *program, const Options *options, const Use *use, PartKind wanted)
{
    return open_scoring(program, options, use, wanted, false);
}

Scoring scoring_open_all(const Program *program, const Options *options, const Use *use, PartKind wanted)
{
    return open_scoring(program, options, use, wanted, true);
}

void scoring_close(Scoring *scoring)
{
    loader_close(scoring->loader);
    shelves_close(&scoring->shelves);
    dataset_close(scoring->dataset);
    free(scoring->moved);
    trained_close(&scoring->trained);
}

Sample scoring_sample(const Scoring *scoring, long position)
{
    const Program *program = scoring->trained.network->program;
    size_t size = (size_t)shape_size(program->job.input.shape), target = target_bytes(program);
    long at = position % program->batch;
    Sample sample = { need_memory(sizeof(float) * size + INPUT_SLACK), need_memory(target) };
    loader_start(scoring->loader, 0, (uint32_t)(position - at));
    const Batch *batch = loader_next(scoring->loader);
    if (!batch)
        fault("%s", loader_lost(scoring->loader));
    memcpy(sample.input, batch->input + at * (long)size, sizeof(float) * size);
    memcpy(sample.target, (const char *)batch->target + (size_t)at * target, target);
    return sample;
}

void scoring_free(Sample sample)
{
    free(sample.input);
    free(sample.target);
}

Score scoring_run(Scoring *scoring, Metrics *metrics)
{
    Score score = score_part(scoring->trained.network, scoring->loader, metrics, NULL, progress_answering,
                             &scoring->progress);
    progress_clear(&scoring->progress);
    if (loader_lost(scoring->loader))
        fault("%s", loader_lost(scoring->loader));
    if (!isfinite(score.loss))
        fault("the loss is %g: the weights of %s are no good for these pictures", score.loss,
              scoring->trained.checkpoint->path);
    return score;
}

void score_print(const Job *job, PartKind part, const Score *score)
{
    MetricKind always = job->target.kind == TARGET_NUMBERS ? METRIC_MAE : METRIC_ACCURACY;
    printf("%s: %ld %s%s, loss %.4f, ", part_word[part], score->images, item_word(&job->data), plural(score->images),
           score->loss);
    printf(always == METRIC_MAE ? "%s %.6g" : "%s %.4f", metric_word[always], score->metric[always]);
    for (int i = 0; i < job->metrics; i++) {
        MetricKind kind = job->metric[i].kind;
        if (kind != METRIC_LOSS && kind != always)
            printf(job->target.kind == TARGET_NUMBERS ? ", %s %.6g" : ", %s %.4f", metric_word[kind],
                   score->metric[kind]);
    }
    printf("\n");
}
