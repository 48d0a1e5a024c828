/* tiles.c - see tiles.h. A tile's 4x4 results are A [(G g G') * (B d B')] A', the products summed over channels.
 *
 * Rounding errors of a sum are taken to be within 4 sqrt(K) 2^-24 of the sum of its terms without their signs, where
 * K numbers are rounded on the way, as in bound.c. Here
 *
 *   - d's transform rounds 3 times behind one another in a column and 3 times in a row: no row of B has more than 3
 *     sums or products that a power of two is not the factor of. So do g's and the products', which makes 18;
 *   - the sum over C channels rounds once for each.
 *
 * None of them is larger than |G| |g| |G'| * |B| |d| |B'|, summed over channels, for its plane: m. What 36 planes add
 * to a result, each |A| |A'| times, has no common sign; the whole is as the root of the sum of their squares. */

#include "tests/generated/tiles.h"

#include <math.h>
#include <string.h>

enum { WINDOW = 3, TILE = 4, PLANE = 6, PLANES = PLANE * PLANE, ROUNDED = 18 };

/* The matrices without signs. */
static const double of_input[PLANE][PLANE] = {
    { 4, 0, 5, 0, 1, 0 }, { 0, 4, 4, 1, 1, 0 }, { 0, 4, 4, 1, 1, 0 },
    { 0, 2, 1, 2, 1, 0 }, { 0, 2, 1, 2, 1, 0 }, { 0, 4, 0, 5, 0, 1 },
};
static const double of_weight[PLANE][WINDOW] = {
    { 1 / 4., 0, 0 }, { 1 / 6., 1 / 6., 1 / 6. }, { 1 / 6., 1 / 6., 1 / 6. },
    { 1 / 24., 1 / 12., 1 / 6. }, { 1 / 24., 1 / 12., 1 / 6. }, { 0, 0, 1 },
};
static const double of_output[TILE][PLANE] = {
    { 1, 1, 1, 1, 1, 0 }, { 0, 1, 1, 2, 2, 0 }, { 0, 1, 1, 4, 4, 0 }, { 0, 1, 1, 8, 8, 1 },
};

/* A convolution of stride 1 without padding: x [p+2][q+2][c], g [3][3][c][k], rounding [p][q][k]; u [36][c][k]. */
typedef struct {
    int p, q, c, k;
    double *x, *g, *u, *m, *rounding;
} Convolution;

static void transform_weights(Convolution *z)
{
    int pairs = z->c * z->k;
    for (int i = 0; i < PLANES * pairs; i++)
        for (int tap = 0; tap < WINDOW * WINDOW; tap++)
            z->u[i] += of_weight[i / pairs / PLANE][tap / WINDOW] * of_weight[i / pairs % PLANE][tap % WINDOW]
                     * z->g[tap * pairs + i % pairs];
}

static double of_plane(const Convolution *z, int h, int w, int plane, int channel)
{
    double sum = 0;
    for (int i = 0; i < PLANES; i++)
        sum += of_input[plane / PLANE][i / PLANE] * of_input[plane % PLANE][i % PLANE]
             * z->x[((h + i / PLANE) * (z->q + WINDOW - 1) + w + i % PLANE) * z->c + channel];
    return sum;
}

/* The tile whose first result is (h, w). */
static void add_tile(Convolution *z, int h, int w)
{
    memset(z->m, 0, sizeof *z->m * (size_t)(PLANES * z->k));
    for (int i = 0; i < PLANES * z->c; i++) {
        double v = of_plane(z, h, w, i / z->c, i % z->c);
        for (int k = 0; k < z->k; k++)
            z->m[i / z->c * z->k + k] += z->u[i * z->k + k] * v;
    }
    for (int i = 0; i < TILE * TILE * z->k; i++) {
        int row = i / z->k / TILE, column = i / z->k % TILE, k = i % z->k;
        double square = 0, *to = &z->rounding[((h + row) * z->q + w + column) * z->k + k];
        for (int plane = 0; plane < PLANES; plane++)
            square += pow(of_output[row][plane / PLANE] * of_output[column][plane % PLANE] * z->m[plane * z->k + k], 2);
        *to = fmax(*to, 4 * sqrt(ROUNDED + z->c) * 0x1p-24 * sqrt(square));
    }
}

/* Where a tile may begin: side by side; and the last one where it just fits, or just fits what a pool reads. */
static bool is_a_start(int at, int results)
{
    return at + TILE <= results && (at % TILE == 0 || at + TILE == results || at + TILE == results / 2 * 2);
}

static void add_tiles(Convolution *z)
{
    for (int h = 0; h < z->p; h++)
        for (int w = 0; w < z->q; w++)
            if (is_a_start(h, z->p) && is_a_start(w, z->q))
                add_tile(z, h, w);
}

/* ---- of an op ---- */

static bool is_backward(const Op *op)
{
    return op->kind == OP_CONV_GRAD_INPUT || op->kind == OP_DECONV;
}

bool has_tiles(const Op *op)
{
    bool conv = op->kind == OP_CONV || op->kind == OP_DECONV_GRAD_INPUT || is_backward(op);
    if (!conv || op->groups > 1 || op->in[1]->dim[0] != WINDOW || op->in[1]->dim[1] != WINDOW)
        return false;
    return op->dilation.h == 1 && op->dilation.w == 1 && op->stride.h == 1 && op->stride.w == 1;
}

/* What the program does not make of a gradient, since a crop behind it would cut it off. */
static Padding cut_of(const Op *op)
{
    const Op *crop = op->out[0]->users == 1 ? value_user(op->out[0], OP_CROP) : NULL;
    return crop ? crop->padding : (Padding){ 0 };
}

/* The output's gradient with zeros around; or of both what is left. */
static void frame(Convolution *z, const Op *op, const double *dy, Padding cut)
{
    Shape s = image_shape(op->in[0]);
    int rows = z->p + WINDOW - 1, columns = z->q + WINDOW - 1;
    memset(z->x, 0, sizeof *z->x * (size_t)(rows * columns * z->c));
    for (long i = 0; i < shape_size(s); i++) {
        long h = WINDOW - 1 - cut.top - op->padding.top + i / s.c / s.w;
        long w = WINDOW - 1 - cut.left - op->padding.left + i / s.c % s.w;
        if (h >= 0 && h < rows && w >= 0 && w < columns)
            z->x[(h * columns + w) * z->c + i % s.c] = dy[i];
    }
}

/* The weights turned by half a turn. */
static void turn(Convolution *z, const double *w)
{
    int taps = WINDOW * WINDOW;
    for (int i = 0; i < taps * z->c * z->k; i++) {
        int tap = i / (z->c * z->k), c = i / z->k % z->c, k = i % z->k;
        z->g[i] = w[((taps - 1 - tap) * z->k + k) * z->c + c];
    }
}

double *tiles_bound(Arena *arena, const Op *op, int n, const double *x, const double *w)
{
    bool backward = is_backward(op);
    Shape from = image_shape(op->in[0]), to = image_shape(op->out[0]);
    Padding cut = cut_of(op);
    Convolution z = { .p = to.h - cut.top - cut.bottom, .q = to.w - cut.left - cut.right,
                      .c = from.c, .k = to.c };
    double *bound = arena_array(arena, double, n * shape_size(to));
    z.x = arena_array(arena, double, (z.p + WINDOW - 1) * (z.q + WINDOW - 1) * from.c);
    z.g = arena_array(arena, double, value_size(op->in[1]));
    z.u = arena_array(arena, double, PLANES * z.c * z.k);
    z.m = arena_array(arena, double, PLANES * z.k);
    if (backward)
        turn(&z, w);
    else
        memcpy(z.g, w, sizeof *w * (size_t)value_size(op->in[1]));
    transform_weights(&z);
    for (int i = 0; i < n; i++) {
        z.rounding = arena_array(arena, double, z.p * z.q * z.k);
        if (backward)
            frame(&z, op, x + i * shape_size(from), cut);
        else
            memcpy(z.x, x + i * shape_size(from), sizeof *x * (size_t)shape_size(from));
        add_tiles(&z);
        for (int h = 0; h < z.p; h++)
            memcpy(bound + i * shape_size(to) + ((h + cut.top) * to.w + cut.left) * to.c,
                   z.rounding + h * z.q * z.k, sizeof *bound * (size_t)(z.q * z.k));
    }
    return bound;
}
