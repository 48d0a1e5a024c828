/* evaluate.c - loss, metrics, and which class was taken for which. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/options.h"
#include "runtime/progress.h"
#include "runtime/score.h"
#include "runtime/shelves.h"
#include "runtime/split.h"
#include "runtime/trained.h"

enum { WIDEST = 20 };           /* classes whose confusions are shown in full */

/* What was asked for, else what there is. */
static PartKind choose_part(const Dataset *dataset, const Options *options)
{
    PartKind part = options->parted ? options->part
                  : dataset->part[PART_VALIDATION].items ? PART_VALIDATION : PART_TEST;
    if (!dataset->part[part].items)
        fault("the card has no pictures for %s",
              options->parted ? part_word[part] : "validation or test");
    return part;
}

static int name_width(const char *const *name, int count)
{
    int width = 6;
    for (int i = 0; i < count; i++)
        if ((int)strlen(name[i]) > width)
            width = (int)strlen(name[i]);
    return width;
}

/* One line a class: how many there are, how many were answered rightly, and as what. Of a mask, pixels. */
static void print_confusion(const Trained *trained, const long *confusion)
{
    const Program *program = trained->network->program;
    int classes = program->classes, width = name_width(trained->class_name, classes);
    printf("\n%-*s  %8s   right", width, "class", shape_is_vector(program->output) ? "pictures" : "pixels");
    for (int i = 0; i < classes && classes <= WIDEST; i++)
        printf("  %*s", width, trained->class_name[i]);
    for (int i = 0; i < classes; i++) {
        const long *row = confusion + (long)i * classes;
        long all = 0;
        for (int j = 0; j < classes; j++)
            all += row[j];
        printf("\n%-*s  %8ld  %5.1f%%", width, trained->class_name[i], all,
               all ? 100.0 * (double)row[i] / (double)all : 0.0);
        for (int j = 0; j < classes && classes <= WIDEST; j++)
            printf("  %*ld", width, row[j]);
    }
    printf("\n");
}

/* One line a label: how many pictures have it, of how many it was said rightly, and wrongly. */
static void print_labels(const Trained *trained, const LabelCounts *label)
{
    int classes = trained->network->program->classes, width = name_width(trained->class_name, classes);
    printf("\n%-*s  pictures     found    missed   wrongly\n", width, "label");
    for (int i = 0; i < classes; i++)
        printf("%-*s  %8ld  %8ld  %8ld  %8ld\n", width, trained->class_name[i], label[i].both + label[i].missed,
               label[i].both, label[i].missed, label[i].wrong);
}

/* One line a column of the table: by how much its answers are off. */
static void print_columns(const Program *program, const Metrics *metrics)
{
    const JobTable *table = &program->job.data.table;
    int width = name_width(table->target, table->targets);
    if (!table->targets)
        return;
    printf("\n%-*s  off by, in the mean\n", width, "column");
    for (int i = 0; i < table->targets; i++)
        printf("%-*s  %.6g\n", width, table->target[i], metrics_error(metrics, i));
}

/* The loss, what is always told of such a target, and what the card asks for. */
static void print_score(const Job *job, PartKind part, const Score *score)
{
    MetricKind always = job->target.kind == TARGET_NUMBERS ? METRIC_MAE : METRIC_ACCURACY;
    printf("%s: %ld pictures, loss %.4f, ", part_word[part], score->images, score->loss);
    printf(always == METRIC_MAE ? "%s %.6g" : "%s %.4f", metric_word[always], score->metric[always]);
    for (int i = 0; i < job->metrics; i++) {
        MetricKind kind = job->metric[i].kind;
        if (kind != METRIC_LOSS && kind != always)
            printf(job->target.kind == TARGET_NUMBERS ? ", %s %.6g" : ", %s %.4f", metric_word[kind],
                   score->metric[kind]);
    }
    printf("\n");
}

static void print_details(const Trained *trained, const Metrics *metrics)
{
    if (metrics_confusion(metrics))
        print_confusion(trained, metrics_confusion(metrics));
    else if (metrics_labels(metrics))
        print_labels(trained, metrics_labels(metrics));
    else
        print_columns(trained->network->program, metrics);
}

int evaluate_command(const Program *program, const Options *options)
{
    Trained trained = trained_open(program, options, &program->predict);
    Dataset *dataset = dataset_open(&trained.job, program->classes, options->data);
    checkpoint_check_classes(trained.checkpoint, dataset);
    Item *moved = split_apply(dataset, trained.folder, false);
    PartKind part = choose_part(dataset, options);
    Progress progress = progress_open(options->quiet);
    Shelves shelves = shelves_open(dataset, PARTS_OF(part), options->threads, options->cache,
                                   progress_reading, &progress);
    shelves_judge(&shelves);
    Loader *loader = loader_open(&(LoaderOptions){
        .dataset = dataset, .part = part, .shelf = shelves.shelf[part], .batch = program->batch,
        .threads = options->threads,
    });
    Metrics *metrics = metrics_open(program);
    Score score = score_part(trained.network, loader, metrics);
    if (loader_lost(loader))
        fault("%s", loader_lost(loader));
    if (!isfinite(score.loss))
        fault("the loss is %g: the weights of %s are no good for these pictures", score.loss,
              trained.checkpoint->path);
    print_score(&program->job, part, &score);
    if (!options->quiet)
        print_details(&trained, metrics);
    metrics_close(metrics);
    loader_close(loader);
    shelves_close(&shelves);
    dataset_close(dataset);
    free(moved);
    trained_close(&trained);
    return 0;
}
