/* evaluate.c - loss, metrics, and which class was taken for which. */

#include <stdio.h>

#include "runtime/options/options.h"
#include "runtime/show/terminal_text.h"
#include "runtime/training/scoring.h"

enum { WIDEST = 20 };           /* classes whose confusions are shown in full */

static int name_width(const char *const *name, int count)
{
    int width = text_columns("column");
    for (int i = 0; i < count; i++)
        width = wider_text(width, name[i]);
    return width;
}

/* One line a class: how many there are, how many were answered rightly, and as what. Of a mask, pixels. */
static void print_confusion(const Trained *trained, const long *confusion)
{
    const Program *program = trained->network->program;
    int classes = program->classes, width = name_width(trained->class_name, classes);
    printf("\n%-*s  %8s   right", width, "class", shape_is_vector(program->output) ? "pictures" : "pixels");
    for (int i = 0; i < classes && classes <= WIDEST; i++) {
        printf("  ");
        put_padded(stdout, trained->class_name[i], width);
    }
    for (int i = 0; i < classes; i++) {
        const long *row = confusion + (long)i * classes;
        long all = 0;
        for (int j = 0; j < classes; j++)
            all += row[j];
        printf("\n");
        put_padded(stdout, trained->class_name[i], -width);
        printf("  %8ld  %5.1f%%", all, all ? 100.0 * (double)row[i] / (double)all : 0.0);
        for (int j = 0; j < classes && classes <= WIDEST; j++)
            printf("  %*ld", width, row[j]);
    }
    printf("\n");
}

/* One line a label: how many pictures have it, of how many it was said rightly, and wrongly. */
static void print_labels(const Trained *trained, const LabelCounts *label)
{
    int classes = trained->network->program->classes, width = name_width(trained->class_name, classes);
    bool chosen = trained->decision.chosen;
    printf("\n%-*s  pictures     found    missed   wrongly%s\n", width, "label", chosen ? "  threshold" : "");
    for (int i = 0; i < classes; i++) {
        put_padded(stdout, trained->class_name[i], -width);
        printf("  %8ld  %8ld  %8ld  %8ld", label[i].both + label[i].missed,
               label[i].both, label[i].missed, label[i].wrong);
        if (chosen)
            printf("  %9.4g", (double)trained->decision.threshold[i]);
        printf("\n");
    }
}

/* One line a column of the table: by how much its answers are off. */
static void print_columns(const Program *program, const Metrics *metrics)
{
    const JobTable *table = &program->job.data.table;
    int width = name_width(table->target, table->targets);
    if (!table->targets)
        return;
    printf("\n%-*s  off by, in the mean\n", width, "column");
    for (int i = 0; i < table->targets; i++) {
        put_padded(stdout, table->target[i], -width);
        printf("  %.6g\n", metrics_error(metrics, i));
    }
}

/* What answers are judged by, where that is not as the network gives them. */
static void print_decision(const Decision *decision)
{
    if (decision->temperature != 1)
        printf("temperature %.4g; the loss is of the network without it\n", decision->temperature);
    if (decision->chosen && decision->program->output.c == 1)
        printf("threshold %.4g\n", (double)decision->threshold[0]);
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
    Scoring scoring = scoring_open(program, options, &program->predict, PART_COUNT);
    Metrics *metrics = metrics_open(program);
    metrics_decide(metrics, &scoring.trained.decision);
    Score score = scoring_run(&scoring, metrics);
    score_print(&program->job, scoring.part, &score);
    if (!options->quiet) {
        print_decision(&scoring.trained.decision);
        print_details(&scoring.trained, metrics);
    }
    metrics_close(metrics);
    scoring_close(&scoring);
    return 0;
}
