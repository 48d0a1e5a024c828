#include "runtime/data/augment.h"

#include <math.h>

#include "runtime/kernels/math.h"
#include "runtime/kernels/random.h"
#include "runtime/numbers/sine.h"

#define X(id, word) word,
const char *const augment_word[AUGMENT_COUNT] = { AUGMENT_KINDS(X) };
#undef X

/* ---- draws ---- */

/* The words of the key for one purpose. */
static void words_of(uint32_t word[4], AugmentKey key, uint32_t index, uint32_t purpose)
{
    random_draw(word, key.seed, key.epoch, key.position, index, purpose);
}

/* The rows above this one that count for its number. */
static uint32_t rows_above(const Job *job, int row, bool (*counts)(AugmentKind kind))
{
    uint32_t above = 0;
    for (int i = 0; i < row; i++)
        above += counts(job->augment[i].kind);
    return above;
}

static bool is_cutout(AugmentKind kind)
{
    return kind == AUGMENT_CUTOUT;
}

/* Two words for the amounts, two for whether they act. */
static void draw_words(uint32_t word[4], const Job *job, AugmentKey key, int row)
{
    AugmentKind kind = job->augment[row].kind;
    if (augment_moves(kind))
        words_of(word, key, rows_above(job, row, augment_moves), RANDOM_AUGMENT);
    else                        /* of a kind that may stand there twice, each has its own, too */
        words_of(word, key, (uint32_t)kind + (is_cutout(kind) ? rows_above(job, row, is_cutout) << 8 : 0),
                 RANDOM_CHANGE);
}

static double between(double from, double to, double part)
{
    return from + part * (to - from);
}

static double amount_of(const Job *job, const JobAugment *row, const uint32_t word[4], int side)
{
    bool own = row->kind == AUGMENT_SHIFT || (row->kind == AUGMENT_ZOOM && row->free);
    double amount = between(row->from[side], row->to[side], random_uniform(word[own ? side : 0]));
    if (row->kind == AUGMENT_SHIFT && !row->pixels[side])
        amount *= side ? job->input.shape.w : job->input.shape.h;
    return amount;
}

/* A part: its share of the area even from the row's to 1; its aspect beside the picture's even in the
 * logarithm, as far as the picture holds such a part; its place even. The first and the last pixel of a
 * part of share s lie s(n-1) apart, as zoom has it: so none lies outside. */
static void draw_part(const Job *job, const JobAugment *row, AugmentKey key, AugmentDraw *draw)
{
    uint32_t word[4];
    words_of(word, key, 0, RANDOM_PART);
    double area = between(row->from[0], 1, random_uniform(word[0]));
    double least = area > row->from[1] ? area : row->from[1];
    double aspect = exact_exp(exact_log(least) * (2 * random_uniform(word[1]) - 1));
    double share[2] = { sqrt(area / aspect), sqrt(area * aspect) };
    for (int side = 0; side < 2; side++) {
        int n = side ? job->input.shape.w : job->input.shape.h;
        draw->share[side] = share[side] < 1 ? share[side] : 1;
        draw->amount[side] = (random_uniform(word[2 + side]) - 0.5) * ((1 - draw->share[side]) * (n - 1));
    }
}

/* Whole pixels, from -pad to pad. */
static void draw_crop(const Job *job, const JobAugment *row, AugmentKey key, const uint32_t word[4],
                      AugmentDraw *draw)
{
    if (!row->pixels[0]) {
        draw_part(job, row, key, draw);
        return;
    }
    int pad = (int)row->to[0];
    for (int side = 0; side < 2; side++)
        draw->amount[side] = (int)random_below(word[side], 0, (uint32_t)(2 * pad + 1)) - pad;
}

static AugmentDraw draw_row(const Job *job, AugmentKey key, int i)
{
    const JobAugment *row = &job->augment[i];
    AugmentDraw draw = { .kind = row->kind, .share = { 1, 1 } };
    uint32_t word[4];
    draw_words(word, job, key, i);
    if (row->kind == AUGMENT_FLIP) {
        for (int side = 0; side < 2; side++)
            draw.amount[side] = random_uniform(word[2 + side]) < row->probability[side];
    } else if (random_uniform(word[2]) < row->probability[0]) {
        if (row->kind == AUGMENT_CROP)
            draw_crop(job, row, key, word, &draw);
        else if (row->kind == AUGMENT_CUTOUT)
            draw.amount[0] = 1;
        else
            for (int side = 0; side < 2; side++)
                draw.amount[side] = amount_of(job, row, word, side);
    }
    if (row->kind == AUGMENT_ZOOM && !row->free)
        draw.amount[1] = draw.amount[0];
    return draw;
}

void augment_draw(const Job *job, AugmentKey key, AugmentDraw *draw)
{
    for (int i = 0; i < job->augments; i++)
        draw[i] = draw_row(job, key, i);
}

static int within(int at, int n)
{
    return at < 0 ? 0 : at > n ? n : at;
}

Window window_within(Window window, Shape shape)
{
    return (Window){ within(window.top, shape.h), within(window.left, shape.w), within(window.bottom, shape.h),
                     within(window.right, shape.w) };
}

Window augment_window(const Job *job, AugmentKey key, int row, int window)
{
    const JobAugment *cutout = &job->augment[row];
    Shape shape = job->input.shape;
    int h = (int)cutout->to[0], w = (int)cutout->to[1];
    uint32_t word[4];
    words_of(word, key, (rows_above(job, row, is_cutout) << 16) + (uint32_t)window, RANDOM_WINDOW);
    int top = (int)random_below(word[0], word[2], (uint32_t)shape.h) - h / 2;
    int left = (int)random_below(word[1], word[3], (uint32_t)shape.w) - w / 2;
    return window_within((Window){ top, left, top + h, left + w }, shape);
}

/* ---- maps ---- */

/* Keras's matrices, rows before columns, of an angle that is positive where the picture turns
 * counter-clockwise, and shifted and zoomed as the language says. */
static Affine row_map(const AugmentDraw *draw)
{
    double a = draw->amount[0], b = draw->amount[1], sine, cosine;
    switch (draw->kind) {
    case AUGMENT_ROTATE:
        sine_cosine(a, &sine, &cosine);
        return (Affine){ { { cosine, sine, 0 }, { -sine, cosine, 0 } } };
    case AUGMENT_SHEAR:
        sine_cosine(a, &sine, &cosine);
        return (Affine){ { { 1, sine, 0 }, { 0, cosine, 0 } } };
    case AUGMENT_ZOOM:
        return (Affine){ { { 1 - a, 0, 0 }, { 0, 1 - b, 0 } } };
    case AUGMENT_SHIFT:
        return (Affine){ { { 1, 0, -a }, { 0, 1, -b } } };
    case AUGMENT_FLIP:
        return (Affine){ { { a != 0 ? -1 : 1, 0, 0 }, { 0, b != 0 ? -1 : 1, 0 } } };
    case AUGMENT_CROP:
        return (Affine){ { { draw->share[0], 0, a }, { 0, draw->share[1], b } } };
    default:
        return (Affine){ { { 1, 0, 0 }, { 0, 1, 0 } } };
    }
}

static Affine product(const Affine *first, const Affine *second)
{
    Affine map;
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 3; j++) {
            double sum = j == 2 ? first->m[i][2] : 0;
            sum += first->m[i][0] * second->m[0][j];
            sum += first->m[i][1] * second->m[1][j];
            map.m[i][j] = sum;
        }
    }
    return map;
}

Affine augment_map(const AugmentDraw *draw, int draws, Shape shape)
{
    double centre[2] = { (shape.h - 1) / 2.0, (shape.w - 1) / 2.0 };
    /* from pixels to the distance from the centre, through all rows, and back */
    Affine to_centre = { { { 1, 0, -centre[0] }, { 0, 1, -centre[1] } } };
    Affine map = { { { 1, 0, centre[0] }, { 0, 1, centre[1] } } };
    for (int i = 0; i < draws; i++) {
        Affine row = row_map(&draw[i]);
        map = product(&map, &row);
    }
    return product(&map, &to_centre);
}
