#include "runtime/arrays.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/array_file.h"
#include "runtime/input.h"
#include "runtime/memory.h"

struct Arrays {
    long rows, row_values;
    uint8_t *bytes;             /* one of these two */
    float *floats;
    int32_t *class;             /* [rows] */
};

/* Where a file's array is what the input takes: rows of h x w x c, ones left out where they may
 * be. */
static bool shape_fits(const Array *array, Shape shape)
{
    long wanted[4] = { array->dim[0], shape.h, shape.w, shape.c };
    const long *rest = array->dim + 1;
    int left = array->dims - 1;
    if (left == 3)
        return !memcmp(rest, wanted + 1, sizeof *rest * 3);
    if (left == 2)
        return shape.c == 1 && !memcmp(rest, wanted + 1, sizeof *rest * 2);
    return left == 1 && shape_is_vector(shape) && rest[0] == shape.c;
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

static const char *read_pictures(Arena *arena, Arrays *arrays, const char *path,
                                 const JobInput *input)
{
    char reason[REASON_ROOM];
    Array array;
    if (!array_read(&array, path, reason))
        return arena_printf(arena, "'%s' %s", path, reason);
    const char *mistake = NULL;
    if (!shape_fits(&array, input->shape)) {
        char text[REASON_ROOM];
        array_shape_text(&array, text);
        mistake = arena_printf(arena,
                               "'%s' has %s values, but the input takes rows of %d x %d x %d",
                               path, text, input->shape.h, input->shape.w, input->shape.c);
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

/* ---- classes ---- */

static const char *take_classes(Arena *arena, Arrays *arrays, const Array *array)
{
    enum { HIGHEST = 1 << 24 };
    arrays->class = need_memory((size_t)array->values * sizeof *arrays->class);
    for (long i = 0; i < array->values; i++) {
        double class = array_value(array, i);
        if (!(class >= 0 && class <= HIGHEST) || class != floor(class))
            return arena_printf(arena, "holds %g in row %ld; a class is a whole number from 0",
                                class, i);
        arrays->class[i] = (int32_t)class;
    }
    return NULL;
}

static const char *read_classes(Arena *arena, Arrays *arrays, const char *path)
{
    char reason[REASON_ROOM];
    Array array;
    if (!array_read(&array, path, reason))
        return arena_printf(arena, "'%s' %s", path, reason);
    const char *mistake = NULL;
    if (array.dims > 2 || array.values != array.dim[0]) {
        char text[REASON_ROOM];
        array_shape_text(&array, text);
        mistake = arena_printf(arena, "'%s' has %s values; classes are one number a row", path,
                               text);
    } else if (arrays->rows && array.values != arrays->rows) {
        mistake = arena_printf(arena, "'%s' has %ld classes for %ld pictures", path, array.values,
                               arrays->rows);
    } else {
        mistake = take_classes(arena, arrays, &array);
        if (mistake)
            mistake = arena_printf(arena, "'%s' %s", path, mistake);
    }
    array_free(&array);
    return mistake;
}

/* ---- both ---- */

Arrays *arrays_open(Arena *arena, const char *pictures, const char *classes, const JobInput *input,
                    const char *reason[2])
{
    Arrays *arrays = need_memory(sizeof *arrays);
    reason[0] = read_pictures(arena, arrays, pictures, input);
    reason[1] = read_classes(arena, arrays, classes);
    if (reason[0] || reason[1]) {
        arrays_close(arrays);
        return NULL;
    }
    if (input_is_reversed(input)) {
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
    free(arrays);
}

long arrays_rows(const Arrays *arrays)
{
    return arrays->rows;
}

int32_t arrays_class(const Arrays *arrays, long row)
{
    return arrays->class[row];
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
