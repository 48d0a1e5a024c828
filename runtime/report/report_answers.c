/* report_answers.c - what was answered to what is held out: confusions, the numbers of each class, how well the
 * answers rank; numbers against numbers. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/report/report_leaf.h"
#include "runtime/show/colour.h"
#include "runtime/system/memory.h"

enum {
    WIDEST = 20,                /* classes whose confusions are shown in full */
    MOST_CONFUSED = 20,         /* pairs, of more classes */
    MOST_ROWS = 40,             /* of the table of classes that is not folded away */
    MOST_STEPS = 200,           /* of a curve */
};

static int classes_of(const Leaf *leaf)
{
    return leaf->training->program->classes;
}

/* What is counted: pixels of masks, else images. */
static const char *unit_of(const Leaf *leaf)
{
    return shape_is_vector(leaf->training->program->output) ? "images" : "pixels";
}

/* ---- confusions ---- */

static PageCell count_cell(const Leaf *leaf, long count)
{
    return (PageCell){ .text = grouped_text(leaf->arena, count), .number = true };
}

/* A row's counts are coloured by their shares of it. */
static void write_confusion_row(const Leaf *leaf, const long *row, int class)
{
    int classes = classes_of(leaf);
    PageCell cell[WIDEST + 1] = { { .text = leaf_class(leaf, class), .head = true } };
    uint8_t fill[WIDEST][3];
    long all = 0;
    for (int i = 0; i < classes; i++)
        all += row[i];
    for (int i = 0; i < classes; i++) {
        colour_at(COLOUR_RISING, all ? (double)row[i] / (double)all : 0, fill[i]);
        cell[i + 1] = count_cell(leaf, row[i]);
        cell[i + 1].fill = fill[i];
    }
    page_row(leaf->page, classes + 1, cell);
}

static void write_matrix(const Leaf *leaf, const long *confusion)
{
    int classes = classes_of(leaf);
    PageCell head[WIDEST + 1] = { { .text = "" } };
    for (int i = 0; i < classes; i++)
        head[i + 1] = (PageCell){ .text = leaf_class(leaf, i), .number = true };
    page_table_open(leaf->page, NULL, classes + 1, head);
    for (int i = 0; i < classes; i++)
        write_confusion_row(leaf, confusion + (long)i * classes, i);
    page_table_close(leaf->page);
    page_note(leaf->page, "A row for each class as it is, a column for each answer. The colour is the share of "
                          "the row.");
}

typedef struct { int truth, answer; long count; } Pair;

static int by_count(const void *a, const void *b)
{
    const Pair *left = a, *right = b;
    if (left->count != right->count)
        return (left->count < right->count) - (left->count > right->count);
    return left->truth != right->truth ? left->truth - right->truth : left->answer - right->answer;
}

/* Where a matrix would be too large to look at: what was taken for what, most often. */
static void write_pairs(const Leaf *leaf, const long *confusion)
{
    int classes = classes_of(leaf), pairs = 0;
    Pair *pair = need_memory(sizeof *pair * (size_t)classes * (size_t)classes);
    for (int i = 0; i < classes * classes; i++)
        if (confusion[i] && i / classes != i % classes)
            pair[pairs++] = (Pair){ i / classes, i % classes, confusion[i] };
    qsort(pair, (size_t)pairs, sizeof *pair, by_count);
    page_heading(leaf->page, "What is taken for something else, most often");
    page_table_open(leaf->page, NULL, 3, (const PageCell[]){ { .text = "class" }, { .text = "taken for" },
                                                             { .text = unit_of(leaf), .number = true } });
    for (int i = 0; i < pairs && i < MOST_CONFUSED; i++)
        page_row(leaf->page, 3, (const PageCell[]){ { .text = leaf_class(leaf, pair[i].truth), .head = true },
                                                    { .text = leaf_class(leaf, pair[i].answer) },
                                                    count_cell(leaf, pair[i].count) });
    page_table_close(leaf->page);
    free(pair);
}

/* ---- classes ---- */

static PageCell share_cell(const Leaf *leaf, double value)
{
    return (PageCell){ .text = arena_printf(leaf->arena, "%.3f", value), .number = true, .bar = value };
}

static void write_class(const Leaf *leaf, int class)
{
    LabelCounts counts = metrics_counts(leaf->review->metrics, class);
    PageCell cell[] = {
        { .text = leaf_class(leaf, class), .head = true },
        count_cell(leaf, counts.both + counts.missed),
        share_cell(leaf, counts_value(METRIC_PRECISION, counts)),
        share_cell(leaf, counts_value(METRIC_RECALL, counts)),
        share_cell(leaf, counts_value(METRIC_F1, counts)),
        share_cell(leaf, counts_value(METRIC_IOU, counts)),
    };
    bool mask = !shape_is_vector(leaf->training->program->output);
    page_row(leaf->page, mask ? 6 : 5, cell);
}

static void write_classes(const Leaf *leaf)
{
    int classes = classes_of(leaf);
    bool mask = !shape_is_vector(leaf->training->program->output), fold = classes > MOST_ROWS;
    const PageCell head[] = {
        { .text = metrics_labels(leaf->review->metrics) ? "label" : "class" },
        { .text = unit_of(leaf), .number = true }, { .text = "precision", .number = true },
        { .text = "recall", .number = true }, { .text = "F1", .number = true }, { .text = "IoU", .number = true },
    };
    page_heading(leaf->page, "By class");
    if (fold)
        page_fold_open(leaf->page, arena_printf(leaf->arena, "All %d classes", classes));
    page_table_open(leaf->page, NULL, mask ? 6 : 5, head);
    for (int i = 0; i < classes; i++)
        write_class(leaf, i);
    page_table_close(leaf->page);
    if (fold)
        page_fold_close(leaf->page);
}

/* ---- how well answers rank ---- */

/* A curve from (0, 0) to (1, 1): of the others, and of the class, the share that is answered above each threshold. */
typedef struct {
    double *others, *found;
    int steps;
    double area;
} Roc;

/* Of sorted answers, from the largest on; equals are one step. */
static Roc roc_of(Arena *arena, const Ranked *ranked, long images)
{
    double others = 0, found = 0;
    Roc roc = { arena_array(arena, double, images + 1), arena_array(arena, double, images + 1), 1,
                ranked_area(ranked, images) };
    for (long i = images - 1, next; i >= 0; i = next) {
        for (next = i; next >= 0 && ranked[next].answer == ranked[i].answer; next--)
            *(ranked[next].is ? &found : &others) += 1;
        roc.others[roc.steps] = others;
        roc.found[roc.steps++] = found;
    }
    for (int i = 0; i < roc.steps; i++) {
        roc.others[i] /= others;
        roc.found[i] /= found;
    }
    return roc;
}

/* Of many steps some are left out: nobody sees them. */
static void thin(Roc *roc)
{
    int every = (roc->steps + MOST_STEPS - 1) / MOST_STEPS, kept = 0;
    for (int i = 0; i < roc->steps; i++)
        if (i % every == 0 || i == roc->steps - 1) {
            roc->others[kept] = roc->others[i];
            roc->found[kept++] = roc->found[i];
        }
    roc->steps = kept;
}

/* The curve of one output; false where all images are of the class, or none, or an answer is no number. */
static bool find_roc(const Leaf *leaf, int output, Roc *roc)
{
    long images;
    const Ranked *all = metrics_answers(leaf->review->metrics, &images);
    Ranked *one = ranked_output(all, images, leaf->training->program->output.c, output);
    bool ranks = !isnan(ranked_area(one, images));
    if (ranks) {
        *roc = roc_of(leaf->arena, one, images);
        thin(roc);
    }
    free(one);
    return ranks;
}

/* Two classes need one curve: the other's is the same, turned. */
static void write_rocs(const Leaf *leaf)
{
    static const double unit[2] = { 0, 1 };
    long images;
    int outputs = leaf->training->program->output.c, count = 0;
    bool labels = metrics_labels(leaf->review->metrics) != NULL, two = outputs <= 2 && !labels;
    PageSeries series[REVIEW_CURVES];
    if (!metrics_answers(leaf->review->metrics, &images))
        return;
    for (int i = two && outputs == 2; i < outputs && i < REVIEW_CURVES; i++) {
        Roc roc;
        if (find_roc(leaf, i, &roc))
            series[count++] = (PageSeries){
                .name = arena_printf(leaf->arena, "%s, AUC %.3f", leaf_class(leaf, two ? 1 : i), roc.area),
                .x = roc.others, .y = roc.found, .points = roc.steps };
    }
    if (count)
        page_chart(leaf->page, &(PageChart){
            .title = count == 1 ? arena_printf(leaf->arena, "ROC of %s", series[0].name) : "ROC", .series = series,
            .count = count, .x_name = "false positive rate", .y_name = "true positive rate",
            .x_range = unit, .y_range = unit, .square = true, .diagonal = true });
}

/* ---- numbers ---- */

static const char *column_name(const Leaf *leaf, int column)
{
    const JobTable *table = &leaf->training->program->job.data.table;
    return table->targets ? table->target[column] : arena_printf(leaf->arena, "output %d", column);
}

static void write_errors(const Leaf *leaf)
{
    int columns = leaf->training->program->output.c;
    page_table_open(leaf->page, NULL, 2, (const PageCell[]){ { .text = "column" },
                                                             { .text = "off by, in the mean", .number = true } });
    for (int i = 0; i < columns && i < MOST_ROWS; i++)
        page_row(leaf->page, 2, (const PageCell[]){
            { .text = column_name(leaf, i), .head = true },
            { .text = arena_printf(leaf->arena, "%.5g", metrics_error(leaf->review->metrics, i)), .number = true } });
    page_table_close(leaf->page);
}

static void write_points(const Leaf *leaf)
{
    const Review *review = leaf->review;
    page_grid_open(leaf->page, 300);
    for (int i = 0; i < review->columns; i++) {
        const char *name = column_name(leaf, i);
        double *off = arena_array(leaf->arena, double, review->points);
        for (int k = 0; k < review->points; k++)
            off[k] = review->column[i].answer[k] - review->column[i].truth[k];
        PageSeries answers = { .name = name, .x = review->column[i].truth, .y = review->column[i].answer,
                               .points = review->points, .dots = true };
        PageSeries residuals = answers;
        residuals.y = off;
        page_chart(leaf->page, &(PageChart){ .title = arena_printf(leaf->arena, "%s: answer over truth", name),
                                             .x_name = "truth", .series = &answers, .count = 1, .diagonal = true });
        page_chart(leaf->page, &(PageChart){ .title = arena_printf(leaf->arena, "%s: answer less truth", name),
                                             .x_name = "truth", .series = &residuals, .count = 1 });
    }
    page_box_close(leaf->page);
}

/* ---- the section ---- */

/* Side by side where there is room: tables, and a curve. */
static void write_counts(const Leaf *leaf, const long *confusion)
{
    page_grid_open(leaf->page, 400);
    page_part_open(leaf->page);
    if (confusion && classes_of(leaf) <= WIDEST)
        write_matrix(leaf, confusion);
    else if (confusion)
        write_pairs(leaf, confusion);
    write_classes(leaf);
    page_box_close(leaf->page);
    write_rocs(leaf);
    page_box_close(leaf->page);
}

void report_on_answers(const Leaf *leaf)
{
    if (!leaf->review)
        return;
    const Metrics *metrics = leaf->review->metrics;
    const long *confusion = metrics_confusion(metrics);
    if (!confusion && !metrics_labels(metrics) && !shape_is_vector(leaf->training->program->output))
        return;                 /* a map of numbers: its pictures tell more */
    page_section(leaf->page, "answers", "Answers");
    page_text(leaf->page, "To %s that the network is not trained on, %s.", leaf_count(leaf, leaf->review->seen),
              leaf_weights(leaf));
    if (confusion || metrics_labels(metrics)) {
        write_counts(leaf, confusion);
    } else {
        write_errors(leaf);
        write_points(leaf);
    }
}
