#include "runtime/data/arrays.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/data/array_file.h"
#include "runtime/pictures/input.h"
#include "runtime/system/memory.h"

struct Arrays {
    long rows, row_values;
    uint8_t *bytes;             /* one of these two */
    float *floats;
    int32_t *class;             /* [rows], or NULL */
    char *target;               /* [rows] of `target_bytes`, or NULL */
    size_t target_bytes;
};

/* Where a file's array is rows of h x w x c, ones left out where they may be. */
static bool rows_are(const Array *array, Shape shape)
{
    long wanted[3] = { shape.h, shape.w, shape.c };
    const long *rest = array->dim + 1;
    int left = array->dims - 1;
    if (left == 3)
        return !memcmp(rest, wanted, sizeof wanted);
    if (left == 2)
        return shape.c == 1 && rest[0] == shape.h && rest[1] == shape.w;
    if (left == 1)
        return shape_is_vector(shape) && rest[0] == shape.c;
    return left == 0 && shape.h == 1 && shape.w == 1 && shape.c == 1;
}

/* What to do with pictures whose channels come first, as other libraries store them. */
static const char *channels_hint(const Array *array, Shape shape)
{
    const long first[3] = { shape.c, shape.h, shape.w };
    bool swapped = array->dims == 4 && !memcmp(array->dim + 1, first, sizeof first);
    return swapped ? "; channels come last: transpose(0, 2, 3, 1) in numpy" : "";
}

static const char *array_shape_in(Arena *arena, const Array *array)
{
    char text[REASON_ROOM];
    array_shape_text(array, text);
    return arena_printf(arena, "%s", text);
}

/* ---- values ---- */

/* Takes the array's bytes where they are the values, else makes floats of them. */
static const char *take_values(Arena *arena, Arrays *arrays, Array *array)
{
    if (array->type == ARRAY_U1 || array->type == ARRAY_B1) {
        arrays->bytes = array->bytes;
        array->bytes = NULL;
        return NULL;
    }
    arrays->floats = need_memory((size_t)array->values * sizeof(float) + ARRAY_SLACK);
    for (long i = 0; i < array->values; i++) {
        double value = array_value(array, i);
        if (!isfinite((float)value))
            return arena_printf(arena, "holds %g in row %ld, which is no number to learn from",
                                value, i / arrays->row_values);
        arrays->floats[i] = (float)value;
    }
    return NULL;
}

static const char *read_inputs(Arena *arena, Arrays *arrays, const char *path,
                                 const JobInput *input)
{
    char reason[REASON_ROOM];
    Array array;
    if (!array_read(&array, path, reason))
        return arena_printf(arena, "'%s' %s", path, reason);
    const char *mistake = NULL;
    if (!rows_are(&array, input->shape)) {
        mistake = arena_printf(arena, "'%s' has %s values, but the input takes rows of %d x %d x %d%s", path,
                               array_shape_in(arena, &array), input->shape.h, input->shape.w, input->shape.c,
                               channels_hint(&array, input->shape));
    } else {
        arrays->rows = array.dim[0];
        arrays->row_values = shape_size(input->shape);
        mistake = take_values(arena, arrays, &array);
        if (mistake)
            mistake = arena_printf(arena, "'%s' %s", path, mistake);
    }
    array_free(&array);
    return mistake;
}

/* ---- targets ---- */

/* A file of targets while it is read. */
typedef struct {
    Arena *arena;
    Arrays *arrays;
    const Job *job;
    int classes;                /* that the network tells apart; 0: any */
    const Array *array;
} Targets;

static bool is_real(const Array *array)
{
    return array->type == ARRAY_F4 || array->type == ARRAY_F8;
}

/* Along the last dimension one 1, and else 0: what other libraries take for classes. */
static bool is_one_hot(const Array *array)
{
    long width = array->dims > 1 ? array->dim[array->dims - 1] : 0;
    bool one_hot = width > 1;
    for (long i = 0; one_hot && i < array->values; i += width) {
        int ones = 0, others = 0;
        for (long k = i; k < i + width; k++) {
            double value = array_value(array, k);
            ones += value == 1;
            others += value != 0 && value != 1;
        }
        one_hot = ones == 1 && !others;
    }
    return one_hot;
}

static const char *one_hot_hint(const Array *array)
{
    return is_one_hot(array) ? "; these are one-hot, of which argmax(-1) in numpy makes classes" : "";
}

static const char *take_classes(Targets *targets)
{
    enum { HIGHEST = 1 << 24 };
    const Array *array = targets->array;
    if (array->dims > 2 || array->values != array->dim[0])
        return arena_printf(targets->arena, "has %s values; classes are one number a row%s",
                            array_shape_in(targets->arena, array), one_hot_hint(array));
    targets->arrays->class = need_memory((size_t)array->values * sizeof *targets->arrays->class);
    for (long i = 0; i < array->values; i++) {
        double class = array_value(array, i);
        if (!(class >= 0 && class <= HIGHEST))
            return arena_printf(targets->arena, "holds %g in row %ld; a class is a whole number from 0",
                                class, i);
        targets->arrays->class[i] = (int32_t)class;
    }
    return NULL;
}

/* Room for a target a row. */
static void *make_targets(Targets *targets, size_t bytes)
{
    Arrays *arrays = targets->arrays;
    arrays->target_bytes = bytes;
    arrays->target = need_memory((size_t)targets->array->dim[0] * bytes + ARRAY_SLACK);
    return arrays->target;
}

static const char *take_mask(Targets *targets)
{
    const Array *array = targets->array;
    const JobData *data = &targets->job->data;
    Shape shape = targets->job->target.shape;
    long pixels = (long)shape.h * shape.w;
    if (!rows_are(array, (Shape){ shape.h, shape.w, 1 }))
        return arena_printf(targets->arena,
                            "has %s values; the network answers with a class for each of %d x %d pixels%s",
                            array_shape_in(targets->arena, array), shape.h, shape.w, one_hot_hint(array));
    uint8_t *class = make_targets(targets, (size_t)pixels);
    for (long i = 0; i < array->values; i++) {
        double value = array_value(array, i);
        bool left_out = data->ignores && value == data->ignore;
        if (!left_out && !(value >= 0 && value < targets->classes))
            return arena_printf(targets->arena,
                                "holds %g in row %ld; the network tells the classes 0 to %d apart%s", value,
                                i / pixels, targets->classes - 1, data->ignores ? "" : ", and 'ignore' leaves a value out");
        class[i] = left_out ? MASK_LEFT_OUT : (uint8_t)value;
    }
    return NULL;
}

static const char *take_labels(Targets *targets)
{
    const Array *array = targets->array;
    int labels = targets->job->target.shape.c;
    if (!rows_are(array, (Shape){ 1, 1, labels }))
        return arena_printf(targets->arena, "has %s values; the network answers with %d labels a row",
                            array_shape_in(targets->arena, array), labels);
    float *share = make_targets(targets, (size_t)labels * sizeof *share);
    for (long i = 0; i < array->values; i++) {
        double value = array_value(array, i);
        if (value != 0 && value != 1)
            return arena_printf(targets->arena, "holds %g in row %ld; a label is there, 1, or not, 0", value,
                                i / labels);
        share[i] = (float)value;
    }
    return NULL;
}

static const char *take_numbers(Targets *targets)
{
    const Array *array = targets->array;
    Shape shape = targets->job->target.shape;
    if (!rows_are(array, shape))
        return arena_printf(targets->arena, "has %s values, but the network answers with rows of %d x %d x %d",
                            array_shape_in(targets->arena, array), shape.h, shape.w, shape.c);
    float *number = make_targets(targets, (size_t)shape_size(shape) * sizeof *number);
    for (long i = 0; i < array->values; i++) {
        number[i] = (float)array_value(array, i);
        if (!isfinite(number[i]))
            return arena_printf(targets->arena, "holds %g in row %ld, which is no number to learn from",
                                array_value(array, i), i / shape_size(shape));
    }
    return NULL;
}

static const char *take_targets(Targets *targets)
{
    const JobTarget *target = &targets->job->target;
    const Array *array = targets->array;
    bool numbers = target->kind == TARGET_NUMBERS;
    if (targets->arrays->rows && array->dim[0] != targets->arrays->rows)
        return arena_printf(targets->arena, "has %ld row%s for %ld input%s", array->dim[0], plural(array->dim[0]),
                            targets->arrays->rows, plural(targets->arrays->rows));
    if (is_real(array) != numbers)
        return numbers ? "holds whole numbers, which are classes, but the loss compares numbers; save them as "
                         "float32"
                       : arena_printf(targets->arena, "holds real numbers, but the loss tells classes apart; save them as "
                                      "whole numbers%s", dataset_has_labels(targets->job) ? "" : one_hot_hint(array));
    if (numbers)
        return take_numbers(targets);
    if (dataset_has_labels(targets->job))
        return take_labels(targets);
    return shape_is_vector(target->shape) ? take_classes(targets) : take_mask(targets);
}

static const char *read_targets(Targets *targets, const char *path)
{
    char reason[REASON_ROOM];
    Array array;
    if (!array_read(&array, path, reason))
        return arena_printf(targets->arena, "'%s' %s", path, reason);
    targets->array = &array;
    const char *mistake = take_targets(targets);
    array_free(&array);
    return mistake ? arena_printf(targets->arena, "'%s' %s", path, mistake) : NULL;
}

/* ---- both ---- */

/* NULL where one of them cannot be read so, for its reason. */
static Arrays *read_both(Arena *arena, const char *inputs, const char *targets, const Job *job, int classes,
                         const char *reason[2])
{
    Arrays *arrays = need_memory(sizeof *arrays);
    Targets reading = { .arena = arena, .arrays = arrays, .job = job, .classes = classes };
    reason[0] = read_inputs(arena, arrays, inputs, &job->input);
    reason[1] = targets ? read_targets(&reading, targets) : NULL;
    if (!reason[0] && !reason[1])
        return arrays;
    arrays_close(arrays);
    return NULL;
}

/* Each file of two stands in the other's place: then that is what is wrong. */
static void judge_order(Arena *arena, const char *inputs, const char *targets, const Job *job, int classes,
                        const char *reason[2])
{
    const char *turned[2];
    Arrays *arrays = read_both(arena, targets, inputs, job, classes, turned);
    if (!arrays)
        return;
    arrays_close(arrays);
    reason[0] = arena_printf(arena, "the inputs stand before the targets, but '%s' fits as targets, and '%s' as inputs; "
                             "swap them", inputs, targets);
    reason[1] = NULL;
}

Arrays *arrays_open(Arena *arena, const char *inputs, const char *targets, const Job *job, int classes,
                    const char *reason[2])
{
    Arrays *arrays = read_both(arena, inputs, targets, job, classes, reason);
    if (reason[0] && reason[1])
        judge_order(arena, inputs, targets, job, classes, reason);
    if (!arrays)
        return NULL;
    if (input_is_reversed(&job->input)) {
        void *values = arrays->bytes ? (void *)arrays->bytes : arrays->floats;
        input_reverse(values, arrays->rows * (arrays->row_values / 3),
                      arrays->bytes ? sizeof *arrays->bytes : sizeof *arrays->floats);
    }
    return arrays;
}

void arrays_close(Arrays *arrays)
{
    free(arrays->bytes);
    free(arrays->floats);
    free(arrays->class);
    free(arrays->target);
    free(arrays);
}

long arrays_rows(const Arrays *arrays)
{
    return arrays->rows;
}

int32_t arrays_class(const Arrays *arrays, long row)
{
    return arrays->class ? arrays->class[row] : NO_CLASS;
}

const void *arrays_target(const Arrays *arrays, long row)
{
    return arrays->target ? arrays->target + (size_t)row * arrays->target_bytes : NULL;
}

bool arrays_are_bytes(const Arrays *arrays)
{
    return arrays->bytes != NULL;
}

const void *arrays_row(const Arrays *arrays, long row)
{
    if (arrays->bytes)
        return arrays->bytes + row * arrays->row_values;
    return arrays->floats + row * arrays->row_values;
}
