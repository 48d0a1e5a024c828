#include "runtime/commands/predict_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/network/answer.h"
#include "runtime/pictures/input.h"
#include "runtime/pictures/png_file.h"
#include "runtime/pictures/resize.h"
#include "runtime/show/csv.h"
#include "runtime/show/terminal_text.h"
#include "runtime/system/fault.h"
#include "runtime/system/json_text.h"
#include "runtime/system/memory.h"
#include "runtime/training/telling.h"

/* One answer on its way out. */
typedef struct {
    const Trained *trained;
    const Program *program;
    const Options *options;
    const char *name;
    Extent size;
    const float *input, *output;
    OutputFiles *files;         /* or NULL */
} Report;

/* ---- lines and files ---- */

static void tell_json(const Report *report)
{
    json_t *line = json_object();
    json_put(line, "file", json_text(report->name));
    int digits = telling_put(report->trained, report->options->top, report->input, report->output, line);
    char *text = json_line_to(line, digits);
    puts(text);
    free(text);
    json_decref(line);
}

static void write_picture(const Report *report, Shape shape, const uint8_t *pixel)
{
    png_write(output_files_path(report->files, report->name), shape.h, shape.w, shape.c, pixel);
}

/* The K likeliest that --top asks for, at most all. */
static int top_of(const Program *program, const Options *options)
{
    return options->top < program->classes ? options->top : program->classes;
}

/* "cat|dog"; to be freed. */
static char *labels_text(const Report *report, const char *none)
{
    char *text;
    size_t length;
    int count = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        fault("out of memory");
    for (int i = 0; i < report->program->output.c; i++)
        if (telling_has_label(report->trained, report->output, i))
            fprintf(out, "%s%s", count++ ? "|" : "", report->trained->class_name[i]);
    fputs(count ? "" : none, out);
    fclose(out);
    return text;
}

/* ---- text ---- */

static void tell_top(const Report *report)
{
    Likely *rank = telling_ranking(report->trained, report->output);
    for (int i = 0; i < top_of(report->program, report->options); i++)
        printf("%s %.4f ", report->trained->class_name[rank[i].class], rank[i].probability);
    free(rank);
}

static void tell_class(const Report *report)
{
    Answer answer = decision_answer(&report->trained->decision, report->output);
    printf("%s %.4f ", report->trained->class_name[answer.class], answer.probability);
}

static void tell_labels(const Report *report)
{
    char *labels = labels_text(report, "-");
    printf("%s ", labels);
    free(labels);
}

static void tell_shares(const Report *report)
{
    MaskTold mask = telling_mask(report->trained, report->output);
    for (int class = 0; class < report->program->classes; class++)
        if (mask.count[class])
            printf("%s %.1f%% ", report->trained->class_name[class],
                   100 * ((double)mask.count[class] / (double)mask.pixels));
    free(mask.class);
    free(mask.count);
}

static void tell_numbers(const Report *report)
{
    for (long i = 0; i < shape_size(report->program->output); i++)
        printf("%.*g ", FLOAT_DIGITS, telling_number(report->trained, report->output, i));
}

/* The answer, then the name. */
static void tell_text(const Report *report)
{
    const Job *job = &report->trained->job;
    if (job->data.target_is_input)
        printf("%.6g ", telling_error(report->trained, report->input, report->output));
    else if (job->target.kind == TARGET_NUMBERS)
        tell_numbers(report);
    else if (dataset_has_pixels(job))
        tell_shares(report);
    else if (report->options->top)
        tell_top(report);
    else if (dataset_has_labels(job))
        tell_labels(report);
    else
        tell_class(report);
    put_name(stdout, report->name);
    printf("\n");
}

/* ---- CSV ---- */

static void put_top(const Report *report)
{
    Likely *rank = telling_ranking(report->trained, report->output);
    for (int i = 0; i < top_of(report->program, report->options); i++) {
        csv_text(stdout, 1, report->trained->class_name[rank[i].class]);
        csv_number(stdout, 1, rank[i].probability, PROBABILITY_DIGITS);
    }
    free(rank);
}

/* What it is, then every class's probability. */
static void put_classes(const Report *report)
{
    if (dataset_has_labels(&report->trained->job)) {
        char *labels = labels_text(report, "");
        csv_text(stdout, 1, labels);
        free(labels);
    } else {
        Answer answer = decision_answer(&report->trained->decision, report->output);
        csv_text(stdout, 1, report->trained->class_name[answer.class]);
        csv_number(stdout, 1, answer.probability, PROBABILITY_DIGITS);
    }
    for (int i = 0; i < report->program->classes; i++)
        csv_number(stdout, 1, answer_probability(report->program, report->output, i), PROBABILITY_DIGITS);
}

static void put_shares(const Report *report)
{
    MaskTold mask = telling_mask(report->trained, report->output);
    for (int class = 0; class < report->program->classes; class++)
        csv_number(stdout, 1, (double)mask.count[class] / (double)mask.pixels, PROBABILITY_DIGITS);
    free(mask.class);
    free(mask.count);
}

static void put_numbers(const Report *report)
{
    for (long i = 0; i < shape_size(report->program->output); i++)
        csv_number(stdout, 1, telling_number(report->trained, report->output, i), FLOAT_DIGITS);
}

static void tell_csv(const Report *report)
{
    const Job *job = &report->trained->job;
    csv_text(stdout, 0, report->name);
    if (job->data.target_is_input)
        csv_number(stdout, 1, telling_error(report->trained, report->input, report->output), FLOAT_DIGITS);
    else if (job->target.kind == TARGET_NUMBERS)
        put_numbers(report);
    else if (dataset_has_pixels(job))
        put_shares(report);
    else if (report->options->top)
        put_top(report);
    else
        put_classes(report);
    putchar('\n');
}

static void name_top(int top)
{
    for (int i = 1; i <= top; i++)
        printf(",class_%d,probability_%d", i, i);
}

static void name_numbers(const Trained *trained)
{
    const JobTable *table = &trained->job.data.table;
    for (long i = 0; i < shape_size(trained->network->program->output); i++)
        if (table->targets)
            csv_text(stdout, 1, table->target[i]);
        else
            printf(",%ld", i);
}

void predict_head(const Trained *trained, const Options *options)
{
    const Job *job = &trained->job;
    const Program *program = trained->network->program;
    bool classes = !job->data.target_is_input && job->target.kind != TARGET_NUMBERS;
    if (!options->csv)
        return;
    csv_text(stdout, 0, "file");
    if (options->top)
        name_top(top_of(program, options));
    else if (job->data.target_is_input)
        csv_text(stdout, 1, "mse");
    else if (!classes)
        name_numbers(trained);
    else if (dataset_has_labels(job))
        csv_text(stdout, 1, "labels");
    else if (!dataset_has_pixels(job))
        printf(",class,probability");
    for (int i = 0; classes && !options->top && i < program->classes; i++)
        csv_text(stdout, 1, trained->class_name[i]);
    putchar('\n');
}

/* ---- pictures ---- */

/* What stands for a class in the masks that it was learned from. */
static uint8_t pixel_value(const JobData *data, int class)
{
    return (uint8_t)(class < data->classes && data->class[class].values ? data->class[class].value[0] : class);
}

/* In the picture's own size, where it is one. */
static void write_sized(const Report *report, Shape shape, const uint8_t *mask)
{
    Extent size = report->size;
    if (!size.h) {
        write_picture(report, (Shape){ shape.h, shape.w, 1 }, mask);
        return;
    }
    uint8_t *whole = need_memory((size_t)size.h * (size_t)size.w);
    resize_back(mask, shape.h, shape.w, &report->trained->job.input, size, whole);
    write_picture(report, (Shape){ size.h, size.w, 1 }, whole);
    free(whole);
}

static void write_mask(const Report *report)
{
    MaskTold told = telling_mask(report->trained, report->output);
    uint8_t *mask = need_memory((size_t)told.pixels);
    for (long i = 0; i < told.pixels; i++)
        mask[i] = pixel_value(&report->trained->job.data, told.class[i]);
    write_sized(report, report->program->output, mask);
    free(mask);
    free(told.class);
    free(told.count);
}

static void write_input(const Report *report)
{
    const JobInput *input = &report->trained->job.input;
    Shape shape = input->shape;
    InputRange *range = need_memory(sizeof *range * (size_t)shape.c);
    uint8_t *pixel = need_memory((size_t)shape_size(shape));
    for (int c = 0; c < shape.c; c++)
        range[c] = input_range(input, c);
    input_to_bytes(input, range, report->output, (long)shape.h * shape.w, pixel);
    write_picture(report, (Shape){ shape.h, shape.w, input_shown(input) }, pixel);
    free(pixel);
    free(range);
}

static bool writes_input(const Program *program)
{
    return program->job.data.target_is_input && !shape_is_vector(program->output);
}

static bool writes_mask(const Program *program)
{
    return program->job.target.kind != TARGET_NUMBERS && dataset_has_pixels(&program->job);
}

bool predict_writes(const Program *program)
{
    return writes_input(program) || writes_mask(program);
}

void predict_report(const Trained *trained, const Options *options, const Answered *answered, OutputFiles *files)
{
    Report report = { trained, trained->network->program, options, answered->name, answered->size, answered->input,
                      answered->output, files };
    (options->json ? tell_json : options->csv ? tell_csv : tell_text)(&report);
    if (files && writes_input(report.program))
        write_input(&report);
    else if (files && writes_mask(report.program))
        write_mask(&report);
}
