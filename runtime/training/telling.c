#include "runtime/training/telling.h"

#include <stdlib.h>

#include "runtime/system/json_text.h"
#include "runtime/system/memory.h"

/* ---- numbers ---- */

static const Program *program_of(const Trained *trained)
{
    return trained->network->program;
}

static int by_probability(const void *a, const void *b)
{
    const Likely *x = a, *y = b;
    return x->probability != y->probability ? (x->probability < y->probability) - (x->probability > y->probability)
                                            : x->class - y->class;
}

Likely *telling_ranking(const Trained *trained, const float *output)
{
    const Program *program = program_of(trained);
    size_t classes = (size_t)program->classes;
    Likely *rank = need_memory(sizeof *rank * classes);
    for (int i = 0; i < program->classes; i++)
        rank[i] = (Likely){ i, answer_probability(program, output, i) };
    qsort(rank, classes, sizeof *rank, by_probability);
    return rank;
}

MaskTold telling_mask(const Trained *trained, const float *output)
{
    const Program *program = program_of(trained);
    Shape shape = program->output;
    long pixels = (long)shape.h * shape.w;
    MaskTold mask = { .class = need_memory(sizeof *mask.class * (size_t)pixels), .pixels = pixels,
                      .count = need_memory(sizeof *mask.count * (size_t)program->classes) };
    for (long i = 0; i < pixels; i++) {
        mask.class[i] = decision_answer(&trained->decision, output + i * shape.c).class;
        mask.count[mask.class[i]]++;
    }
    return mask;
}

double telling_number(const Trained *trained, const float *output, long index)
{
    const JobTable *table = &trained->job.data.table;
    double number = output[index];
    return table->targets ? (table->std[index] * number + table->mean[index]) / table->scale : number;
}

double telling_error(const Trained *trained, const float *input, const float *output)
{
    long count = shape_size(program_of(trained)->output);
    double sum = 0;
    for (long i = 0; i < count; i++) {
        double off = (double)output[i] - input[i];
        sum += off * off;
    }
    return sum / (double)count;
}

/* ---- JSON ---- */

static json_t *probabilities(const Trained *trained, const float *output)
{
    const Program *program = program_of(trained);
    json_t *each = json_object();
    for (int class = 0; class < program->classes; class++)
        json_put(each, trained->class_name[class], json_real(answer_probability(program, output, class)));
    return each;
}

static void put_class(const Trained *trained, const float *output, json_t *object)
{
    Answer answer = decision_answer(&trained->decision, output);
    json_put(object, "class", json_text(trained->class_name[answer.class]));
    json_put(object, "probability", json_real(answer.probability));
    if (trained->decision.chosen)
        json_put(object, "threshold", json_real(trained->decision.threshold[0]));
}

static void put_labels(const Trained *trained, const float *output, json_t *object)
{
    json_t *labels = json_array();
    for (int i = 0; i < program_of(trained)->output.c; i++)
        if (telling_has_label(trained, output, i))
            json_add(labels, json_text(trained->class_name[i]));
    json_put(object, "labels", labels);
}

static void put_top(const Trained *trained, int top, const float *output, json_t *object)
{
    Likely *rank = telling_ranking(trained, output);
    json_t *list = json_array();
    for (int i = 0; i < top && i < program_of(trained)->classes; i++) {
        json_t *one = json_object();
        json_put(one, "class", json_text(trained->class_name[rank[i].class]));
        json_put(one, "probability", json_real(rank[i].probability));
        json_add(list, one);
    }
    json_put(object, "top", list);
    free(rank);
}

static int put_classes(const Trained *trained, int top, const float *output, json_t *object)
{
    (dataset_has_labels(&trained->job) ? put_labels : put_class)(trained, output, object);
    json_put(object, "probabilities", probabilities(trained, output));
    if (top)
        put_top(trained, top, output, object);
    return PROBABILITY_DIGITS;
}

static int put_shares(const Trained *trained, const float *output, json_t *object)
{
    MaskTold mask = telling_mask(trained, output);
    json_t *shares = json_object();
    for (int class = 0; class < program_of(trained)->classes; class++)
        json_put(shares, trained->class_name[class], json_real((double)mask.count[class] / (double)mask.pixels));
    json_put(object, "shares", shares);
    free(mask.class);
    free(mask.count);
    return FLOAT_DIGITS;
}

static int put_numbers(const Trained *trained, const float *output, json_t *object)
{
    const JobTable *table = &trained->job.data.table;
    json_t *numbers = table->targets ? json_object() : json_array();
    for (long i = 0; i < shape_size(program_of(trained)->output); i++) {
        json_t *number = json_real(telling_number(trained, output, i));
        if (table->targets)
            json_put(numbers, table->target[i], number);
        else
            json_add(numbers, number);
    }
    json_put(object, "numbers", numbers);
    return FLOAT_DIGITS;
}

int telling_put(const Trained *trained, int top, const float *input, const float *output, json_t *object)
{
    const Job *job = &trained->job;
    if (job->data.target_is_input) {
        json_put(object, "mse", json_real(telling_error(trained, input, output)));
        return FLOAT_DIGITS;
    }
    if (job->target.kind == TARGET_NUMBERS)
        return put_numbers(trained, output, object);
    if (dataset_has_pixels(job))
        return put_shares(trained, output, object);
    return put_classes(trained, top, output, object);
}
