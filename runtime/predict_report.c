#include "runtime/predict_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/answer.h"
#include "runtime/csv.h"
#include "runtime/fault.h"
#include "runtime/input.h"
#include "runtime/json_text.h"
#include "runtime/memory.h"
#include "runtime/png_file.h"
#include "runtime/resize.h"

enum { PROBABILITY_DIGITS = 6, FLOAT_DIGITS = 7 };      /* so many of a float are true */

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

/* An object that says of which input it speaks. */
static json_t *begin_line(const Report *report)
{
    json_t *line = json_object();
    json_put(line, "file", json_text(report->name));
    return line;
}

static void print_line(json_t *line)
{
    char *text = json_line(line);
    puts(text);
    free(text);
    json_decref(line);
}

static void print_one(const Report *report, const char *key, json_t *value)
{
    json_t *line = begin_line(report);
    json_put(line, key, value);
    char *text = json_line_to(line, FLOAT_DIGITS);
    puts(text);
    free(text);
    json_decref(line);
}

static void write_picture(const Report *report, Shape shape, const uint8_t *pixel)
{
    png_write(output_files_path(report->files, report->name), shape.h, shape.w, shape.c, pixel);
}

/* ---- a class ---- */

static json_t *probabilities(const Report *report)
{
    json_t *each = json_object();
    for (int class = 0; class < report->program->classes; class++)
        json_put(each, report->trained->class_name[class],
                 json_real(answer_probability(report->program, report->output, class)));
    return each;
}

typedef struct { int class; double probability; } Likely;

static int by_probability(const void *a, const void *b)
{
    const Likely *x = a, *y = b;
    return x->probability != y->probability ? (x->probability < y->probability) - (x->probability > y->probability)
                                            : x->class - y->class;
}

/* All classes or labels, the likeliest first; to be freed. */
static Likely *likeliest(const Report *report)
{
    int classes = report->program->classes;
    Likely *rank = need_memory(sizeof *rank * (size_t)classes);
    for (int i = 0; i < classes; i++)
        rank[i] = (Likely){ i, answer_probability(report->program, report->output, i) };
    qsort(rank, (size_t)classes, sizeof *rank, by_probability);
    return rank;
}

/* The K likeliest that --top asks for, at most all. */
static int top_of(const Program *program, const Options *options)
{
    return options->top < program->classes ? options->top : program->classes;
}

static void tell_top(const Report *report)
{
    Likely *rank = likeliest(report);
    for (int i = 0; i < top_of(report->program, report->options); i++)
        printf("%s %.4f ", report->trained->class_name[rank[i].class], rank[i].probability);
    printf("%s\n", report->name);
    free(rank);
}

/* The same as a list. */
static void put_top(const Report *report, json_t *line)
{
    Likely *rank = likeliest(report);
    json_t *list = json_array();
    for (int i = 0; i < top_of(report->program, report->options); i++) {
        json_t *one = json_object();
        json_put(one, "class", json_text(report->trained->class_name[rank[i].class]));
        json_put(one, "probability", json_real(rank[i].probability));
        json_add(list, one);
    }
    json_put(line, "top", list);
    free(rank);
}

static void tell_class_json(const Report *report, const Answer *answer)
{
    json_t *line = begin_line(report);
    json_put(line, "class", json_text(report->trained->class_name[answer->class]));
    json_put(line, "probability", json_real(answer->probability));
    json_put(line, "probabilities", probabilities(report));
    if (report->options->top)
        put_top(report, line);
    print_line(line);
}

static void tell_class(const Report *report)
{
    Answer answer = decision_answer(&report->trained->decision, report->output);
    if (report->options->json)
        tell_class_json(report, &answer);
    else if (report->options->top)
        tell_top(report);
    else
        printf("%s %.4f %s\n", report->trained->class_name[answer.class], answer.probability, report->name);
}

/* ---- labels ---- */

static bool has_label(const Report *report, int label)
{
    return decision_has_label(&report->trained->decision, report->output, label);
}

static void tell_labels_json(const Report *report)
{
    json_t *labels = json_array(), *each = json_object(), *line = begin_line(report);
    for (int i = 0; i < report->program->output.c; i++) {
        const char *name = report->trained->class_name[i];
        json_put(each, name, json_real(report->output[i]));
        if (has_label(report, i))
            json_add(labels, json_text(name));
    }
    json_put(line, "labels", labels);
    json_put(line, "probabilities", each);
    if (report->options->top)
        put_top(report, line);
    print_line(line);
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
        if (has_label(report, i))
            fprintf(out, "%s%s", count++ ? "|" : "", report->trained->class_name[i]);
    fputs(count ? "" : none, out);
    fclose(out);
    return text;
}

static void tell_labels(const Report *report)
{
    if (report->options->top) {
        tell_top(report);
        return;
    }
    char *labels = labels_text(report, "-");
    printf("%s %s\n", labels, report->name);
    free(labels);
}

/* ---- a class for each pixel ---- */

/* What stands for a class in the masks that it was learned from. */
static uint8_t pixel_value(const JobData *data, int class)
{
    return (uint8_t)(class < data->classes && data->class[class].values ? data->class[class].value[0] : class);
}

static void tell_shares_csv(const Report *report, const long *count, long pixels)
{
    csv_text(stdout, 0, report->name);
    for (int class = 0; class < report->program->classes; class++)
        csv_number(stdout, 1, (double)count[class] / (double)pixels, PROBABILITY_DIGITS);
    putchar('\n');
}

static void tell_shares(const Report *report, const long *count, long pixels)
{
    if (report->options->csv) {
        tell_shares_csv(report, count, pixels);
        return;
    }
    json_t *shares = json_object();
    for (int class = 0; class < report->program->classes; class++) {
        double share = (double)count[class] / (double)pixels;
        json_put(shares, report->trained->class_name[class], json_real(share));
        if (count[class] && !report->options->json)
            printf("%s %.1f%% ", report->trained->class_name[class], 100 * share);
    }
    if (report->options->json)
        print_one(report, "shares", json_incref(shares));
    else
        printf("%s\n", report->name);
    json_decref(shares);
}

/* In the picture's own size, where it is one. */
static void write_mask(const Report *report, Shape shape, const uint8_t *mask)
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

static void tell_mask(const Report *report)
{
    const Program *program = report->program;
    Shape shape = program->output;
    long pixels = (long)shape.h * shape.w, *count = need_memory(sizeof *count * (size_t)program->classes);
    uint8_t *mask = need_memory((size_t)pixels);
    for (long i = 0; i < pixels; i++) {
        int class = decision_answer(&report->trained->decision, report->output + i * shape.c).class;
        mask[i] = pixel_value(&report->trained->job.data, class);
        count[class]++;
    }
    tell_shares(report, count, pixels);
    if (report->files)
        write_mask(report, shape, mask);
    free(mask);
    free(count);
}

/* ---- numbers ---- */

/* In the unit of the table that they were learned from; of arrays as they are. */
static double number_of(const Report *report, long index)
{
    const JobTable *table = &report->trained->job.data.table;
    double output = report->output[index];
    return table->targets ? (table->std[index] * output + table->mean[index]) / table->scale : output;
}

static void tell_numbers_csv(const Report *report)
{
    csv_text(stdout, 0, report->name);
    for (long i = 0; i < shape_size(report->program->output); i++)
        csv_number(stdout, 1, number_of(report, i), FLOAT_DIGITS);
    putchar('\n');
}

static void tell_numbers(const Report *report)
{
    if (report->options->csv) {
        tell_numbers_csv(report);
        return;
    }
    const JobTable *table = &report->trained->job.data.table;
    long count = shape_size(report->program->output);
    json_t *numbers = table->targets ? json_object() : json_array();
    for (long i = 0; i < count; i++) {
        double number = number_of(report, i);
        if (!report->options->json)
            printf("%.7g ", number);
        else if (table->targets)
            json_put(numbers, table->target[i], json_real(number));
        else
            json_add(numbers, json_real(number));
    }
    if (report->options->json)
        print_one(report, "numbers", json_incref(numbers));
    else
        printf("%s\n", report->name);
    json_decref(numbers);
}

/* ---- the input, given back ---- */

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

static void tell_input(const Report *report)
{
    long count = shape_size(report->program->output);
    double sum = 0;
    for (long i = 0; i < count; i++) {
        double off = (double)report->output[i] - report->input[i];
        sum += off * off;
    }
    if (report->options->csv) {
        csv_text(stdout, 0, report->name);
        csv_number(stdout, 1, sum / (double)count, FLOAT_DIGITS);
        putchar('\n');
    } else if (report->options->json)
        print_one(report, "mse", json_real(sum / (double)count));
    else
        printf("%.6g %s\n", sum / (double)count, report->name);
    if (report->files && !shape_is_vector(report->program->output))
        write_input(report);
}

/* ---- CSV of classes and labels ---- */

static void tell_top_csv(const Report *report)
{
    Likely *rank = likeliest(report);
    for (int i = 0; i < top_of(report->program, report->options); i++) {
        csv_text(stdout, 1, report->trained->class_name[rank[i].class]);
        csv_number(stdout, 1, rank[i].probability, PROBABILITY_DIGITS);
    }
    free(rank);
}

/* What it is, then every class's probability; or the likeliest alone. */
static void tell_classes_csv(const Report *report)
{
    csv_text(stdout, 0, report->name);
    if (report->options->top) {
        tell_top_csv(report);
    } else if (dataset_has_labels(&report->trained->job)) {
        char *labels = labels_text(report, "");
        csv_text(stdout, 1, labels);
        free(labels);
    } else {
        Answer answer = decision_answer(&report->trained->decision, report->output);
        csv_text(stdout, 1, report->trained->class_name[answer.class]);
        csv_number(stdout, 1, answer.probability, PROBABILITY_DIGITS);
    }
    for (int i = 0; !report->options->top && i < report->program->classes; i++)
        csv_number(stdout, 1, answer_probability(report->program, report->output, i), PROBABILITY_DIGITS);
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

void predict_report(const Trained *trained, const Options *options, const Answered *answered, OutputFiles *files)
{
    const Job *job = &trained->job;
    Report report = { trained, trained->network->program, options, answered->name, answered->size, answered->input,
                      answered->output, files };
    if (job->data.target_is_input)
        tell_input(&report);
    else if (job->target.kind == TARGET_NUMBERS)
        tell_numbers(&report);
    else if (dataset_has_pixels(job))
        tell_mask(&report);
    else if (options->csv)
        tell_classes_csv(&report);
    else if (dataset_has_labels(job))
        (options->json ? tell_labels_json : tell_labels)(&report);
    else
        tell_class(&report);
}
