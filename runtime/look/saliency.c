#include "runtime/look/saliency.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/clock.h"
#include "runtime/system/memory.h"
#include "runtime/system/stop.h"

const LayerRow *saliency_layer(const Program *program)
{
    for (const LayerRow *layer = program->layer + program->layers; layer-- > program->layer; )
        if (layer->is_conv && layer_has_maps(layer))
            return layer;
    return NULL;
}

void saliency_grad_cam(const Network *network, const LayerRow *layer, float *map)
{
    const float *value = view_at(network, layer->value), *gradient = view_at(network, layer->gradient);
    long pixels = (long)layer->shape.h * layer->shape.w;
    double *sum = need_memory(sizeof *sum * (size_t)pixels);
    for (int k = 0; k < layer->shape.c; k++) {
        double weight = 0;
        for (long i = 0; i < pixels; i++)
            weight += (double)gradient[i * layer->gradient.stride + k] / (double)pixels;
        for (long i = 0; i < pixels; i++)
            sum[i] += weight * (double)value[i * layer->value.stride + k];
    }
    for (long i = 0; i < pixels; i++)
        map[i] = (float)fmax(sum[i], 0);
    free(sum);
}

void saliency_gradient(const Network *network, float *map)
{
    const Program *program = network->program;
    Shape shape = program->job.input.shape;
    const float *gradient = view_at(network, program->input_gradient);
    for (long i = 0; i < (long)shape.h * shape.w; i++) {
        map[i] = 0;
        for (int c = 0; c < shape.c; c++)
            map[i] = fmaxf(map[i], fabsf(gradient[i * program->input_gradient.stride + c]));
    }
}

/* ---- occlusion ---- */

enum { WINDOWS = 5, STEPS = 4 };        /* windows side by side, steps to a window's side at most */

static int places(int length, int step)
{
    return (length + step - 1) / step;
}

static Hiding grid_of(Shape shape, int steps)
{
    int shorter = shape.h < shape.w ? shape.h : shape.w;
    int side = (shorter + WINDOWS - 1) / WINDOWS, step = side < steps ? 1 : side / steps;
    return (Hiding){ side, step, places(shape.h, step), places(shape.w, step) };
}

static int windows_of(const Hiding *hiding)
{
    return hiding->rows * hiding->columns;
}

/* The pixels from `from` on, before `to`, that a window around a place of the grid hides. */
static void hidden(int place, const Hiding *hiding, int length, int *from, int *to)
{
    int middle = place * hiding->step + hiding->step / 2;
    *from = middle - hiding->side / 2 < 0 ? 0 : middle - hiding->side / 2;
    *to = middle - hiding->side / 2 + hiding->side > length ? length : middle - hiding->side / 2 + hiding->side;
}

/* What each place's window covers, with what. */
typedef struct {
    const float *input;
    float *mean;                /* [c] */
    Shape shape;
    Hiding hiding;
} Hider;

static void hide(const Hider *hider, int place, float *picture)
{
    Shape shape = hider->shape;
    int top, bottom, left, right;
    memcpy(picture, hider->input, sizeof *picture * (size_t)shape_size(shape));
    hidden(place / hider->hiding.columns, &hider->hiding, shape.h, &top, &bottom);
    hidden(place % hider->hiding.columns, &hider->hiding, shape.w, &left, &right);
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++)
            memcpy(picture + ((long)y * shape.w + x) * shape.c, hider->mean, sizeof *picture * (size_t)shape.c);
}

static void add_fall(const Hider *hider, int place, float fall, float *map, int *times)
{
    int top, bottom, left, right;
    hidden(place / hider->hiding.columns, &hider->hiding, hider->shape.h, &top, &bottom);
    hidden(place % hider->hiding.columns, &hider->hiding, hider->shape.w, &left, &right);
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) {
            map[(long)y * hider->shape.w + x] += fall;
            times[(long)y * hider->shape.w + x]++;
        }
}

static float *mean_colour(const float *input, Shape shape)
{
    float *mean = need_memory(sizeof *mean * (size_t)shape.c);
    long pixels = (long)shape.h * shape.w;
    for (int c = 0; c < shape.c; c++) {
        double sum = 0;
        for (long i = 0; i < pixels; i++)
            sum += (double)input[i * shape.c + c];
        mean[c] = (float)(sum / (double)pixels);
    }
    return mean;
}

/* The answers of `n` pictures, what is asked of each. */
static void answer(const Trained *trained, const Asked *asked, const float *pictures, int n, int *prepared,
                   double *value)
{
    const Program *program = trained->network->program;
    float *output = need_memory(sizeof *output * (size_t)shape_size(program->output));
    Step step = { .input = pictures, .n = n, .prepared = *prepared };
    network_run(trained->network, &program->predict, &step);
    *prepared = step.prepared;
    for (int i = 0; i < n; i++) {
        output_read(program, &step, i, output);
        decision_temper(&trained->decision, output);
        value[i] = asked_value(asked, output);
    }
    free(output);
}

/* Goes through a grid; false where there is no time, or a stop was asked for. */
static bool hide_all(const Trained *trained, const Asked *asked, const Hider *hider, double until, float *map)
{
    enum { TIMED = 8 };         /* pictures between two looks at the clock */
    const Program *program = trained->network->program;
    long pixels = (long)hider->shape.h * hider->shape.w, size = shape_size(hider->shape);
    int all = windows_of(&hider->hiding), prepared = 0;
    int most = isfinite(until) && program->batch > TIMED ? TIMED : program->batch;
    float *pictures = need_memory(sizeof *pictures * (size_t)(most * size) + INPUT_SLACK);
    double *value = need_memory(sizeof *value * (size_t)most), whole;
    int *times = need_memory(sizeof *times * (size_t)pixels);
    bool is_over = false;
    memset(map, 0, sizeof *map * (size_t)pixels);
    memcpy(pictures, hider->input, sizeof *pictures * (size_t)size);
    answer(trained, asked, pictures, 1, &prepared, &whole);
    for (int at = 0; at < all && !is_over; at += most) {
        int n = all - at < most ? all - at : most;
        for (int i = 0; i < n; i++)
            hide(hider, at + i, pictures + i * size);
        answer(trained, asked, pictures, n, &prepared, value);
        for (int i = 0; i < n; i++)
            add_fall(hider, at + i, (float)(whole - value[i]), map, times);
        is_over = stop_wanted() || seconds_now() > until;
    }
    for (long i = 0; i < pixels && !is_over; i++)
        map[i] /= (float)times[i];
    free(times);
    free(value);
    free(pictures);
    return !is_over;
}

/* The finest grid that takes no longer than that, where a window takes so many seconds. */
static Hiding grid_within(Shape shape, double window, double seconds)
{
    int steps = STEPS;
    for (Hiding grid = grid_of(shape, steps); steps > 1 && windows_of(&grid) * window > seconds; )
        grid = grid_of(shape, --steps);
    return grid_of(shape, steps);
}

/* The coarsest grid tells how long a finer one takes, and stays where that ends too late all the same. */
static bool hide_in_time(const Trained *trained, const Asked *asked, Hider *hider, double until, float *map)
{
    double begun = seconds_now();
    long pixels = (long)hider->shape.h * hider->shape.w;
    Hiding coarse = hider->hiding = grid_of(hider->shape, 1);
    if (!hide_all(trained, asked, hider, until, map))
        return false;
    double now = seconds_now();
    hider->hiding = grid_within(hider->shape, (now - begun) / windows_of(&coarse), until - now);
    if (hider->hiding.step == coarse.step)
        return true;
    float *finer = need_memory(sizeof *finer * (size_t)pixels);
    if (hide_all(trained, asked, hider, until, finer))
        memcpy(map, finer, sizeof *map * (size_t)pixels);
    else
        hider->hiding = coarse;
    free(finer);
    return true;
}

bool saliency_occlusion(const Trained *trained, const Asked *asked, const float *input, double until,
                        Hiding *hiding, float *map)
{
    Shape shape = trained->network->program->job.input.shape;
    Hider hider = { input, mean_colour(input, shape), shape, grid_of(shape, STEPS) };
    bool done = isfinite(until) ? hide_in_time(trained, asked, &hider, until, map)
                                : hide_all(trained, asked, &hider, until, map);
    *hiding = hider.hiding;
    free(hider.mean);
    return done;
}

/* ---- maps as pictures ---- */

/* The two pixels on both sides of the middle of one of a picture's, and how far it is from the first. */
typedef struct { int first, second; double part; } Between;

static Between between(int at, int length, int map_length)
{
    double middle = fmin(fmax((at + 0.5) * map_length / length - 0.5, 0), map_length - 1);
    int first = (int)middle;
    return (Between){ first, first + 1 < map_length ? first + 1 : first, middle - first };
}

static double middle_of(const float *row, Between column)
{
    double first = (double)row[column.first];
    return first + column.part * ((double)row[column.second] - first);
}

void saliency_resize(const float *map, int map_h, int map_w, float *to, int h, int w)
{
    for (int y = 0; y < h; y++) {
        Between row = between(y, h, map_h);
        const float *upper = map + (long)row.first * map_w, *lower = map + (long)row.second * map_w;
        for (int x = 0; x < w; x++) {
            Between column = between(x, w, map_w);
            double above = middle_of(upper, column), below = middle_of(lower, column);
            to[(long)y * w + x] = (float)(above + row.part * (below - above));
        }
    }
}

static int by_size(const void *a, const void *b)
{
    float x = fabsf(*(const float *)a), y = fabsf(*(const float *)b);
    return (x > y) - (x < y);
}

ColourScale saliency_scale(const float *map, long count, double most)
{
    ColourScale scale = scale_of(map, count, 1);
    float *sorted = need_memory(sizeof *sorted * (size_t)count);
    memcpy(sorted, map, sizeof *sorted * (size_t)count);
    qsort(sorted, (size_t)count, sizeof *sorted, by_size);
    double high = (double)fabsf(sorted[(long)(most * (double)(count - 1))]);
    free(sorted);
    if (high > 0) {
        scale.high = high;
        scale.low = scale.map == COLOUR_SIGNED ? -high : 0;
    }
    return scale;
}

void saliency_colours(ColourScale scale, const float *map, long count, uint8_t *to)
{
    for (long i = 0; i < count; i++)
        scale_colour(scale, (double)map[i], to + 3 * i);
}

static double grey_of(const uint8_t *pixel, int channels)
{
    return channels == 1 ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
}

/* How far a number is from 0, of the farthest. */
static double strength(ColourScale scale, double number)
{
    double share = scale.high > 0 ? fabs(number) / scale.high : 0;
    return share < 1 ? share : 1;
}

void saliency_over(ColourScale scale, const float *map, const uint8_t *pixel, int channels, long count,
                   uint8_t *to)
{
    for (long i = 0; i < count; i++) {
        uint8_t colour[3];
        double grey = grey_of(pixel + i * channels, channels);
        double part = 0.15 + 0.5 * strength(scale, (double)map[i]);
        scale_colour(scale, (double)map[i], colour);
        for (int c = 0; c < 3; c++)
            to[3 * i + c] = (uint8_t)lround(grey + part * (colour[c] - grey));
    }
}
