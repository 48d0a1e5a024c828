#include "runtime/predict_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/answer.h"
#include "runtime/fault.h"
#include "runtime/folder.h"
#include "runtime/input.h"
#include "runtime/json_text.h"
#include "runtime/memory.h"
#include "runtime/png_file.h"

/* One answer on its way out. */
typedef struct {
    const Trained *trained;
    const Program *program;
    const Options *options;
    const char *name;
    const float *input, *output;
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

/* Of floats seven digits are true. */
static void print_one(const Report *report, const char *key, json_t *value)
{
    enum { DIGITS = 7 };
    json_t *line = begin_line(report);
    json_put(line, key, value);
    char *text = json_line_to(line, DIGITS);
    puts(text);
    free(text);
    json_decref(line);
}

/* "DIR/photos_1.jpg.png"; to be freed. */
static char *picture_path(const Report *report)
{
    char *name, *path;
    if (asprintf(&name, "%s.png", report->name) < 0)
        fault("out of memory");
    for (char *at = name; *at; at++)
        if (*at == '/')
            *at = '_';
    path = path_join(report->options->output, name);
    free(name);
    return path;
}

static void write_picture(const Report *report, Shape shape, const uint8_t *pixel)
{
    char *path = picture_path(report);
    png_write(path, shape.h, shape.w, shape.c, pixel);
    free(path);
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

static void tell_class(const Report *report)
{
    Answer answer = decision_answer(&report->trained->decision, report->output);
    const char *name = report->trained->class_name[answer.class];
    if (!report->options->json) {
        printf("%s %.4f %s\n", name, answer.probability, report->name);
        return;
    }
    json_t *line = begin_line(report);
    json_put(line, "class", json_text(name));
    json_put(line, "probability", json_real(answer.probability));
    json_put(line, "probabilities", probabilities(report));
    print_line(line);
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
    print_line(line);
}

static void tell_labels(const Report *report)
{
    int count = 0;
    for (int i = 0; i < report->program->output.c; i++)
        if (has_label(report, i))
            printf("%s%s", count++ ? "|" : "", report->trained->class_name[i]);
    printf("%s %s\n", count ? "" : "-", report->name);
}

/* ---- a class for each pixel ---- */

/* What stands for a class in the masks that it was learned from. */
static uint8_t pixel_value(const JobData *data, int class)
{
    return (uint8_t)(class < data->classes && data->class[class].values ? data->class[class].value[0] : class);
}

static void tell_shares(const Report *report, const long *count, long pixels)
{
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
    if (report->options->output)
        write_picture(report, (Shape){ shape.h, shape.w, 1 }, mask);
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

static void tell_numbers(const Report *report)
{
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
    if (report->options->json)
        print_one(report, "mse", json_real(sum / (double)count));
    else
        printf("%.6g %s\n", sum / (double)count, report->name);
    if (report->options->output && !shape_is_vector(report->program->output))
        write_input(report);
}

void predict_report(const Trained *trained, const Options *options, const char *name, const float *input,
                    const float *output)
{
    const Job *job = &trained->job;
    Report report = { trained, trained->network->program, options, name, input, output };
    if (job->data.target_is_input)
        tell_input(&report);
    else if (job->target.kind == TARGET_NUMBERS)
        tell_numbers(&report);
    else if (dataset_has_pixels(job))
        tell_mask(&report);
    else if (dataset_has_labels(job))
        (options->json ? tell_labels_json : tell_labels)(&report);
    else
        tell_class(&report);
}
